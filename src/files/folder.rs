//! A private folder, and atomic files in it.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use data_encoding::HEXLOWER;

use super::lock::{self, Lock};
use super::{errors, platform};
use crate::error::{Error, Kind, Result};

/// A folder that only this user may look into, held open; everything in it is reached relative to it, never through a link.
pub struct Folder {
    path: PathBuf,
    handle: platform::Handle,
    /// What killed writers left is looked for once in the life of this value.
    swept: AtomicBool,
}

/// No file of ours is usually larger.
const USUAL: usize = 8 * 1024;

/// Temporary files begin with this; no other name does.
const TEMPORARY: &str = ".new-";

/// A temporary file this old has no writer any more: a write takes milliseconds.
const ABANDONED: Duration = Duration::from_mins(10);

impl Folder {
    /// Makes the folder (and those above it) where there is none; it is this user's alone, whatever the umask.
    ///
    /// # Errors
    /// `Keeper` where it is a link, someone else's or open to others; `Failure` where it cannot be made.
    pub fn open_private(path: &Path) -> Result<Self> {
        let path = tidy(path);
        if let Some(handle) = platform::open_folder(&path)? {
            return Ok(Self::at(path, handle));
        }
        platform::make_folder(&path)?;
        match platform::open_folder(&path)? {
            Some(handle) => Ok(Self::at(path, handle)),
            None => Err(vanished(&path)),
        }
    }

    /// As above, `None` where there is no such folder; never makes one.
    pub fn open_existing(path: &Path) -> Result<Option<Self>> {
        let path = tidy(path);
        Ok(platform::open_folder(&path)?.map(|handle| Self::at(path, handle)))
    }

    /// A folder in this one, made where there is none.
    pub fn subfolder(&self, name: &str) -> Result<Self> {
        if let Some(folder) = self.existing_subfolder(name)? {
            return Ok(folder);
        }
        self.handle.make_folder(name, &self.path_of(name)?)?;
        self.existing_subfolder(name)?.ok_or_else(|| vanished(&self.path.join(name)))
    }

    /// A folder in this one, `None` where there is none.
    pub fn existing_subfolder(&self, name: &str) -> Result<Option<Self>> {
        let path = self.path_of(name)?;
        Ok(self.handle.open_folder(name, &path)?.map(|handle| Self::at(path, handle)))
    }

    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The whole file; `None` where there is none. More than `limit` bytes is an error.
    pub fn read(&self, name: &str, limit: u64) -> Result<Option<Vec<u8>>> {
        let path = self.path_of(name)?;
        let Some(file) = self.handle.open_to_read(name, &path)? else { return Ok(None) };
        // Room for a whole record, so that reading one takes one call.
        let mut bytes = Vec::with_capacity(usize::try_from(limit).unwrap_or(USUAL).min(USUAL) + 1);
        file.take(limit + 1).read_to_end(&mut bytes).map_err(|error| errors::cannot("read", &path, &error))?;
        if bytes.len() as u64 > limit {
            return Err(errors::too_big(&path, limit));
        }
        Ok(Some(bytes))
    }

