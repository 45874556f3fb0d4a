//! The vault key in a file, wrapped by a key derived from a passphrase with Argon2id.
//!
//! | bytes | what |
//! |---|---|
//! | 8 | `ASSUMEK`, version of this form |
//! | 12 | Argon2id: memory in KiB, passes, lanes; little endian |
//! | 16 | salt |
//! | 24 | nonce |
//! | 48 | the vault key, sealed by XChaCha20-Poly1305, and the tag |
//! | 32 | SHA-256 of all before it |
//!
//! The associated data are everything before the nonce, and the key id. The last part tells a damaged file from a wrong
//! passphrase; it protects from accidents only, the tag from everything else.

use std::sync::{Arc, OnceLock};

use argon2::{Algorithm, Argon2, Params, Version};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::{Keeper, Place};
use crate::error::Result;
use crate::person::Person;
use crate::secret::Secret;
use crate::store::errors;
use crate::store::key::{KEY_LENGTH, KeyId, NONCE_LENGTH, TAG_LENGTH, VaultKey, fill_random, random_nonce};

const FILE: &str = "key";
const MAGIC: &[u8; 8] = b"ASSUMEK\x01";
const SALT_LENGTH: usize = 16;
/// Where the nonce begins.
const CLEAR: usize = MAGIC.len() + 12 + SALT_LENGTH;
const LENGTH: usize = CLEAR + NONCE_LENGTH + KEY_LENGTH + TAG_LENGTH + 32;

/// What new files are written with: 19 MiB, 2 passes, 1 lane.
const COST: Cost = Cost { memory: 19 * 1024, passes: 2, lanes: 1 };
const SHORTEST: usize = 12;
const TRIES: u32 = 3;

pub(super) struct PassphraseFile {
    /// `ASSUME_STORE_PASSPHRASE`.
    given: Option<Secret>,
    /// What the person has just chosen, so that reading the new key back does not ask a third time.
    chosen: OnceLock<Secret>,
    person: Arc<dyn Person>,
}

#[derive(Clone, Copy)]
struct Cost {
    /// KiB.
    memory: u32,
    passes: u32,
    lanes: u32,
}

impl PassphraseFile {
    pub(super) fn new(given: Option<Secret>, person: Arc<dyn Person>) -> Self {
        Self { given, chosen: OnceLock::new(), person }
    }

    fn new_passphrase(&self) -> Result<Secret> {
        let passphrase = match &self.given {
            Some(given) => given.clone(),
            None if self.person.is_there() => {
                let first = self.person.passphrase("New passphrase for the vault (12 characters or more)")?;
                checked(&first)?;
                if self.person.passphrase("The same once more")? != first {
                    return Err(errors::passphrase_refused("was not typed the same twice"));
                }
                first
            }
            None => return Err(errors::new_passphrase_wanted()),
        };
        checked(&passphrase)?;
        Ok(passphrase)
    }
}

impl Keeper for PassphraseFile {
    fn fetch(&self, place: &Place<'_>) -> Result<Option<VaultKey>> {
        let Some(bytes) = place.folder.read(FILE, 4096)? else { return Ok(None) };
        let wrapped =
            Wrapped::parse(&bytes).ok_or_else(|| errors::damaged_key_file(&place.folder.path().join(FILE)))?;
        if let Some(key) = self.chosen.get().and_then(|chosen| wrapped.open(chosen, place.id)) {
            return Ok(Some(key));
        }
        if let Some(given) = &self.given {
            if given.is_empty() {
                return Err(errors::passphrase_refused("is empty"));
            }
            return wrapped.open(given, place.id).map(Some).ok_or_else(|| errors::passphrase_wrong(true));
        }
        if !self.person.is_there() {
            return Err(errors::passphrase_wanted());
        }
        for left in (0..TRIES).rev() {
            if let Some(key) = wrapped.open(&self.person.passphrase("Passphrase of the vault")?, place.id) {
                return Ok(Some(key));
            }
            if left > 0 {
                self.person.tell("That is not the passphrase.");
            }
        }
        Err(errors::passphrase_wrong(false))
    }

    fn keep(&self, place: &Place<'_>, key: &VaultKey) -> Result<()> {
        let passphrase = self.new_passphrase()?;
        place.folder.write(FILE, &wrap(key, &passphrase, place.id)?)?;
        // Nothing is lost where it was set already: then it is asked for.
        let _ = self.chosen.set(passphrase);
        Ok(())
    }

    fn discard(&self, place: &Place<'_>) -> Result<()> {
        place.folder.remove(FILE).map(drop)
    }
}

fn checked(passphrase: &Secret) -> Result<()> {
    match passphrase.expose().chars().count() {
        0 => Err(errors::passphrase_refused("is empty")),
        length if length < SHORTEST => Err(errors::passphrase_refused("is too short")),
        _ => Ok(()),
    }
}

fn wrap(key: &VaultKey, passphrase: &Secret, id: KeyId) -> Result<Vec<u8>> {
    let mut salt = [0; SALT_LENGTH];
    fill_random(&mut salt)?;
    let nonce = random_nonce()?;
    let mut bytes = MAGIC.to_vec();
    for number in [COST.memory, COST.passes, COST.lanes] {
        bytes.extend_from_slice(&number.to_le_bytes());
    }
    bytes.extend_from_slice(&salt);
    let wrapping = COST.derive(passphrase, &salt).expect("our own parameters are valid");
    let mut text = Zeroizing::new(key.bytes().to_vec());
    let tag = wrapping.seal(&nonce, &[&bytes[..], id.bytes()].concat(), &mut text);
    for part in [&nonce[..], &text, &tag] {
        bytes.extend_from_slice(part);
    }
    let sum = Sha256::digest(&bytes);
    bytes.extend_from_slice(&sum);
    Ok(bytes)
}

