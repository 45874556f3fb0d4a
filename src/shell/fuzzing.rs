//! What is written for shells, read back here by the few rules that each of them has for what we write.

use data_encoding::BASE64;

use super::text::Text;
use super::{Dialect, Switch, Typed, encode};
use crate::environment::Environment;
use crate::fuzzing::{parts, texts};
use crate::secret::Secret;

const HARMLESS: &[u8] = b"_./@%+,:-=";

fn written(encoder: impl Fn(&mut Text)) -> String {
    let mut text = Text::new();
    encoder(&mut text);
    text.into_public()
}

fn is_harmless(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || HARMLESS.contains(&byte)
}

/// Takes `digits` of that radix behind each `escape`; everything else must be harmless.
fn unescaped(text: &str, escape: &str, digits: usize, radix: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.bytes().next() {
        if let Some(behind) = rest.strip_prefix(escape) {
            bytes.push(u8::from_str_radix(&behind[..digits], radix).expect("an escape of a byte"));
            rest = &behind[digits..];
        } else {
            assert!(is_harmless(first), "{text:?} is not harmless");
            bytes.push(first);
            rest = &rest[1..];
        }
    }
    bytes
}

fn from_ansi_c(text: &str) -> Vec<u8> {
    if let Some(quoted) = text.strip_prefix("$'") {
        return unescaped(quoted.strip_suffix('\'').expect("it is closed"), "\\", 3, 8);
    }
    assert!(!text.is_empty() && !text.starts_with('='));
    unescaped(text, "\0", 0, 8)
}

fn from_fish(text: &str) -> Vec<u8> {
    assert!(!text.is_empty() && !text.starts_with('='));
    if text == "''" { Vec::new() } else { unescaped(text, "\\X", 2, 16) }
}

/// POSIX quotes: nothing but a quote means anything between them.
fn from_posix(text: &str) -> String {
    if !text.starts_with('\'') {
        return String::from_utf8(unescaped(text, "\0", 0, 8)).expect("it is ASCII");
    }
    let inner = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')).expect("it is quoted");
    let pieces: Vec<&str> = inner.split(r"'\''").collect();
    assert!(pieces.iter().all(|piece| !piece.contains('\'')), "{text:?}");
    pieces.join("'")
}

