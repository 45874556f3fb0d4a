//! How a value is written for each shell: the only encoders of the program. What they are given is hostile.
//!
//! The values of a variable are bytes (on Windows UTF-16). NUL can't be in one and is left out.

use std::ffi::OsStr;

use super::text::Text;

/// bash and zsh: bare where every byte is harmless in every option set, else `$'…'` with each other byte in three
/// octal digits, so that nothing is left for word splitting, globbing or history to act on.
pub(super) fn ansi_c(text: &mut Text, bytes: &[u8]) {
    if is_bare(bytes) {
        bare(text, bytes);
        return;
    }
    text.push("$'");
    for &byte in bytes.iter().filter(|&&byte| byte != 0) {
        if is_plain(byte) {
            ascii(text, byte);
        } else {
            text.push("\\");
            for shift in [6, 3, 0] {
                ascii(text, b'0' + ((byte >> shift) & 7));
            }
        }
    }
    text.push("'");
}

/// POSIX sh: single quotes. Bytes that are no UTF-8 go through `printf`, since what we write is text.
pub(super) fn posix(text: &mut Text, bytes: &[u8]) {
    if is_bare(bytes) {
        bare(text, bytes);
        return;
    }
    text.push("'");
    for chunk in bytes.utf8_chunks() {
        let mut rest = chunk.valid();
        while let Some((before, after)) = rest.split_once(['\'', '\0']) {
            let quote = rest.as_bytes()[before.len()] == b'\'';
            text.push(before).push(if quote { "'\\''" } else { "" });
            rest = after;
        }
        text.push(rest);
        if !chunk.invalid().is_empty() {
            text.push("'\"$(printf '");
            for &byte in chunk.invalid() {
                text.push("\\").push(&format!("{byte:03o}"));
            }
            text.push("')\"'");
        }
    }
    text.push("'");
}

/// fish: no quotes, `\X` and two hex digits for each byte that is not harmless. Inside fish's single quotes a backslash
/// still escapes, which is why POSIX quoting would execute values there.
pub(super) fn fish(text: &mut Text, bytes: &[u8]) {
    if bytes.iter().all(|&byte| byte == 0) {
        text.push("''");
    }
    for (index, &byte) in bytes.iter().filter(|&&byte| byte != 0).enumerate() {
        // `%self` and a leading `=` mean something to some version of fish.
        if is_plain(byte) && byte != b'%' && !(index == 0 && byte == b'=') {
            ascii(text, byte);
        } else {
            text.push("\\X");
            ascii(text, HEX[usize::from(byte >> 4)]);
            ascii(text, HEX[usize::from(byte & 15)]);
        }
    }
}

/// PowerShell: printable ASCII in single quotes; every other UTF-16 unit as `[char]N`, since its parser takes typographic
/// quotes for quotes, and Windows PowerShell decodes output by an OEM code page.
pub(super) fn powershell(text: &mut Text, value: &OsStr) {
    let units: Vec<u16> = utf16(value).into_iter().filter(|&unit| unit != 0).collect();
    let compound = units.iter().any(|&unit| !is_printable(unit));
    text.push(if compound { "('" } else { "'" });
    for unit in units {
        if unit == u16::from(b'\'') {
            text.push("''");
        } else if is_printable(unit) {
            ascii(text, u8::try_from(unit).unwrap_or(b'?'));
        } else {
            text.push("'+[char]").push(&unit.to_string()).push("+'");
        }
    }
    text.push(if compound { "')" } else { "'" });
}

/// Base64 of UTF-8, for PowerShell's list: a word without blanks that no log shows as what it stands for.
pub(super) fn base64(text: &mut Text, value: &str) {
    let mut encoded = zeroize::Zeroizing::new(String::with_capacity(value.len().div_ceil(3) * 4));
    data_encoding::BASE64.encode_append(value.as_bytes(), &mut encoded);
    text.push(&encoded);
}

#[cfg(windows)]
fn utf16(value: &OsStr) -> Vec<u16> {
    std::os::windows::ffi::OsStrExt::encode_wide(value).collect()
}

/// .NET has decoded the environment as UTF-8 already: what isn't is lost to the shell itself.
#[cfg(not(windows))]
fn utf16(value: &OsStr) -> Vec<u16> {
    value.to_string_lossy().encode_utf16().collect()
}

const HEX: &[u8; 16] = b"0123456789abcdef";

fn is_printable(unit: u16) -> bool {
    (0x20..0x7f).contains(&unit)
}

/// zsh expands `=ls` at the front, after each `:`, and under `MAGIC_EQUAL_SUBST` after `=`; bash 5.0 with nullglob or failglob
/// takes any word with a backslash for a pattern, so that real keys, whose tokens end in `=`, must need no escape.
fn is_bare(bytes: &[u8]) -> bool {
    let end = bytes.iter().rposition(|&byte| byte != b'=').map_or(0, |last| last + 1);
    let expands = |pair: &[u8]| pair == b":=" || pair == b"==";
    end > 0
        && bytes[0] != b'='
        && bytes[end - 1] != b':'
        && !bytes[..end].windows(2).any(expands)
        && bytes.iter().all(|&byte| is_plain(byte))
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_./@%+,:-=".contains(&byte)
}

fn bare(text: &mut Text, bytes: &[u8]) {
    text.push(std::str::from_utf8(bytes).unwrap_or_default());
}

fn ascii(text: &mut Text, byte: u8) {
    text.push(char::from(byte).encode_utf8(&mut [0; 4]));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(encoder: impl Fn(&mut Text, &[u8]), value: &[u8]) -> String {
        let mut text = Text::new();
        encoder(&mut text, value);
        text.into_public()
    }

    #[test]
    fn bash_and_zsh_write_keys_bare_and_the_rest_in_octal() {
        assert_eq!(written(ansi_c, b"IQoJb3/JpZ2+n=="), "IQoJb3/JpZ2+n==");
        assert_eq!(written(ansi_c, b"a=b:c"), "a=b:c");
        for expands in ["=ls", "a:=ls", "a==ls", "a:=", "=", "=="] {
            assert_eq!(written(ansi_c, expands.as_bytes()), format!("$'{expands}'"));
        }
        assert_eq!(written(ansi_c, b""), "$''");
        assert_eq!(written(ansi_c, "a 1'é\n".as_bytes()), r"$'a\0401\047\303\251\012'");
    }

    #[test]
    fn sh_quotes_and_spells_what_is_no_text() {
        assert_eq!(written(posix, b"it's"), r"'it'\''s'");
        assert_eq!(written(posix, b"a \xff\xfeb"), r#"'a '"$(printf '\377')"''"$(printf '\376')"'b'"#);
        assert_eq!(written(posix, b""), "''");
    }

    #[test]
    fn fish_escapes_each_byte() {
        assert_eq!(written(fish, b"a\\'%self"), r"a\X5c\X27\X25self");
        assert_eq!(written(fish, b"=x"), r"\X3dx");
        assert_eq!(written(fish, b""), "''");
    }

    #[test]
    fn powershell_leaves_no_typographic_quote() {
        let mut text = Text::new();
        powershell(&mut text, OsStr::new("it's \u{2019}\n"));
        assert_eq!(text.into_public(), "('it''s '+[char]8217+''+[char]10+'')");
    }
}
