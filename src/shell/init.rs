//! What `init` prints: the files of `shell/`, with the few placeholders filled in.

use std::ffi::OsStr;

use super::text::Text;
use super::{Dialect, encode};

const BINARY: &str = "__ASSUME_BINARY__";
const VERBS: &str = "__ASSUME_VERBS__";
const VALUED: &str = "__ASSUME_VALUED__";

/// The wrapper function. `binary` is the absolute path it calls, so that nothing is looked up on PATH later (security rule
/// 8); `verbs` are the first words that leave the shell as it is, `valued` the global options whose value is a word of its
/// own. `None` where a dialect has no functions to load, or none that we have.
pub fn init(dialect: Dialect, binary: &OsStr, verbs: &[&str], valued: &[&str]) -> Option<String> {
    let (file, between) = match dialect {
        Dialect::Bash => (include_str!("../../shell/assume.bash"), " | "),
        Dialect::Zsh => (include_str!("../../shell/assume.zsh"), " | "),
        Dialect::Fish => (include_str!("../../shell/assume.fish"), " "),
        Dialect::PowerShell | Dialect::PowerShellList => (include_str!("../../shell/assume.ps1"), ", "),
        Dialect::Sh | Dialect::Json => return None,
    };
    let listed = |words: &[&str]| {
        let words: Vec<String> = words.iter().map(|word| encoded(dialect, OsStr::new(word))).collect();
        words.join(between)
    };
    let verbs: Vec<&str> = verbs.iter().copied().filter(|verb| !matches!(*verb, "switch" | "off")).collect();
    let text = file.replace(VERBS, &listed(&verbs)).replace(VALUED, &listed(valued));
    // Last: a path may hold anything.
    Some(text.replace(BINARY, &encoded(dialect, binary)))
}

pub(super) fn encoded(dialect: Dialect, word: &OsStr) -> String {
    let mut text = Text::new();
    match dialect {
        Dialect::PowerShell | Dialect::PowerShellList => encode::powershell(&mut text, word),
        Dialect::Fish => encode::fish(&mut text, word.as_encoded_bytes()),
        _ => encode::ansi_c(&mut text, word.as_encoded_bytes()),
    }
    text.into_public()
}
