//! Text from outside, made fit for a terminal. Account, role and profile names are set by other people.

/// `text` on one line: line breaks and tabs become spaces, every other character that could move the cursor, hide or
/// reorder text is left out.
#[must_use]
pub fn line(text: &str) -> String {
    if is_shown(text) {
        return text.to_owned();
    }
    text.chars().filter_map(shown).collect()
}

/// As [`line`], cut to at most `limit` characters, the cut marked by `…`.
#[must_use]
pub fn line_within(text: &str, limit: usize) -> String {
    let clean = line(text);
    if clean.chars().count() <= limit {
        return clean;
    }
    clean.chars().take(limit.saturating_sub(1)).chain(['…']).collect()
}

/// `name` as a word of a command that a hint offers for typing again, safe to paste into every shell: bare or in single
/// quotes where that is enough for all of them, else `stands_for`, since a name that holds a quote, `$` or `;` could run.
#[must_use]
pub fn word(name: &str, stands_for: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || "_./@+,:-".contains(c);
    let quoted = |c: char| bare(c) || c == ' ' || (c.is_alphanumeric() && !is_hidden(c));
    match name {
        "" => stands_for.to_owned(),
        _ if name.starts_with('-') || !name.chars().all(quoted) => stands_for.to_owned(),
        _ if name.chars().all(bare) => name.to_owned(),
        _ => format!("'{name}'"),
    }
}

/// Whether every character of `text` shows as what it is.
#[must_use]
pub fn is_shown(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~')) || !text.chars().any(is_hidden)
}

fn shown(c: char) -> Option<char> {
    match c {
        '\n' | '\r' | '\t' => Some(' '),
        _ if is_hidden(c) => None,
        _ => Some(c),
    }
}

/// Controls (C0, C1, DEL), bidirectional controls, zero-width characters, line separators and tags.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_and_bidi_controls_do_not_reach_a_terminal() {
        assert_eq!(line("a\u{1b}]0;x\u{7}b\u{9b}c\u{202e}d\u{200b}e\u{7f}"), "a]0;xbcde");
        assert_eq!(line("one\r\ntwo\tthree"), "one  two three");
    }

    #[test]
    fn a_name_in_a_hint_cannot_run_when_it_is_pasted() {
        assert_eq!(word("main:111122223333/Admin-1", "NAME"), "main:111122223333/Admin-1");
        assert_eq!(word("Entwicklung für alle", "NAME"), "'Entwicklung für alle'");
        for hostile in [
            "",
            "-x",
            "a'b",
            "x;id",
            "$(id)",
            "`id`",
            "a\u{2019}; id",
            "a\nb",
            "a&b",
            "a\\",
            "%PATH%",
            "!!",
            "~",
            "a\u{202e}",
        ] {
            assert_eq!(word(hostile, "NAME"), "NAME", "{hostile:?}");
        }
    }

    #[test]
    fn a_long_name_is_cut_with_a_mark() {
        assert_eq!(line_within("Development", 6), "Devel…");
        assert_eq!(line_within("Dev", 6), "Dev");
    }
}
