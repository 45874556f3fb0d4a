//! Folders and files on Windows. Folders made here are the user's and SYSTEM's alone, and what is made in them inherits
//! that; one that others may look into is refused. The outermost folder is held open without sharing its deletion, so
//! that nobody puts another in its place meanwhile.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::windows::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use super::{errors, permissions};
use crate::error::Result;

pub(super) struct Handle {
    path: PathBuf,
    /// None of a subfolder, which the outermost one guards.
    _pin: Option<File>,
}

/// A virus scanner, or another of us, has the file open without sharing it (32), or is removing it (5).
const BUSY: [i32; 2] = [32, 5];
const PAUSE: Duration = Duration::from_millis(12);
const PATIENCE: Duration = Duration::from_secs(2);

const FILE_SHARE_READ: u32 = 1;
const FILE_SHARE_WRITE: u32 = 2;
const FILE_SHARE_DELETE: u32 = 4;
/// What opens a folder, and opens a link rather than what it leads to.
const A_FOLDER_ITSELF: u32 = 0x0200_0000 | 0x0020_0000;

/// `None` where there is nothing of that name.
pub(super) fn open_folder(path: &Path) -> Result<Option<Handle>> {
    let pin = checked_folder(path, FILE_SHARE_READ | FILE_SHARE_WRITE)?;
    Ok(pin.map(|pin| Handle { path: path.to_owned(), _pin: Some(pin) }))
}

/// Also makes the folders above it, whose permissions are their owner's affair.
pub(super) fn make_folder(path: &Path) -> Result<()> {
    let failed = |error| errors::cannot("make the folder", path, &error);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(failed)?;
    }
    // Under its name there is never one that is still open to others.
    let unfinished = path.with_file_name(super::folder::temporary_name()?);
    fs::create_dir(&unfinished).map_err(failed)?;
    let made = permissions::close_to_others(&unfinished).and_then(|()| fs::rename(&unfinished, path));
    if made.is_err() {
        let _ = fs::remove_dir(&unfinished);
    }
    match made {
        // Someone else was faster; what there is then is looked at before it is used.
        Err(_) if path.symlink_metadata().is_ok() => Ok(()),
        made => made.map_err(failed),
    }
}

impl Handle {
    pub(super) fn open_folder(&self, _name: &str, path: &Path) -> Result<Option<Self>> {
        let found = checked_folder(path, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)?;
        Ok(found.map(|_| Self { path: path.to_owned(), _pin: None }))
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
        OpenOptions::new().write(true).create_new(true).open(self.path.join(name))
    }

    pub(super) fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        patiently(|| fs::rename(self.path.join(from), self.path.join(to)))
    }

    /// Not every file system of Windows has hard links: FAT and some network drives have none.
    pub(super) fn link_new(&self, from: &str, to: &str) -> io::Result<bool> {
        let (from, to) = (self.path.join(from), self.path.join(to));
        match patiently(|| fs::hard_link(&from, &to)) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
            Err(_) => copy_new(&from, &to),
        }
    }

    pub(super) fn remove(&self, name: &str) -> io::Result<bool> {
        removed(patiently(|| fs::remove_file(self.path.join(name))))
    }

    pub(super) fn remove_folder(&self, name: &str) -> io::Result<bool> {
        match fs::remove_dir(self.path.join(name)) {
            Err(error) if error.kind() == ErrorKind::DirectoryNotEmpty => Ok(false),
            result => removed(result),
        }
    }

    pub(super) fn names(&self) -> io::Result<Vec<String>> {
        let entries = fs::read_dir(&self.path)?;
        entries.filter_map(|entry| entry.map(|entry| entry.file_name().into_string().ok()).transpose()).collect()
    }

    pub(super) fn modified(&self, name: &str) -> Option<SystemTime> {
        self.path.join(name).symlink_metadata().and_then(|data| data.modified()).ok()
    }

    /// A folder cannot be synced here; NTFS writes renames to its journal.
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "the signature is that of the other systems")]
    pub(super) fn sync(&self) -> io::Result<()> {
        Ok(())
    }
}

/// Nobody may share the file while it is written, so that none reads half of it; and none is left where that fails.
fn copy_new(from: &Path, to: &Path) -> io::Result<bool> {
    let bytes = fs::read(from)?;
    let mut file = match OpenOptions::new().write(true).create_new(true).share_mode(0).open(to) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(false),
        Err(error) => return Err(error),
    };
    let written = io::Write::write_all(&mut file, &bytes).and_then(|()| file.sync_all());
    drop(file);
    if written.is_err() {
        let _ = fs::remove_file(to);
    }
    written.map(|()| true)
}

/// A folder of ours that nobody else may look into; `None` where there is nothing of that name.
fn checked_folder(path: &Path, share: u32) -> Result<Option<File>> {
    let open = || OpenOptions::new().read(true).share_mode(share).custom_flags(A_FOLDER_ITSELF).open(path);
    let folder = match patiently(open) {
        Ok(folder) => folder,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(errors::cannot("open", path, &error)),
    };
    let failed = |error| errors::cannot("open", path, &error);
    let data = folder.metadata().map_err(failed)?;
    if data.is_symlink() {
        return Err(errors::a_link(path));
    }
    if !data.is_dir() {
        return Err(errors::not_a_folder(path));
    }
    permissions::check(&folder, path)?;
    Ok(Some(folder))
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

/// For up to two seconds as long as someone else has the file.
fn patiently<T>(mut action: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    let end = Instant::now() + PATIENCE;
    loop {
        match action() {
            Err(error) if error.raw_os_error().is_some_and(|code| BUSY.contains(&code)) && Instant::now() < end => {
                std::thread::sleep(PAUSE);
            }
            result => return result,
        }
    }
}
