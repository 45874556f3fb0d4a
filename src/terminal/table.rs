//! Columns that line up, whatever the names hold.

use unicode_width::UnicodeWidthStr;

use crate::sanitize;

/// Rows under a heading, two blanks between columns, nothing after the last one. Every cell is cleaned.
#[must_use]
pub fn render(heading: &[&str], rows: &[Vec<String>]) -> String {
    let heading: Vec<String> = heading.iter().map(|&cell| cell.to_owned()).collect();
    let rows: Vec<Vec<String>> = std::iter::once(&heading)
        .chain(rows)
        .map(|row| row.iter().map(|cell| sanitize::line(cell)).collect())
        .collect();
    let widths: Vec<usize> = (0..heading.len())
        .map(|column| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width()).max().unwrap_or(0))
        .collect();
    let mut text = String::new();
    for row in &rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(cell);
            line.extend(std::iter::repeat_n(' ', width - cell.width() + 2));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_by_cells_not_by_bytes() {
        let rows =
            vec![vec!["dev".into(), "日本".into(), "x".into()], vec!["pro\u{1b}[31md".into(), "é".into(), "y".into()]];
        let table = render(&["PROFILE", "ACCOUNT", ""], &rows);
        assert_eq!(table, "PROFILE   ACCOUNT\ndev       日本     x\npro[31md  é        y\n");
    }
}
