//! The vault: sealed records, and the keepers of its key. Knows nothing of AWS.

mod cache;
mod errors;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod keeper;
#[cfg(target_os = "linux")]
mod kernel;
mod key;
mod kinds;
mod marks;
mod options;
mod record;
#[cfg(test)]
mod tests;
mod unlock;
mod vault;

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::error::{Error, Result};
use crate::files::{Folder, Lock};
use crate::identity::SessionId;
use crate::person::Person;

pub use cache::{Surroundings, cache_policy};
#[cfg(windows)]
pub use keeper::for_wsl;
use key::KeyId;
pub use kinds::{Header, Payload, Record, RecordId, Saved, Ticket};
use marks::Marks;
pub use marks::{Marker, Seen};
pub use options::{KeeperChoice, Options};
use vault::Vault;

/// The vault of one state folder. Opening it touches no keeper; that happens when a key is needed.
pub struct Store {
    state: Folder,
    options: Options,
    person: Arc<dyn Person>,
    held: Mutex<Option<unlock::Held>>,
}

const LOCKS: &str = "locks";
const VAULT_LOCK: &str = "vault";

/// Who holds the vault lock writes a few small files.
const PATIENCE: Duration = Duration::from_secs(10);

impl Store {
    pub fn open(state: &Path, options: Options, person: Arc<dyn Person>) -> Result<Self> {
        Ok(Self { state: Folder::open_private(state)?, options, person, held: Mutex::default() })
    }

    /// Of all sound records, without any key. Not proved: what is decided by them is decided again once opened.
    pub fn headers(&self) -> Result<Vec<Header>> {
        Ok(self.scan()?.into_iter().filter_map(|(_, header)| header.ok()).collect())
    }

    /// As [`Self::headers`], and what is wrong with each record whose header cannot be read, or does not belong to its file.
    pub fn all_headers(&self) -> Result<(Vec<Header>, Vec<Error>)> {
        let (mut sound, mut damaged) = (Vec::new(), Vec::new());
        for (_, header) in self.scan()? {
            match header {
                Ok(header) => sound.push(header),
                Err(error) => damaged.push(error),
            }
        }
        Ok((sound, damaged))
    }

    pub fn header<P: Payload>(&self, id: &RecordId) -> Result<Option<Header>> {
        let Some(vault) = Vault::find(&self.state)? else { return Ok(None) };
        let name = record::file_name(P::KIND, id);
        let Some(bytes) = vault.records.read(&name, record::LARGEST)? else { return Ok(None) };
        let header = record::header(&bytes)
            .and_then(|header| belongs(&header, &name).then_some(header).ok_or(record::Flaw::Foreign));
        header.map(Some).map_err(|flaw| errors::record(&flaw, P::KIND, id, &vault.records.path().join(&name)))
    }

    /// `None` where there is no such record; then no keeper is asked.
    pub fn load<P: Payload>(&self, id: &RecordId) -> Result<Option<Record<P>>> {
        let Some(vault) = Vault::find(&self.state)? else { return Ok(None) };
        let name = record::file_name(P::KIND, id);
        let Some(bytes) = vault.records.read(&name, record::LARGEST)? else { return Ok(None) };
        let Some(key) = self.key_of(&vault)? else { return Ok(None) };
        let opened = record::open(&key, id, &bytes);
        opened.map(Some).map_err(|flaw| errors::record(&flaw, P::KIND, id, &vault.records.path().join(&name)))
    }

    /// To be had before a request whose answer will be saved. Makes sure that the vault can be written: on a first run
    /// the key is made here, so that nobody signs in for nothing.
    pub fn ticket(&self, session: &SessionId) -> Result<Ticket> {
        let marks = Marks::new(&self.state);
        let (lock, session) = (marks.read(Marker::Lock)?, marks.read(Marker::Session(session))?);
        let key_id = self.key_for_writing()?.id().to_string();
        Ok(Ticket { key_id, lock: lock.generation, session: session.generation })
    }

    /// Sets kind, id and counter of the header itself.
    pub fn save<P: Payload>(&self, id: &RecordId, mut record: Record<P>, ticket: &Ticket) -> Result<Saved> {
        let marks = Marks::new(&self.state);
        let is_current = || -> Result<bool> {
            Ok(ticket.lock == marks.read(Marker::Lock)?.generation
                && ticket.session == marks.read(Marker::Session(&id.session))?.generation)
        };
        // Before a keeper is asked, which would undo the lock that came between.
        if !is_current()? {
            return Ok(Saved::Outdated);
        }
        // Outside the vault lock: a keeper may have to wait for a person.
        let key = self.key_for_writing()?;
        let _lock = self.vault_lock()?;
        let Some(vault) = Vault::find(&self.state)? else { return Ok(Saved::Outdated) };
        if !is_current()? || KeyId::parse(&ticket.key_id) != Some(vault.id) || key.id() != vault.id {
            return Ok(Saved::Outdated);
        }
        let name = record::file_name(P::KIND, id);
        let earlier = vault.records.read(&name, record::LARGEST)?.and_then(|bytes| record::header(&bytes).ok());
        record.header.counter = earlier.map_or(0, |header| header.counter).saturating_add(1);
        P::KIND.clone_into(&mut record.header.kind);
        record.header.id = id.clone();
        let sealed = record::seal(&key, &record.header, &record.payload)?;
        if sealed.len() as u64 > record::LARGEST {
            return Err(errors::too_large(P::KIND, id));
        }
        vault.records.write(&name, &sealed)?;
        marks.change(id.marker(), |_| {})?;
        Ok(Saved::Stored)
    }

