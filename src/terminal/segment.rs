//! What a prompt shows: the names of where this shell is, around the time its keys have left.

use unicode_width::UnicodeWidthChar;

use crate::sanitize;
use crate::settings::{Field, Format, Piece, SegmentSettings};

pub use crate::identity::Names;

/// What the time left may take: `expired`, `11h59m`.
const TIME: usize = 7;
/// Below this the names matter more than the time.
const LEAST_WITH_TIME: usize = 12;
/// What is left of a name that is shortened.
const LEAST: usize = 4;

/// The text before and after the time left.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Segment {
    pub before: String,
    pub after: String,
    /// Whether the time left is shown, between the two.
    pub has_left: bool,
}

/// Fits `cells`, with up to seven of them for the time left. Where that is too little, the account name is shortened
/// first, then role and profile, and then the end is cut. `utf8`: whether the terminal takes more than ASCII.
#[must_use]
pub fn render(settings: &SegmentSettings, cells: usize, names: &Names, utf8: bool) -> Segment {
    let has_left = settings.format.has(Field::Left) && cells >= LEAST_WITH_TIME;
    fit(&settings.format, cells, names, utf8, has_left)
}

/// The same with no room kept for the time left, where nothing would keep it up to date.
#[must_use]
pub fn names_only(settings: &SegmentSettings, cells: usize, names: &Names, utf8: bool) -> String {
    fit(&settings.format, cells, names, utf8, false).before
}

fn fit(format: &Format, cells: usize, names: &Names, utf8: bool, has_left: bool) -> Segment {
    let room = if has_left { cells - TIME } else { cells };
    let mut values = Values::new(format, names, utf8);
    for field in [Field::Account, Field::Role, Field::Profile] {
        let too_wide = width(&values.fill(format, has_left).text()).saturating_sub(room);
        if too_wide > 0 {
            values.shorten(field, too_wide);
        }
    }
    values.fill(format, has_left).cut(room, values.mark)
}

impl Segment {
    /// For keys that do not expire.
    #[must_use]
    pub fn without_time(&self) -> String {
        let (mut before, mut after) = (self.before.as_str(), self.after.as_str());
        if self.has_left {
            for (open, close) in [('(', ')'), ('[', ']'), ('<', '>'), ('{', '}')] {
                if let (Some(outside), Some(behind)) = (before.strip_suffix(open), after.strip_prefix(close)) {
                    (before, after) = (outside, behind);
                }
            }
            if before.is_empty() || before.ends_with(' ') {
                after = after.trim_start_matches(' ');
            }
        }
        format!("{before}{after}").trim().to_owned()
    }

    fn text(&self) -> String {
        format!("{}{}", self.before, self.after)
    }

    /// What stands before the time, who this is, is cut last; the blanks between the two stay.
    fn cut(mut self, room: usize, mark: char) -> Self {
        self.after = within(&self.after, room.saturating_sub(width(&self.before)), mark);
        if width(&self.before) > room {
            let names = self.before.trim_end_matches(' ');
            let blank = if self.has_left && names.len() < self.before.len() { " " } else { "" };
            self.before = within(names, room.saturating_sub(blank.len()), mark) + blank;
        }
        self
    }
}

/// What is left of so many seconds: `7h59m`, `47m`, `12s`, `expired`. At most seven cells.
#[must_use]
pub fn left(seconds: i64) -> String {
    match (seconds / 86_400, seconds / 3600, seconds / 60 % 60) {
        _ if seconds <= 0 => "expired".to_owned(),
        (0, 0, 0) => format!("{seconds}s"),
        (0, 0, minutes) => format!("{minutes}m"),
        (0..4, hours, minutes) => format!("{hours}h{minutes}m"),
        (days, ..) => format!("{}d", days.min(999_999)),
    }
}

/// Clean names in the place of placeholders.
struct Values {
    names: Vec<(Field, String)>,
    literals: Vec<String>,
    mark: char,
}

impl Values {
    fn new(format: &Format, names: &Names, utf8: bool) -> Self {
        let ascii = |c: char| if c.is_ascii() { c } else { '?' };
        let clean = |text: &str| {
            let text = sanitize::line(text);
            if utf8 { text } else { text.chars().map(ascii).collect() }
        };
        let says_role = format.has(Field::Role) && (format.has(Field::Account) || format.has(Field::AccountId));
        let is_shown_once = says_role && names.profile.rsplit_once('/').is_some_and(|(_, last)| last == names.role);
        let fields = [
            (Field::Profile, if is_shown_once { "" } else { names.profile }),
            (Field::Account, names.account),
            (Field::AccountId, names.account_id),
            (Field::Role, names.role),
            (Field::Region, names.region),
            (Field::Session, names.session),
        ];
        let literal = |piece: &Piece| match piece {
            Piece::Text(text) => Some(clean(text)),
            Piece::Field(_) => None,
        };
        Self {
            names: fields.map(|(field, name)| (field, clean(name).trim().to_owned())).into(),
            literals: format.pieces().iter().filter_map(literal).collect(),
            mark: if utf8 { '…' } else { '~' },
        }
    }

    fn shorten(&mut self, field: Field, by: usize) {
        for (_, value) in self.names.iter_mut().filter(|(one, _)| *one == field) {
            let room = width(value).saturating_sub(by).max(LEAST);
            *value = within(value, room, self.mark);
        }
    }

    fn fill(&self, format: &Format, has_left: bool) -> Segment {
        let (mut before, mut after, mut in_after, mut is_gap) = (String::new(), String::new(), false, false);
        let mut literals = self.literals.iter();
        for piece in format.pieces() {
            let side = if in_after { &mut after } else { &mut before };
            match piece {
                Piece::Text(_) => {
                    let text = literals.next().map_or("", String::as_str);
                    // Nothing stands between this and the blank before it.
                    let joins = is_gap && (side.is_empty() || side.ends_with(' '));
                    side.push_str(if joins { text.trim_start_matches(' ') } else { text });
                    is_gap = false;
                }
                Piece::Field(Field::Left) => (in_after, is_gap) = (true, false),
                Piece::Field(field) => {
                    let value = self.names.iter().find(|(one, _)| one == field).map_or("", |(_, value)| value);
                    side.push_str(value);
                    is_gap |= value.is_empty();
                }
            }
        }
        if !in_after {
            return Segment { before: before.trim().to_owned(), ..Segment::default() };
        }
        let with_time =
            Segment { before: before.trim_start().to_owned(), after: after.trim_end().to_owned(), has_left: true };
        if has_left { with_time } else { Segment { before: with_time.without_time(), ..Segment::default() } }
    }
}

fn width(text: &str) -> usize {
    text.chars().map(|c| c.width().unwrap_or(0)).sum()
}

fn within(text: &str, cells: usize, mark: char) -> String {
    if width(text) <= cells {
        return text.to_owned();
    }
    if cells == 0 {
        return String::new();
    }
    let mut room = cells - 1;
    let fits = |c: &char| {
        let needed = c.width().unwrap_or(0);
        let is_room = needed <= room;
        room = room.saturating_sub(needed);
        is_room
    };
    let mut cut: String = text.chars().take_while(fits).collect();
    cut.push(mark);
    cut
}

#[cfg(test)]
#[path = "segment_tests.rs"]
mod tests;
