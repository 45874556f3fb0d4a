//! Keys in the user's kernel keyring (`@u`): shared by all logins of the user on this kernel, gone at a restart.
//!
//! A key is made in the keyring of this process, where nobody else sees it, gets its timeout and permissions there, and
//! is only then linked into `@u`. Default permissions would let whoever inherits a session through `su` or `sudo -u` read
//! it, and adding again in place would lose the timeout (security rule 16).

use std::time::Duration;

use linux_keyutils::{Key, KeyError, KeyPermissions, KeyRing, KeyRingIdentifier};
use zeroize::Zeroizing;

use super::key::{KEY_LENGTH, VaultKey};

/// The owner may view, read, search for and link the key; possession gives nothing.
const PERMISSIONS: u32 = 0x001b_0000;

/// `None`: there is no such key, or no such key any more. Whose it is and how long it must be is proved here.
pub(super) fn read(name: &str) -> Result<Option<VaultKey>, KeyError> {
    let Some(key) = find(name)? else { return Ok(None) };
    // One byte more, so that a longer one is seen to be longer.
    let mut bytes = Zeroizing::new([0_u8; KEY_LENGTH + 1]);
    let read = key.metadata().and_then(|data| Ok((data.get_uid(), key.read(&mut *bytes)?)));
    match gone(read)? {
        Some((owner, KEY_LENGTH)) if owner == rustix::process::geteuid().as_raw() => {
            Ok(VaultKey::copy(&bytes[..KEY_LENGTH]))
        }
        _ => Ok(None),
    }
}

/// Replaces a key of that name. `None`: until the next restart.
pub(super) fn write(name: &str, key: &VaultKey, timeout: Option<Duration>) -> Result<(), KeyError> {
    let process = KeyRing::from_special_id(KeyRingIdentifier::Process, true)?;
    let made = process.add_key(name, key.bytes())?;
    let linked = publish(made, timeout);
    let unlinked = process.unlink_key(made);
    linked.and(unlinked)
}

fn publish(key: Key, timeout: Option<Duration>) -> Result<(), KeyError> {
    if let Some(timeout) = timeout {
        let seconds = usize::try_from(timeout.as_secs()).unwrap_or(usize::MAX).clamp(1, i32::MAX as usize);
        key.set_timeout(seconds)?;
    }
    key.set_perms(KeyPermissions::from_u32(PERMISSIONS))?;
    KeyRing::from_special_id(KeyRingIdentifier::User, true)?.link_key(key)
}

/// No error where there is none. A second one below it, in a keyring linked there, is removed as well.
pub(super) fn remove(name: &str) -> Result<(), KeyError> {
    while let Some(key) = find(name)? {
        gone(key.invalidate())?;
    }
    Ok(())
}

fn find(name: &str) -> Result<Option<Key>, KeyError> {
    gone(KeyRing::from_special_id(KeyRingIdentifier::User, true)?.search(name))
}

/// `None` for a key that is absent, timed out or revoked.
fn gone<T>(result: Result<T, KeyError>) -> Result<Option<T>, KeyError> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(KeyError::KeyDoesNotExist | KeyError::KeyExpired | KeyError::KeyRevoked) => Ok(None),
        Err(error) => Err(error),
    }
}