/// A key file that is whole, with parameters within their bounds (security rule 14).
struct Wrapped<'a> {
    clear: &'a [u8; CLEAR],
    cost: Cost,
    salt: &'a [u8; SALT_LENGTH],
    nonce: &'a [u8; NONCE_LENGTH],
    sealed: &'a [u8; KEY_LENGTH],
    tag: &'a [u8; TAG_LENGTH],
}

impl<'a> Wrapped<'a> {
    fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (rest, sum) = bytes.split_last_chunk::<32>()?;
        if bytes.len() != LENGTH || Sha256::digest(rest).as_slice() != sum {
            return None;
        }
        let (clear, rest) = rest.split_first_chunk::<CLEAR>()?;
        let (nonce, rest) = rest.split_first_chunk()?;
        let (sealed, tag) = rest.split_first_chunk()?;
        let (magic, parameters) = clear.split_first_chunk()?;
        let (numbers, salt) = parameters.split_first_chunk::<12>()?;
        let number = |at: usize| u32::from_le_bytes([numbers[at], numbers[at + 1], numbers[at + 2], numbers[at + 3]]);
        let cost = Cost { memory: number(0), passes: number(4), lanes: number(8) };
        (magic == MAGIC && cost.is_bounded()).then_some(Self {
            clear,
            cost,
            salt: salt.try_into().ok()?,
            nonce,
            sealed,
            tag: tag.try_into().ok()?,
        })
    }

    /// `None`: not this passphrase.
    fn open(&self, passphrase: &Secret, id: KeyId) -> Option<VaultKey> {
        let mut text = Zeroizing::new(*self.sealed);
        let wrapping = self.cost.derive(passphrase, self.salt)?;
        wrapping.open(self.nonce, &[&self.clear[..], id.bytes()].concat(), &mut text[..], self.tag).ok()?;
        VaultKey::copy(&text[..])
    }
}

/// KiB and passes that a key file asks for, if it is one.
#[cfg(any(test, fuzzing))]
pub(in crate::store) fn cost_of_key_file(bytes: &[u8]) -> Option<(u32, u32)> {
    Wrapped::parse(bytes).map(|wrapped| (wrapped.cost.memory, wrapped.cost.passes))
}

/// `bytes` as a key file of the right length and with the right sum, which chance would not meet.
#[cfg(any(test, fuzzing))]
pub(in crate::store) fn with_its_sum(bytes: &[u8]) -> Vec<u8> {
    let mut whole = MAGIC.to_vec();
    whole.extend_from_slice(bytes);
    whole.resize(LENGTH - 32, 0);
    let sum = Sha256::digest(&whole);
    whole.extend_from_slice(&sum);
    whole
}

impl Cost {
    /// Neither so cheap that guessing is easy, nor so dear that a planted file stops the machine.
    fn is_bounded(self) -> bool {
        (19 * 1024..=256 * 1024).contains(&self.memory)
            && (1..=10).contains(&self.passes)
            && (1..=4).contains(&self.lanes)
    }

    fn derive(self, passphrase: &Secret, salt: &[u8]) -> Option<VaultKey> {
        let params = Params::new(self.memory, self.passes, self.lanes, Some(KEY_LENGTH)).ok()?;
        let mut derived = Zeroizing::new([0; KEY_LENGTH]);
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        argon2.hash_password_into(passphrase.expose().as_bytes(), salt, &mut derived[..]).ok()?;
        VaultKey::copy(&derived[..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_passphrase_is_told_from_damage() {
        let key = VaultKey::random().unwrap();
        let bytes = wrap(&key, &"correct horse battery".into(), key.id()).unwrap();
        let wrapped = Wrapped::parse(&bytes).unwrap();
        assert!(wrapped.open(&"correct horse batterz".into(), key.id()).is_none());
        assert_eq!(wrapped.open(&"correct horse battery".into(), key.id()).unwrap().bytes(), key.bytes());
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1;
            assert!(Wrapped::parse(&damaged).is_none(), "byte {at}");
            assert!(Wrapped::parse(&bytes[..at]).is_none(), "cut at {at}");
        }
    }

    #[test]
    fn a_key_file_of_another_vault_does_not_open() {
        let (key, other) = (VaultKey::random().unwrap(), VaultKey::random().unwrap());
        let bytes = wrap(&key, &"correct horse battery".into(), key.id()).unwrap();
        assert!(Wrapped::parse(&bytes).unwrap().open(&"correct horse battery".into(), other.id()).is_none());
    }

    #[test]
    fn parameters_out_of_bounds_are_refused_before_any_work() {
        let key = VaultKey::random().unwrap();
        let mut bytes = wrap(&key, &"correct horse battery".into(), key.id()).unwrap();
        for (memory, passes, lanes) in [(1024, 2, 1), (300 * 1024, 2, 1), (19 * 1024, 11, 1), (19 * 1024, 2, 64)] {
            for (at, number) in [(8, memory), (12, passes), (16, lanes)] {
                bytes[at..at + 4].copy_from_slice(&u32::to_le_bytes(number));
            }
            let sum = Sha256::digest(&bytes[..LENGTH - 32]);
            bytes[LENGTH - 32..].copy_from_slice(&sum);
            assert!(Wrapped::parse(&bytes).is_none());
        }
    }
}
