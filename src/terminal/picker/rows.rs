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
    /// Whether the names show as what they are.
    is_shown: bool,
    pub(super) is_current: bool,
}

/// How what was typed is a row's whole name; what is nearer to it is greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Called {
    Otherwise,
    /// But for its letter case.
    Nearly,
    Exactly,
}

impl Row {
    pub(super) fn new(entry: &Entry) -> Self {
        let mut text = String::new();
        let mut ends = [0; COLUMNS];
        let mut length = 0;
        let names = [&entry.profile, &entry.account, &entry.role, &entry.account_id];
        for (column, name) in names.into_iter().enumerate() {
            let name = sanitize::line(name);
            text.push_str(["", " ", "/", " "][column]);
            text.push_str(&name);
            length += usize::from(column > 0) + name.chars().count();
            ends[column] = u32::try_from(length).unwrap_or(u32::MAX);
        }
        let is_shown = names.into_iter().all(|name| sanitize::is_shown(name));
        Self { text: text.into(), ends, is_shown, is_current: entry.is_current }
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

    /// Whether `name` is the profile's whole name, or that of an account and role without one.
    pub(super) fn called(&self, name: &str) -> Called {
        let whole = if self.range(0).is_empty() { self.range(1).start..self.range(2).end } else { self.range(0) };
        // Nearly all names are told apart by their length alone.
        if whole.len() != name.chars().count() {
            return Called::Otherwise;
        }
        let own = || whole.clone().map(|place| self.text().get(place));
        if self.is_shown && own().eq(name.chars()) {
            Called::Exactly
        } else if own().flat_map(char::to_lowercase).eq(name.chars().flat_map(char::to_lowercase)) {
            Called::Nearly
        } else {
            Called::Otherwise
        }
    }
}
