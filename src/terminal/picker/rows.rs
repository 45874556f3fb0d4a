//! An entry as it is searched and drawn: one cleaned text with four columns in it.

use std::ops::Range;

use nucleo_matcher::{Utf32Str, Utf32String};

use super::Entry;
use crate::sanitize;

pub(super) const COLUMNS: usize = 4;

/// `profile account/role id`: so a person may type `account/role` too.
pub(super) struct Row {
    text: Utf32String,
    /// Where each column ends, in characters; one separator stands between two.
    ends: [u32; COLUMNS],
    pub(super) is_current: bool,
}

impl Row {
    pub(super) fn new(entry: &Entry) -> Self {
        let mut text = String::new();
        let mut ends = [0; COLUMNS];
        let mut length = 0;
        for (column, name) in [&entry.profile, &entry.account, &entry.role, &entry.account_id].into_iter().enumerate() {
            let name = sanitize::line(name);
            text.push_str(["", " ", "/", " "][column]);
            text.push_str(&name);
            length += usize::from(column > 0) + name.chars().count();
            ends[column] = u32::try_from(length).unwrap_or(u32::MAX);
        }
        Self { text: text.into(), ends, is_current: entry.is_current }
    }

    pub(super) fn text(&self) -> Utf32Str<'_> {
        self.text.slice(..)
    }

    /// The characters of a column, each with its place in the text.
    pub(super) fn column(&self, column: usize) -> impl DoubleEndedIterator<Item = (u32, char)> + '_ {
        self.range(column).map(|place| (place, self.text().get(place)))
    }

    pub(super) fn range(&self, column: usize) -> Range<u32> {
        let start = if column == 0 { 0 } else { self.ends[column - 1] + 1 };
        start..self.ends[column]
    }

    /// Whether `name` is the profile's whole name, in any letter case.
    pub(super) fn is_called(&self, name: &str) -> bool {
        let own = self.column(0).flat_map(|(_, c)| c.to_lowercase());
        // Nearly all names are told apart by their length alone.
        self.range(0).len() == name.chars().count() && own.eq(name.chars().flat_map(char::to_lowercase))
    }
}
