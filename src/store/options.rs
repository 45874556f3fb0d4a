//! How a vault is opened: by whom its key is held, and what may be asked of whom.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use crate::secret::Secret;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeeperChoice {
    #[default]
    Auto,
    Keyring,
    File,
    Keyutils,
    Windows,
}

#[derive(Clone, Default)]
pub struct Options {
    pub keeper: KeeperChoice,
    /// How long the vault key stays in the kernel keyring; `None`: not at all.
    pub cache: Option<Duration>,
    pub allow_plain: bool,
    /// Linux inside Windows (WSL), where a keyring is rare.
    pub wsl: bool,
    /// In WSL: the `assume.exe` that [`KeeperChoice::Windows`] runs.
    pub windows_program: Option<PathBuf>,
    /// All variables that it is run with.
    pub interop: Vec<(&'static str, OsString)>,
    /// `ASSUME_STORE_PASSPHRASE`.
    pub passphrase: Option<Secret>,
    /// In the hook: 1 s and never a window.
    pub hurried: bool,
    /// Where gnome-keyring keeps its files: `$XDG_DATA_HOME/keyrings`. `None`: whether they rest in clear is not looked at.
    pub keyrings: Option<PathBuf>,
}
