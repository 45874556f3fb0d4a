//! From text to sections, by AWS's rules: what a line is depends on how far it and the lines before it are indented.
//! One pass, nothing copied; the body of a section is parsed only when somebody asks for it.
use std::ops::Range;

use super::FileKind;
use super::header::{self, Header};

pub(super) struct Line<'a> {
    /// From 1.
    pub(super) number: usize,
    /// Bytes of the file, without the line end.
    pub(super) range: Range<usize>,
    /// Where the next line begins.
    pub(super) after: usize,
    pub(super) text: &'a str,
}

/// Lines end with `\n`, `\r\n` or a lone `\r`, which the AWS CLI takes too.
pub(super) struct Lines<'a> {
    text: &'a str,
    offset: usize,
    number: usize,
    carriage_returns: bool,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self::within(text, 0..text.len(), 1)
    }

    /// The lines of a part of `text` whose first one has `number`.
    pub(super) fn within(text: &'a str, range: Range<usize>, number: usize) -> Self {
        let text = &text[..range.end];
        Self { text, offset: range.start, number, carriage_returns: text[range.start..].contains('\r') }
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;

    fn next(&mut self) -> Option<Line<'a>> {
        let start = self.offset;
        let rest = &self.text[start..];
        if rest.is_empty() {
            return None;
        }
        let length = if self.carriage_returns { rest.find(['\n', '\r']) } else { rest.find('\n') };
        let length = length.unwrap_or(rest.len());
        let line_end = if rest[length..].starts_with("\r\n") { 2 } else { 1 };
        self.offset = (start + length + line_end).min(self.text.len());
        let line =
            Line { number: self.number, range: start..start + length, after: self.offset, text: &rest[..length] };
        self.number += 1;
        Some(line)
    }
}

/// White space as Python has it: the AWS CLI's reader strips by it.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{1c}'..='\u{1f}')
}

/// Nearly every line begins and ends with a byte that is no white space for anybody.
pub(super) fn trim(text: &str) -> &str {
    match text.as_bytes() {
        [b'!'..=b'~'] | [b'!'..=b'~', .., b'!'..=b'~'] => text,
        _ => text.trim_matches(is_space),
    }
}

/// What a line is, its text without the white space around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role<'a> {
    Blank,
    Comment,
    Header(&'a str),
    /// Begins a property; may be broken.
    Property(&'a str),
    /// Belongs to the property before it, because it is indented deeper.
    Continuation(&'a str),
}

/// How deep the last header or property was indented: only what is deeper continues it. So a body that is indented as
/// a whole is a body, as for the AWS CLI.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Layout {
    pub(super) level: usize,
    in_property: bool,
}

impl Layout {
    pub(super) fn below_header(level: usize) -> Self {
        Self { level, in_property: false }
    }

    pub(super) fn role<'a>(&mut self, line: &'a str) -> Role<'a> {
        let text = trim(line);
        match text.as_bytes().first() {
            None => return Role::Blank,
            Some(b'#' | b';') => return Role::Comment,
            Some(_) => {}
        }
        let level = if text.len() == line.len() { 0 } else { line.chars().take_while(|c| is_space(*c)).count() };
        if self.in_property && level > self.level {
            return Role::Continuation(text);
        }
        self.level = level;
        self.in_property = !text.starts_with('[');
        if self.in_property { Role::Property(text) } else { Role::Header(text) }
    }
}

pub(super) struct Section {
    pub(super) header: Header,
    /// Of the header, from 1.
    pub(super) line: usize,
    /// How deep the header is indented.
    pub(super) level: usize,
    pub(super) body: Range<usize>,
}

/// The sections of a file, and the lines before the first that hold something.
pub(super) struct Scan {
    pub(super) sections: Vec<Section>,
    pub(super) before: Vec<usize>,
}

pub(super) fn scan(text: &str, kind: FileKind, damaged: &[usize]) -> Scan {
    let mut found = Scan { sections: Vec::new(), before: Vec::new() };
    let mut layout = Layout::default();
    for line in Lines::new(text) {
        match layout.role(line.text) {
            Role::Header(header) => {
                if let Some(last) = found.sections.last_mut() {
                    last.body.end = line.range.start;
                }
                let offset = line.range.start + line.text.find('[').unwrap_or(0);
                let header = header::parse(header, offset, kind, damaged.binary_search(&line.number).is_ok());
                let body = line.after..text.len();
                found.sections.push(Section { header, line: line.number, level: layout.level, body });
            }
            Role::Property(_) | Role::Continuation(_) if found.sections.is_empty() => {
                // No section, so nothing that a deeper line could continue.
                layout = Layout::default();
                found.before.push(line.number);
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roles(text: &str) -> Vec<Role<'_>> {
        let mut layout = Layout::default();
        Lines::new(text).map(|line| layout.role(line.text)).collect()
    }

    #[test]
    fn lines_end_in_three_ways() {
        let found: Vec<_> = Lines::new("a\r\nb\rc\n\nd").map(|line| (line.number, line.text)).collect();
        assert_eq!(found, [(1, "a"), (2, "b"), (3, "c"), (4, ""), (5, "d")]);
    }

    #[test]
    fn only_what_is_deeper_continues() {
        use Role::{Comment, Continuation, Header, Property};
        assert_eq!(
            roles("[a]\n  k = v\n  l = w\n    x\n # c\n [b]\n[c]\nk=v\n [d]"),
            [
                Header("[a]"),
                Property("k = v"),
                Property("l = w"),
                Continuation("x"),
                Comment,
                Header("[b]"),
                Header("[c]"),
                Property("k=v"),
                Continuation("[d]")
            ]
        );
    }
}
