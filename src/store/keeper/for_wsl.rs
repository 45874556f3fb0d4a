//! The Windows side of the keeper `windows`: items of the Credential Manager under a name of their own, so that nothing which
//! a vault of Windows does touches them. Only the one that is asked for is looked at.

use std::io::Read;

use super::keyring::{LIMIT, within};
use super::trouble::Trouble;
use super::{native, wire};
use crate::error::{Error, Kind, Result};
use crate::secret::Secret;
use crate::store::key::KeyId;

const SERVICE: &str = "assume in WSL";

/// For standard output, and the exit code.
pub type Answer = (Secret, u8);

pub fn fetch(id: &str) -> Result<Answer> {
    let id = parse(id)?;
    let key = within(LIMIT, move || native::fetch_as(SERVICE, id)).map_err(Trouble::into_error)?;
    Ok((wire::write(key.as_ref()), if key.is_some() { 0 } else { wire::NO_SUCH_KEY }))
}

/// Keeps what comes by standard input, if it is the key of that id.
pub fn keep(id: &str, stdin: impl Read) -> Result<Answer> {
    let id = parse(id)?;
    let said = wire::hear(stdin, wire::LONGEST);
    let key = wire::read(&said).ok().flatten().filter(|key| key.id() == id);
    let key = key.ok_or_else(|| wrong("what came by standard input is not the key of this id"))?;
    within(LIMIT, move || native::keep_as(SERVICE, id, &key)).map_err(Trouble::into_error)?;
    Ok((wire::write(None), 0))
}

pub fn discard(id: &str) -> Result<Answer> {
    let id = parse(id)?;
    within(LIMIT, move || native::discard_as(SERVICE, id)).map_err(Trouble::into_error)?;
    Ok((wire::write(None), 0))
}

fn parse(id: &str) -> Result<KeyId> {
    KeyId::parse(id).ok_or_else(|| wrong(format!("'{id}' is not the id of a vault key")))
}

fn wrong(message: impl Into<String>) -> Error {
    Error::new(Kind::Usage, message, "use the same version of assume in WSL, which asks by itself")
}
