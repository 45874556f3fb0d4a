//! One drawing: every line once, each placed and cleared to its end, so that nothing of an earlier one stays.

use std::fmt::Write;

use super::Preview;
use super::layout::{Column, Columns, GAP, HEADING, MARGIN, NARROWEST_COLUMN, Size};
use super::look::Look;
use super::query::Query;
use super::rows::Row;
use crate::sanitize;
use crate::terminal::text::{self, Cell};

const QUESTION: &str = "> ";
/// Of the labels of a preview.
const LABEL: usize = 10;

pub(super) struct Frame {
    out: String,
    size: Size,
    look: Look,
    /// Empty where there is no room for a table.
    table: Vec<Column>,
    cursor: usize,
}

/// How a row stands out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Shade {
    pub(super) selected: bool,
    pub(super) production: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    Plain,
    Faint,
    Pointer,
    Row { shade: Shade, marked: bool },
}

impl Frame {
    pub(super) fn new(size: Size, look: Look, columns: &Columns) -> Self {
        let table = if size.is_table() { columns.fit(size.columns) } else { Vec::new() };
        // Terminals that can, show it in one go from here to the end.
        Self { out: String::from("\x1b[?2026h\x1b[?25l"), size, look, table, cursor: 0 }
    }

    /// The line to type in, and how many match.
    pub(super) fn question(&mut self, query: &Query, found: usize, of: usize) {
        self.line(0);
        self.styled(Style::Pointer, QUESTION);
        let room = self.size.columns.saturating_sub(QUESTION.len() + 1);
        let cells = |text: &str| text.chars().map(|c| (self.look.shown(c), false)).collect::<Vec<Cell>>();
        let (before, after) = (cells(query.before()), cells(&query.text()[query.before().len()..]));
        let mut shown = text::within(before.iter().rev(), room);
        shown.reverse();
        self.cursor = QUESTION.len() + text::width_of(&shown);
        shown.extend(text::within(after.iter(), room - text::width_of(&shown)));
        let end = QUESTION.len() + text::width_of(&shown);
        self.cells(&shown, Shade::default());
        let count = format!("{found}/{of}");
        if let Some(start) = self.size.columns.checked_sub(count.len()).filter(|&start| start > end) {
            self.at(start);
            self.styled(Style::Faint, &count);
        }
    }

    pub(super) fn heading(&mut self) {
        if self.size.has_heading() {
            self.line(1);
            for Column { index, start, .. } in self.table.clone() {
                self.at(start);
                self.styled(Style::Faint, HEADING[index]);
            }
        }
    }

    /// `marked` are the places of its text that match, in order.
    pub(super) fn row(&mut self, line: usize, row: &Row, marked: &[u32], shade: Shade) {
        self.list_line(line);
        let pointer = if shade.selected { self.look.pointer() } else { ' ' };
        self.styled(Style::Pointer, pointer.encode_utf8(&mut [0; 4]));
        self.style(Style::Row { shade, marked: false });
        self.out.push(if row.is_current { '*' } else { ' ' });
        let look = self.look;
        let cell = |(place, c): (u32, char)| (look.shown(c), marked.binary_search(&place).is_ok());
        if self.table.is_empty() {
            return self.cells(&in_one_run(row, cell, self.size.columns.saturating_sub(MARGIN), look), shade);
        }
        for Column { index, start, width } in self.table.clone() {
            let cells = row.column(index).map(cell).collect();
            let fitting = text::fit(cells, width, look.unicode);
            let rest = width - text::width_of(&fitting);
            // Terminals differ in how wide they draw some characters: each column starts where it starts all the same.
            self.at(start);
            self.cells(&fitting, shade);
            self.cells(&vec![(' ', false); rest], shade);
        }
    }

    pub(super) fn no_match(&mut self) {
        self.list_line(0);
        self.at(MARGIN);
        self.styled(Style::Faint, "no match");
    }

    pub(super) fn nothing(&mut self, line: usize) {
        self.list_line(line);
    }

