//! Text by the cells of a terminal.

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// A character, and whether it is one that was searched for.
pub(super) type Cell = (char, bool);

pub(super) fn width(c: char) -> usize {
    c.width().unwrap_or(0)
}

pub(super) fn width_of(cells: &[Cell]) -> usize {
    cells.iter().map(|&(c, _)| width(c)).sum()
}

/// In place of what was cut out, with more than ASCII or without.
pub(super) fn cut(utf8: bool) -> char {
    if utf8 { '…' } else { '~' }
}

/// Cut out of the middle what does not fit into `room`: names differ at their ends as often as at their starts.
pub(super) fn fit(cells: Vec<Cell>, room: usize, utf8: bool) -> Vec<Cell> {
    if width_of(&cells) <= room {
        return cells;
    }
    let Some(kept) = room.checked_sub(1) else { return Vec::new() };
    let end = kept / 3;
    let head = within(cells.iter(), kept - end);
    let mut tail = within(cells.iter().rev(), end);
    tail.reverse();
    [head, vec![(cut(utf8), false)], tail].concat()
}

/// The same of plain text.
pub(super) fn fit_text(text: &str, room: usize, utf8: bool) -> Cow<'_, str> {
    if UnicodeWidthStr::width(text) <= room {
        return text.into();
    }
    let cells = text.chars().map(|c| (c, false)).collect();
    fit(cells, room, utf8).into_iter().map(|(c, _)| c).collect()
}

/// The first cells, as many as fit.
pub(super) fn within<'a>(cells: impl Iterator<Item = &'a Cell>, room: usize) -> Vec<Cell> {
    let mut left = room;
    let fits = |&&(c, _): &&Cell| match left.checked_sub(width(c)) {
        Some(rest) => {
            left = rest;
            true
        }
        None => false,
    };
    cells.take_while(fits).copied().collect()
}

/// Lines of at most `room` cells.
pub(super) fn wrap(text: &str, room: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for c in text.chars() {
        if used + width(c) > room && used > 0 {
            lines.push(String::new());
            used = 0;
        }
        used += width(c);
        lines.last_mut().expect("there is a line").push(c);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shortened(text: &str, room: usize) -> String {
        let cells = text.chars().map(|c| (c, false)).collect();
        fit(cells, room, true).iter().map(|&(c, _)| c).collect()
    }

    #[test]
    fn both_ends_of_a_long_name_are_kept() {
        assert_eq!(shortened("company-production-1", 10), "compan…n-1");
        assert_eq!(shortened("dev", 3), "dev");
        assert_eq!(shortened("dev", 1), "…");
        assert_eq!(shortened("dev", 0), "");
    }

    #[test]
    fn a_wide_character_is_kept_whole_or_not_at_all() {
        for room in 0..12 {
            let kept = shortened("日本の本番環境", room);
            assert!(kept.chars().map(width).sum::<usize>() <= room, "{room}: {kept}");
        }
        assert_eq!(shortened("日本の本番環境", 6), "日本…");
    }

    #[test]
    fn long_text_goes_on_in_the_next_line() {
        assert_eq!(wrap("abcdefg", 3), ["abc", "def", "g"]);
        assert_eq!(wrap("日本語", 3), ["日", "本", "語"]);
        assert_eq!(wrap("", 3), [""]);
    }
}
