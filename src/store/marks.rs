//! Markers and generations: small files, each with a number, that tell shells and requests under way what has changed.
//!
//! The first line of a marker is a number that rises with every change: the hook of a shell reads it with a builtin, and
//! starts a process only when it differs. The second is the generation, which rises only when what was fetched before must
//! not be kept any more: at `lock` for all, at `logout` for one session. The third says `locked` or `open`.

use std::path::PathBuf;

use super::record::short_hash;
use super::{RecordId, errors};
use crate::error::Result;
use crate::files::Folder;
use crate::identity::SessionId;

const FOLDER: &str = "markers";
const LOCK: &str = "lock";
const SESSION: &str = "session-";
const ROLE: &str = "role-";
const LARGEST: u64 = 64;

/// The most digits a shell may take for a number (security rule 10).
const DIGITS: usize = 12;

/// The next number: begins anew where it would have more digits than that. Only whether two differ is ever asked.
pub(super) fn after(number: u64) -> u64 {
    number % (10_u64.pow(12) - 1) + 1
}

/// Which marker.
#[derive(Clone, Copy, Debug)]
pub enum Marker<'a> {
    /// Changes at `lock`, and at the unlocking.
    Lock,
    /// Changes when a session is signed in, refreshed or signed out.
    Session(&'a SessionId),
    /// Changes when there are new keys for an account and role, or none any more.
    Role(&'a RecordId),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) number: u64,
    pub(super) generation: u64,
    pub(super) locked: bool,
}

/// What a marker says, and where it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    pub path: PathBuf,
    pub number: u64,
    pub generation: u64,
    pub locked: bool,
}

impl Mark {
    /// The number after a change.
    pub(super) fn changed(self) -> Self {
        Self { number: after(self.number), ..self }
    }

    pub(super) fn written(&self) -> String {
        let state = if self.locked { "locked" } else { "open" };
        format!("{}\n{}\n{state}\n", self.number, self.generation)
    }
}

pub(super) struct Marks<'a> {
    state: &'a Folder,
}

impl<'a> Marks<'a> {
    pub(super) fn new(state: &'a Folder) -> Self {
        Self { state }
    }

    /// Several at once, the folder opened once.
    pub(super) fn look<const N: usize>(&self, markers: [Marker<'_>; N]) -> Result<[Seen; N]> {
        let folder = self.state.existing_subfolder(FOLDER)?;
        let mut seen = Vec::with_capacity(N);
        for marker in markers {
            let name = name(marker);
            let mark = folder.as_ref().map_or_else(|| Ok(Mark::default()), |folder| read(folder, &name))?;
            let Mark { number, generation, locked } = mark;
            seen.push(Seen { path: self.state.path().join(FOLDER).join(name), number, generation, locked });
        }
        Ok(seen.try_into().unwrap_or_else(|_| unreachable!("one was seen for each marker")))
    }

    /// A marker that was never written stands at zero.
    pub(super) fn read(&self, marker: Marker<'_>) -> Result<Mark> {
        match self.state.existing_subfolder(FOLDER)? {
            Some(folder) => read(&folder, &name(marker)),
            None => Ok(Mark::default()),
        }
    }

    /// Changes a marker; only under the vault lock.
    pub(super) fn change(&self, marker: Marker<'_>, change: impl FnOnce(&mut Mark)) -> Result<()> {
        let folder = self.state.subfolder(FOLDER)?;
        rewrite(&folder, &name(marker), change)
    }

    /// Raises the generation of everything there ever was; only under the vault lock.
    pub(super) fn raise_all(&self) -> Result<()> {
        let folder = self.state.subfolder(FOLDER)?;
        for name in folder.names()? {
            if name.starts_with(SESSION) || name.starts_with(ROLE) {
                rewrite(&folder, &name, |mark| mark.generation = after(mark.generation))?;
            }
        }
        rewrite(&folder, LOCK, |mark| {
            mark.generation = after(mark.generation);
            mark.locked = false;
        })
    }
}

fn rewrite(folder: &Folder, name: &str, change: impl FnOnce(&mut Mark)) -> Result<()> {
    let mut mark = read(folder, name)?;
    mark = mark.changed();
    change(&mut mark);
    folder.write(name, mark.written().as_bytes())
}

fn read(folder: &Folder, name: &str) -> Result<Mark> {
    match folder.read(name, LARGEST)? {
        None => Ok(Mark::default()),
        Some(bytes) => parse(&bytes).ok_or_else(|| errors::damaged_marker(&folder.path().join(name))),
    }
}

pub(super) fn parse(bytes: &[u8]) -> Option<Mark> {
    let mut lines = std::str::from_utf8(bytes).ok()?.strip_suffix('\n')?.split('\n');
    let mark = Mark {
        number: number(lines.next()?)?,
        generation: number(lines.next()?)?,
        locked: match lines.next()? {
            "locked" => true,
            "open" => false,
            _ => return None,
        },
    };
    lines.next().is_none().then_some(mark)
}

fn number(text: &str) -> Option<u64> {
    let sound = (1..=DIGITS).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    sound.then(|| text.parse().ok()).flatten()
}

fn name(marker: Marker<'_>) -> String {
    match marker {
        Marker::Lock => LOCK.to_owned(),
        Marker::Session(session) => format!("{SESSION}{}", short_hash(&RecordId::of_session(session))),
        Marker::Role(id) => format!("{ROLE}{}", short_hash(id)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_is_read_whole_or_not_at_all() {
        assert_eq!(parse(b"12\n3\nlocked\n"), Some(Mark { number: 12, generation: 3, locked: true }));
        for wrong in
            [&b""[..], b"12\n", b"12\n3\nopen", b"1234567890123\n3\nopen\n", b"-1\n3\nopen\n", b"1\n1\nopen\nx\n"]
        {
            assert_eq!(parse(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_number_that_has_come_to_its_end_begins_anew_and_stays_readable() {
        let last = parse(b"999999999999\n1\nopen\n").unwrap();
        assert_eq!(parse(last.changed().written().as_bytes()), Some(Mark { number: 1, ..last }));
        assert_eq!(Mark { number: 999_999_999_998, ..last }.changed(), last);
    }
}