fn from_powershell(text: &str) -> Vec<u16> {
    let inner = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')).unwrap_or(text);
    let mut units = Vec::new();
    let mut rest = inner;
    loop {
        rest = rest.strip_prefix('\'').expect("a quote opens");
        loop {
            let end = rest.find('\'').expect("it is closed");
            assert!(rest[..end].bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{text:?}");
            units.extend(rest[..end].encode_utf16());
            rest = &rest[end + 1..];
            match rest.strip_prefix('\'') {
                Some(behind) => {
                    units.push(u16::from(b'\''));
                    rest = behind;
                }
                None => break,
            }
        }
        let Some(behind) = rest.strip_prefix("+[char]") else { break };
        let (number, behind) = behind.split_once('+').expect("it goes on");
        units.push(number.parse().expect("a number"));
        rest = behind;
    }
    assert_eq!(rest, "", "{text:?}");
    units
}

/// A value comes out as it went in; a whole switch is one line, ASCII where a shell may read it by a code page.
pub fn shell_text(data: &[u8]) {
    let [value, names] = parts(data);
    let plain: Vec<u8> = value.iter().copied().filter(|byte| *byte != 0).collect();
    assert_eq!(from_ansi_c(&written(|text| encode::ansi_c(text, value))), plain);
    assert_eq!(from_fish(&written(|text| encode::fish(text, value))), plain);
    let posix = written(|text| encode::posix(text, value));
    // Of the value as it came: bytes around a NUL are none to a character.
    if let Ok(text) = std::str::from_utf8(value) {
        let text = &text.replace('\0', "");
        assert_eq!(from_posix(&posix), *text);
        let units: Vec<u16> = text.encode_utf16().collect();
        let powershell = written(|written| encode::powershell(written, std::ffi::OsStr::new(text)));
        assert_eq!(from_powershell(&powershell), units);
        assert_eq!(
            from_powershell(
                super::failure(Some(Dialect::PowerShell), text).trim_start_matches("throw ").trim_end_matches('\n')
            ),
            units
        );
        pairs(text);
    }
    switch(names);
}

fn pairs(value: &str) {
    let secret = Secret::from(value);
    let pairs = [("AWS_SESSION_TOKEN", &secret)];
    let json: serde_json::Value =
        serde_json::from_str(super::env_lines(Dialect::Json, &pairs).expose()).expect("it is JSON");
    assert_eq!(json["AWS_SESSION_TOKEN"], value);
    if let Ok(lines) = super::cmd_lines(&pairs) {
        assert_eq!(lines.expose(), format!("set \"AWS_SESSION_TOKEN={value}\"\r\n"));
        assert!(!value.contains(['"', '%', '!', '\r', '\n']), "{value:?} means something to cmd.exe");
    }
}

fn switch(names: &[u8]) {
    let [profile, account, role, before] = texts(names);
    let switch = Switch {
        access_key_id: "AKIAEXAMPLE".into(),
        secret_access_key: "secret".into(),
        session_token: Some("token".into()),
        expiration: Some("2026-01-01T00:00:00Z".into()),
        expires_epoch: Some(1_767_225_600),
        region: None,
        account_id: Some("111122223333".into()),
        account,
        role: role.clone(),
        profile: profile.clone(),
        previous: Some(role),
        session: profile.clone(),
        segment: profile,
        watch: None,
    };
    let environment = Environment::from_pairs([("AWS_PROFILE", before)]);
    let dialects = [Dialect::Bash, Dialect::Zsh, Dialect::Fish, Dialect::PowerShell];
    for dialect in dialects {
        let text = super::switch(dialect, &switch, &environment);
        let line = text.expose().strip_suffix('\n').expect("a line end");
        assert!(line.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{dialect:?}: {line:?}");
        assert!(line.contains("assume/1"), "{line:?}");
    }
    let list = super::switch(Dialect::PowerShellList, &switch, &environment);
    let lines: Vec<&str> = list.expose().lines().collect();
    assert!(lines.first() == Some(&"assume/1") && lines.last() == Some(&"."), "{lines:?}");
    for line in &lines[1..lines.len() - 1] {
        let (name, value) = line.split_once(' ').unwrap_or((line, ""));
        assert!(name.bytes().all(|byte| is_harmless(byte) || b"&?#".contains(&byte)), "{line:?}");
        assert!(BASE64.decode(value.as_bytes()).is_ok(), "{line:?}");
    }
    let json: serde_json::Value =
        serde_json::from_str(super::switch(Dialect::Json, &switch, &environment).expose()).expect("it is JSON");
    assert!(json.is_object());
}

/// A name that is put in at the cursor is the last word of the line from then on.
pub fn typed_line(data: &[u8]) {
    let [cursor, line, replaced, value] = texts(data);
    let cursor = cursor.parse().unwrap_or(usize::MAX);
    let Some(typed) = Typed::parse(&line, cursor, &replaced) else { return };
    assert_eq!(typed.words.len(), typed.starts.len(), "{typed:?}");
    assert!(typed.starts.iter().all(|start| line.is_char_boundary(*start)), "{typed:?}");
    if value.chars().any(char::is_control) || typed.is_quoted() {
        return;
    }
    let Some(insertion) = typed.insertion(&value) else { return };
    // As far as the cursor, where `parse` found what is replaced to end.
    let ends = [line.char_indices().nth(cursor).map_or(line.len(), |(index, _)| index), cursor.min(line.len())];
    let begun = ends.iter().filter_map(|end| line.get(..*end)).find(|line| line.ends_with(&replaced));
    let begun = begun.and_then(|line| line.strip_suffix(replaced.as_str())).expect("it was parsed");
    // What readline replaces is part of one word.
    if Typed::parse(begun, usize::MAX, "").is_none_or(|before| before.words.len() != typed.words.len()) {
        return;
    }
    let whole = format!("{begun}{insertion}");
    let again = Typed::parse(&whole, usize::MAX, "").expect("the end of a line is always there");
    assert_eq!(again.words.last(), Some(&value), "{whole:?}");
    assert_eq!(again.words.len(), typed.words.len(), "{whole:?}");
}
