//! Which `.assume` files a person trusts, and markers that tell their shells of a change.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{Named, hash_of};
use crate::error::Result;
use crate::files::Folder;
use crate::identity::RoleId;

const FOLDER: &str = "folders";
const MARKERS: &str = "markers";
const LARGEST: u64 = 16 * 1024;

/// What the person said of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    Allowed,
    Denied,
}

/// What they said it of: path, content and what the name meant then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trust {
    pub verdict: Verdict,
    path: String,
    content: String,
    start_url: String,
    account_id: String,
    role: String,
}

impl Trust {
    #[must_use]
    pub fn new(verdict: Verdict, file: &Named, role: Option<&RoleId>) -> Self {
        let text = |text: Option<&String>| text.cloned().unwrap_or_default();
        Self {
            verdict,
            path: file.path.display().to_string(),
            content: file.content.clone(),
            start_url: text(role.map(|role| &role.session.start_url)),
            account_id: text(role.map(|role| &role.account_id)),
            role: text(role.map(|role| &role.role)),
        }
    }
}

/// Whether the person trusts this file with this content and this meaning; `None` where they were not asked yet. A file that
/// was denied stays so until its content changes.
pub fn is_trusted(state: &Folder, file: &Named, role: &RoleId) -> Result<Option<Verdict>> {
    let Some(folder) = state.existing_subfolder(FOLDER)? else { return Ok(None) };
    let Some(bytes) = folder.read(&hash_of(&file.path), LARGEST)? else { return Ok(None) };
    Ok(said(&bytes, file, role))
}

pub(super) fn said(kept: &[u8], file: &Named, role: &RoleId) -> Option<Verdict> {
    // What cannot be read was not said.
    let said = serde_json::from_slice::<Trust>(kept).ok()?;
    let now = Trust::new(said.verdict, file, Some(role));
    let same_file = said.path == now.path && said.content == now.content;
    match said.verdict {
        Verdict::Denied => same_file.then_some(Verdict::Denied),
        Verdict::Allowed => (said == now).then_some(Verdict::Allowed),
    }
}

/// Keeps what the person said, and tells the shells that are in that folder.
pub fn remember(state: &Folder, file: &Named, trust: &Trust) -> Result<()> {
    let text = serde_json::to_vec(trust).unwrap_or_default();
    state.subfolder(FOLDER)?.write(&hash_of(&file.path), &text)?;
    raise(state, file).map(drop)
}

/// The marker of a file: where it is, and its number. Its time of change is that of the version last looked at, by which a
/// shell sees another version without opening it.
pub fn mark(state: &Folder, file: &Named) -> Result<(PathBuf, u64)> {
    let folder = state.subfolder(MARKERS)?;
    let name = name(&file.path);
    let number = match folder.modified(&name) {
        Some(then) if Some(then) == file.modified => number(&folder, &name)?,
        _ => raise(state, file)?,
    };
    Ok((folder.path().join(name), number))
}

/// As [`mark`], for a file that cannot be read: of that, only the path is known.
pub fn touch(state: &Folder, path: &Path) -> Result<(PathBuf, u64)> {
    let modified = path.symlink_metadata().and_then(|data| data.modified()).ok();
    mark(state, &Named { path: path.to_owned(), name: String::new(), content: String::new(), modified })
}

fn raise(state: &Folder, file: &Named) -> Result<u64> {
    let folder = state.subfolder(MARKERS)?;
    let name = name(&file.path);
    let next = number(&folder, &name)? + 1;
    let text = format!("{next}\n");
    match file.modified {
        Some(time) => folder.write_dated(&name, text.as_bytes(), time)?,
        None => folder.write(&name, text.as_bytes())?,
    }
    Ok(next)
}

/// A damaged marker begins anew: it is a number to compare, and no more.
fn number(folder: &Folder, name: &str) -> Result<u64> {
    let bytes = folder.read(name, 64)?.unwrap_or_default();
    let text = std::str::from_utf8(&bytes).unwrap_or_default();
    Ok(text.trim().parse().ok().filter(|number| *number < 999_999_999).unwrap_or(0))
}

fn name(path: &Path) -> String {
    format!("folder-{}", hash_of(path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::SessionId;

    fn file(content: &str) -> Named {
        Named {
            path: "/home/dana/project/.assume".into(),
            name: "dev".into(),
            content: content.into(),
            modified: Some(std::time::SystemTime::UNIX_EPOCH + std::time::Duration::new(1_800_000_000, 5_000)),
        }
    }

    fn role(start_url: &str) -> RoleId {
        let session = SessionId { name: "main".into(), start_url: start_url.into(), region: "us-east-1".into() };
        RoleId { session, account_id: "111122223333".into(), role: "Admin".into() }
    }

    #[test]
    fn trust_holds_for_path_content_and_meaning_together() {
        let place = tempfile::tempdir().unwrap();
        let state = Folder::open_private(&place.path().join("state")).unwrap();
        let (here, there) = (role("https://a.example/start"), role("https://b.example/start"));
        assert_eq!(is_trusted(&state, &file("1"), &here).unwrap(), None);
        remember(&state, &file("1"), &Trust::new(Verdict::Allowed, &file("1"), Some(&here))).unwrap();
        assert_eq!(is_trusted(&state, &file("1"), &here).unwrap(), Some(Verdict::Allowed));
        assert_eq!(is_trusted(&state, &file("2"), &here).unwrap(), None);
        assert_eq!(is_trusted(&state, &file("1"), &there).unwrap(), None);
        let another_role = RoleId { role: "ReadOnly".into(), ..here.clone() };
        assert_eq!(is_trusted(&state, &file("1"), &another_role).unwrap(), None);
        let another_account = RoleId { account_id: "444455556666".into(), ..here.clone() };
        assert_eq!(is_trusted(&state, &file("1"), &another_account).unwrap(), None);
        let copied = Named { path: "/home/dana/copy/.assume".into(), ..file("1") };
        assert_eq!(is_trusted(&state, &copied, &here).unwrap(), None);
        remember(&state, &file("1"), &Trust::new(Verdict::Denied, &file("1"), None)).unwrap();
        assert_eq!(is_trusted(&state, &file("1"), &there).unwrap(), Some(Verdict::Denied));
    }

    #[test]
    fn what_was_said_of_one_path_is_nothing_under_the_name_of_another() {
        let here = role("https://a.example/start");
        let kept = serde_json::to_vec(&Trust::new(Verdict::Allowed, &file("1"), Some(&here))).unwrap();
        assert_eq!(said(&kept, &file("1"), &here), Some(Verdict::Allowed));
        let copied = Named { path: "/home/dana/copy/.assume".into(), ..file("1") };
        assert_eq!(said(&kept, &copied, &here), None);
    }

    #[test]
    fn a_marker_rises_with_each_word_and_each_version_and_bears_the_time_of_the_version() {
        let place = tempfile::tempdir().unwrap();
        let state = Folder::open_private(&place.path().join("state")).unwrap();
        let (path, first) = mark(&state, &file("1")).unwrap();
        assert_eq!(mark(&state, &file("1")).unwrap(), (path.clone(), first));
        assert_eq!(path.metadata().unwrap().modified().ok(), file("1").modified);
        remember(&state, &file("1"), &Trust::new(Verdict::Denied, &file("1"), None)).unwrap();
        assert_eq!(mark(&state, &file("1")).unwrap().1, first + 1);
        let changed = Named { modified: Some(std::time::SystemTime::UNIX_EPOCH), ..file("2") };
        assert_eq!(mark(&state, &changed).unwrap().1, first + 2);
    }
}