    /// Puts the file there whole or not at all: who reads meanwhile gets the old one or the new one.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let path = self.path_of(name)?;
        self.put(name, bytes, &path, None)
    }

    fn put(&self, name: &str, bytes: &[u8], path: &Path, modified: Option<SystemTime>) -> Result<()> {
        let temporary = self.write_temporary(bytes, path, modified)?;
        let done = self.handle.rename(&temporary, name).map_err(|error| errors::cannot("write", path, &error));
        if done.is_err() {
            let _ = self.handle.remove(&temporary);
        }
        done?;
        self.handle.sync().map_err(|error| errors::cannot("write", path, &error))
    }

    /// As [`Folder::write`], with a time of change that says of which version of another file it speaks.
    pub fn write_dated(&self, name: &str, bytes: &[u8], modified: SystemTime) -> Result<()> {
        let path = self.path_of(name)?;
        self.put(name, bytes, &path, Some(modified))
    }

    /// When the file was changed; `None` where there is none.
    pub fn modified(&self, name: &str) -> Option<SystemTime> {
        self.handle.modified(name)
    }

    /// As [`Folder::write`], but only where there is no such file. False when the name was there first.
    pub fn create_new(&self, name: &str, bytes: &[u8]) -> Result<bool> {
        let path = self.path_of(name)?;
        let temporary = self.write_temporary(bytes, &path, None)?;
        let linked = self.handle.link_new(&temporary, name);
        let _ = self.handle.remove(&temporary);
        if !linked.map_err(|error| errors::cannot("write", &path, &error))? {
            return Ok(false);
        }
        self.handle.sync().map_err(|error| errors::cannot("write", &path, &error))?;
        Ok(true)
    }

    /// One line at the end, one write, no fsync. Line breaks inside become spaces. How long the file is now.
    pub fn append_line(&self, name: &str, line: &str) -> Result<u64> {
        let path = self.path_of(name)?;
        let mut file = self.handle.open_to_append(name, &path)?;
        let line = format!("{}\n", line.replace(['\n', '\r'], " "));
        let written = file.write_all(line.as_bytes()).and_then(|()| file.metadata());
        written.map(|data| data.len()).map_err(|error| errors::cannot("write", &path, &error))
    }

    /// False where there was no such file. A link is removed itself, never what it points to.
    pub fn remove(&self, name: &str) -> Result<bool> {
        let path = self.path_of(name)?;
        self.handle.remove(name).map_err(|error| errors::cannot("remove", &path, &error))
    }

    /// Removes an empty subfolder; false where there is none, or where it is not empty.
    pub fn remove_subfolder(&self, name: &str) -> Result<bool> {
        let path = self.path_of(name)?;
        self.handle.remove_folder(name).map_err(|error| errors::cannot("remove", &path, &error))
    }

    /// What is in the folder, in order of name, without unfinished writes and names that are not text.
    pub fn names(&self) -> Result<Vec<String>> {
        let mut names = self.handle.names().map_err(|error| errors::cannot("list", &self.path, &error))?;
        names.retain(|name| !name.starts_with(TEMPORARY));
        names.sort_unstable();
        Ok(names)
    }

    /// `None` where someone else holds it.
    pub fn try_lock(&self, name: &str) -> Result<Option<Lock>> {
        let path = self.path_of(name)?;
        let file = self.handle.open_to_lock(name, &path)?;
        Ok(lock::attempt(file, &path)?.ok())
    }

    /// Waits until `deadline` (`None`: for ever); `waiting` is called once, before the first wait.
    pub fn lock(&self, name: &str, deadline: Option<Instant>, waiting: &mut dyn FnMut()) -> Result<Option<Lock>> {
        let path = self.path_of(name)?;
        let file = self.handle.open_to_lock(name, &path)?;
        lock::wait(file, &path, deadline, waiting)
    }

    fn at(path: PathBuf, handle: platform::Handle) -> Self {
        Self { path, handle, swept: AtomicBool::new(false) }
    }

    /// Only plain names are names: nothing that could lead out of the folder, nor mean another stream on Windows.
    fn path_of(&self, name: &str) -> Result<PathBuf> {
        let is_plain = !name.is_empty() && name != "." && name != ".." && !name.contains(['/', '\\', ':', '\0']);
        if is_plain { Ok(self.path.join(name)) } else { Err(errors::not_a_name(&self.path, name)) }
    }

    /// A finished file under a name of its own, on the disk for good; `target` is named in errors.
    fn write_temporary(&self, bytes: &[u8], target: &Path, modified: Option<SystemTime>) -> Result<String> {
        let name = temporary_name()?;
        let failed = |error: &std::io::Error| errors::cannot("write", target, error);
        let mut file = self.handle.create(&name).map_err(|error| failed(&error))?;
        let dated = |file: &File| modified.map_or(Ok(()), |time| file.set_modified(time));
        let written = file.write_all(bytes).and_then(|()| dated(&file)).and_then(|()| file.sync_all());
        if let Err(error) = written {
            let _ = self.handle.remove(&name);
            return Err(failed(&error));
        }
        self.sweep(&file);
        Ok(name)
    }

    /// Removes what killed writers left. Ages are told by the file system's own clock, of which `fresh` is a reading.
    fn sweep(&self, fresh: &File) {
        if self.swept.swap(true, Ordering::Relaxed) {
            return;
        }
        let Ok(now) = fresh.metadata().and_then(|data| data.modified()) else { return };
        for name in self.handle.names().unwrap_or_default() {
            if name.starts_with(TEMPORARY) && self.handle.modified(&name).is_some_and(|then| is_abandoned(then, now)) {
                // Another process may be sweeping too.
                let _ = self.handle.remove(&name);
            }
        }
    }
}

fn is_abandoned(then: SystemTime, now: SystemTime) -> bool {
    now.duration_since(then).is_ok_and(|age| age > ABANDONED)
}

pub(super) fn temporary_name() -> Result<String> {
    let mut random = [0_u8; 12];
    getrandom::fill(&mut random).map_err(no_randomness)?;
    Ok(format!("{TEMPORARY}{}", HEXLOWER.encode(&random)))
}

pub(crate) fn no_randomness(error: getrandom::Error) -> Error {
    Error::new(Kind::Failure, format!("the system gives no random numbers: {error}"), "try again; if it stays, restart")
}

fn vanished(path: &Path) -> Error {
    Error::new(
        Kind::Failure,
        format!("{} was removed while it was being used", path.display()),
        "run the command again",
    )
}

/// Without a trailing slash or dot, which would make the system follow a link.
fn tidy(path: &Path) -> PathBuf {
    path.components().collect()
}
