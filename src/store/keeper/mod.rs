//! Who holds the vault key: one file each.

mod file;
#[cfg(windows)]
pub mod for_wsl;
mod keyring;
#[cfg(target_os = "linux")]
mod keyutils;
#[cfg(not(target_os = "linux"))]
mod native;
#[cfg(target_os = "linux")]
mod secret_service;
mod trouble;
#[cfg(target_os = "linux")]
mod windows;
#[cfg(any(target_os = "linux", windows))]
mod wire;

#[cfg(any(test, fuzzing))]
pub(super) use file::{cost_of_key_file, with_its_sum};
#[cfg(all(any(test, fuzzing), any(target_os = "linux", windows)))]
pub(super) use wire::answer_is_as_written;

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
    Windows,
}

impl KeeperName {
    const ALL: [Self; 4] = [Self::Keyring, Self::File, Self::Keyutils, Self::Windows];

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Keyring => "keyring",
            Self::File => "file",
            Self::Keyutils => "keyutils",
            Self::Windows => "windows",
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
            Self::Windows => "the Credential Manager of Windows",
        }
    }

    /// What was asked for by name; `None` for `auto`.
    pub(super) fn chosen(choice: KeeperChoice) -> Option<Self> {
        match choice {
            KeeperChoice::Auto => None,
            KeeperChoice::Keyring => Some(Self::Keyring),
            KeeperChoice::File => Some(Self::File),
            KeeperChoice::Keyutils => Some(Self::Keyutils),
            KeeperChoice::Windows => Some(Self::Windows),
        }
    }
}

pub(super) fn open(name: KeeperName, options: &Options, person: &Arc<dyn Person>) -> Result<Box<dyn Keeper>> {
    let person = Arc::clone(person);
    Ok(match name {
        KeeperName::File => Box::new(file::PassphraseFile::new(options.passphrase.clone(), person)),
        KeeperName::Keyring => Box::new(keyring::Keyring::new(options, person)),
        #[cfg(target_os = "linux")]
        KeeperName::Keyutils => Box::new(keyutils::KernelKeyring),
        #[cfg(not(target_os = "linux"))]
        KeeperName::Keyutils => return Err(super::errors::no_keyutils()),
        #[cfg(target_os = "linux")]
        KeeperName::Windows => Box::new(windows::Windows::new(options)?),
        #[cfg(not(target_os = "linux"))]
        KeeperName::Windows => return Err(super::errors::not_in_wsl()),
    })
}
