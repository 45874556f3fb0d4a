//! What can be wrong with a folder or file, each with the command that mends it.

use std::io;
use std::path::Path;

use crate::error::{Error, Kind};

const LOOK: &str = if cfg!(windows) { "icacls" } else { "ls -ld" };
const REMOVE: &str = if cfg!(windows) { "rmdir" } else { "rm" };

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
        io::ErrorKind::NotFound => failure(
            format!("cannot {action} {shown}: the folder it is in was removed a moment ago"),
            "run the command again".into(),
        ),
        io::ErrorKind::NotADirectory => not_a_folder(path),
        io::ErrorKind::PermissionDenied => failure(
            format!("cannot {action} {shown}: permission denied"),
            format!("see who owns it: {LOOK} {}", quoted(path)),
        ),
        _ => failure(format!("cannot {action} {shown}: {error}"), format!("look at it: {LOOK} {}", quoted(path))),
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
        format!("put what it points to in its place, or remove it: {REMOVE} {}", quoted(path)),
    )
}

pub(super) fn not_a_file(path: &Path) -> Error {
    Error::new(
        Kind::Keeper,
        format!("{} is not an ordinary file", path.display()),
        format!("assume did not make it; move it out of there: {}", moved_away(path)),
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
pub(super) fn not_roots(path: &Path, owner: u32) -> Error {
    Error::new(
        Kind::Keeper,
        format!("{} belongs to user {owner}, and what root makes there would shut them out", path.display()),
        "leave out sudo, or take root's own home: sudo -H; else set ASSUME_STATE_DIR to a folder of root's",
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

#[cfg(windows)]
pub(super) fn not_ours(path: &Path, owner: &str) -> Error {
    Error::new(
        Kind::Keeper,
        format!("{} belongs to another user ({owner})", path.display()),
        format!("if it is yours, in a shell of an administrator: takeown /f {} /r", quoted(path)),
    )
}

/// One command, since what joins two differs between PowerShell and cmd.exe.
#[cfg(windows)]
pub(super) fn exposed(path: &Path, to: &str, remove: Option<&str>, us: &str) -> Error {
    let remove = remove.map(|who| format!(" /remove:g \"{who}\"")).unwrap_or_default();
    Error::new(
        Kind::Keeper,
        format!("{} is open to other users ({to})", path.display()),
        format!("icacls {} /inheritance:r{remove} /grant:r \"*{us}:(OI)(CI)F\" \"*S-1-5-18:(OI)(CI)F\"", quoted(path)),
    )
}

pub(super) fn too_big(path: &Path, limit: u64) -> Error {
    Error::new(
        Kind::Keeper,
        format!("{} is larger than the {limit} bytes it may have", path.display()),
        format!("assume did not write it; move it out of there: {}", moved_away(path)),
    )
}

pub(super) fn not_a_name(folder: &Path, name: &str) -> Error {
    Error::new(
        Kind::Failure,
        format!("'{name}' cannot be the name of a file in {}", folder.display()),
        "this is a fault of assume itself: please report it",
    )
}

fn moved_away(path: &Path) -> String {
    if cfg!(windows) { format!("move {} ..\\..", quoted(path)) } else { format!("mv {} ~/", quoted(path)) }
}

/// The command that removes a file.
pub(crate) fn removal(path: &Path) -> String {
    format!("{} {}", if cfg!(windows) { "del" } else { "rm" }, quoted(path))
}

/// The command that puts a file of this one line in its place, as private as it was.
#[cfg(unix)]
pub(crate) fn writing(line: &str, path: &Path) -> String {
    format!("(umask 077; echo {line} > {})", quoted(path))
}

/// By a program, since `>` writes UTF-16 in Windows' own PowerShell. The folder makes it private.
#[cfg(windows)]
pub(crate) fn writing(line: &str, path: &Path) -> String {
    format!("powershell -Command \"Set-Content -LiteralPath '{}' '{line}'\"", quoted(path).trim_matches('"'))
}

/// As one word of a command to be pasted.
#[cfg(unix)]
pub(super) fn quoted(path: &Path) -> String {
    shell_words::quote(&path.to_string_lossy()).into_owned()
}

/// As one word for PowerShell and cmd.exe alike: in double quotes, where what either of them would act on is a `?`.
#[cfg(windows)]
pub(super) fn quoted(path: &Path) -> String {
    let harmless = |c: char| c == '\\' || c.is_alphanumeric() || " _-.:+=@#~,()[]{}".contains(c);
    let word: String = path.to_string_lossy().chars().map(|c| if harmless(c) { c } else { '?' }).collect();
    format!("\"{word}\"")
}
