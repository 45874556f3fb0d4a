//! What a vault holds: records, each under an id, and what is readable of them without the key.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::marks::Marker;
use super::record::short_hash;
use crate::clock::Timestamp;
use crate::identity::SessionId;

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

impl RecordId {
    /// Of what belongs to the whole session.
    #[must_use]
    pub fn of_session(session: &SessionId) -> Self {
        Self { session: session.clone(), account: String::new(), role: String::new() }
    }

    /// A name for what is kept beside the record, in an ordinary file.
    #[must_use]
    pub fn short_name(&self) -> String {
        short_hash(self)
    }

    /// The marker that a change of this record moves.
    pub(super) fn marker(&self) -> Marker<'_> {
        if self.account.is_empty() { Marker::Session(&self.session) } else { Marker::Role(self) }
    }
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

/// The generation numbers before a request; a save under an older one is refused (security rule 18).
#[derive(Clone, Debug)]
pub struct Ticket {
    pub(super) key_id: String,
    pub(super) lock: u64,
    pub(super) session: u64,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Saved {
    Stored,
    /// `lock` or `logout` came between: nothing was written, revoke what you got.
    Outdated,
}
