//! What `init` prints: the files of `shell/`, with the few placeholders filled in.

use std::ffi::{OsStr, OsString};

use super::text::Text;
use super::{Dialect, Watch, contract, encode, hook};

/// What is written down in the text that a shell loads, so that nothing is looked up later.
pub struct Load<'a> {
    /// The absolute path that wrapper and hook call (security rule 8).
    pub binary: &'a OsStr,
    /// The first words that leave the shell as it is.
    pub verbs: &'a [&'a str],
    /// The global options whose value is a word of its own.
    pub valued: &'a [&'a str],
    /// Options that tell the hook's calls the settings of this moment (security rule 19).
    pub at_load: &'a [OsString],
    /// Absolute path of `timeout`, for fish, which has no other way not to wait for a binary that hangs.
    pub timeout: Option<&'a OsStr>,
    /// Whether the segment is put into the prompt.
    pub prompt: bool,
    pub colors: Colors,
    /// What this shell inherited, and the vault can vouch for.
    pub adopted: Option<Watch>,
}

/// The numbers between `ESC [` and `m`; empty for no colour.
#[derive(Clone, Debug, Default)]
pub struct Colors {
    pub fine: String,
    pub production: String,
    pub expiring: String,
    pub expired: String,
    pub sign_in_needed: String,
    pub locked: String,
}

struct Files {
    parts: &'static [&'static str],
    prompt: &'static str,
    /// Between the words of a list of patterns.
    between: &'static str,
    /// For zsh alone: its own ways, arrays that begin at 0 as in bash, and no trace, which would show the keys.
    options: &'static str,
}

const ZSH_OPTIONS: &str = "\\builtin emulate -L zsh; \\builtin setopt ksh_arrays no_xtrace no_verbose no_aliases";

fn files(dialect: Dialect) -> Option<Files> {
    Some(match dialect {
        Dialect::Bash => Files {
            parts: &[
                include_str!("../../shell/assume.bash"),
                include_str!("../../shell/switch.bash"),
                include_str!("../../shell/hook.bash"),
                include_str!("../../shell/folder.bash"),
                include_str!("../../shell/load.bash"),
            ],
            prompt: "",
            between: " | ",
            options: "\\builtin true",
        },
        Dialect::Zsh => Files {
            parts: &[
                include_str!("../../shell/assume.zsh"),
                include_str!("../../shell/switch.bash"),
                include_str!("../../shell/hook.bash"),
                include_str!("../../shell/folder.bash"),
                include_str!("../../shell/load.zsh"),
            ],
            prompt: "",
            between: " | ",
            options: ZSH_OPTIONS,
        },
        Dialect::Fish => Files {
            parts: &[
                include_str!("../../shell/assume.fish"),
                include_str!("../../shell/hook.fish"),
                include_str!("../../shell/folder.fish"),
            ],
            prompt: include_str!("../../shell/prompt.fish"),
            between: " ",
            options: "",
        },
        Dialect::PowerShell | Dialect::PowerShellList => Files {
            parts: &[
                include_str!("../../shell/assume.ps1"),
                include_str!("../../shell/folder.ps1"),
                include_str!("../../shell/hook.ps1"),
            ],
            prompt: "",
            between: ", ",
            options: "",
        },
        Dialect::Sh | Dialect::Json => return None,
    })
}

/// Wrapper function and hook. `None` where a dialect has no functions to load, or none that we have.
pub fn init(dialect: Dialect, load: &Load<'_>) -> Option<String> {
    let Files { parts, prompt, between, options } = files(dialect)?;
    let mut text = parts.join("\n");
    if load.prompt {
        text += prompt;
    }
    let listed = |words: &[&str], between: &str| {
        let words: Vec<String> = words.iter().map(|word| encoded(dialect, OsStr::new(word))).collect();
        words.join(between)
    };
    let verbs: Vec<&str> = load.verbs.iter().copied().filter(|verb| !matches!(*verb, "switch" | "off")).collect();
    let at_load: Vec<String> = load.at_load.iter().map(|word| encoded(dialect, word)).collect();
    let Colors { fine, production, expiring, expired, sign_in_needed, locked } = &load.colors;
    let words =
        |between: &str, words: &[&String]| listed(&words.iter().map(|word| word.as_str()).collect::<Vec<_>>(), between);
    let is_powershell = matches!(dialect, Dialect::PowerShell | Dialect::PowerShellList);
    // Fixed words first; what a person or a machine chose comes after, so that no placeholder is looked for in it.
    let within = match load.timeout {
        Some(timeout) => format!("{} -s KILL 2", encoded(dialect, timeout)),
        None => String::new(),
    };
    let fixed = [
        ("__ASSUME_OPTIONS__", options.to_owned()),
        ("__ASSUME_CONTRACT__", listed(&contract::names().collect::<Vec<_>>(), if is_powershell { ", " } else { " " })),
        ("__ASSUME_TOUCHED__", listed(&contract::known().collect::<Vec<_>>(), " ")),
        ("__ASSUME_VERBS__", listed(&verbs, between)),
        ("__ASSUME_VALUED__", listed(load.valued, between)),
        ("__ASSUME_PROMPT__", encoded(dialect, OsStr::new(if load.prompt { "prompt" } else { "" }))),
        ("__ASSUME_COLORS__", words(" ", &[fine, production, expiring, expired, sign_in_needed, locked])),
        ("__ASSUME_COLOR_FINE__", words("", &[fine])),
        ("__ASSUME_COLOR_PRODUCTION__", words("", &[production])),
        ("__ASSUME_COLOR_EXPIRING__", words("", &[expiring])),
        ("__ASSUME_COLOR_EXPIRED__", words("", &[expired])),
        ("__ASSUME_COLOR_SIGN_IN_NEEDED__", words("", &[sign_in_needed])),
        ("__ASSUME_COLOR_LOCKED__", words("", &[locked])),
    ];
    let list = if is_powershell { ", " } else { " " };
    let chosen = [
        ("__ASSUME_WITHIN__ ", if within.is_empty() { within } else { within + " " }),
        ("__ASSUME_AT_LOAD__", at_load.join(list)),
        ("__ASSUME_BINARY__", encoded(dialect, load.binary)),
    ];
    for (placeholder, value) in fixed {
        text = text.replace(placeholder, &value);
    }
    text = replace_at_once(&text, &chosen);
    if let Some(adoption) = load.adopted.as_ref().and_then(|watch| hook::adoption(dialect, watch)) {
        text += &adoption;
    }
    Some(text)
}

/// Each placeholder by its value, in one pass: a value may hold anything, also the name of a placeholder.
fn replace_at_once(text: &str, values: &[(&str, String)]) -> String {
    let mut replaced = String::with_capacity(text.len() + 4096);
    let mut rest = text;
    loop {
        let next = values.iter().filter_map(|(name, value)| rest.find(name).map(|at| (at, *name, value))).min();
        let Some((at, name, value)) = next else { break };
        replaced.push_str(&rest[..at]);
        replaced.push_str(value);
        rest = &rest[at + name.len()..];
    }
    replaced + rest
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
