//! Folders and files on Linux and macOS, all relative to an open folder.

use std::fs::{DirBuilder, File};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::time::{Duration, SystemTime};

use rustix::fs::{self as sys, AtFlags, CWD, Dir, FileType, Mode, OFlags, RenameFlags, Stat};
use rustix::io::Errno;

use super::errors;
use crate::error::{Error, Result};

pub(super) struct Handle(OwnedFd);

const FOLDER: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

/// Not blocking: a pipe planted under a name must not hold us up.
const FILE: OFlags = OFlags::NOFOLLOW.union(OFlags::CLOEXEC).union(OFlags::NONBLOCK);

const PRIVATE_FOLDER: Mode = Mode::RWXU;
const PRIVATE_FILE: Mode = Mode::RUSR.union(Mode::WUSR);

/// `None` where there is nothing of that name.
pub(super) fn open_folder(path: &Path) -> Result<Option<Handle>> {
    checked_folder(sys::open(path, FOLDER, Mode::empty()), path)
}

/// Also makes the folders above it, which may be links and whose modes are their owner's affair.
pub(super) fn make_folder(path: &Path) -> Result<()> {
    if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        check_root_is_at_home(parent)?;
        let made = DirBuilder::new().recursive(true).mode(0o700).create(parent);
        made.map_err(|error| errors::cannot("make the folder", parent, &error))?;
    }
    made(sys::mkdirat(CWD, path, PRIVATE_FOLDER), || sys::chmodat(CWD, path, PRIVATE_FOLDER, AtFlags::empty()), path)
}

/// Under `sudo -E` the home is that of somebody whom a folder of root's would shut out (security rule 15).
fn check_root_is_at_home(parent: &Path) -> Result<()> {
    if !rustix::process::geteuid().is_root() {
        return Ok(());
    }
    let above = parent.ancestors().find_map(|folder| Some((folder, sys::stat(folder).ok()?.st_uid)));
    match above {
        Some((folder, owner)) if owner != 0 => Err(errors::not_roots(folder, owner)),
        _ => Ok(()),
    }
}

impl Handle {
    pub(super) fn open_folder(&self, name: &str, path: &Path) -> Result<Option<Self>> {
        checked_folder(sys::openat(&self.0, name, FOLDER, Mode::empty()), path)
    }

    pub(super) fn make_folder(&self, name: &str, path: &Path) -> Result<()> {
        made(
            sys::mkdirat(&self.0, name, PRIVATE_FOLDER),
            || sys::chmodat(&self.0, name, PRIVATE_FOLDER, AtFlags::empty()),
            path,
        )?;
        self.sync().map_err(|error| errors::cannot("make the folder", path, &error))
    }

    pub(super) fn open_to_read(&self, name: &str, path: &Path) -> Result<Option<File>> {
        match sys::openat(&self.0, name, FILE | OFlags::RDONLY, Mode::empty()) {
            Ok(file) => checked_file(file, path).map(Some),
            Err(Errno::NOENT) => Ok(None),
            Err(error) => Err(cannot("read", path, error)),
        }
    }

    pub(super) fn open_to_append(&self, name: &str, path: &Path) -> Result<File> {
        self.open_or_create(name, path, OFlags::WRONLY | OFlags::APPEND)
    }

    pub(super) fn open_to_lock(&self, name: &str, path: &Path) -> Result<File> {
        self.open_or_create(name, path, OFlags::RDWR)
    }

    /// A new file of this user alone, whatever the umask.
    pub(super) fn create(&self, name: &str) -> io::Result<File> {
        let flags = FILE | OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL;
        let file = sys::openat(&self.0, name, flags, PRIVATE_FILE)?;
        sys::fchmod(&file, PRIVATE_FILE)?;
        Ok(file.into())
    }

