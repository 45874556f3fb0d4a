//! Renewals that failed: no shell tries the same keys again too soon. Shared by all shells, in an ordinary file.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::record_id;
use crate::clock::{SignedDuration, Timestamp};
use crate::error::{Error, Kind};
use crate::identity::RoleId;
use crate::store::{Marker, Store};

const FOLDER: &str = "backoff";
const LARGEST: u64 = 4096;

const FIRST: u64 = 30;
const MOST: u64 = 600;

/// How the last renewal failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backoff {
    /// By the local clock.
    at: Timestamp,
    /// Seconds until the next try.
    pause: u64,
    /// What the marker of the session said: after a sign-in the next try is at once.
    session: u64,
    /// The exit code that stands for the kind of failure.
    code: u8,
    pub message: String,
    pub hint: String,
}

impl Backoff {
    /// `None` where nothing failed since the last sign-in, and where the file cannot be read.
    #[must_use]
    pub fn read(store: &Store, role: &RoleId) -> Option<Self> {
        let folder = store.folder().existing_subfolder(FOLDER).ok()??;
        let bytes = folder.read(&name(role), LARGEST).ok()??;
        let kept: Self = serde_json::from_slice(&bytes).ok()?;
        (kept.session == session_number(store, role)).then_some(kept)
    }

    /// Notes a failure: 30 s until the next try, twice as long after each further one, 10 minutes at most.
    pub fn note(store: &Store, role: &RoleId, error: &Error, now: Timestamp) {
        let pause = Self::read(store, role).map_or(FIRST, |earlier| earlier.next_pause());
        let kept = Self {
            at: now,
            pause,
            session: session_number(store, role),
            code: error.exit_code(),
            message: error.message().chars().take(500).collect(),
            hint: error.hint().chars().take(500).collect(),
        };
        // Where it can't be written each shell has only the pause that the hook itself keeps.
        if let (Ok(folder), Ok(text)) = (store.folder().subfolder(FOLDER), serde_json::to_vec(&kept)) {
            let _ = folder.write(&name(role), &text);
        }
    }

    pub(super) fn next_pause(&self) -> u64 {
        self.pause.saturating_mul(2).clamp(FIRST, MOST)
    }

    pub fn clear(store: &Store, role: &RoleId) {
        if let Ok(Some(folder)) = store.folder().existing_subfolder(FOLDER) {
            let _ = folder.remove(&name(role));
        }
    }

    /// How long until the next try; `None` when it may be made.
    #[must_use]
    pub fn left(&self, now: Timestamp) -> Option<Duration> {
        let passed = now.duration_since(self.at);
        let pause = SignedDuration::from_secs(i64::try_from(self.pause.min(MOST)).unwrap_or(0));
        // A clock that was set back proves nothing.
        if passed.is_negative() || passed >= pause {
            return None;
        }
        Duration::try_from(pause - passed).ok()
    }

    /// Whether it was noted at that time of the local clock or later.
    #[must_use]
    pub fn is_since(&self, time: Timestamp) -> bool {
        self.at >= time
    }

    #[must_use]
    pub fn needs_sign_in(&self) -> bool {
        self.code == Kind::SignInNeeded as u8
    }

    #[must_use]
    pub fn needs_unlocking(&self) -> bool {
        self.code == Kind::Keeper as u8
    }

    #[must_use]
    pub fn is_refusal(&self) -> bool {
        [Kind::Refused as u8, Kind::NotFound as u8].contains(&self.code)
    }
}

fn session_number(store: &Store, role: &RoleId) -> u64 {
    store.markers([Marker::Session(&role.session)]).map_or(0, |[seen]| seen.number)
}

fn name(role: &RoleId) -> String {
    record_id(role).short_name()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(pause: u64) -> Backoff {
        Backoff { at: Timestamp::UNIX_EPOCH, pause, session: 0, code: 6, message: String::new(), hint: String::new() }
    }

    #[test]
    fn no_file_makes_a_shell_wait_longer_than_ten_minutes() {
        let now = Timestamp::UNIX_EPOCH;
        assert_eq!(kept(u64::MAX).left(now), Some(Duration::from_mins(10)));
        assert_eq!(kept(u64::MAX).next_pause(), 600);
    }

    #[test]
    fn the_next_try_waits_for_the_pause_and_not_for_a_clock_that_was_set_back() {
        let at = |seconds| Timestamp::from_second(seconds).unwrap();
        assert_eq!(kept(30).left(at(10)), Some(Duration::from_secs(20)));
        assert_eq!(kept(30).left(at(30)), None);
        assert_eq!(kept(600).left(at(-5)), None);
    }
}
