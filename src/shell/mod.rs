//! The only code that writes shell text. Knows no other room.

mod bash;
mod bourne;
mod cmd;
mod completion;
mod contract;
mod detect;
mod encode;
mod fish;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod hook;
mod init;
mod json;
mod notes;
mod powershell;
mod sh;
mod text;
mod typed;
mod watch;
mod zsh;

use crate::environment::Environment;
use crate::secret::Secret;

pub use cmd::lines as cmd_lines;
pub use completion::completion;
pub use hook::{Answer, adoption, answer};
pub use init::{Colors, Load, init};
pub use typed::Typed;
pub use watch::{Entered, Outcome, Pause, Watch, Watched};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    Bash,
    Zsh,
    Fish,
    PowerShell,
    /// What PowerShell's wrapper asks for: lines of base64 instead of script text, which PowerShell may log (security
    /// rule 12).
    PowerShellList,
    Sh,
    Json,
}

/// What a switch puts into a shell, in the words of the contract.
pub struct Switch {
    pub access_key_id: Secret,
    pub secret_access_key: Secret,
    pub session_token: Option<Secret>,
    /// RFC 3339, `Z`; `None` for keys that do not expire.
    pub expiration: Option<String>,
    pub expires_epoch: Option<i64>,
    pub region: Option<String>,
    pub account_id: Option<String>,
    /// Name, else id.
    pub account: String,
    pub role: String,
    /// As typed: a profile's exact name, or `[SESSION:]ACCOUNT/ROLE`.
    pub profile: String,
    /// What `-` leads back to: a profile, or `SESSION:ACCOUNT/ROLE`.
    pub previous: Option<String>,
    /// Empty for keys that come from no session.
    pub session: String,
    pub segment: String,
    /// For the hook, where there is one.
    pub watch: Option<Watch>,
}

impl Dialect {
    /// The names `--shell` takes, for messages.
    pub const NAMES: &'static str = "bash, zsh, fish, powershell, sh or json";

    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "bash" => Some(Self::Bash),
            "zsh" => Some(Self::Zsh),
            "fish" => Some(Self::Fish),
            "powershell" | "pwsh" => Some(Self::PowerShell),
            "powershell-list" => Some(Self::PowerShellList),
            "sh" | "posix" => Some(Self::Sh),
            "json" => Some(Self::Json),
            _ => None,
        }
    }

    /// Whether `init` has a hook for such a shell.
    pub fn may_have_a_hook(self) -> bool {
        !matches!(self, Self::Sh | Self::Json)
    }

    /// `ASSUME_SHELL` as the wrapper passes it, else the parent process.
    pub fn detect(environment: &Environment) -> Option<Self> {
        environment.text("ASSUME_SHELL").and_then(Self::parse).or_else(|| match detect::parent() {
            Some(detect::Shell::Speaks(dialect)) => Some(dialect),
            Some(detect::Shell::Cmd) | None => None,
        })
    }
}

/// Whether cmd.exe started this process: a shell that can take lines to run, but evaluate no text.
pub fn is_under_cmd() -> bool {
    detect::parent() == Some(detect::Shell::Cmd)
}

/// The whole of stdout for a switch: one closed compound, one line (but for `sh`), ending in a newline.
pub fn switch(dialect: Dialect, switch: &Switch, environment: &Environment) -> Secret {
    match dialect {
        Dialect::Bash => bash::GRAMMAR.switch(switch, environment),
        Dialect::Zsh => zsh::GRAMMAR.switch(switch, environment),
        Dialect::Sh => sh::GRAMMAR.switch(switch, environment),
        Dialect::Fish => fish::switch(switch, environment),
        Dialect::PowerShell => powershell::switch(switch, environment),
        Dialect::PowerShellList => powershell::switch_list(switch, environment),
        Dialect::Json => json::switch(switch, environment),
    }
}

/// The whole of stdout for `off`. `keys_are_ours`: whether the vault issued the access key the environment holds
/// (security rule 9); it matters where the shell doesn't know what to restore.
pub fn off(dialect: Dialect, environment: &Environment, keys_are_ours: bool) -> String {
    match dialect {
        Dialect::Bash => bash::GRAMMAR.off(environment, keys_are_ours),
        Dialect::Zsh => zsh::GRAMMAR.off(environment, keys_are_ours),
        Dialect::Sh => sh::GRAMMAR.off(environment, keys_are_ours),
        Dialect::Fish => fish::off(environment, keys_are_ours),
        Dialect::PowerShell => powershell::off(environment, keys_are_ours),
        Dialect::PowerShellList => powershell::off_list(environment, keys_are_ours),
        Dialect::Json => json::off(environment, keys_are_ours),
    }
}

/// What makes the evaluating shell fail, for a failed switch or `off`: the status of a command substitution is lost in
/// `eval`. `false;` also where the dialect is unknown.
pub fn failure(dialect: Option<Dialect>, message: &str) -> String {
    match dialect {
        Some(Dialect::PowerShell) => powershell::failure(message),
        // The wrapper goes by the exit status.
        Some(Dialect::PowerShellList) => String::new(),
        Some(Dialect::Json) => "{}\n".to_owned(),
        _ => "false;\n".to_owned(),
    }
}

/// Plain statements that export `pairs`, on one line: for `export --format env`.
pub fn env_lines(dialect: Dialect, pairs: &[(&str, &Secret)]) -> Secret {
    match dialect {
        Dialect::Bash | Dialect::Zsh => bourne::export_lines(encode::ansi_c, pairs),
        Dialect::Sh => bourne::export_lines(encode::posix, pairs),
        Dialect::Fish => fish::export_lines(pairs),
        Dialect::PowerShell | Dialect::PowerShellList => powershell::export_lines(pairs),
        Dialect::Json => json::export_lines(pairs),
    }
}

/// For `exec`: what to set and what to remove in the child's environment, which otherwise is the caller's. Passphrase and
/// dialect are for this process alone.
pub fn environment_changes(switch: &Switch, environment: &Environment) -> Vec<(String, Option<Secret>)> {
    let values = contract::values(switch);
    let removed = contract::touched(environment)
        .into_iter()
        .filter(|name| !contract::REGIONS.contains(name) || contract::clears_region(switch, environment))
        .filter(|name| values.iter().all(|(set, _)| set != name))
        .chain([contract::OFF, contract::REGION, "ASSUME_SHELL", "ASSUME_STORE_PASSPHRASE"]);
    let removed: Vec<_> = removed.map(|name| (name.to_owned(), None)).collect();
    values.into_iter().map(|(name, value)| (name.to_owned(), Some(value))).chain(removed).collect()
}
