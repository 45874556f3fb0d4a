//! Who holds the vault key: one file each.

mod file;
mod keyring;
#[cfg(target_os = "linux")]
mod keyutils;
#[cfg(not(target_os = "linux"))]
mod native;
#[cfg(target_os = "linux")]
mod secret_service;
mod trouble;

#[cfg(any(test, fuzzing))]
pub(super) use file::{cost_of_key_file, with_its_sum};

use std::sync::Arc;

use super::key::{KeyId, VaultKey};
use super::{KeeperChoice, Options};
use crate::error::Result;
use crate::files::Folder;
use crate::person::Person;

/// Whose key: its id, and the folder `vault/KEY-ID`.
pub(super) struct Place<'a> {
    pub(super) id: KeyId,
    pub(super) folder: &'a Folder,
}

/// Holds the vault key under its id. What it answers is checked by the vault.
pub(super) trait Keeper {
    /// `None` where the keeper is reachable, unlocked, and has no such key.
    fn fetch(&self, place: &Place<'_>) -> Result<Option<VaultKey>>;

    fn keep(&self, place: &Place<'_>, key: &VaultKey) -> Result<()>;

    /// No error where it has no such key.
    fn discard(&self, place: &Place<'_>) -> Result<()>;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeeperName {
    Keyring,
    File,
    Keyutils,
}

impl KeeperName {
    const ALL: [Self; 3] = [Self::Keyring, Self::File, Self::Keyutils];

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Keyring => "keyring",
            Self::File => "file",
            Self::Keyutils => "keyutils",
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|name| name.as_str() == text)
    }

    /// What a person calls it.
    pub(super) fn place(self) -> &'static str {
        match self {
            Self::Keyring if cfg!(target_os = "macos") => "the Keychain",
            Self::Keyring if cfg!(windows) => "the Credential Manager",
            Self::Keyring => "the keyring",
            Self::File => "the key file",
            Self::Keyutils => "the kernel keyring",
        }
    }

    /// What was asked for by name; `None` for `auto`.
    pub(super) fn chosen(choice: KeeperChoice) -> Option<Self> {
        match choice {
            KeeperChoice::Auto => None,
            KeeperChoice::Keyring => Some(Self::Keyring),
            KeeperChoice::File => Some(Self::File),
            KeeperChoice::Keyutils => Some(Self::Keyutils),
        }
    }
}

#[cfg_attr(target_os = "linux", expect(clippy::unnecessary_wraps, reason = "elsewhere there is no kernel keyring"))]
pub(super) fn open(name: KeeperName, options: &Options, person: &Arc<dyn Person>) -> Result<Box<dyn Keeper>> {
    let person = Arc::clone(person);
    Ok(match name {
        KeeperName::File => Box::new(file::PassphraseFile::new(options.passphrase.clone(), person)),
        KeeperName::Keyring => Box::new(keyring::Keyring::new(options, person)),
        #[cfg(target_os = "linux")]
        KeeperName::Keyutils => Box::new(keyutils::KernelKeyring),
        #[cfg(not(target_os = "linux"))]
        KeeperName::Keyutils => return Err(super::errors::no_keyutils()),
    })
}
