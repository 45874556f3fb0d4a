//! What a shell is like, in its own words: to be compared with the same shell without the hook.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::hook::driver::Person;
use crate::shells::run::Shell;

/// The names that every child of this shell finds in its environment.
const EXPORTED: &str = "/bin/sh -c \"/usr/bin/env -0 | /usr/bin/tr '\\\\n\\\\0' ' \\\\n' | /usr/bin/cut -d= -f1\"";

/// One line that writes everything a hook could change: options, traps, separators, jobs, names, what is exported.
fn describe(shell: Shell, file: &Path) -> String {
    let file = file.display();
    match shell {
        Shell::Bash => format!(
            "{{ \\builtin set -o; \\builtin shopt; \\builtin trap -p; \\builtin printf 'IFS=%q\\n' \"${{IFS-unset}}\"; \
             \\builtin jobs; \\builtin compgen -v; {EXPORTED}; }} >|{file}"
        ),
        Shell::Zsh => format!(
            "{{ \\builtin setopt; \\builtin trap; \\builtin typeset -p IFS; \\builtin jobs; \\builtin typeset +; {EXPORTED}; \
             }} >|{file}"
        ),
        Shell::Fish => format!("begin; builtin jobs; builtin set -n; builtin functions -n; {EXPORTED}; end >{file}"),
        _ => format!(
            "[IO.File]::WriteAllLines('{file}', [string[]]@(\"$ErrorActionPreference|$WarningPreference\"; Get-Variable OFS -ErrorAction Ignore | ForEach-Object {{ $_.Value }}; \
             Get-Item Variable:* | ForEach-Object {{ $_.Name }}; Get-Job | ForEach-Object {{ \"$_\" }}; {EXPORTED}))"
        ),
    }
}

/// What the contract with a shell lets appear.
pub(crate) const CONTRACT: [&str; 15] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_ACCOUNT_ID",
    "AWS_SSO_PROFILE",
    "ASSUME_PROFILE",
    "ASSUME_PREVIOUS",
    "ASSUME_SESSION",
    "ASSUME_ACCOUNT",
    "ASSUME_ROLE",
    "ASSUME_EXPIRES",
    "ASSUME_SEGMENT",
];

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct State(BTreeSet<String>);

impl State {
    pub(crate) fn of(person: &mut Person) -> Self {
        let file = person.path("state");
        person.does(&describe(person.shell, &file));
        Self(fs::read_to_string(file).unwrap().lines().map(str::to_owned).collect())
    }

    /// What is there in one of two and not in the other, but for what hook and contract may add.
    pub(crate) fn difference(&self, without: &Self) -> Vec<String> {
        let lost = without.0.difference(&self.0).filter(|line| !is_ours(line)).map(|line| format!("-{line}"));
        let added = self.0.difference(&without.0).filter(|line| !is_ours(line)).map(|line| format!("+{line}"));
        lost.chain(added).collect()
    }
}

/// Shells tell a variable's kind before its name.
fn is_ours(line: &str) -> bool {
    let name = line.rsplit(' ').next().unwrap_or(line);
    let is_exported = CONTRACT.contains(&name);
    let is_own = name.starts_with("__assume_") && !line.contains("export") || name == "assume";
    // What runs before a prompt, where there was nothing before.
    // PowerShell sets the last for itself, until somebody sets another.
    is_exported
        || is_own
        || ["PROMPT_COMMAND", "precmd_functions", "preexec_functions", "POWERSHELL_TELEMETRY_OPTOUT"].contains(&name)
}

/// No child finds a name of the hook's own.
pub(crate) fn assert_nothing_of_ours_is_exported(person: &mut Person, what: &str) {
    let file = person.path("exported");
    person.does(&format!("/bin/sh -c 'env -0 >{}'", file.display()));
    let names = fs::read(&file).unwrap();
    let names = String::from_utf8_lossy(&names).split('\0').map(str::to_owned).collect::<Vec<_>>();
    for name in names.iter().filter_map(|pair| pair.split('=').next()) {
        assert!(!name.contains("__assume") && name != "BASH_FUNC_assume%%", "{:?} {what}: {name}", person.shell);
    }
}

/// Lines to be typed one by one: each second one writes down what the prompt between left of the first.
pub(crate) fn probe(shell: Shell, careful: bool, file: &Path) -> Vec<String> {
    let file = file.display();
    match shell {
        Shell::Bash | Shell::Zsh => {
            // Under `set -e` anything else ends the shell.
            let fails = if careful { "! \\true" } else { "(\\exit 7) | (/bin/cat >/dev/null; \\exit 3)" };
            // zsh looks for an event after a `!` within double quotes.
            let all = if shell == Shell::Bash { "${PIPESTATUS[*]-}|${!-}\"" } else { "$pipestatus|\"$!" };
            vec![
                fails.to_owned(),
                format!("\\builtin echo \"$?|{all} >>{file}"),
                ": one two".to_owned(),
                format!("\\builtin echo \"$_|$?\" >>{file}"),
            ]
        }
        Shell::Fish => vec![
            "/bin/sh -c 'exit 7' | /bin/sh -c 'exit 3'".to_owned(),
            format!("builtin echo \"$status|$pipestatus|$last_pid\" | /bin/sed 's/[0-9]*$//' >>{file}"),
        ],
        _ => vec![
            "$Error.Clear()".to_owned(),
            "/bin/sh -c 'exit 7'".to_owned(),
            format!("[IO.File]::AppendAllText('{file}', \"$?|$global:LASTEXITCODE`n\")"),
            "$null = Get-Variable no-such-thing -ErrorAction Ignore".to_owned(),
            format!("[IO.File]::AppendAllText('{file}', \"$?|$global:LASTEXITCODE|$($Error.Count)`n\")"),
        ],
    }
}

/// What a prompt leaves of the statuses.
pub(crate) fn statuses(person: &mut Person, careful: bool) -> String {
    let file = person.path("statuses");
    // `>>` makes no file under noclobber.
    fs::write(&file, "").unwrap();
    for line in probe(person.shell, careful, &file) {
        person.terminal.line(&line);
    }
    person.does(if person.shell == Shell::Pwsh { "$null = 1" } else { ":" });
    fs::read_to_string(file).unwrap()
}
