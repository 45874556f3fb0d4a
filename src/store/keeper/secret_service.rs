//! Secret Service on Linux (gnome-keyring, `KWallet`, `KeePassXC`), over D-Bus.
//!
//! The store crates of the keyring family unlock whatever is locked, with a window, at every get and set. So this talks to
//! the service through the crate below them, with the same attributes: an item is looked for first, and it and the
//! default collection say whether they are locked. One connection and one search for a read, as few as there can be.

use std::collections::HashMap;

use secret_service::blocking::{Collection, Item, SecretService};
use secret_service::{EncryptionType, Error};

use super::trouble::Trouble;
use crate::store::key::{KeyId, VaultKey};

/// It opens none unless told to.
pub(super) const OPENS_WINDOWS: bool = false;

const LABEL: &str = "assume vault key";
const CONTENT: &str = "application/octet-stream";

/// No call here opens one but [`unlock`].
pub(super) fn without_windows<T>(action: impl FnOnce() -> Result<T, Trouble>) -> Result<T, Trouble> {
    action()
}

pub(super) fn fetch(id: KeyId) -> Result<Option<VaultKey>, Trouble> {
    let service = connect()?;
    let user = id.to_string();
    let found = service.search_items(attributes(&user))?;
    let mut first = None;
    for item in &found.unlocked {
        let key = VaultKey::take(item.get_secret()?);
        match key {
            // Someone may have added another item of that name.
            Some(key) if key.id() == id => return Ok(Some(key)),
            other => first = first.or(other),
        }
    }
    if !found.locked.is_empty() {
        return Err(Trouble::Locked);
    }
    // A locked collection does not always tell what is in it.
    if first.is_none() && default_collection(&service)?.is_locked()? {
        return Err(Trouble::Locked);
    }
    Ok(first)
}

pub(super) fn keep(id: KeyId, key: &VaultKey) -> Result<(), Trouble> {
    let service = connect()?;
    let collection = default_collection(&service)?;
    if collection.is_locked()? {
        return Err(Trouble::Locked);
    }
    collection.create_item(LABEL, attributes(&id.to_string()), key.bytes(), true, CONTENT)?;
    Ok(())
}

pub(super) fn discard(id: KeyId) -> Result<(), Trouble> {
    let service = connect()?;
    let user = id.to_string();
    let found = service.search_items(attributes(&user))?;
    if !found.locked.is_empty() {
        return Err(Trouble::Locked);
    }
    found.unlocked.iter().try_for_each(Item::delete).map_err(Trouble::from)
}

/// Opens a window of the keyring, and returns when the person is done with it.
pub(super) fn unlock(id: KeyId) -> Result<(), Trouble> {
    let service = connect()?;
    let user = id.to_string();
    let found = service.search_items(attributes(&user))?;
    if found.locked.is_empty() {
        default_collection(&service)?.unlock()?;
    } else {
        service.unlock_all(&found.locked.iter().collect::<Vec<_>>())?;
    }
    Ok(())
}

fn connect() -> Result<SecretService<'static>, Trouble> {
    Ok(SecretService::connect(EncryptionType::Dh)?)
}

fn default_collection<'a>(service: &'a SecretService<'a>) -> Result<Collection<'a>, Trouble> {
    Ok(service.get_default_collection()?)
}

/// As the keyring crates name an item by service and user.
fn attributes(user: &str) -> HashMap<&'static str, &str> {
    HashMap::from([("service", "assume"), ("username", user)])
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        match error {
            Error::Locked => Self::Locked,
            Error::Prompt | Error::PromptDisconnected => Self::Dismissed,
            Error::NoResult => Self::Empty,
            // The service refuses by this name what was locked between the question and the call.
            error if error.to_string().contains("Secret.Error.IsLocked") => Self::Locked,
            error => Self::unreachable(&error),
        }
    }
}
