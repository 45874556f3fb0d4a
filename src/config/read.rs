//! From a path to text: never more than what a broken byte must cost, and no copy left unwiped (these files hold
//! long-term keys).
use std::io::ErrorKind;
use std::path::Path;

use zeroize::Zeroizing;

use super::errors;
use crate::error::Result;
use crate::files::read_outside;

/// A hundred thousand profiles fit in.
const LIMIT: usize = 16 * 1024 * 1024;

#[derive(Default)]
pub(super) struct Text {
    /// Without its byte order mark.
    pub(super) content: Zeroizing<String>,
    /// Lines, from 1, that held bytes which are not UTF-8; such bytes are U+FFFD here.
    pub(super) damaged: Vec<usize>,
    pub(super) byte_order_mark: bool,
}

/// `None` where there is no such file: AWS's tools take that as an empty one.
pub(super) fn read(path: &Path) -> Result<Option<Text>> {
    let bytes = match read_outside(path, LIMIT) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(errors::unreadable(path, &error)),
    };
    // What PowerShell 5 writes with `>`. No AWS tool reads it, and taken as UTF-8 every line would be damaged.
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(errors::utf_16(path));
    }
    Ok(Some(decode(bytes)))
}

pub(super) fn decode(mut bytes: Zeroizing<Vec<u8>>) -> Text {
    let byte_order_mark = bytes.starts_with("\u{feff}".as_bytes());
    if byte_order_mark {
        bytes.drain(..3);
    }
    match String::from_utf8(std::mem::take(&mut *bytes)) {
        Ok(text) => Text { content: Zeroizing::new(text), damaged: Vec::new(), byte_order_mark },
        Err(error) => {
            let (content, damaged) = mend(&Zeroizing::new(error.into_bytes()));
            Text { content, damaged, byte_order_mark }
        }
    }
}

fn mend(bytes: &[u8]) -> (Zeroizing<String>, Vec<usize>) {
    // A replacement character has three bytes: with this capacity the text never moves.
    let mut text = Zeroizing::new(String::with_capacity(bytes.len() * 3));
    let mut offsets = Vec::new();
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            offsets.push(text.len());
            text.push(char::REPLACEMENT_CHARACTER);
        }
    }
    let damaged = super::scan::Lines::new(&text)
        .filter(|line| offsets.iter().any(|offset| line.range.contains(offset)))
        .map(|line| line.number)
        .collect();
    (text, damaged)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> Text {
        decode(Zeroizing::new(bytes.to_vec()))
    }

    #[test]
    fn a_broken_byte_marks_its_line_alone() {
        let text = decoded(b"[profile a]\nregion = \xff\xfe\r\noutput = json\n# f\xfcr");
        assert_eq!(text.damaged, [2, 4]);
        assert!(text.content.contains("output = json"));
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_text() {
        let text = decoded("\u{feff}[default]".as_bytes());
        assert_eq!((text.content.as_str(), text.byte_order_mark), ("[default]", true));
    }

    #[test]
    fn a_file_larger_than_announced_is_read_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config");
        let long = "x".repeat(20_000);
        std::fs::write(&path, &long).unwrap();
        assert_eq!(read(&path).unwrap().unwrap().content.as_str(), long);
        assert!(read(&folder.path().join("absent")).unwrap().is_none());
    }
}
