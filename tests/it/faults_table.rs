//! Errors are part of the interface: each case of a table fails with its exit code and two lines, and the lines are kept
//! in one readable snapshot per area.

use std::fmt::Write as _;

use crate::world::{Ran, World};

/// Rows of `CASE (exit CODE)` with the two lines below.
#[derive(Default)]
pub struct Table(String);

impl Table {
    /// Checks what holds for every failure, and notes its words.
    pub fn failed(&mut self, world: &World, case: &str, code: i32, ran: &Ran) {
        assert_eq!(ran.code, code, "{case}: {ran:?}");
        let error = ran.error();
        let lines: Vec<&str> = error.lines().collect();
        let shaped = matches!(lines[..], [what, hint] if what.starts_with("assume: ") && hint.starts_with("hint: "));
        assert!(shaped, "{case}: two lines: {ran:?}");
        assert!(printable(&ran.stderr) && printable(&ran.stdout), "{case}: control characters: {ran:?}");
        writeln!(self.0, "{case} (exit {code})\n{}\n", steady(world, &error)).unwrap();
    }

    pub fn text(self) -> String {
        self.0
    }
}

/// Nothing that moves a cursor, hides or reorders text.
pub fn printable(text: &str) -> bool {
    !text
        .chars()
        .any(|c| c != '\n' && (c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')))
}

/// Without what differs from run to run: the home, the port of the stand-in, request ids, record names.
pub fn steady(world: &World, text: &str) -> String {
    let text = text.replace(world.home.path().to_str().unwrap(), "~").replace(world.aws.url(), "http://AWS");
    let hidden = |word: &str| {
        let hex = word
            .trim_end_matches(|c: char| !c.is_ascii_alphanumeric())
            .trim_end_matches(".sealed")
            .trim_end_matches(".json");
        let is_id = hex.len() >= 16 && hex.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
        if is_id { word.replace(hex, "ID") } else { word.to_owned() }
    };
    let words = |line: &str| {
        line.split(' ')
            .map(|word| word.split('/').map(hidden).collect::<Vec<_>>().join("/"))
            .collect::<Vec<_>>()
            .join(" ")
    };
    text.lines().map(words).collect::<Vec<_>>().join("\n")
}