    pub(super) fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        Ok(sys::renameat(&self.0, from, &self.0, to)?)
    }

    /// Gives a finished file a second name; false where that name is taken.
    pub(super) fn link_new(&self, from: &str, to: &str) -> io::Result<bool> {
        match sys::linkat(&self.0, from, &self.0, to, AtFlags::empty()) {
            Ok(()) => Ok(true),
            Err(Errno::EXIST) => Ok(false),
            // Not every file system has hard links; these have a rename that replaces nothing.
            Err(error) if [Errno::PERM, Errno::NOTSUP, Errno::OPNOTSUPP].contains(&error) => {
                match sys::renameat_with(&self.0, from, &self.0, to, RenameFlags::NOREPLACE) {
                    Ok(()) => Ok(true),
                    Err(Errno::EXIST) => Ok(false),
                    Err(error) => Err(error.into()),
                }
            }
            Err(error) => Err(error.into()),
        }
    }

    pub(super) fn remove(&self, name: &str) -> io::Result<bool> {
        removed(sys::unlinkat(&self.0, name, AtFlags::empty()))
    }

    pub(super) fn remove_folder(&self, name: &str) -> io::Result<bool> {
        match sys::unlinkat(&self.0, name, AtFlags::REMOVEDIR) {
            Err(Errno::NOTEMPTY) => Ok(false),
            result => removed(result),
        }
    }

    pub(super) fn names(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in Dir::read_from(&self.0)? {
            let entry = entry?;
            if let Ok(name) = entry.file_name().to_str()
                && name != "."
                && name != ".."
            {
                names.push(name.to_owned());
            }
        }
        Ok(names)
    }

    pub(super) fn modified(&self, name: &str) -> Option<SystemTime> {
        let stat = sys::statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW).ok()?;
        // The type of the field differs between systems.
        #[allow(clippy::useless_conversion, clippy::unnecessary_fallible_conversions)]
        let seconds = u64::try_from(stat.st_mtime).ok()?;
        #[allow(clippy::useless_conversion, clippy::unnecessary_fallible_conversions)]
        let nanoseconds = u32::try_from(stat.st_mtime_nsec).ok()?;
        Some(SystemTime::UNIX_EPOCH + Duration::new(seconds, nanoseconds))
    }

    pub(super) fn sync(&self) -> io::Result<()> {
        match sys::fsync(&self.0) {
            // Some file systems have nothing to sync in a folder.
            Ok(()) | Err(Errno::INVAL) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Opens what is there, else creates it exclusively, so that the mode is only ever set on a file of our own making.
    fn open_or_create(&self, name: &str, path: &Path, access: OFlags) -> Result<File> {
        let failed = |error| cannot("open", path, error);
        loop {
            match sys::openat(&self.0, name, FILE | access, Mode::empty()) {
                Ok(file) => return checked_file(file, path),
                Err(Errno::NOENT) => {}
                Err(error) => return Err(failed(error)),
            }
            match sys::openat(&self.0, name, FILE | access | OFlags::CREATE | OFlags::EXCL, PRIVATE_FILE) {
                Ok(file) => {
                    sys::fchmod(&file, PRIVATE_FILE).map_err(failed)?;
                    return Ok(file.into());
                }
                // Someone else was faster: look again.
                Err(Errno::EXIST) => {}
                Err(error) => return Err(failed(error)),
            }
        }
    }
}

/// After `mkdir`, which the umask may have cut short; a folder that was there already is left as it is.
fn made(result: rustix::io::Result<()>, set_mode: impl FnOnce() -> rustix::io::Result<()>, path: &Path) -> Result<()> {
    let failed = |error| cannot("make the folder", path, error);
    match result {
        Ok(()) => set_mode().map_err(failed),
        Err(Errno::EXIST) => Ok(()),
        Err(error) => Err(failed(error)),
    }
}

fn removed(result: rustix::io::Result<()>) -> io::Result<bool> {
    match result {
        Ok(()) => Ok(true),
        Err(Errno::NOENT) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

fn checked_folder(opened: rustix::io::Result<OwnedFd>, path: &Path) -> Result<Option<Handle>> {
    let failed = |error| cannot("open", path, error);
    let folder = match opened {
        Ok(folder) => folder,
        // Linux says "not a directory" of a link.
        Err(Errno::NOTDIR) if is_link(path) => return Err(errors::a_link(path)),
        Err(Errno::NOENT) => return Ok(None),
        // Whose it is tells more than that it is shut.
        Err(Errno::ACCESS) if let Ok(stat) = sys::stat(path) => {
            return checked(&stat, path, 0o700).and(Err(failed(Errno::ACCESS)));
        }
        Err(error) => return Err(failed(error)),
    };
    let stat = sys::fstat(&folder).map_err(failed)?;
    checked(&stat, path, 0o700)?;
    Ok(Some(Handle(folder)))
}

fn checked_file(file: OwnedFd, path: &Path) -> Result<File> {
    let stat = sys::fstat(&file).map_err(|error| cannot("open", path, error))?;
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
        return Err(errors::not_a_file(path));
    }
    checked(&stat, path, 0o600)?;
    Ok(file.into())
}

/// Ours, and nobody else's to look into.
fn checked(stat: &Stat, path: &Path, wanted: u32) -> Result<()> {
    let us = rustix::process::geteuid().as_raw();
    if stat.st_uid != us {
        return Err(errors::not_ours(path, stat.st_uid, us));
    }
    // The type of the field differs between systems.
    #[allow(clippy::useless_conversion)]
    let mode = u32::from(stat.st_mode);
    if mode & 0o077 != 0 {
        return Err(errors::exposed(path, mode, wanted));
    }
    Ok(())
}

fn cannot(action: &str, path: &Path, error: Errno) -> Error {
    // What O_NOFOLLOW answers when it meets a link.
    if error == Errno::LOOP { errors::a_link(path) } else { errors::cannot(action, path, &error.into()) }
}

fn is_link(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|data| data.is_symlink())
}
