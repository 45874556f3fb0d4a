//! The only code that writes shell text. Knows no other room.
use std::ffi::OsString;

use crate::environment::Environment;
use crate::secret::Secret;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    Bash,
    Zsh,
    Fish,
    PowerShell,
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
    /// Name, else id; already cleaned for display.
    pub account: String,
    pub role: String,
    /// As typed: a profile's exact name, or `[SESSION:]ACCOUNT/ROLE`.
    pub profile: String,
    pub session: String,
    pub segment: String,
}

impl Dialect {
    pub fn parse(_name: &str) -> Option<Self> {
        todo!()
    }
    /// `--shell`, else ASSUME_SHELL as the hook passes it, else the parent process.
    pub fn detect(_environment: &Environment) -> Option<Self> {
        todo!()
    }
}

/// The whole of stdout for a switch: one closed compound, one line (but for `sh`), ending in a newline.
pub fn switch(_dialect: Dialect, _switch: &Switch, _environment: &Environment) -> Secret {
    todo!()
}
/// `keys_are_ours`: whether the vault issued the access key the environment holds (security rule 9).
pub fn off(_dialect: Dialect, _environment: &Environment, _keys_are_ours: bool) -> String {
    todo!()
}
/// What makes the evaluating shell fail: `false;`, `throw '…'`, `{}`.
pub fn failure(_dialect: Option<Dialect>, _message: &str) -> String {
    todo!()
}
/// The wrapper function (later hook and completion too), with `binary` encoded in.
pub fn init(_dialect: Dialect, _binary: &OsString) -> Option<String> {
    todo!()
}
/// For `exec`: what to set and what to remove in the child's environment.
pub fn environment_changes(_switch: &Switch, _environment: &Environment) -> Vec<(String, Option<Secret>)> {
    todo!()
}
