//! What goes where: a line to type in, a heading, the list, and a preview below it.

use super::look::Look;
use super::rows::{COLUMNS, Row};
use crate::terminal::text;

pub(super) const HEADING: [&str; COLUMNS] = ["PROFILE", "ACCOUNT", "ROLE", "ID"];

/// The pointer, and the mark of what this shell is now.
pub(super) const MARGIN: usize = 2;
pub(super) const GAP: usize = 2;

/// Narrower than this there is no table: what is in the columns stands one after the other.
const NARROWEST_TABLE: usize = 46;
/// No column is narrower, however long the names in others.
pub(super) const NARROWEST_COLUMN: usize = 8;
/// Where there is less room, the list has it all.
const LOWEST_WITH_PREVIEW: usize = 8;
const HIGHEST_PREVIEW: usize = 7;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) columns: usize,
    pub(super) rows: usize,
}

impl Default for Size {
    /// For terminals that do not know their size.
    fn default() -> Self {
        Self { columns: 80, rows: 24 }
    }
}

impl Size {
    pub(super) fn is_table(self) -> bool {
        self.columns >= NARROWEST_TABLE
    }

    pub(super) fn has_heading(self) -> bool {
        self.is_table() && self.rows >= LOWEST_WITH_PREVIEW
    }

    /// The lines of the list.
    pub(super) fn list(self) -> usize {
        let rule = usize::from(self.preview() > 0);
        self.rows.saturating_sub(self.above_list() + rule + self.preview())
    }

    pub(super) fn above_list(self) -> usize {
        1 + usize::from(self.has_heading())
    }

    /// The lines of the preview, without the rule above.
    pub(super) fn preview(self) -> usize {
        if self.rows < LOWEST_WITH_PREVIEW { 0 } else { (self.rows / 3).min(HIGHEST_PREVIEW) }
    }
}

/// How wide each column would be.
pub(super) struct Columns {
    natural: [usize; COLUMNS],
}

impl Columns {
    pub(super) fn of(rows: &[Row], look: Look) -> Self {
        let widest = |column| {
            let widths = rows.iter().map(|row| {
                if row.text().is_ascii() {
                    row.range(column).len()
                } else {
                    row.column(column).map(|(_, c)| text::width(look.shown(c))).sum()
                }
            });
            match widths.max().unwrap_or(0) {
                0 => 0,
                width => HEADING[column].len().max(width),
            }
        };
        Self { natural: std::array::from_fn(widest) }
    }

    /// Where each column begins and how wide it is; a column in which nothing stands is left out. The widest is shortened
    /// first, the id not at all.
    pub(super) fn fit(&self, columns: usize) -> Vec<Column> {
        let used = (0..COLUMNS).filter(|&column| self.natural[column] > 0);
        let mut places: Vec<Column> =
            used.map(|index| Column { index, start: 0, width: self.natural[index].min(columns) }).collect();
        let gaps = GAP * places.len().saturating_sub(1);
        let room = columns.saturating_sub(MARGIN + gaps);
        while places.iter().map(|place| place.width).sum::<usize>() > room {
            let shortened = places.iter_mut().filter(|place| place.index < COLUMNS - 1);
            match shortened.max_by_key(|place| place.width) {
                Some(place) if place.width > NARROWEST_COLUMN => place.width -= 1,
                _ => break,
            }
        }
        let mut start = MARGIN;
        for place in &mut places {
            place.start = start;
            start += place.width + GAP;
        }
        places
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) index: usize,
    pub(super) start: usize,
    pub(super) width: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_used_once() {
        for rows in 1..60 {
            for columns in [1, 20, 45, 46, 200] {
                let size = Size { columns, rows };
                let rule = usize::from(size.preview() > 0);
                assert_eq!(size.above_list().min(rows) + size.list() + rule + size.preview(), rows, "{size:?}");
            }
        }
        assert_eq!(Size { columns: 80, rows: 24 }.list(), 14);
        assert_eq!(Size { columns: 20, rows: 10 }.list(), 5);
    }

    #[test]
    fn the_widest_column_gives_way_and_the_id_stays_whole() {
        let columns = Columns { natural: [10, 70, 20, 12] };
        let fit: Vec<usize> = columns.fit(80).iter().map(|column| column.width).collect();
        assert_eq!(fit, [10, 30, 20, 12]);
        for width in 46..200 {
            let last = columns.fit(width).pop().unwrap();
            assert!(last.start + last.width <= width && last.width == 12, "{width}: {last:?}");
        }
    }

    #[test]
    fn a_column_with_nothing_in_it_is_left_out() {
        let columns = Columns { natural: [10, 0, 0, 0] };
        assert_eq!(columns.fit(80), [Column { index: 0, start: 2, width: 10 }]);
    }
}
