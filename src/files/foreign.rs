//! A file that somebody else may have put there, such as one that came with a repository.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::time::SystemTime;

use super::errors;
use crate::error::{Error, Kind, Result};

/// What is in such a file, and when it was changed.
pub struct Foreign {
    pub bytes: Vec<u8>,
    pub modified: Option<SystemTime>,
}

/// The whole file, by one open that no link, pipe or device can mislead: ordinary, with one name, of this user or root, not
/// writable by others, at most `limit` bytes (security rule 20).
///
/// # Errors
/// `Config`, saying what is wrong with it; `NotFound` where there is none.
pub fn read_foreign(path: &Path, limit: u64) -> Result<Foreign> {
    let wrong = |what: &str| Error::new(Kind::Config, format!("{} {what}", path.display()), hint(path));
    let file = open(path)?;
    let data = file.metadata().map_err(|error| errors::cannot("read", path, &error))?;
    if !data.is_file() {
        return Err(wrong("is not an ordinary file"));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let us = rustix::process::geteuid().as_raw();
        match (data.uid(), data.mode() & 0o022, data.nlink()) {
            (uid, ..) if uid != us && uid != 0 => return Err(wrong("belongs to another user")),
            (_, others, _) if others != 0 => return Err(wrong("can be written by others")),
            (.., links) if links != 1 => return Err(wrong("has more than one name (hard links)")),
            _ => {}
        }
    }
    let mut bytes = Vec::new();
    (&file).take(limit + 1).read_to_end(&mut bytes).map_err(|error| errors::cannot("read", path, &error))?;
    if bytes.len() as u64 > limit {
        return Err(wrong(&format!("is larger than {limit} bytes")));
    }
    Ok(Foreign { bytes, modified: data.modified().ok() })
}

fn hint(path: &Path) -> String {
    format!("look at it: {} {}", if cfg!(windows) { "dir" } else { "ls -l" }, errors::quoted(path))
}

fn missing(path: &Path) -> Error {
    Error::new(Kind::NotFound, format!("there is no {}", path.display()), "name one that is there")
}

fn a_link(path: &Path) -> Error {
    Error::new(Kind::Config, format!("{} is a link, which is not followed", path.display()), hint(path))
}

#[cfg(unix)]
fn open(path: &Path) -> Result<File> {
    use rustix::fs::{Mode, OFlags};
    use rustix::io::Errno;
    // Not blocking: it may be a pipe.
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    match rustix::fs::open(path, flags, Mode::empty()) {
        Ok(file) => Ok(file.into()),
        Err(Errno::NOENT | Errno::NOTDIR) => Err(missing(path)),
        Err(Errno::LOOP | Errno::MLINK) => Err(a_link(path)),
        Err(error) => Err(errors::cannot("read", path, &error.into())),
    }
}

#[cfg(windows)]
fn open(path: &Path) -> Result<File> {
    use std::os::windows::fs::OpenOptionsExt;
    const FILE_FLAG_OPEN_REPARSE_POINT: u32 = 0x0020_0000;
    let opened = std::fs::OpenOptions::new().read(true).custom_flags(FILE_FLAG_OPEN_REPARSE_POINT).open(path);
    let file = opened.map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => missing(path),
        _ => errors::cannot("read", path, &error),
    })?;
    match file.metadata() {
        Ok(data) if data.is_symlink() => Err(a_link(path)),
        _ => Ok(file),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn said(path: &Path) -> String {
        read_foreign(path, 16).err().map(|error| error.message().to_owned()).unwrap_or_default()
    }

    #[test]
    fn only_an_ordinary_small_file_of_ours_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("good"), "dev\n").unwrap();
        fs::set_permissions(path("good"), fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(read_foreign(&path("good"), 16).unwrap().bytes, b"dev\n");

        symlink(path("good"), path("link")).unwrap();
        assert!(said(&path("link")).ends_with("is a link, which is not followed"));
        fs::write(path("large"), "x".repeat(17)).unwrap();
        assert!(said(&path("large")).ends_with("is larger than 16 bytes"));
        fs::create_dir(path("folder")).unwrap();
        assert!(said(&path("folder")).ends_with("is not an ordinary file"));
        rustix::fs::mknodat(rustix::fs::CWD, path("pipe"), rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
        assert!(said(&path("pipe")).ends_with("is not an ordinary file"));
        assert!(said(&path("none")).starts_with("there is no "));

        for mode in [0o666, 0o664, 0o646] {
            fs::set_permissions(path("large"), fs::Permissions::from_mode(mode)).unwrap();
            assert!(said(&path("large")).ends_with("can be written by others"), "{mode:o}");
        }
        fs::hard_link(path("good"), path("other name")).unwrap();
        assert!(said(&path("good")).ends_with("has more than one name (hard links)"));
    }
}
