//! What the keeper in WSL and `assume.exe` say to each other: a line with the version of this form, and the key in
//! hexadecimal digits where there is one. Only ever in a pipe: other users can read a command line.

use std::io::Read;

use data_encoding::HEXLOWER;
use zeroize::Zeroizing;

use crate::error::Kind;
use crate::secret::Secret;
use crate::store::key::{KEY_LENGTH, VaultKey};

const FIRST_LINE: &str = "assume keeper 1\n";

/// The longest that either side says, in bytes.
pub(super) const LONGEST: usize = FIRST_LINE.len() + 2 * KEY_LENGTH + 1;

/// The exit code of `assume.exe` where it has no such key.
pub(super) const NO_SUCH_KEY: u8 = Kind::NotFound as u8;

#[derive(Debug)]
pub(super) struct NotOurForm;

pub(super) fn write(key: Option<&VaultKey>) -> Secret {
    let mut text = String::with_capacity(LONGEST);
    text.push_str(FIRST_LINE);
    if let Some(key) = key {
        HEXLOWER.encode_append(key.bytes(), &mut text);
        text.push('\n');
    }
    Secret::new(text)
}

/// `None` where the first line is all there is.
pub(super) fn read(bytes: &[u8]) -> Result<Option<VaultKey>, NotOurForm> {
    let rest = bytes.strip_prefix(FIRST_LINE.as_bytes()).ok_or(NotOurForm)?;
    if rest.is_empty() {
        return Ok(None);
    }
    let digits = rest.strip_suffix(b"\n").ok_or(NotOurForm)?;
    let decoded = HEXLOWER.decode(digits).map_err(|_| NotOurForm)?;
    VaultKey::take(decoded).map(Some).ok_or(NotOurForm)
}

/// What comes by a pipe until it ends; one byte more than `longest` tells that there is more.
pub(super) fn hear(pipe: impl Read, longest: usize) -> Zeroizing<Vec<u8>> {
    // In one piece: a buffer that grows leaves copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(longest + 1));
    // What was cut off is not of our form.
    let _ = pipe.take(longest as u64 + 1).read_to_end(&mut bytes);
    bytes
}

/// Whether what is read of these bytes, if anything, is written as the same bytes.
#[cfg(any(test, fuzzing))]
pub(in crate::store) fn answer_is_as_written(bytes: &[u8]) -> bool {
    read(bytes).map_or(true, |key| write(key.as_ref()).expose().as_bytes() == bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_other_side_writes_is_read() {
        let key = VaultKey::random().unwrap();
        let text = write(Some(&key));
        let text = text.expose();
        assert_eq!(text.len(), LONGEST);
        assert_eq!(read(text.as_bytes()).unwrap().unwrap().bytes(), key.bytes());
        assert!(read(write(None).expose().as_bytes()).unwrap().is_none());
        for length in (0..text.len()).filter(|length| *length != FIRST_LINE.len()) {
            assert!(read(&text.as_bytes()[..length]).is_err(), "cut at {length}");
        }
        for other in [text.replace(" 1\n", " 2\n"), text.replace('\n', "\r\n"), format!("{text}\n")] {
            assert!(read(other.as_bytes()).is_err(), "{}", other.len());
        }
    }
}
