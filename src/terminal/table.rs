//! Columns that line up, whatever the names hold.

use anstyle::Style;
use unicode_width::UnicodeWidthStr;

use super::color::Paint;
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

/// Rows under a heading, two blanks between columns, nothing after the last one.
#[must_use]
pub fn render(heading: &[&str], rows: &[Vec<Cell>], paint: Paint) -> String {
    let heading: Vec<Cell> = heading.iter().map(|cell| Cell::new(cell, Style::new())).collect();
    let rows = || std::iter::once(&heading).chain(rows);
    let widths: Vec<usize> = (0..heading.len())
        .map(|column| rows().filter_map(|row| row.get(column)).map(|cell| cell.text.width()).max().unwrap_or(0))
        .collect();
    let mut text = String::new();
    for row in rows() {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(&paint.paint(cell.style, &cell.text));
            line.extend(std::iter::repeat_n(' ', width - cell.text.width() + 2));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use anstyle::AnsiColor;

    use super::super::color::Color;
    use super::*;
    use crate::environment::Environment;

    fn rows() -> Vec<Vec<Cell>> {
        let (plain, red) = (Style::new(), AnsiColor::Red.on_default());
        vec![
            vec![Cell::new("dev", plain), Cell::new("日本", plain), Cell::new("x", red)],
            vec![Cell::new("pro\u{1b}[31md", plain), Cell::new("é", red), Cell::new("y", plain)],
        ]
    }

    #[test]
    fn columns_line_up_by_cells_not_by_bytes() {
        let table = render(&["PROFILE", "ACCOUNT", ""], &rows(), Paint::default());
        assert_eq!(table, "PROFILE   ACCOUNT\ndev       日本     x\npro[31md  é        y\n");
    }

    #[test]
    fn colours_change_no_column() {
        let paint = Paint::for_stdout(Color::Always, &Environment::default());
        let table = render(&["PROFILE", "ACCOUNT", ""], &rows(), paint);
        let plain = render(&["PROFILE", "ACCOUNT", ""], &rows(), Paint::default());
        assert!(table.contains("日本     \u{1b}[31mx\u{1b}[0m\n"), "{table:?}");
        assert_eq!(table.replace("\u{1b}[31m", "").replace("\u{1b}[0m", ""), plain);
    }
}
