//! Picks one entry of many by fuzzy search, drawn on the terminal itself: stdout belongs to the shell.
//!
//! On the alternate screen, as fzf by default: the terminal puts back by itself what was there, also after a resize, and
//! nothing has to ask where the cursor is by way of the keyboard, where a person may be typing ahead.

mod frame;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod keys;
mod layout;
mod look;
mod matches;
mod query;
mod rows;
mod screen;

use std::time::Duration;

use crossterm::event;

use crate::error::{Error, Kind, Result};

pub use look::Look;
pub use screen::restore;

use frame::{Frame, Shade};
use keys::{Action, Move};
use layout::{Columns, Size};
use matches::Matches;
use query::Query;
use rows::Row;
use screen::Screen;

/// What is picked from. Names are as others gave them: they are cleaned before they are drawn, and what was picked is told
/// by its place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Empty for an account and role that no profile names.
    pub profile: String,
    pub account: String,
    pub role: String,
    pub account_id: String,
    /// What this shell is now.
    pub is_current: bool,
}

/// What there is to say of one entry, a label and a value a line, what matters most first.
pub type Preview = Vec<(&'static str, String)>;

/// What is looked up of entries once they are seen.
pub trait About {
    fn preview(&self, entry: usize) -> Preview;
    /// Drawn in red.
    fn is_production(&self, entry: usize) -> bool;
}

/// So often somebody looks whether the terminal is still there: a closed one never says so where hang-ups are ignored.
const STILL_THERE: Duration = Duration::from_secs(1);
/// Whether a key waits already. With no time at all crossterm does not look.
const MORE: Duration = Duration::from_micros(200);

/// The place of the picked entry; `None` where the person left. `entries` come in the order of an empty search, which also
/// decides between equal matches.
pub fn pick(entries: &[Entry], about: &dyn About, look: Look) -> Result<Option<usize>> {
    let mut picker = Picker::new(entries, about, look);
    let _screen = Screen::open().map_err(|error| no_terminal(&error))?;
    let lost = |error: std::io::Error| {
        Error::new(Kind::Interrupted, format!("the terminal is gone: {error}"), "run the command at a terminal")
    };
    // From here on a resize is noticed.
    event::poll(MORE).map_err(lost)?;
    loop {
        let size = screen::size().map_err(lost)?;
        screen::show(&picker.draw(size)).map_err(lost)?;
        while !event::poll(STILL_THERE).map_err(lost)? && screen::size().map_err(lost)? == size {}
        // Whatever was typed meanwhile is one drawing.
        while event::poll(MORE).map_err(lost)? {
            match picker.act(keys::read().map_err(lost)?) {
                Some(Outcome::Left) => return Ok(None),
                Some(Outcome::Picked(entry)) => return Ok(Some(entry)),
                None => {}
            }
        }
    }
}

/// Where a picker can't be had, the way without one.
pub fn no_terminal(why: &dyn std::fmt::Display) -> Error {
    Error::new(
        Kind::Usage,
        format!("no profile was named, and there is no terminal to pick one on: {why}"),
        "name one: assume PROFILE (assume list shows them)",
    )
}

enum Outcome {
    Left,
    Picked(usize),
}

/// All that is drawn, and what keys change of it.
struct Picker<'a> {
    matches: Matches,
    query: Query,
    columns: Columns,
    about: &'a dyn About,
    look: Look,
    /// Counted among the matches.
    selected: usize,
    top: usize,
    /// As of the last drawing.
    size: Size,
}

impl<'a> Picker<'a> {
    fn new(entries: &[Entry], about: &'a dyn About, look: Look) -> Self {
        let rows: Vec<Row> = entries.iter().map(Row::new).collect();
        let columns = Columns::of(&rows, look);
        Self {
            matches: Matches::new(rows),
            query: Query::default(),
            columns,
            about,
            look,
            selected: 0,
            top: 0,
            size: Size::default(),
        }
    }

    fn act(&mut self, action: Action) -> Option<Outcome> {
        match action {
            Action::Edit(edit) => {
                if self.query.edit(edit) {
                    self.matches.search(self.query.text());
                    (self.selected, self.top) = (0, 0);
                }
            }
            Action::Move(to) => self.go(to),
            Action::Accept => return self.matches.get(self.selected).map(Outcome::Picked),
            Action::Leave => return Some(Outcome::Left),
            Action::Nothing => {}
        }
        None
    }

    fn go(&mut self, to: Move) {
        let page = self.size.list().max(1);
        let last = self.matches.len().saturating_sub(1);
        self.selected = match to {
            Move::Up => self.selected.saturating_sub(1),
            Move::Down => self.selected + 1,
            Move::PageUp => self.selected.saturating_sub(page),
            Move::PageDown => self.selected + page,
            Move::First => 0,
            Move::Last => last,
        }
        .min(last);
    }

    /// Everything, as bytes for the terminal.
    fn draw(&mut self, size: Size) -> String {
        self.size = size;
        let height = size.list();
        let highest = (self.selected + 1).saturating_sub(height);
        self.top = self.top.clamp(highest, self.selected.max(highest));
        let mut frame = Frame::new(size, self.look, &self.columns);
        frame.question(&self.query, self.matches.len(), self.matches.of());
        frame.heading();
        for line in 0..height {
            let place = self.top + line;
            match self.matches.get(place) {
                Some(entry) => {
                    let (row, marked) = self.matches.row(entry);
                    let shade = Shade { selected: place == self.selected, production: self.about.is_production(entry) };
                    frame.row(line, row, &marked, shade);
                }
                None if line == 0 => frame.no_match(),
                None => frame.nothing(line),
            }
        }
        if size.preview() > 0 {
            let entry = self.matches.get(self.selected);
            frame.preview(&entry.map(|entry| self.about.preview(entry)).unwrap_or_default());
        }
        frame.finish()
    }
}

#[cfg(test)]
mod tests;
