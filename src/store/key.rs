//! The vault key, and the id that tells whether a key is the right one.

use std::fmt;

use chacha20poly1305::XChaCha20Poly1305;
use chacha20poly1305::aead::{AeadInOut, KeyInit};
use data_encoding::HEXLOWER;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::{Zeroize, Zeroizing};

use crate::error::Result;
use crate::files;

pub(super) const KEY_LENGTH: usize = 32;
pub(super) const NONCE_LENGTH: usize = 24;
pub(super) const TAG_LENGTH: usize = 16;

/// 32 random bytes, on the heap so that a move leaves no copy behind; wiped when dropped.
#[derive(Clone)]
pub(super) struct VaultKey(Box<Zeroizing<[u8; KEY_LENGTH]>>);

/// The first 16 bytes of HMAC-SHA256(key, "assume vault 1"). Whatever a keeper or cache answers is checked against it
/// before anything is opened or sealed, so that a planted key seals nothing (security rule 13).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct KeyId([u8; 16]);

/// What was to be opened was sealed with another key, or for another name, or is damaged.
#[derive(Debug)]
pub(super) struct NotSealedByThisKey;

impl VaultKey {
    pub(super) fn random() -> Result<Self> {
        let mut key = Self(Box::new(Zeroizing::new([0; KEY_LENGTH])));
        fill_random(key.0.as_mut_slice())?;
        Ok(key)
    }

    /// `None` unless there are exactly 32 bytes. Wipes what it is given.
    pub(super) fn take(mut bytes: Vec<u8>) -> Option<Self> {
        let key = Self::copy(&bytes);
        bytes.zeroize();
        key
    }

    pub(super) fn copy(bytes: &[u8]) -> Option<Self> {
        let mut key = Self(Box::new(Zeroizing::new([0; KEY_LENGTH])));
        (bytes.len() == KEY_LENGTH).then(|| {
            key.0.copy_from_slice(bytes);
            key
        })
    }

    pub(super) fn bytes(&self) -> &[u8; KEY_LENGTH] {
        &self.0
    }

    pub(super) fn id(&self) -> KeyId {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.as_slice()).expect("HMAC takes a key of any length");
        mac.update(b"assume vault 1");
        let code = mac.finalize().into_bytes();
        let mut id = [0; 16];
        id.copy_from_slice(&code[..16]);
        KeyId(id)
    }

    /// Turns `text` into what only this key opens, in place; returns the tag.
    pub(super) fn seal(&self, nonce: &[u8; NONCE_LENGTH], associated: &[u8], text: &mut [u8]) -> [u8; TAG_LENGTH] {
        let tag = self.cipher().encrypt_inout_detached(nonce.into(), associated, text.into());
        tag.expect("a record is far below the limit of the cipher").into()
    }

    pub(super) fn open(
        &self,
        nonce: &[u8; NONCE_LENGTH],
        associated: &[u8],
        text: &mut [u8],
        tag: &[u8; TAG_LENGTH],
    ) -> Result<(), NotSealedByThisKey> {
        let opened = self.cipher().decrypt_inout_detached(nonce.into(), associated, text.into(), tag.into());
        opened.map_err(|_| NotSealedByThisKey)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(self.bytes().into())
    }
}

impl KeyId {
    /// 32 lower-case hexadecimal digits.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let bytes = HEXLOWER.decode(text.as_bytes()).ok()?;
        bytes.try_into().ok().map(Self)
    }

    pub(super) fn bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

pub(super) fn random_nonce() -> Result<[u8; NONCE_LENGTH]> {
    let mut nonce = [0; NONCE_LENGTH];
    fill_random(&mut nonce)?;
    Ok(nonce)
}

pub(super) fn fill_random(bytes: &mut [u8]) -> Result<()> {
    getrandom::fill(bytes).map_err(files::no_randomness)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_of_a_key_is_fixed_for_ever() {
        // Computed with Python's hmac module: changing it would lose every vault.
        let key = VaultKey::copy(&[7; 32]).unwrap();
        assert_eq!(key.id().to_string(), "9b3b386f47225baffcf22700845aa030");
        assert!(KeyId::parse(&key.id().to_string()) == Some(key.id()));
        assert!(KeyId::parse("../../etc").is_none());
    }

    #[test]
    fn only_the_right_key_and_associated_data_open() {
        let (key, other) = (VaultKey::random().unwrap(), VaultKey::random().unwrap());
        let nonce = random_nonce().unwrap();
        let mut text = *b"secret";
        let tag = key.seal(&nonce, b"name", &mut text);
        assert_ne!(&text, b"secret");
        assert!(other.open(&nonce, b"name", &mut text.clone(), &tag).is_err());
        assert!(key.open(&nonce, b"eman", &mut text.clone(), &tag).is_err());
        key.open(&nonce, b"name", &mut text, &tag).unwrap();
        assert_eq!(&text, b"secret");
    }
}
