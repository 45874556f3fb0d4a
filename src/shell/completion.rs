//! The files of `completions/`, with the few placeholders filled in.

use std::ffi::{OsStr, OsString};

use super::Dialect;
use super::init::encoded;

const BINARY: &str = "__ASSUME_BINARY__";
const AT_LOAD: &str = "__ASSUME_AT_LOAD__";

/// Completion for a shell: follows the wrapper in what `init` prints, and is a file of its own for packages. `binary` is the
/// absolute path that is asked, so that nothing is looked up on PATH (security rule 8), and `at_load` the words that hold it
/// to the settings of now (rule 19). `None` where a dialect completes nothing.
#[must_use]
pub fn completion(dialect: Dialect, binary: &OsStr, at_load: &[OsString]) -> Option<String> {
    let file = match dialect {
        Dialect::Bash => include_str!("../../completions/assume.bash"),
        Dialect::Zsh => include_str!("../../completions/_assume"),
        Dialect::Fish => include_str!("../../completions/assume.fish"),
        Dialect::PowerShell | Dialect::PowerShellList => include_str!("../../completions/assume.ps1"),
        Dialect::Sh | Dialect::Json => return None,
    };
    let words: Vec<String> = at_load.iter().map(|word| encoded(dialect, word)).collect();
    // In one pass: a path may hold anything, also a placeholder.
    let filled: Vec<String> = file.split(BINARY).map(|part| part.replace(AT_LOAD, &words.join(" "))).collect();
    Some(filled.join(&encoded(dialect, binary)))
}
