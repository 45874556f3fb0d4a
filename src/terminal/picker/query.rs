//! The line a person types in.

use crate::sanitize;

/// What no name is longer than, by far.
const LONGEST: usize = 256;

#[derive(Default)]
pub(super) struct Query {
    text: String,
    /// In bytes.
    cursor: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Edit {
    Insert(char),
    Paste(String),
    Backspace,
    Delete,
    /// Up to the start of the line.
    DeleteLine,
    /// Up to the start of the word.
    DeleteWord,
    Left,
    Right,
    Start,
    End,
}

impl Query {
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// What stands before the cursor.
    pub(super) fn before(&self) -> &str {
        &self.text[..self.cursor]
    }

    /// Whether that changed the text.
    pub(super) fn edit(&mut self, edit: Edit) -> bool {
        let length = self.text.len();
        match edit {
            Edit::Insert(c) => self.insert(c),
            // Several lines are several words: a line break in what is pasted is no Enter.
            Edit::Paste(text) => sanitize::line(&text).chars().for_each(|c| self.insert(c)),
            Edit::Backspace => self.delete(self.left()..self.cursor),
            Edit::Delete => self.delete(self.cursor..self.right()),
            Edit::DeleteLine => self.delete(0..self.cursor),
            Edit::DeleteWord => {
                let word = self.before().trim_end();
                let start = word.rfind(char::is_whitespace).map_or(0, |space| self.text.ceil_char_boundary(space + 1));
                self.delete(start..self.cursor);
            }
            Edit::Left => self.cursor = self.left(),
            Edit::Right => self.cursor = self.right(),
            Edit::Start => self.cursor = 0,
            Edit::End => self.cursor = length,
        }
        self.text.len() != length
    }

    fn insert(&mut self, c: char) {
        if self.text.len() < LONGEST && !sanitize::is_hidden(c) {
            self.text.insert(self.cursor, c);
            self.cursor += c.len_utf8();
        }
    }

    fn delete(&mut self, range: std::ops::Range<usize>) {
        self.cursor = range.start;
        self.text.replace_range(range, "");
    }

    fn left(&self) -> usize {
        self.before().char_indices().next_back().map_or(0, |(place, _)| place)
    }

    fn right(&self) -> usize {
        self.text[self.cursor..].chars().next().map_or(self.cursor, |c| self.cursor + c.len_utf8())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(edits: &[Edit]) -> (String, String) {
        let mut query = Query::default();
        for edit in edits {
            query.edit(edit.clone());
        }
        (query.before().to_owned(), query.text()[query.before().len()..].to_owned())
    }

    #[test]
    fn words_and_lines_go_up_to_the_cursor() {
        let typed = Edit::Paste("für alle  dev".into());
        assert_eq!(after(&[typed.clone(), Edit::DeleteWord]).0, "für alle  ");
        assert_eq!(after(&[typed.clone(), Edit::DeleteWord, Edit::DeleteWord]).0, "für ");
        let back = [typed.clone(), Edit::Left, Edit::Left, Edit::DeleteLine];
        assert_eq!(after(&back), (String::new(), "ev".into()));
        assert_eq!(after(&[typed, Edit::Start, Edit::Right, Edit::Delete]), ("f".into(), "r alle  dev".into()));
    }

    #[test]
    fn nothing_is_deleted_beyond_the_ends() {
        let all = [Edit::Backspace, Edit::DeleteWord, Edit::DeleteLine, Edit::Left, Edit::Right, Edit::Delete];
        assert_eq!(after(&all), Default::default());
    }

    #[test]
    fn what_is_pasted_is_one_line_without_controls() {
        assert_eq!(after(&[Edit::Paste("dev\nprod\u{1b}[31m\u{202e}".into())]).0, "dev prod[31m");
    }
}