    /// False where there was none.
    pub fn remove<P: Payload>(&self, id: &RecordId) -> Result<bool> {
        let _lock = self.vault_lock()?;
        let Some(vault) = Vault::find(&self.state)? else { return Ok(false) };
        let removed = vault.records.remove(&record::file_name(P::KIND, id))?;
        if removed {
            Marks::new(&self.state).change(id.marker(), |_| {})?;
        }
        Ok(removed)
    }

    /// The single flight of one record: kernel lock.
    pub fn flight(
        &self,
        what: &str,
        id: &RecordId,
        deadline: Option<Instant>,
        waiting: &mut dyn FnMut(),
    ) -> Result<Option<Lock>> {
        self.state.subfolder(LOCKS)?.lock(&record::file_name(what, id), deadline, waiting)
    }

    /// `assume lock`: no key without a keeper any more, no role keys, and nothing saved that was fetched before.
    pub fn lock_down(&self) -> Result<()> {
        // Where nothing can be written the cached key goes all the same, and where it stays, all else goes.
        if let Ok(Some(vault)) = Vault::find(&self.state) {
            let _ = cache::invalidate(vault.id);
        }
        let _lock = self.vault_lock()?;
        let marks = Marks::new(&self.state);
        let mark = || {
            marks.change(Marker::Lock, |mark| {
                mark.generation = marks::after(mark.generation);
                mark.locked = true;
            })
        };
        let marked = mark();
        *self.held() = None;
        let Some(vault) = Vault::find(&self.state)? else { return marked };
        // Somebody may have filled it before we had the lock.
        let emptied = cache::invalidate(vault.id);
        self.remove_where(&vault, |header| !header.id.account.is_empty())?;
        // On a full disk there is room for it now.
        marked.or_else(|_| mark())?;
        emptied
    }

    pub fn is_locked(&self) -> Result<bool> {
        Ok(Marks::new(&self.state).read(Marker::Lock)?.locked)
    }

    /// Raises the session's generation and removes all its records.
    pub fn forget(&self, session: &SessionId) -> Result<()> {
        let _lock = self.vault_lock()?;
        let mark = || {
            Marks::new(&self.state)
                .change(Marker::Session(session), |mark| mark.generation = marks::after(mark.generation))
        };
        let marked = mark();
        let Some(vault) = Vault::find(&self.state)? else { return marked };
        self.remove_where(&vault, |header| header.id.session == *session)?;
        // On a full disk there is room for it now.
        marked.or_else(|_| mark())
    }

    /// `logout --all`: raises every generation, removes all records, replaces the vault key (the next save makes one).
    pub fn forget_all(&self) -> Result<()> {
        let _lock = self.vault_lock()?;
        Marks::new(&self.state).raise_all()?;
        *self.held() = None;
        match Vault::find(&self.state) {
            Ok(None) => Ok(()),
            Ok(Some(vault)) => self.discard(vault),
            Err(_) => vault::remove_ruins(&self.state),
        }
    }

    /// The files whose first lines a hook watches, which may not be there yet, and what they say now.
    pub fn markers<const N: usize>(&self, markers: [Marker<'_>; N]) -> Result<[Seen; N]> {
        Marks::new(&self.state).look(markers)
    }

    /// An ordinary file of the state folder (account names, uses, back-off).
    pub fn folder(&self) -> &Folder {
        &self.state
    }

    /// Every record of the vault: the name of its file, and its header or what is wrong with it.
    fn scan(&self) -> Result<Vec<(String, Result<Header>)>> {
        match Vault::find(&self.state)? {
            Some(vault) => scan(&vault),
            None => Ok(Vec::new()),
        }
    }

    /// Only under the vault lock.
    fn remove_where(&self, vault: &Vault, which: impl Fn(&Header) -> bool) -> Result<()> {
        for (name, header) in scan(vault)? {
            if let Ok(header) = header
                && which(&header)
            {
                vault.records.remove(&name)?;
                Marks::new(&self.state).change(header.id.marker(), |_| {})?;
            }
        }
        Ok(())
    }

    fn vault_lock(&self) -> Result<Lock> {
        let deadline = Instant::now() + PATIENCE;
        self.state.subfolder(LOCKS)?.lock(VAULT_LOCK, Some(deadline), &mut || {})?.ok_or_else(errors::busy)
    }
}

fn scan(vault: &Vault) -> Result<Vec<(String, Result<Header>)>> {
    let mut found = Vec::new();
    for name in vault.record_names()? {
        let path = vault.records.path().join(&name);
        let header = match vault.records.read(&name, record::LARGEST) {
            // Removed since the listing.
            Ok(None) => continue,
            Ok(Some(bytes)) => match record::header(&bytes) {
                Ok(header) if belongs(&header, &name) => Ok(header),
                Ok(header) => Err(errors::record(&record::Flaw::Foreign, &header.kind, &header.id, &path)),
                Err(flaw) => Err(errors::nameless(&flaw, &path)),
            },
            Err(error) => Err(error),
        };
        found.push((name, header));
    }
    Ok(found)
}

fn belongs(header: &Header, name: &str) -> bool {
    record::file_name(&header.kind, &header.id) == name
}
