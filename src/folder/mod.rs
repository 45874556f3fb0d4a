//! A folder's `.assume` file: it names the profile that shells in that folder are to be, once the person trusts it.
//!
//! The file may have come with a repository, so it names and nothing else: what it means is resolved by the person's own
//! config, and trust is given to the file, its content and that meaning together (security rule 20).

#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod trust;

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::error::{Error, Kind, Result};
use crate::files;
use crate::sanitize;

pub use trust::{Trust, Verdict, is_trusted, mark, remember, touch};

/// The name of the file, in every folder.
pub const FILE: &str = ".assume";

const LARGEST: u64 = 4096;

/// A file that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    pub path: PathBuf,
    /// The profile, or `[SESSION:]ACCOUNT/ROLE`.
    pub name: String,
    /// SHA-256 of the very bytes that were read.
    pub content: String,
    pub modified: Option<SystemTime>,
}

/// The nearest file upwards from `folder`, whatever it is.
#[must_use]
pub fn nearest(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().map(|folder| folder.join(FILE)).find(|file| file.symlink_metadata().is_ok())
}

/// # Errors
/// `Config`, saying what is wrong with the file; `NotFound` where there is none.
pub fn read(path: &Path) -> Result<Named> {
    let file = files::read_foreign(path, LARGEST)?;
    named(path, &file.bytes, file.modified)
}

fn named(path: &Path, bytes: &[u8], modified: Option<SystemTime>) -> Result<Named> {
    let wrong = |what: &str, hint: &str| Error::new(Kind::Config, format!("{} {what}", path.display()), hint);
    let text = std::str::from_utf8(bytes).map_err(|_| {
        if bytes.starts_with(b"\xff\xfe") {
            // What `echo dev >.assume` writes in Windows' own PowerShell.
            wrong("is text in UTF-16", &format!("write it in ASCII, in PowerShell: Set-Content {FILE} PROFILE"))
        } else {
            wrong("is not text", "write one line into it: the name of a profile")
        }
    })?;
    // Editors of Windows begin a text with a byte order mark.
    let name = text
        .strip_prefix('\u{feff}')
        .unwrap_or(text)
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty() && !line.starts_with('#'))
        .ok_or_else(|| wrong("names no profile", "write one line into it: the name of a profile"))?;
    // A name only, never an option, and nothing that a terminal would not show.
    if name.starts_with('-') || name.chars().any(sanitize::is_hidden) {
        return Err(wrong("does not begin with a name", "write one line into it: the name of a profile"));
    }
    let content = HEXLOWER.encode(&Sha256::digest(bytes));
    Ok(Named { path: path.to_owned(), name: name.to_owned(), content, modified })
}

/// A name for what is kept about a path, in the state folder.
fn hash_of(path: &Path) -> String {
    HEXLOWER.encode(&Sha256::digest(path.as_os_str().as_encoded_bytes())[..16])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &[u8]) -> Result<Named> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        std::fs::write(&path, text).unwrap();
        #[cfg(unix)]
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
        read(&path)
    }

    #[test]
    fn the_first_line_that_is_no_comment_is_the_name() {
        for (text, name) in [
            ("dev", "dev"),
            ("# for this project\r\n\r\n  team blue \r\nother\r\n", "team blue"),
            ("Development/Admin\n", "Development/Admin"),
            ("\u{feff}dev\r\n", "dev"),
        ] {
            assert_eq!(named(text.as_bytes()).unwrap().name, name);
        }
    }

    #[test]
    fn what_is_no_plain_name_is_refused() {
        for text in [&b""[..], b"# nothing\n", b"--force\n", b"a\x1b[31m\n", b"\xff\xfe", "a\u{202e}b\n".as_bytes()] {
            assert_eq!(named(text).unwrap_err().kind(), Kind::Config, "{text:?}");
        }
    }

    #[test]
    fn the_nearest_file_upwards_holds() {
        let folder = tempfile::tempdir().unwrap();
        let deep = folder.path().join("a/b/c");
        std::fs::create_dir_all(&deep).unwrap();
        std::fs::write(folder.path().join(FILE), "dev").unwrap();
        std::fs::write(folder.path().join("a").join(FILE), "prod").unwrap();
        assert_eq!(nearest(&deep).unwrap(), folder.path().join("a").join(FILE));
    }
}
