//! The vault: sealed records, and the keepers of its key. Knows nothing of AWS.
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use serde::Deserialize;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::clock::Timestamp;
use crate::error::Result;
use crate::files::Lock;
use crate::identity::SessionId;
use crate::person::Person;
use crate::secret::Secret;

/// What may be sealed. Its secret fields name `secret::seal`.
pub trait Payload: Serialize + DeserializeOwned {
    /// `token`, `registration`, `role-keys`, `pending-sign-in`, …
    const KIND: &'static str;
}

/// Which record: its file name is the hex SHA-256 of these, length-prefixed, with the kind of the payload.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RecordId {
    pub session: SessionId,
    /// Empty for what belongs to the whole session.
    pub account: String,
    pub role: String,
}

/// What is readable without the key, and authenticated with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    pub kind: String,
    pub id: RecordId,
    /// When AWS issued it, by AWS's clock, and when we got it by the local one.
    pub issued: Option<Timestamp>,
    pub received: Timestamp,
    pub expires: Timestamp,
    /// Until when it can be renewed without a person (tokens with a refresh token).
    pub renewable_until: Option<Timestamp>,
    /// SHA-256 of the last 16 access key ids issued for this identity, newest first (security rule 9).
    pub key_hashes: Vec<String>,
    pub counter: u64,
}

pub struct Record<P> {
    pub header: Header,
    pub payload: P,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeeperChoice {
    Auto,
    Keyring,
    File,
    Keyutils,
}

pub struct Options {
    pub keeper: KeeperChoice,
    /// How long the vault key stays in the kernel keyring; `None`: not at all.
    pub cache: Option<std::time::Duration>,
    pub allow_plain: bool,
    /// `ASSUME_STORE_PASSPHRASE`.
    pub passphrase: Option<Secret>,
    /// In the hook: 1 s and never a window.
    pub hurried: bool,
}

/// The generation numbers before a request; a save under an older one is refused (security rule 18).
#[derive(Clone, Debug)]
pub struct Ticket;

#[derive(Debug, PartialEq, Eq)]
pub enum Saved {
    Stored,
    /// `lock` or `logout` came between: nothing was written, revoke what you got.
    Outdated,
}

pub struct Store;

impl Store {
    pub fn open(_state: &Path, _options: Options, _person: Arc<dyn Person>) -> Result<Self> {
        todo!()
    }
    pub fn headers(&self) -> Result<Vec<Header>> {
        todo!()
    }
    pub fn header<P: Payload>(&self, _id: &RecordId) -> Result<Option<Header>> {
        todo!()
    }
    pub fn load<P: Payload>(&self, _id: &RecordId) -> Result<Option<Record<P>>> {
        todo!()
    }
    pub fn ticket(&self, _session: &SessionId) -> Result<Ticket> {
        todo!()
    }
    /// Sets kind, id and counter of the header itself.
    pub fn save<P: Payload>(&self, _id: &RecordId, _record: Record<P>, _ticket: &Ticket) -> Result<Saved> {
        todo!()
    }
    pub fn remove<P: Payload>(&self, _id: &RecordId) -> Result<bool> {
        todo!()
    }
    /// The single flight of one record: kernel lock.
    pub fn flight(
        &self,
        _what: &str,
        _id: &RecordId,
        _deadline: Option<Instant>,
        _waiting: &mut dyn FnMut(),
    ) -> Result<Option<Lock>> {
        todo!()
    }
    /// `assume lock`.
    pub fn lock_down(&self) -> Result<()> {
        todo!()
    }
    pub fn is_locked(&self) -> Result<bool> {
        todo!()
    }
    /// Raises the session's generation and removes all its records.
    pub fn forget(&self, _session: &SessionId) -> Result<()> {
        todo!()
    }
    /// `logout --all`: raises every generation, removes all records, replaces the vault key.
    pub fn forget_all(&self) -> Result<()> {
        todo!()
    }
    /// An ordinary file of the state folder (account names, uses, back-off).
    pub fn folder(&self) -> &crate::files::Folder {
        todo!()
    }
}
