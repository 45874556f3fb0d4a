//! The folder of the vault: `vault/id` names the key, `vault/KEY-ID/` holds the records and says who keeps the key.

use super::errors;
use super::keeper::{Keeper, KeeperName, Place};
use super::key::{KeyId, VaultKey};
use super::record;
use crate::clock::{self, Timestamp};
use crate::error::Result;
use crate::files::Folder;

const VAULT: &str = "vault";
const ID: &str = "id";
const NOTE: &str = "keeper";
const LARGEST_NOTE: u64 = 1024;

/// A vault that has a key.
pub(super) struct Vault {
    folder: Folder,
    pub(super) id: KeyId,
    pub(super) records: Folder,
}

/// Who keeps the key: written in clear when it is made.
pub(super) struct Note {
    pub(super) keeper: KeeperName,
    machine: String,
}

impl Vault {
    /// `None` on a first run. Looks at nothing but the id file while there is one.
    pub(super) fn find(state: &Folder) -> Result<Option<Self>> {
        let Some(folder) = state.existing_subfolder(VAULT)? else { return Ok(None) };
        if let Some(text) = folder.read(ID, 64)? {
            return Self::named(folder, &text).map(Some);
        }
        let orphans = orphans(&folder)?;
        // Another first run may have put the id there just now.
        match folder.read(ID, 64)? {
            Some(text) => Self::named(folder, &text).map(Some),
            None if orphans.is_empty() => Ok(None),
            None => Err(errors::id_missing(&folder.path().join(ID), &orphans)),
        }
    }

    fn named(folder: Folder, text: &[u8]) -> Result<Self> {
        let id = std::str::from_utf8(text).ok().and_then(|text| KeyId::parse(text.trim_end()));
        let Some(id) = id else {
            return Err(errors::id_damaged(&folder.path().join(ID), &orphans(&folder)?));
        };
        match folder.existing_subfolder(&id.to_string())? {
            Some(records) => Ok(Self { folder, id, records }),
            None => Err(errors::damaged_vault(&folder.path().join(id.to_string()))),
        }
    }

    pub(super) fn place(&self) -> Place<'_> {
        Place { id: self.id, folder: &self.records }
    }

    pub(super) fn note(&self) -> Result<Note> {
        let text = self.records.read(NOTE, LARGEST_NOTE)?.and_then(|bytes| String::from_utf8(bytes).ok());
        let note = text.as_deref().and_then(Note::parse);
        note.ok_or_else(|| errors::damaged_vault(&self.records.path().join(NOTE)))
    }

    /// Makes a key and gives it to the keeper. Many may do so at once, without a lock: the id file is linked into place,
    /// and who comes second deletes his own key and takes the winner's vault (security rule 13). True for the winner.
    pub(super) fn create(state: &Folder, name: KeeperName, keeper: &dyn Keeper) -> Result<(Self, Option<VaultKey>)> {
        let key = VaultKey::random()?;
        let id = key.id();
        let folder = state.subfolder(VAULT)?;
        let records = folder.subfolder(&id.to_string())?;
        let place = Place { id, folder: &records };
        let made = give(keeper, &place, &key, name).and_then(|()| {
            records.write(NOTE, Note::here(name).as_bytes())?;
            folder.create_new(ID, format!("{id}\n").as_bytes())
        });
        if let Ok(true) = made {
            return Ok((Self { folder, id, records }, Some(key)));
        }
        if let Err(error) = made {
            // In place, and only then did the disk fail: it is whole, and others may have taken it by now.
            let is_in_place = Self::find(state).is_ok_and(|found| found.is_some_and(|vault| vault.id == id));
            if !is_in_place {
                let _ = tidy_away(keeper, &folder, &place);
            }
            return Err(error);
        }
        tidy_away(keeper, &folder, &place)?;
        match Self::find(state)? {
            Some(winner) => Ok((winner, None)),
            // The winner was removed again in between; the next command makes a new one.
            None => Err(errors::busy()),
        }
    }

    /// The names of the files of all records, sound or not.
    pub(super) fn record_names(&self) -> Result<Vec<String>> {
        let mut names = self.records.names()?;
        names.retain(|name| record::is_file_name(name));
        Ok(names)
    }

    /// Removes everything, the id file last: whatever is left of a removal that was cut short still has its key's name.
    pub(super) fn remove(self) -> Result<()> {
        for name in self.record_names()?.into_iter().chain(self.records.names()?) {
            self.records.remove(&name)?;
        }
        self.folder.remove(ID)?;
        self.folder.remove_subfolder(&self.id.to_string()).map(drop)
    }
}

/// Removes all there is of a vault that does not even name its key.
pub(super) fn remove_ruins(state: &Folder) -> Result<()> {
    let Some(folder) = state.existing_subfolder(VAULT)? else { return Ok(()) };
    for name in folder.names()?.iter().filter(|name| KeyId::parse(name).is_some()) {
        if let Some(records) = folder.existing_subfolder(name)? {
            for file in records.names()? {
                records.remove(&file)?;
            }
        }
        folder.remove_subfolder(name)?;
    }
    folder.remove(ID).map(drop)
}

impl Note {
    fn here(keeper: KeeperName) -> String {
        let (machine, made) = (machine(), clock::rfc3339(Timestamp::now()));
        format!("keeper = {}\nmachine = {machine}\nmade = {made}\n", keeper.as_str())
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        let value = |name: &str| {
            text.lines().find_map(|line| line.strip_prefix(name)?.trim_start().strip_prefix('=').map(str::trim))
        };
        Some(Self { keeper: KeeperName::parse(value("keeper")?)?, machine: value("machine")?.to_owned() })
    }

    /// The name of the other machine, where the vault was made on one.
    pub(super) fn other_machine(&self) -> Option<&str> {
        let here = machine();
        (!self.machine.is_empty() && !here.is_empty() && self.machine != here).then_some(self.machine.as_str())
    }
}

/// Stored under a name with its id, and read back.
fn give(keeper: &dyn Keeper, place: &Place<'_>, key: &VaultKey, name: KeeperName) -> Result<()> {
    keeper.keep(place, key)?;
    match keeper.fetch(place)? {
        Some(back) if back.id() == place.id => Ok(()),
        _ => Err(errors::not_kept(name)),
    }
}

fn tidy_away(keeper: &dyn Keeper, folder: &Folder, place: &Place<'_>) -> Result<()> {
    let discarded = keeper.discard(place);
    for name in place.folder.names()? {
        place.folder.remove(&name)?;
    }
    folder.remove_subfolder(&place.id.to_string())?;
    discarded
}

/// The key ids under which there are records.
fn orphans(folder: &Folder) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for name in folder.names()?.into_iter().filter(|name| KeyId::parse(name).is_some()) {
        let Some(records) = folder.existing_subfolder(&name)? else { continue };
        if records.names()?.iter().any(|file| record::is_file_name(file)) {
            found.push(name);
        }
    }
    Ok(found)
}

/// The name this machine goes by; empty where it is not known.
fn machine() -> String {
    #[cfg(target_os = "linux")]
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    #[cfg(not(target_os = "linux"))]
    let name = sysinfo::System::host_name().unwrap_or_default();
    crate::sanitize::line(&name).trim().to_owned()
}
