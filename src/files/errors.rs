//! What can be wrong with a folder or file, each with the command that mends it.

use std::io;
use std::path::Path;

use crate::error::{Error, Kind};

/// A system call on `path` failed; `action` completes "cannot … PATH".
pub(super) fn cannot(action: &str, path: &Path, error: &io::Error) -> Error {
    let shown = path.display();
    let failure = |message: String, hint: String| Error::new(Kind::Failure, message, hint);
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => failure(
            format!("cannot {action} {shown}: no space is left there"),
            format!("free some space on the disk of {shown}; nothing that was saved before is lost"),
        ),
        io::ErrorKind::ReadOnlyFilesystem => failure(
            format!("cannot {action} {shown}: the file system is read-only"),
            "set ASSUME_STATE_DIR to a folder that can be written".into(),
        ),
        io::ErrorKind::NotADirectory => not_a_folder(path),
        io::ErrorKind::PermissionDenied => failure(
            format!("cannot {action} {shown}: permission denied"),
            format!("see who owns it: ls -ld {}", quoted(path)),
        ),
        _ => failure(format!("cannot {action} {shown}: {error}"), format!("look at it: ls -ld {}", quoted(path))),
    }
}

pub(super) fn not_a_folder(path: &Path) -> Error {
    Error::new(
        Kind::Failure,
        format!("{} must be a folder, but it is, or lies under, a file", path.display()),
        "move that file away, or set ASSUME_STATE_DIR to another folder",
    )
}

/// A link could lead anywhere by the next time it is followed.
pub(super) fn a_link(path: &Path) -> Error {
    Error::new(
        Kind::Keeper,
        format!("{} is a link, and what is secret is never reached through one", path.display()),
        format!("put what it points to in its place, or remove it: rm {}", quoted(path)),
    )
}

pub(super) fn not_a_file(path: &Path) -> Error {
    Error::new(
        Kind::Keeper,
        format!("{} is not an ordinary file", path.display()),
        format!("assume did not make it; move it out of there: mv {} ~/", quoted(path)),
    )
}

#[cfg(unix)]
pub(super) fn not_ours(path: &Path, owner: u32, us: u32) -> Error {
    Error::new(
        Kind::Keeper,
        format!("{} belongs to user {owner}, and this is user {us}", path.display()),
        format!("if it is yours: sudo chown -R {us} {}; under sudo, leave out -E", quoted(path)),
    )
}

#[cfg(unix)]
pub(super) fn exposed(path: &Path, mode: u32, wanted: u32) -> Error {
    Error::new(
        Kind::Keeper,
        format!("{} is open to other users (mode {:03o})", path.display(), mode & 0o777),
        format!("chmod {wanted:o} {}", quoted(path)),
    )
}

pub(super) fn too_big(path: &Path, limit: u64) -> Error {
    Error::new(
        Kind::Keeper,
        format!("{} is larger than the {limit} bytes it may have", path.display()),
        format!("assume did not write it; move it out of there: mv {} ~/", quoted(path)),
    )
}

pub(super) fn not_a_name(folder: &Path, name: &str) -> Error {
    Error::new(
        Kind::Failure,
        format!("'{name}' cannot be the name of a file in {}", folder.display()),
        "this is a fault of assume itself: please report it",
    )
}

pub(super) fn quoted(path: &Path) -> String {
    shell_words::quote(&path.to_string_lossy()).into_owned()
}
