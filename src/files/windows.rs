//! Folders and files on Windows. What is made here inherits the access list of `%LOCALAPPDATA%`: the user, SYSTEM and
//! administrators. A protected list of the user and SYSTEM alone is not set yet, so a profile folder that was opened to
//! others by hand is not noticed; links and junctions are refused where they stand, not relative to an open folder.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::windows::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::errors;
use crate::error::Result;

pub(super) struct Handle(PathBuf);

/// A virus scanner, or another of us, has the file open without sharing it (32), or is removing it (5).
const BUSY: [i32; 2] = [32, 5];
const BUSY_TRIES: u32 = 40;

pub(super) fn open_folder(path: &Path) -> Result<Option<Handle>> {
    match path.symlink_metadata() {
        Ok(data) if data.is_symlink() => Err(errors::a_link(path)),
        Ok(data) if data.is_dir() => Ok(Some(Handle(path.to_owned()))),
        Ok(_) => Err(errors::not_a_folder(path)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(errors::cannot("open", path, &error)),
    }
}

pub(super) fn make_folder(path: &Path) -> Result<()> {
    fs::create_dir_all(path).map_err(|error| errors::cannot("make the folder", path, &error))
}

impl Handle {
    pub(super) fn open_folder(&self, _name: &str, path: &Path) -> Result<Option<Self>> {
        open_folder(path)
    }

    pub(super) fn make_folder(&self, _name: &str, path: &Path) -> Result<()> {
        make_folder(path)
    }

    pub(super) fn open_to_read(&self, _name: &str, path: &Path) -> Result<Option<File>> {
        match checked(path) {
            Ok(true) => {}
            Ok(false) => return Ok(None),
            Err(error) => return Err(error),
        }
        match patiently(|| File::open(path)) {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(errors::cannot("read", path, &error)),
        }
    }

    pub(super) fn open_to_append(&self, _name: &str, path: &Path) -> Result<File> {
        checked(path)?;
        patiently(|| OpenOptions::new().append(true).create(true).open(path))
            .map_err(|error| errors::cannot("open", path, &error))
    }

    pub(super) fn open_to_lock(&self, _name: &str, path: &Path) -> Result<File> {
        checked(path)?;
        patiently(|| OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path))
            .map_err(|error| errors::cannot("open", path, &error))
    }

    pub(super) fn create(&self, name: &str) -> io::Result<File> {
        OpenOptions::new().write(true).create_new(true).open(self.0.join(name))
    }

    pub(super) fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        patiently(|| fs::rename(self.0.join(from), self.0.join(to)))
    }

    /// Create-new: not every Windows file system has hard links. Nobody may share the file while it is written, so that
    /// none reads half of it.
    pub(super) fn link_new(&self, from: &str, to: &str) -> io::Result<bool> {
        let bytes = fs::read(self.0.join(from))?;
        match OpenOptions::new().write(true).create_new(true).share_mode(0).open(self.0.join(to)) {
            Ok(mut file) => {
                io::Write::write_all(&mut file, &bytes)?;
                file.sync_all()?;
                Ok(true)
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(error),
        }
    }

    pub(super) fn remove(&self, name: &str) -> io::Result<bool> {
        removed(patiently(|| fs::remove_file(self.0.join(name))))
    }

    pub(super) fn remove_folder(&self, name: &str) -> io::Result<bool> {
        match fs::remove_dir(self.0.join(name)) {
            Err(error) if error.kind() == ErrorKind::DirectoryNotEmpty => Ok(false),
            result => removed(result),
        }
    }

    pub(super) fn names(&self) -> io::Result<Vec<String>> {
        let entries = fs::read_dir(&self.0)?;
        entries.filter_map(|entry| entry.map(|entry| entry.file_name().into_string().ok()).transpose()).collect()
    }

    pub(super) fn modified(&self, name: &str) -> Option<SystemTime> {
        self.0.join(name).symlink_metadata().and_then(|data| data.modified()).ok()
    }

    /// A folder cannot be synced here; NTFS writes renames to its journal.
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "the signature is that of the other systems")]
    pub(super) fn sync(&self) -> io::Result<()> {
        Ok(())
    }
}

/// Whether there is a file of that name; anything else there is refused.
fn checked(path: &Path) -> Result<bool> {
    match path.symlink_metadata() {
        Ok(data) if data.is_symlink() => Err(errors::a_link(path)),
        Ok(data) if data.is_file() => Ok(true),
        Ok(_) => Err(errors::not_a_file(path)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(errors::cannot("open", path, &error)),
    }
}

fn removed(result: io::Result<()>) -> io::Result<bool> {
    match result {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// For up to half a second as long as someone else has the file.
fn patiently<T>(mut action: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    for _ in 1..BUSY_TRIES {
        match action() {
            Err(error) if error.raw_os_error().is_some_and(|code| BUSY.contains(&code)) => {
                std::thread::sleep(Duration::from_millis(12));
            }
            result => return result,
        }
    }
    action()
}
