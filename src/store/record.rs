//! The form of a sealed record: a header that anyone with the file can read, and a payload that only the vault key opens.
//!
//! | bytes | what |
//! |---|---|
//! | 7 | `ASSUME\0` |
//! | 1 | version of this form |
//! | 4 | length of the header, little endian |
//! | … | the header, JSON |
//! | 24 | nonce |
//! | … | the payload, JSON, sealed by XChaCha20-Poly1305 |
//! | 16 | tag |
//!
//! The associated data are the length-prefixed parts of the record's name and everything before the nonce. So no record
//! can take the place of another, and no header can be changed (security rule 14).

use std::io::{self, Write};

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::key::{NONCE_LENGTH, TAG_LENGTH, VaultKey, random_nonce};
use super::{Header, Payload, Record, RecordId};
use crate::error::Result;
use crate::identity::SessionId;

/// More than ten times the largest record there is: a client registration of 4 KB with its tokens.
pub(super) const LARGEST: u64 = 256 * 1024;

const MAGIC: &[u8; 7] = b"ASSUME\0";
const VERSION: u8 = 1;
const PREFIX: usize = MAGIC.len() + 1 + 4;

/// Why a record is refused.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    /// Cut, altered, or not a record at all.
    Damaged,
    /// A sound record, but of another name than the file says.
    Foreign,
    /// Written by a later version of the program.
    Newer,
}

/// The name of the file: hex SHA-256 of the parts.
pub(super) fn file_name(kind: &str, id: &RecordId) -> String {
    HEXLOWER.encode(&Sha256::digest(name_parts(kind, id)))
}

pub(super) fn is_file_name(name: &str) -> bool {
    name.len() == 64 && HEXLOWER.decode(name.as_bytes()).is_ok()
}

pub(super) fn seal<P: Payload>(key: &VaultKey, header: &Header, payload: &P) -> Result<Vec<u8>> {
    let mut bytes = prefix(header);
    let mut plain = Plain(Zeroizing::new(Vec::with_capacity(8 * 1024)));
    serde_json::to_writer(&mut plain, payload).expect("payloads are plain structures");
    let nonce = random_nonce()?;
    let associated = [name_parts(&header.kind, &header.id).as_slice(), &bytes].concat();
    let tag = key.seal(&nonce, &associated, &mut plain.0);
    bytes.extend_from_slice(&nonce);
    bytes.extend_from_slice(&plain.0);
    bytes.extend_from_slice(&tag);
    Ok(bytes)
}

/// The header as it stands in the file, not proved by the key.
pub(super) fn header(bytes: &[u8]) -> Result<Header, Flaw> {
    split(bytes).map(|parts| parts.header)
}

/// Opens a record that must be of this kind and id.
pub(super) fn open<P: Payload>(key: &VaultKey, id: &RecordId, bytes: &[u8]) -> Result<Record<P>, Flaw> {
    let parts = split(bytes)?;
    if parts.header.kind != P::KIND || parts.header.id != *id {
        return Err(Flaw::Foreign);
    }
    let associated = [name_parts(P::KIND, id).as_slice(), parts.before_nonce].concat();
    let mut plain = Zeroizing::new(parts.sealed.to_vec());
    key.open(parts.nonce, &associated, &mut plain, parts.tag).map_err(|_| Flaw::Damaged)?;
    // Sealed by us and yet not understood: another version of the program has other fields.
    let payload = serde_json::from_slice(&plain).map_err(|_| Flaw::Newer)?;
    Ok(Record { header: parts.header, payload })
}

/// Names the marker of a session, or of the keys of a role, whatever the kind of their records.
pub(super) fn short_hash(id: &RecordId) -> String {
    HEXLOWER.encode(&Sha256::digest(name_parts("", id))[..16])
}

struct Parts<'a> {
    header: Header,
    before_nonce: &'a [u8],
    nonce: &'a [u8; NONCE_LENGTH],
    sealed: &'a [u8],
    tag: &'a [u8; TAG_LENGTH],
}

fn split(bytes: &[u8]) -> Result<Parts<'_>, Flaw> {
    let (magic, rest) = bytes.split_first_chunk::<{ MAGIC.len() }>().ok_or(Flaw::Damaged)?;
    let (&[version], rest) = rest.split_first_chunk::<1>().ok_or(Flaw::Damaged)?;
    match version {
        _ if magic != MAGIC => return Err(Flaw::Damaged),
        VERSION => {}
        0 => return Err(Flaw::Damaged),
        _ => return Err(Flaw::Newer),
    }
    let (length, rest) = rest.split_first_chunk::<4>().ok_or(Flaw::Damaged)?;
    let length = usize::try_from(u32::from_le_bytes(*length)).map_err(|_| Flaw::Damaged)?;
    let (header, rest) = rest.split_at_checked(length).ok_or(Flaw::Damaged)?;
    let (nonce, rest) = rest.split_first_chunk().ok_or(Flaw::Damaged)?;
    let (sealed, tag) = rest.split_last_chunk().ok_or(Flaw::Damaged)?;
    let header = serde_json::from_slice(header).map_err(|_| Flaw::Damaged)?;
    Ok(Parts { header, before_nonce: &bytes[..PREFIX + length], nonce, sealed, tag })
}

fn prefix(header: &Header) -> Vec<u8> {
    let header = serde_json::to_vec(header).expect("a header is a plain structure");
    let length = u32::try_from(header.len()).expect("a header is short");
    [MAGIC.as_slice(), &[VERSION], &length.to_le_bytes(), &header].concat()
}

/// Each part with its length before it: no two different names have the same bytes.
fn name_parts(kind: &str, id: &RecordId) -> Vec<u8> {
    let RecordId { session: SessionId { name, start_url, region }, account, role } = id;
    let mut bytes = Vec::new();
    for part in [kind, name, start_url, region, account, role] {
        bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
        bytes.extend_from_slice(part.as_bytes());
    }
    bytes
}

/// A buffer that wipes what it leaves behind when it grows.
struct Plain(Zeroizing<Vec<u8>>);

impl Write for Plain {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let needed = self.0.len() + bytes.len();
        if needed > self.0.capacity() {
            let mut larger = Zeroizing::new(Vec::with_capacity(needed * 2));
            larger.extend_from_slice(&self.0);
            self.0 = larger;
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
