//! The vault key in the kernel keyring and nowhere else: chosen on purpose, begun anew after each restart.
//!
//! `assume lock` does not take the key out, since nothing could bring it back: while locked it is not asked for.

use linux_keyutils::KeyError;

use super::{Keeper, Place};
use crate::error::{Error, Kind, Result};
use crate::store::kernel;
use crate::store::key::{KeyId, VaultKey};

pub(super) struct KernelKeyring;

impl Keeper for KernelKeyring {
    fn fetch(&self, place: &Place<'_>) -> Result<Option<VaultKey>> {
        kernel::read(&name(place.id)).map_err(refused)
    }

    fn keep(&self, place: &Place<'_>, key: &VaultKey) -> Result<()> {
        kernel::write(&name(place.id), key, None).map_err(refused)
    }

    fn discard(&self, place: &Place<'_>) -> Result<()> {
        kernel::remove(&name(place.id)).map_err(refused)
    }
}

fn name(id: KeyId) -> String {
    format!("assume keeper {id}")
}

fn refused(error: KeyError) -> Error {
    let message = match error {
        KeyError::QuotaExceeded => "the kernel keyring of this user is full (see /proc/key-users)".to_owned(),
        // What the seccomp profiles of container engines answer.
        KeyError::PermissionDenied | KeyError::AccessDenied => {
            "the kernel refuses its keyring here, as in most containers".to_owned()
        }
        error => format!("the kernel keyring cannot be used: {error}"),
    };
    Error::new(Kind::Keeper, message, "choose another keeper: ASSUME_STORE=file assume …")
}
