//! The keyring of the system: Secret Service, Keychain or Credential Manager. Every call to it runs on a thread of its
//! own with a time limit, since a daemon may hang for ever, and a locked keyring is never unlocked unasked.

use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use zeroize::Zeroizing;

#[cfg(not(target_os = "linux"))]
use super::native as service;
#[cfg(target_os = "linux")]
use super::secret_service as service;
use super::trouble::Trouble;
use super::{Keeper, Place};
use crate::error::Result;
use crate::person::Person;
use crate::store::key::{KeyId, VaultKey};
use crate::store::{KeeperChoice, Options};

pub(super) const LIMIT: Duration = Duration::from_secs(5);
/// In the hook.
pub(super) const HURRIED: Duration = Duration::from_secs(1);
/// While a person may be unlocking in a window.
const WINDOW: Duration = Duration::from_mins(1);
/// A keeper that opens windows by itself is given this long before the person is told to look for one.
const QUIET: Duration = Duration::from_secs(2);

#[derive(Clone, Copy)]
enum Chosen {
    ByName,
    ByItself { wsl: bool },
}

pub(super) struct Keyring {
    person: Arc<dyn Person>,
    hurried: bool,
    allow_plain: bool,
    chosen: Chosen,
    keyrings: Option<PathBuf>,
}

impl Keyring {
    pub(super) fn new(options: &Options, person: Arc<dyn Person>) -> Self {
        let Options { hurried, allow_plain, wsl, ref keyrings, keeper, .. } = *options;
        let chosen = if keeper == KeeperChoice::Auto { Chosen::ByItself { wsl } } else { Chosen::ByName };
        Self { person, hurried, allow_plain, chosen, keyrings: keyrings.clone() }
    }

    /// One call; where the keyring is locked and a person is there, a window may open once.
    fn call<T: Send + 'static>(
        &self,
        id: KeyId,
        action: impl Fn(KeyId) -> Result<T, Trouble> + Clone + Send + 'static,
    ) -> Result<T, Trouble> {
        let attempt = || {
            let action = action.clone();
            self.within(move || action(id))
        };
        match attempt() {
            // A Keychain that opens windows has had its chance: over SSH it opens none.
            Err(Trouble::Locked) if self.may_open_a_window() && !service::OPENS_WINDOWS => {
                self.person.tell("The keyring is locked: waiting up to 60 seconds for its window.");
                within(WINDOW, move || service::unlock(id)).map_err(Trouble::of_window).and_then(|()| attempt())
            }
            done => done,
        }
    }

    fn within<T: Send + 'static>(
        &self,
        action: impl FnOnce() -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, Trouble> {
        if !self.may_open_a_window() {
            let limit = if self.hurried { HURRIED } else { LIMIT };
            return within(limit, move || service::without_windows(action));
        }
        if !service::OPENS_WINDOWS {
            return within(LIMIT, action);
        }
        let answer = start(action);
        answer.recv_timeout(QUIET).unwrap_or_else(|_| {
            self.person.tell("Waiting up to 60 seconds for the keyring: it may have opened a window.");
            answer.recv_timeout(WINDOW).unwrap_or(Err(Trouble::Silent(WINDOW)))
        })
    }

    fn may_open_a_window(&self) -> bool {
        !self.hurried && self.person.is_there()
    }

    /// The file of a keyring without a password that has our key in clear (security rule 17).
    fn in_clear(&self, id: KeyId) -> Option<PathBuf> {
        let files = std::fs::read_dir(self.keyrings.as_ref()?).ok()?;
        let mut paths = files.filter_map(|file| Some(file.ok()?.path()));
        paths.find(|path| path.extension().is_some_and(|extension| extension == "keyring") && holds_in_clear(path, id))
    }
}

impl Keeper for Keyring {
    fn fetch(&self, place: &Place<'_>) -> Result<Option<VaultKey>> {
        self.call(place.id, service::fetch).map_err(Trouble::into_error)
    }

    fn keep(&self, place: &Place<'_>, key: &VaultKey) -> Result<()> {
        let key = key.clone();
        let kept = self.call(place.id, move |id| service::keep(id, &key));
        kept.map_err(|trouble| match self.chosen {
            Chosen::ByItself { wsl } => trouble.into_choice(wsl),
            Chosen::ByName => trouble.into_error(),
        })?;
        match self.in_clear(place.id) {
            Some(file) if !self.allow_plain => {
                self.discard(place)?;
                Err(Trouble::InClear(file).into_error())
            }
            _ => Ok(()),
        }
    }

    fn discard(&self, place: &Place<'_>) -> Result<()> {
        self.call(place.id, service::discard).map_err(Trouble::into_error)
    }
}

/// Whether this is a file of gnome-keyring that is not encrypted and names our item.
fn holds_in_clear(path: &std::path::Path, id: KeyId) -> bool {
    let mut text = Zeroizing::new(Vec::new());
    let Ok(file) = std::fs::File::open(path) else { return false };
    // Such a file is text of a few KiB; an encrypted one ends the look after its first line.
    let _ = file.take(16 << 20).read_to_end(&mut text);
    let id = id.to_string();
    text.starts_with(b"[keyring]") && text.windows(id.len()).any(|part| part == id.as_bytes())
}

pub(super) fn within<T: Send + 'static>(
    limit: Duration,
    action: impl FnOnce() -> Result<T, Trouble> + Send + 'static,
) -> Result<T, Trouble> {
    start(action).recv_timeout(limit).unwrap_or(Err(Trouble::Silent(limit)))
}

/// A thread that hangs is left behind; it ends with the process.
fn start<T: Send + 'static>(
    action: impl FnOnce() -> Result<T, Trouble> + Send + 'static,
) -> mpsc::Receiver<Result<T, Trouble>> {
    let (answer, answers) = mpsc::channel();
    std::thread::spawn(move || {
        // Nobody listens any more once the time is up.
        let _ = answer.send(action());
    });
    answers
}
