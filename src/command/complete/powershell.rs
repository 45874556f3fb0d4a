//! PowerShell drops empty words and unescaped quotes on their way to a program, and Windows PowerShell reads its output by an
//! OEM code page: words and answer travel as base64 of UTF-8.

use data_encoding::BASE64;

use super::Place;

/// `words` is one, which holds those after `assume` with NUL between them.
pub(super) fn answer(words: &[String], place: &Place) -> Option<String> {
    let sent = BASE64.decode(words.first()?.as_bytes()).ok()?;
    let sent = String::from_utf8(sent).ok()?;
    let words: Vec<String> = sent.split('\0').map(str::to_owned).collect();
    Some(BASE64.encode(place.begun(&words).text().as_bytes()) + "\n")
}
