//! Why the keyring of the system does not give the vault key: each is another thing to do for a person.

use std::path::PathBuf;
use std::time::Duration;

use crate::error::{Error, Kind};
use crate::sanitize;
use crate::store::errors;

#[derive(Debug)]
pub(super) enum Trouble {
    /// It would have to be unlocked first.
    Locked,
    /// The window was closed or not answered, or there is no display to open one on.
    #[cfg(target_os = "linux")]
    Dismissed,
    /// There is no default collection.
    #[cfg(target_os = "linux")]
    Empty,
    /// Nobody answers at all; why, as the library says it.
    Unreachable(String),
    /// No answer in time.
    Silent(Duration),
    /// It would keep the key in this file without encryption.
    InClear(PathBuf),
}

impl Trouble {
    pub(super) fn unreachable(error: &impl std::fmt::Display) -> Self {
        Self::Unreachable(sanitize::line_within(&error.to_string(), 200))
    }

    /// No answer to a window: the person did not see it, or went away.
    pub(super) fn of_window(self) -> Self {
        match self {
            #[cfg(target_os = "linux")]
            Self::Silent(_) => Self::Dismissed,
            other => other,
        }
    }

    /// For a vault that is to be made, where nobody chose a keeper: a keyring that cannot hold the key is a choice to make.
    pub(super) fn into_choice(self, wsl: bool) -> Error {
        match self {
            // There is a keyring, and something to do with it.
            Self::Locked | Self::InClear(_) => self.into_error(),
            _ => errors::no_keyring(&self.into_error(), wsl),
        }
    }

    pub(super) fn into_error(self) -> Error {
        let (message, hint) = match self {
            Self::Locked => (
                "the keyring that holds the vault key is locked".to_owned(),
                UNLOCK.to_owned(),
            ),
            #[cfg(target_os = "linux")]
            Self::Dismissed => (
                "the keyring stays locked: its window was closed, not answered, or could not be opened here".to_owned(),
                "unlock it on your desktop; where there is none, choose ASSUME_STORE=file before the first sign-in".to_owned(),
            ),
            #[cfg(target_os = "linux")]
            Self::Empty => (
                "the Secret Service has no default keyring: none is open, or none was ever made".to_owned(),
                "open the database (KeePassXC), or make a keyring in Passwords and Keys (GNOME) or KWalletManager (KDE)"
                    .to_owned(),
            ),
            Self::Unreachable(reason) => (format!("no keyring answers: {reason}"), UNREACHABLE.to_owned()),
            Self::Silent(limit) => (
                format!("the keyring did not answer within {} s", limit.as_secs()),
                "its daemon may hang: log out and in again, or restart it".to_owned(),
            ),
            Self::InClear(file) => (
                format!("this keyring has no password, the vault key would rest in clear in {}", file.display()),
                "give the keyring a password; or choose ASSUME_STORE=file; or allow it: allow_plain = true under [store] \
                 in config.toml"
                    .to_owned(),
            ),
        };
        Error::new(Kind::Keeper, message, hint)
    }
}

/// Over SSH a Keychain is locked as a rule, and no window can open.
const UNLOCK: &str = if cfg!(target_os = "macos") {
    "unlock it with: security unlock-keychain; or choose ASSUME_STORE=file before the first sign-in"
} else {
    "unlock it on your desktop, or type at a terminal: assume login"
};

const UNREACHABLE: &str = if cfg!(target_os = "linux") {
    "run it where your desktop's D-Bus session is (DBUS_SESSION_BUS_ADDRESS), with gnome-keyring or KWallet running"
} else {
    "log in at the desktop of this machine and try again"
};
