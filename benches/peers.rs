//! `cargo bench --bench peers`: the same job by other tools, and what each verb asks of the system.

#[path = "script/hand_over.rs"]
mod script;

fn main() -> std::process::ExitCode {
    script::hand_over("benches/peers/run")
}
