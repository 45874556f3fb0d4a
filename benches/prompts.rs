//! `cargo bench --bench prompts`: what a prompt costs in each shell.

#[path = "script/hand_over.rs"]
mod script;

fn main() -> std::process::ExitCode {
    script::hand_over("benches/prompts/run")
}
