//! Text from outside, made fit for a terminal. Account, role and profile names are set by other people.

/// `text` on one line: line breaks and tabs become spaces, every other character that could move the cursor, hide or
/// reorder text is left out.
#[must_use]
pub fn line(text: &str) -> String {
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
    fn a_long_name_is_cut_with_a_mark() {
        assert_eq!(line_within("Development", 6), "Devel…");
        assert_eq!(line_within("Dev", 6), "Dev");
    }
}
