//! The man pages in `docs/man` are those of the command line as it is.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::shells::run::{shown, tool};

#[path = "../../../examples/man/pages.rs"]
mod made;

#[test]
fn the_man_pages_are_those_of_the_command_line() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/man");
    let there: BTreeMap<String, String> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read_to_string(entry.path()).unwrap()))
        .collect();
    let made: BTreeMap<String, String> = made::all().into_iter().map(|page| (page.file, page.text)).collect();
    let names = |pages: &BTreeMap<String, String>| pages.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&there), names(&made), "cargo run --example man -- docs/man");
    for (file, text) in &made {
        assert!(there[file] == *text, "{file} is out of date: cargo run --example man -- docs/man");
    }
}

#[test]
fn man_reads_every_page_without_a_complaint() {
    let Some(man) = tool("man") else { return };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/man");
    for page in made::all() {
        let mut command = Command::new(&man);
        let output = command.args(["--warnings", "-E", "UTF-8", "-l", "-P", "cat"]).arg(folder.join(&page.file));
        let output = output.env("MANWIDTH", "100").env("LC_ALL", "C.UTF-8").output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{}: {}", page.file, shown(&output));
        assert!(output.stdout.windows(11).any(|part| part == b"EXIT STATUS"), "{}", page.file);
    }
}
