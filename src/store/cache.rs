//! The vault key in the kernel keyring for some hours, so that neither a keeper nor a person is asked each time.

use std::time::Duration;

use super::key::{KeyId, VaultKey};
use crate::error::Result;
use crate::settings::Cache;

/// Where this process runs, as far as it bears on the cache.
#[derive(Clone, Copy, Debug, Default)]
pub struct Surroundings {
    /// `ASSUME_STORE_PASSPHRASE` is set.
    pub passphrase_given: bool,
    /// `CI` is set.
    pub ci: bool,
    pub container: bool,
}

const DEFAULT: Duration = Duration::from_hours(8);

/// How long the key may rest in the kernel, for [`super::Options::cache`]. Without a setting: 8 hours, but not at all where
/// a machine runs us rather than a person, nor where others may share the kernel's idea of who we are (security rule 16).
#[must_use]
pub fn cache_policy(setting: Option<Cache>, surroundings: Surroundings) -> Option<Duration> {
    match setting {
        _ if !cfg!(target_os = "linux") => None,
        Some(Cache::Off) => None,
        Some(Cache::For(time)) => Some(time),
        None => {
            let Surroundings { passphrase_given, ci, container } = surroundings;
            (!(passphrase_given || ci || container || in_user_namespace())).then_some(DEFAULT)
        }
    }
}

/// Outside of one, every user id stands for itself.
fn in_user_namespace() -> bool {
    let map = std::fs::read_to_string("/proc/self/uid_map").unwrap_or_default();
    !map.split_ascii_whitespace().eq(["0", "0", "4294967295"])
}

/// Any error is a miss.
#[cfg(target_os = "linux")]
pub(super) fn get(id: KeyId) -> Option<VaultKey> {
    super::kernel::read(&name(id)).ok().flatten().filter(|key| key.id() == id)
}

/// Why the kernel would not take it, for `--verbose`; the next command asks the keeper again.
#[cfg(target_os = "linux")]
pub(super) fn put(key: &VaultKey, time: Duration) -> Result<(), String> {
    super::kernel::write(&name(key.id()), key, Some(time))
        .map_err(|error| format!("the kernel keyring does not take the vault key: {error}"))
}

/// After this [`get`] answers nothing, or it is an error.
#[cfg(target_os = "linux")]
pub(super) fn invalidate(id: KeyId) -> Result<()> {
    let removed = super::kernel::remove(&name(id));
    // Where the kernel refuses keyrings altogether, nothing is in them.
    if removed.is_err() && get(id).is_some() {
        return Err(super::errors::cache_stays());
    }
    Ok(())
}

#[cfg(target_os = "linux")]
fn name(id: KeyId) -> String {
    format!("assume cache {id}")
}

#[cfg(not(target_os = "linux"))]
mod none {
    use super::{Duration, KeyId, Result, VaultKey};

    pub(in super::super) fn get(_id: KeyId) -> Option<VaultKey> {
        None
    }

    pub(in super::super) fn put(_key: &VaultKey, _time: Duration) -> Result<(), String> {
        Ok(())
    }

    #[expect(clippy::unnecessary_wraps, reason = "the signature is that of Linux")]
    pub(in super::super) fn invalidate(_id: KeyId) -> Result<()> {
        Ok(())
    }
}

#[cfg(not(target_os = "linux"))]
pub(super) use none::{get, invalidate, put};

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn no_key_is_cached_unasked_where_no_person_gave_it() {
        let machines = [
            Surroundings { passphrase_given: true, ..Surroundings::default() },
            Surroundings { ci: true, ..Surroundings::default() },
            Surroundings { container: true, ..Surroundings::default() },
        ];
        let hour = Duration::from_hours(1);
        for machine in machines {
            assert_eq!(cache_policy(None, machine), None);
            assert_eq!(cache_policy(Some(Cache::For(hour)), machine), Some(hour));
            assert_eq!(cache_policy(Some(Cache::Off), machine), None);
        }
    }
}
