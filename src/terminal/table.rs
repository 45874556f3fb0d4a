//! Columns that line up, whatever the names hold.

use anstyle::Style;
use unicode_width::UnicodeWidthStr;

use super::{Display, text};
use crate::sanitize;

/// A text of a table and how it looks.
#[derive(Clone, Debug, Default)]
pub struct Cell {
    text: String,
    style: Style,
}

impl Cell {
    /// The text is cleaned.
    #[must_use]
    pub fn new(text: &str, style: Style) -> Self {
        Self { text: sanitize::line(text), style }
    }
}

/// Between two columns.
const GAP: usize = 2;
/// What a column is given in any case, if its cells need it.
const LEAST: usize = 8;

/// Where a table is shown.
#[derive(Clone, Copy, Debug, Default)]
pub struct Page {
    /// Of a terminal, whose lines are to hold a row each; in a file everything is whole.
    pub columns: Option<usize>,
    pub display: Display,
}

/// Rows under a heading, two blanks between columns, nothing after the last one. Where a row would not fit, the widest
/// columns are cut.
#[must_use]
pub fn render(heading: &[&str], rows: &[Vec<Cell>], page: Page) -> String {
    let heading: Vec<Cell> = heading.iter().map(|cell| Cell::new(cell, Style::new())).collect();
    let rows = || std::iter::once(&heading).chain(rows);
    let mut widths: Vec<usize> = (0..heading.len())
        .map(|column| rows().filter_map(|row| row.get(column)).map(|cell| cell.text.width()).max().unwrap_or(0))
        .collect();
    if let Some(columns) = page.columns {
        narrow(&mut widths, columns.saturating_sub(GAP * heading.len().saturating_sub(1)));
    }
    let mut text = String::new();
    for row in rows() {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            let shown = text::fit_text(&cell.text, *width, page.display.utf8);
            line.push_str(&page.display.paint.paint(cell.style, &shown));
            line.extend(std::iter::repeat_n(' ', width.saturating_sub(shown.width()) + GAP));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// Until all of them fit into `room`, the widest is made narrower, the first one half as much: it is what a person types.
fn narrow(widths: &mut [usize], room: usize) {
    let limit = |most: usize, column: usize| if column == 0 { 2 * most } else { most };
    let fitting = |most: usize| widths.iter().enumerate().map(move |(column, width)| limit(most, column).min(*width));
    let widest = widths.iter().max().copied().unwrap_or(0);
    let most = (LEAST..=widest).rev().find(|most| fitting(*most).sum::<usize>() <= room).unwrap_or(LEAST);
    for (column, width) in widths.iter_mut().enumerate() {
        *width = limit(most, column).min(*width);
    }
}

#[cfg(test)]
mod tests {
    use anstyle::AnsiColor;

    use super::super::color::Color;
    use super::*;
    use crate::environment::Environment;
    use crate::terminal::Paint;

    fn rows() -> Vec<Vec<Cell>> {
        let (plain, red) = (Style::new(), AnsiColor::Red.on_default());
        vec![
            vec![Cell::new("dev", plain), Cell::new("日本", plain), Cell::new("x", red)],
            vec![Cell::new("pro\u{1b}[31md", plain), Cell::new("é", red), Cell::new("y", plain)],
        ]
    }

    #[test]
    fn columns_line_up_by_cells_not_by_bytes() {
        let table = render(&["PROFILE", "ACCOUNT", ""], &rows(), Page::default());
        assert_eq!(table, "PROFILE   ACCOUNT\ndev       日本     x\npro[31md  é        y\n");
    }

    #[test]
    fn colours_change_no_column() {
        let paint = Paint::for_stdout(Color::Always, &Environment::default());
        let table = render(
            &["PROFILE", "ACCOUNT", ""],
            &rows(),
            Page { display: Display { paint, utf8: true }, ..Page::default() },
        );
        let plain = render(&["PROFILE", "ACCOUNT", ""], &rows(), Page::default());
        assert!(table.contains("日本     \u{1b}[31mx\u{1b}[0m\n"), "{table:?}");
        assert_eq!(table.replace("\u{1b}[31m", "").replace("\u{1b}[0m", ""), plain);
    }

    #[test]
    fn on_a_terminal_the_widest_cells_are_cut_until_a_row_is_a_line() {
        let cells = |texts: [&str; 3]| texts.map(|text| Cell::new(text, Style::new())).to_vec();
        let long = "x".repeat(100);
        let rows = vec![cells(["dev", "Development", "fine"]), cells([&long, &long, "fine"])];
        let heading = ["PROFILE", "ACCOUNT", "STATE"];
        let page = |columns| Page { columns, display: Display { utf8: true, ..Display::default() } };
        let table = render(&heading, &rows, page(Some(40)));
        assert_eq!(
            table,
            "PROFILE               ACCOUNT     STATE\n\
             dev                   Develo…ent  fine\n\
             xxxxxxxxxxxxx…xxxxxx  xxxxxx…xxx  fine\n"
        );
        assert!(render(&heading, &rows, page(None)).contains(&format!("{long}  {long}  fine\n")));
        assert_eq!(render(&heading, &rows[..1], page(Some(40))), render(&heading, &rows[..1], page(None)));
        // No column is taken away from whoever has too small a window.
        assert!(render(&heading, &rows, page(Some(3))).contains("dev               Devel…nt  fine\n"));
    }
}
