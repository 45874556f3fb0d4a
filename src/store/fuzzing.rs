//! What rests in the state folder, whoever wrote it.

use serde::{Deserialize, Serialize};

use super::key::{KEY_LENGTH, KeyId, VaultKey};
use super::record::{self, Flaw};
use super::{Header, Payload, RecordId, errors, keeper, marks, vault};
use crate::clock::Timestamp;
use crate::fuzzing::{SECRET, assert_fit, holds_secret, parts, texts};
use crate::identity::SessionId;
use crate::secret::{self, Secret};

#[derive(Serialize, Deserialize)]
struct Sealed {
    #[serde(serialize_with = "secret::seal")]
    secret: Secret,
}

impl Payload for Sealed {
    const KIND: &'static str = "fuzzed";
}

fn key() -> VaultKey {
    VaultKey::copy(&[7; KEY_LENGTH]).expect("it has the length of a key")
}

fn refused(flaw: &Flaw, id: &RecordId, kind: &str) {
    let path = std::path::Path::new("/state/vault/record");
    assert_fit(&errors::record(flaw, kind, id, path));
    assert_fit(&errors::nameless(flaw, path));
}

/// Bytes that were not sealed here do not open; those that were open as what they are, and not once a bit of them is changed,
/// nor under another name.
pub fn sealed_record(data: &[u8]) {
    if holds_secret(data) {
        return;
    }
    let key = key();
    let [raw, change, rest] = parts(data);
    let [name, start_url, account, role] = texts(rest);
    let session = SessionId { name, start_url, region: "us-east-1".into() };
    let id = RecordId { session, account, role };

    assert!(record::open::<Sealed>(&key, &id, raw).is_err(), "it opened what nobody sealed");
    match record::header(raw) {
        Ok(header) => assert!(record::open::<Sealed>(&key, &header.id, raw).is_err(), "it opened what nobody sealed"),
        Err(flaw) => refused(&flaw, &id, Sealed::KIND),
    }

    let header = Header {
        kind: Sealed::KIND.into(),
        id: id.clone(),
        issued: None,
        received: Timestamp::UNIX_EPOCH,
        expires: Timestamp::MAX,
        renewable_until: None,
        key_hashes: Vec::new(),
        counter: 1,
    };
    let sealed = record::seal(&key, &header, &Sealed { secret: SECRET.into() }).expect("there is randomness");
    assert!(!sealed.windows(SECRET.len()).any(|window| window == SECRET.as_bytes()), "it is in the clear");
    assert!(record::is_file_name(&record::file_name(Sealed::KIND, &id)));
    let opened = record::open::<Sealed>(&key, &id, &sealed).unwrap_or_else(|_| panic!("what was sealed does not open"));
    assert!(opened.header == header && opened.payload.secret.expose() == SECRET);

    let other = RecordId { role: format!("{}x", id.role), ..id.clone() };
    assert_eq!(record::open::<Sealed>(&key, &other, &sealed).err(), Some(Flaw::Foreign));
    if let [high, low, bits, ..] = *change
        && bits != 0
    {
        let mut changed = sealed;
        let at = usize::from(u16::from_be_bytes([high, low])) % changed.len();
        changed[at] ^= bits;
        assert!(record::open::<Sealed>(&key, &id, &changed).is_err(), "a change at byte {at} was not seen");
    }
}

/// A key file, whole or not; a planted one costs no more than its bounds. And what `assume.exe` answers in WSL: only its own
/// form is read.
pub fn key_file(data: &[u8]) {
    for bytes in [data.to_vec(), keeper::with_its_sum(data)] {
        if let Some((memory, passes)) = keeper::cost_of_key_file(&bytes) {
            assert!((19 * 1024..=256 * 1024).contains(&memory) && (1..=10).contains(&passes), "{memory} KiB, {passes}");
        }
    }
    #[cfg(any(target_os = "linux", windows))]
    assert!(keeper::answer_is_as_written(data));
}

/// Markers, the id of the vault and the note on its keeper.
pub fn state_files(data: &[u8]) {
    let [mark, id, note] = parts(data);
    if let Some(read) = marks::parse(mark) {
        assert_eq!(marks::parse(read.written().as_bytes()), Some(read));
        let next = read.changed();
        assert_ne!(next.number, read.number, "a shell would see no change");
        assert_eq!(marks::parse(next.written().as_bytes()), Some(next), "a change makes it unreadable");
    }
    if let Some(read) = std::str::from_utf8(id).ok().and_then(KeyId::parse) {
        assert_eq!(read.to_string().as_bytes(), id);
    }
    if let Some(note) = std::str::from_utf8(note).ok().and_then(vault::Note::parse) {
        let _ = note.other_machine();
    }
}
