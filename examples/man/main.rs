//! Writes the man pages into a folder: `cargo run --example man -- docs/man`. They are made here and not by the program, so
//! that neither it nor whoever installs it pays for them; a test compares what is in `docs/man` with what this makes.

mod pages;

use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else {
        return fail("name a folder: cargo run --example man -- docs/man");
    };
    let written = std::fs::create_dir_all(&folder)
        .and_then(|()| pages::all().iter().try_for_each(|page| std::fs::write(folder.join(&page.file), &page.text)));
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&format!("cannot write into {}: {error}", folder.display())),
    }
}

#[expect(clippy::print_stderr, reason = "a tool of the workshop")]
fn fail(why: &str) -> ExitCode {
    eprintln!("man: {why}");
    ExitCode::FAILURE
}