    pub(super) fn preview(&mut self, preview: &Preview) {
        let height = self.size.preview();
        let top = self.size.rows - height;
        self.line(top - 1);
        let rule = self.look.rule().to_string().repeat(self.size.columns);
        self.styled(Style::Faint, &rule);
        let labels = if self.size.is_table() { LABEL } else { 0 };
        let room = self.size.columns.saturating_sub(MARGIN + labels).max(1);
        let mut lines = preview.iter().flat_map(|(label, value)| {
            let value: String = sanitize::line(value).chars().map(|c| self.look.shown(c)).collect();
            let label = if labels > 0 { *label } else { "" };
            let labels = std::iter::once(label).chain(std::iter::repeat(""));
            labels.zip(text::wrap(&value, room)).collect::<Vec<_>>()
        });
        let lines: Vec<_> = (0..height).map(|_| lines.next()).collect();
        for (line, content) in lines.into_iter().enumerate() {
            self.line(top + line);
            if let Some((label, value)) = content {
                self.at(MARGIN);
                self.styled(Style::Faint, label);
                self.at(MARGIN + labels);
                self.styled(Style::Plain, &value);
            }
        }
    }

    /// The bytes, which leave the cursor where the next letter comes.
    pub(super) fn finish(mut self) -> String {
        let _ = write!(self.out, "\x1b[1;{}H\x1b[?25h\x1b[?2026l", self.cursor + 1);
        self.out
    }

    fn list_line(&mut self, line: usize) {
        self.line(self.size.above_list() + line);
    }

    /// Begins a line, with nothing on it.
    fn line(&mut self, line: usize) {
        let _ = write!(self.out, "\x1b[{};1H\x1b[0m\x1b[K", line + 1);
    }

    fn at(&mut self, column: usize) {
        let _ = write!(self.out, "\x1b[{}G", column + 1);
    }

    fn cells(&mut self, cells: &[Cell], shade: Shade) {
        for run in cells.chunk_by(|(_, one), (_, next)| one == next) {
            self.style(Style::Row { shade, marked: run[0].1 });
            self.out.extend(run.iter().map(|&(c, _)| c));
        }
    }

    fn styled(&mut self, style: Style, text: &str) {
        self.style(style);
        self.out.push_str(text);
    }

    /// Without colour by what else a terminal can do to letters.
    fn style(&mut self, style: Style) {
        self.out.push_str("\x1b[0");
        let codes: &[&str] = match style {
            Style::Plain => &[],
            Style::Faint => &[";2"],
            Style::Pointer if self.look.colour => &[";1;35"],
            Style::Pointer => &[";1"],
            Style::Row { shade: Shade { selected, production }, marked } if self.look.colour => {
                let colour = if marked {
                    ";32"
                } else if production {
                    ";31"
                } else {
                    ""
                };
                &[if selected { ";1" } else { "" }, colour]
            }
            Style::Row { shade, marked } => &[if shade.selected { ";7" } else { "" }, if marked { ";4" } else { "" }],
        };
        self.out.extend(codes.iter().copied());
        self.out.push('m');
    }
}

/// Where there is no room for columns: the profile's name, and behind it as much of account and role as fits.
fn in_one_run(row: &Row, cell: impl Fn((u32, char)) -> Cell, room: usize, look: Look) -> Vec<Cell> {
    let column = |column| row.column(column).map(&cell).collect::<Vec<Cell>>();
    let [name, account, role, id] = [0, 1, 2, 3].map(column);
    let account = if account.is_empty() { id } else { account };
    let slash = if account.is_empty() || role.is_empty() { vec![] } else { vec![('/', false)] };
    let who = [account, slash, role].concat();
    let left = room.saturating_sub(text::width_of(&name) + GAP);
    if name.is_empty() {
        text::fit(who, room, look.unicode)
    } else if who.is_empty() || left < NARROWEST_COLUMN {
        text::fit(name, room, look.unicode)
    } else {
        [name, vec![(' ', false); GAP], text::fit(who, left, look.unicode)].concat()
    }
}
