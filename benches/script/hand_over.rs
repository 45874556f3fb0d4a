//! Benchmarks that are scripts: they drive shells and programs of others. They get the program as it is released, and the
//! stand-in AWS.

use std::path::Path;
use std::process::{Command, ExitCode};

pub fn hand_over(script: &str) -> ExitCode {
    // `cargo test --benches` asks every target whether it runs; the figures are for `cargo bench`.
    if !std::env::args().any(|word| word == "--bench") {
        return ExitCode::SUCCESS;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let arguments = ["build", "--locked", "--quiet", "--bins", "-p", "identity-center"];
    let built = Command::new(cargo).args(arguments).current_dir(root).status();
    assert!(built.is_ok_and(|status| status.success()), "the stand-in AWS does not build");
    let words = std::env::args().skip(1).filter(|word| !word.starts_with("--"));
    let run = Command::new("python3")
        .arg(root.join(script))
        .args(words)
        .env("ASSUME_TEST_BINARY", env!("CARGO_BIN_EXE_assume"))
        .status();
    if run.expect("there is a python3").success() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
