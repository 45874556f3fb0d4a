//! Keychain on macOS and Credential Manager on Windows, through the store crates of the keyring family.
//!
//! Both are unlocked with the login. Where the Keychain is not, or knows this program under another signature, macOS itself
//! opens a window at the first call: for a person, who is told of it, and forbidden for everybody else.

use keyring_core::api::CredentialStoreApi;
use keyring_core::{Entry, Error};

use super::trouble::Trouble;
use crate::store::key::{KeyId, VaultKey};

pub(super) const OPENS_WINDOWS: bool = cfg!(target_os = "macos");

/// Under which the vaults of this system have their items.
const SERVICE: &str = "assume";

pub(super) fn fetch(id: KeyId) -> Result<Option<VaultKey>, Trouble> {
    fetch_as(SERVICE, id)
}

pub(super) fn keep(id: KeyId, key: &VaultKey) -> Result<(), Trouble> {
    keep_as(SERVICE, id, key)
}

pub(super) fn discard(id: KeyId) -> Result<(), Trouble> {
    discard_as(SERVICE, id)
}

pub(super) fn fetch_as(service: &str, id: KeyId) -> Result<Option<VaultKey>, Trouble> {
    match entry(service, id)?.get_secret() {
        Ok(bytes) => Ok(VaultKey::take(bytes)),
        Err(Error::NoEntry) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// As bytes: a "password" would be UTF-16 on Windows, and limited to half the length.
pub(super) fn keep_as(service: &str, id: KeyId, key: &VaultKey) -> Result<(), Trouble> {
    Ok(entry(service, id)?.set_secret(key.bytes())?)
}

pub(super) fn discard_as(service: &str, id: KeyId) -> Result<(), Trouble> {
    match entry(service, id)?.delete_credential() {
        Ok(()) | Err(Error::NoEntry) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// The system asks by itself.
#[expect(clippy::unnecessary_wraps, reason = "the signature is that of Linux")]
pub(super) fn unlock(_id: KeyId) -> Result<(), Trouble> {
    Ok(())
}

/// For the hook, completion and programs: a window that opens at a prompt is answered by whoever happens to type there.
#[cfg(target_os = "macos")]
pub(super) fn without_windows<T>(action: impl FnOnce() -> Result<T, Trouble>) -> Result<T, Trouble> {
    use security_framework::os::macos::keychain::SecKeychain;
    let _forbidden = SecKeychain::disable_user_interaction().map_err(|error| Trouble::unreachable(&error))?;
    action()
}

/// The Credential Manager has none.
#[cfg(windows)]
pub(super) fn without_windows<T>(action: impl FnOnce() -> Result<T, Trouble>) -> Result<T, Trouble> {
    action()
}

#[cfg(target_os = "macos")]
fn entry(service: &str, id: KeyId) -> Result<Entry, Trouble> {
    Ok(apple_native_keyring_store::keychain::Store::new()?.build(service, &id.to_string(), None)?)
}

/// Kept on this machine: by default Windows would take it along to others of the domain.
#[cfg(windows)]
fn entry(service: &str, id: KeyId) -> Result<Entry, Trouble> {
    let local = std::collections::HashMap::from([("persistence", "Local")]);
    Ok(windows_native_keyring_store::Store::new()?.build(service, &id.to_string(), Some(&local))?)
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        match error {
            Error::NoStorageAccess(_) => Self::Locked,
            Error::PlatformFailure(cause) if wanted_a_window(&*cause) => Self::Locked,
            error => Self::unreachable(&error),
        }
    }
}

/// `errSecInteractionNotAllowed`.
#[cfg(target_os = "macos")]
fn wanted_a_window(cause: &(dyn std::error::Error + Send + Sync + 'static)) -> bool {
    const INTERACTION_NOT_ALLOWED: i32 = -25308;
    let error = cause.downcast_ref::<security_framework::base::Error>();
    error.is_some_and(|error| error.code() == INTERACTION_NOT_ALLOWED)
}

#[cfg(windows)]
fn wanted_a_window(_: &(dyn std::error::Error + Send + Sync + 'static)) -> bool {
    false
}
