//! What others need to know of a sign-in that is under way, or ended without a token: an ordinary file of the state
//! folder, without any secret.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Flow, IdentityCenter};
use crate::clock::{SignedDuration, Timestamp};
use crate::error::Result;
use crate::files::Folder;
use crate::identity::SessionId;
use crate::store::Store;

/// For so long an abandoned sign-in is not offered again to a caller without a terminal.
const NOT_AGAIN: SignedDuration = SignedDuration::from_mins(5);
const LIMIT: u64 = 4096;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Attempt {
    pub flow: Flow,
    /// By the local clock: when it began, or ended.
    pub at: Timestamp,
    /// How it ended, as the end of a sentence ("was denied in the browser"); `None`: it is under way, or its holder was
    /// killed; whoever holds the lock of the session can tell.
    pub ended: Option<String>,
}

impl Attempt {
    /// Whether somebody who began to wait at `since` has waited for this very attempt.
    pub(super) fn ended_after(&self, since: Timestamp) -> Option<&str> {
        self.ended.as_deref().filter(|_| self.at >= since)
    }

    /// Whether its holder was killed or interrupted. Only whoever holds the lock of the session may ask.
    pub(super) fn was_left(&self, flow: Flow) -> bool {
        self.ended.is_none() && self.flow == flow
    }

    /// Whether it ended so lately that nobody is asked again without a terminal. A clock put back does not prolong it.
    pub(super) fn ended_lately(&self, now: Timestamp) -> Option<&str> {
        let ago = now.duration_since(self.at);
        self.ended.as_deref().filter(|_| !ago.is_negative() && ago < NOT_AGAIN)
    }
}

/// A name for files that belong to a session.
pub(super) fn file_name(session: &SessionId) -> String {
    let mut hash = Sha256::new();
    for part in [&session.name, &session.start_url, &session.region] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    format!("{}.json", data_encoding::HEXLOWER.encode(&hash.finalize()[..16]))
}

fn folder(store: &Store) -> Result<Folder> {
    store.folder().subfolder("sign-ins")
}

impl IdentityCenter {
    /// A file that can't be read says nothing; it is replaced by the next attempt.
    pub(super) fn attempt(&self) -> Result<Option<Attempt>> {
        let bytes = folder(&self.store)?.read(&file_name(&self.session.id), LIMIT).unwrap_or_default();
        Ok(bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
    }

    pub(super) fn attempt_begins(&self, flow: Flow) -> Result<()> {
        self.write_attempt(&Attempt { flow, at: self.clock.local(), ended: None })
    }

    pub(super) fn attempt_failed(&self, flow: Flow, how: &str) -> Result<()> {
        self.write_attempt(&Attempt { flow, at: self.clock.local(), ended: Some(how.to_owned()) })
    }

    pub(super) fn attempt_is_over(&self) -> Result<()> {
        folder(&self.store)?.remove(&file_name(&self.session.id)).map(|_| ())
    }

    fn write_attempt(&self, attempt: &Attempt) -> Result<()> {
        let text = serde_json::to_vec(attempt).expect("plain text and times can be written as JSON");
        folder(&self.store)?.write(&file_name(&self.session.id), &text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn an_abandoned_sign_in_counts_for_five_minutes() {
        let ended = Some("was denied".to_owned());
        let attempt = Attempt { flow: Flow::Pkce, at: at("2026-01-01T00:10:00Z"), ended };
        assert!(attempt.ended_lately(at("2026-01-01T00:14:59Z")).is_some());
        assert!(attempt.ended_lately(at("2026-01-01T00:15:00Z")).is_none());
        assert!(attempt.ended_lately(at("2026-01-01T00:09:00Z")).is_none());
        assert!(attempt.ended_after(at("2026-01-01T00:09:00Z")).is_some());
        assert!(attempt.ended_after(at("2026-01-01T00:11:00Z")).is_none());
        let open = Attempt { ended: None, ..attempt };
        assert!(open.ended_lately(at("2026-01-01T00:11:00Z")).is_none());
    }

    #[test]
    fn sessions_that_share_text_have_files_of_their_own() {
        let id = |name: &str, url: &str| SessionId { name: name.into(), start_url: url.into(), region: "r".into() };
        assert_ne!(file_name(&id("ab", "c")), file_name(&id("a", "bc")));
    }
}
