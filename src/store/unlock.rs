//! From a vault to its key: memory, the kernel's cache, the keeper; and what `assume lock` forbids.

use std::sync::{MutexGuard, PoisonError};

use super::keeper::{self, Keeper, KeeperName};
use super::key::{KeyId, VaultKey};
use super::marks::{Mark, Marker, Marks};
use super::vault::Vault;
use super::{Store, cache, errors};
use crate::error::Result;

/// The key this process has, and the generation of the lock under which it got it.
pub(super) struct Held {
    key: VaultKey,
    id: KeyId,
    lock: Option<u64>,
}

impl Store {
    /// `None` only where the kernel keyring was the keeper and has been emptied: then the vault is begun anew.
    pub(super) fn key_of(&self, vault: &Vault) -> Result<Option<VaultKey>> {
        if let Some(key) = self.remembered(vault.id)? {
            return Ok(Some(key));
        }
        if let Some(key) = self.cached(vault.id) {
            self.remember(&key, None);
            return Ok(Some(key));
        }
        let mark = Marks::new(&self.state).read(Marker::Lock)?;
        if mark.locked && !self.person.is_there() {
            return Err(errors::locked());
        }
        let note = vault.note()?;
        if let Some(chosen) = KeeperName::chosen(self.options.keeper).filter(|chosen| *chosen != note.keeper) {
            return Err(errors::other_keeper(note.keeper, chosen));
        }
        let keeper = self.keeper(note.keeper)?;
        let Some(key) = keeper.fetch(&vault.place())? else {
            if let Some(machine) = note.other_machine() {
                return Err(errors::made_elsewhere(vault.id, note.keeper, machine, vault.records.path()));
            }
            if note.keeper == KeeperName::Keyutils {
                return self.begin_anew(vault.id, &*keeper).map(|()| None);
            }
            return Err(errors::lost(vault.id, note.keeper));
        };
        if key.id() != vault.id {
            return Err(errors::wrong_key(vault.id, note.keeper));
        }
        self.unlocked(&key, mark, note.keeper)?;
        Ok(Some(key))
    }

    /// Makes the vault where there is none.
    pub(super) fn key_for_writing(&self) -> Result<VaultKey> {
        if let Some(vault) = Vault::find(&self.state)?
            && let Some(key) = self.key_of(&vault)?
        {
            return Ok(key);
        }
        let mark = Marks::new(&self.state).read(Marker::Lock)?;
        if mark.locked && !self.person.is_there() {
            return Err(errors::locked());
        }
        let name = KeeperName::chosen(self.options.keeper).unwrap_or(KeeperName::Keyring);
        let keeper = self.keeper(name)?;
        let (vault, key) = Vault::create(&self.state, name, &*keeper)?;
        match key {
            Some(key) => {
                self.say_keeper(name);
                self.unlocked(&key, mark, name)?;
                Ok(key)
            }
            None => self.key_of(&vault)?.ok_or_else(|| errors::lost(vault.id, name)),
        }
    }

    /// Once, when the vault is made: who opens it from now on is the person's to know.
    fn say_keeper(&self, name: KeeperName) {
        let why = match KeeperName::chosen(self.options.keeper) {
            None => "nothing else was chosen",
            Some(_) => "as was chosen",
        };
        self.person
            .note(&format!("secrets rest sealed from now on, and the key to them is with {} ({why})", name.place()));
    }

    /// Only under the vault lock. What the keeper holds goes with the records; where it cannot be reached it stays, and
    /// opens nothing any more.
    pub(super) fn discard(&self, vault: Vault) -> Result<()> {
        cache::invalidate(vault.id)?;
        if let Ok(note) = vault.note()
            && let Err(error) = self.keeper(note.keeper).and_then(|keeper| keeper.discard(&vault.place()))
        {
            let place = note.keeper.place();
            self.person
                .note(&format!("the old vault key stays in {place}, where it opens nothing: {}", error.message()));
        }
        vault.remove()
    }

    pub(super) fn held(&self) -> MutexGuard<'_, Option<Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keeper(&self, name: KeeperName) -> Result<Box<dyn Keeper>> {
        keeper::open(name, &self.options, &self.person)
    }

    /// The key this process has had already, unless `lock` came since.
    fn remembered(&self, id: KeyId) -> Result<Option<VaultKey>> {
        let mut held = self.held();
        let Some(have) = held.as_mut().filter(|held| held.id == id) else { return Ok(None) };
        let mark = Marks::new(&self.state).read(Marker::Lock)?;
        let good = have.lock.map_or(!mark.locked, |lock| lock == mark.generation);
        if !good {
            *held = None;
            return Ok(None);
        }
        have.lock = Some(mark.generation);
        Ok(Some(have.key.clone()))
    }

    fn remember(&self, key: &VaultKey, lock: Option<u64>) {
        *self.held() = Some(Held { key: key.clone(), id: key.id(), lock });
    }

    fn cached(&self, id: KeyId) -> Option<VaultKey> {
        self.options.cache.and_then(|_| cache::get(id)).filter(|key| key.id() == id)
    }

    /// A keeper gave the key. Where a person asked for it, that undoes a lock and fills the cache, unless the lock came
    /// while we waited.
    fn unlocked(&self, key: &VaultKey, before: Mark, name: KeeperName) -> Result<()> {
        let caches = self.options.cache.filter(|_| name != KeeperName::Keyutils && self.person.is_there());
        let marks = Marks::new(&self.state);
        let changes = before.locked || caches.is_some();
        let _lock = changes.then(|| self.vault_lock()).transpose()?;
        if marks.read(Marker::Lock)?.generation != before.generation {
            return Err(errors::locked());
        }
        if changes {
            if before.locked {
                marks.change(Marker::Lock, |mark| mark.locked = false)?;
            }
            if let Some(time) = caches {
                cache::put(key, time).unwrap_or_else(|why| self.person.detail(&why));
            }
        }
        self.remember(key, Some(before.generation));
        Ok(())
    }

    /// The kernel keyring forgets at a restart. Said once: afterwards there is no vault any more.
    fn begin_anew(&self, id: KeyId, keeper: &dyn Keeper) -> Result<()> {
        let _lock = self.vault_lock()?;
        if let Some(vault) = Vault::find(&self.state)?
            && vault.id == id
            && keeper.fetch(&vault.place())?.is_none()
        {
            Marks::new(&self.state).raise_all()?;
            vault.remove()?;
            self.person.tell("The kernel keyring no longer has the vault key (a restart empties it): sign in again.");
        }
        Ok(())
    }
}
