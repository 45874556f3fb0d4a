//! The properties of one section. Our scanner cuts the lines by AWS's rules; each cut line then goes through rust-ini,
//! whose own quotes, escapes and comments are off, because on whole AWS files they change what is said.
use ini::{Ini, ParseOption, Properties};

use super::SourceFile;
use super::redact::{REDACTED, conceals, misplaces, without_secrets};
use super::scan::{Layout, Lines, Role, Section, trim};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Property {
    /// Lower case, as AWS compares keys. Of a sub-property: as written.
    pub(super) key: String,
    pub(super) value: Value,
    pub(super) line: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// Continuation lines are joined by `\n`. `[redacted]` in place of a secret.
    Text(String),
    /// A property without a value of its own, and the indented `key = value` lines below it.
    Block(Vec<Property>),
}

/// `over` wins, in the place of what it replaces.
pub(super) fn overlay(under: &mut Vec<Property>, over: impl IntoIterator<Item = Property>) {
    for property in over {
        match under.iter_mut().find(|known| known.key == property.key) {
            Some(known) => *known = property,
            None => under.push(property),
        }
    }
}

/// What the AWS CLI and the SDKs read differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Oddity {
    /// `key: value`.
    Colon,
    /// The first key of a section is indented.
    Indented,
    /// ` # note` behind a value.
    CommentInValue,
    /// An indented comment below a property.
    IndentedComment,
    /// A blank line within a continued value.
    BlankInValue,
    /// Only some SDKs take such a key.
    OddKey,
}

#[derive(Default)]
pub(super) struct Body {
    pub(super) properties: Vec<Property>,
    /// Lines that are lost, and why.
    pub(super) lost: Vec<(usize, &'static str)>,
    pub(super) oddities: Vec<(usize, Oddity)>,
}

/// A property as cut from the file: its own line, and the lines that continue it.
struct Cut<'a> {
    line: usize,
    text: &'a str,
    more: Vec<(usize, &'a str)>,
}

pub(super) const NO_DELIMITER: &str = "this line has no '=' and is not read";
pub(super) const NO_KEY: &str = "this line has no name before its '=' and is not read";
pub(super) const MISPLACED_SECRET: &str = "this line may hold a secret before its '=' and is not read";
pub(super) const NOT_UTF_8: &str = "this line is not UTF-8 and is not read";
pub(super) const CONTINUES_LOST: &str = "this line continues one that is not read";
pub(super) const HEADER_CONTINUES: &str =
    "this section header is indented deeper than the line above, so it continues that line's value";

pub(super) fn parse(file: &SourceFile, section: &Section) -> Body {
    let mut body = Body::default();
    let cuts = cut(file, section, &mut body);
    let texts: Vec<_> = cuts.iter().map(|cut| cut.text).collect();
    let rows = rows(&texts, Delimiters::EqualsOrColon);
    for (cut, (key, first)) in cuts.iter().zip(rows) {
        let value = match (first.is_empty(), cut.more.is_empty()) {
            (_, true) => Value::Text(first),
            // A secret that goes on is a secret to its end.
            _ if conceals(cut.text) => Value::Text(REDACTED.to_owned()),
            (true, false) => Value::Block(block(file, &without_secrets(&cut.more), &mut body)),
            (false, false) => Value::Text(joined(first, &cut.more)),
        };
        body.properties.push(Property { key: key.to_lowercase(), value, line: cut.line });
    }
    body
}

fn cut<'a>(file: &'a SourceFile, section: &Section, body: &mut Body) -> Vec<Cut<'a>> {
    let mut layout = Layout::below_header(section.level);
    let mut cuts: Vec<Cut<'a>> = Vec::new();
    let mut last_is_read = false;
    let mut blanks = Vec::new();
    for line in Lines::within(&file.text, section.body.clone(), section.line + 1) {
        let number = line.number;
        let damaged = file.is_damaged(number);
        match layout.role(line.text) {
            Role::Blank => blanks.push((number, "")),
            Role::Comment => {
                if last_is_read && !line.text.starts_with(['#', ';']) {
                    body.oddities.push((number, Oddity::IndentedComment));
                }
            }
            Role::Header(_) => break,
            Role::Property(text) => {
                blanks.clear();
                let lost = if damaged { Some(NOT_UTF_8) } else { fault(text) };
                body.lost.extend(lost.map(|why| (number, why)));
                last_is_read = lost.is_none();
                if last_is_read {
                    note_oddities(line.text, text, number, body);
                    cuts.push(Cut { line: number, text, more: Vec::new() });
                }
            }
            Role::Continuation(_) if damaged => body.lost.push((number, NOT_UTF_8)),
            Role::Continuation(_) if !last_is_read => body.lost.push((number, CONTINUES_LOST)),
            Role::Continuation(text) => {
                if text.starts_with('[') && text.contains(']') {
                    body.lost.push((number, HEADER_CONTINUES));
                }
                if !blanks.is_empty() {
                    body.oddities.push((number, Oddity::BlankInValue));
                }
                if let Some(cut) = cuts.last_mut() {
                    cut.more.append(&mut blanks);
                    cut.more.push((number, text));
                }
            }
        }
    }
    cuts
}

fn fault(text: &str) -> Option<&'static str> {
    match text.find(['=', ':']) {
        None => Some(NO_DELIMITER),
        Some(0) => Some(NO_KEY),
        Some(_) if misplaces(text) => Some(MISPLACED_SECRET),
        Some(_) => None,
    }
}

fn note_oddities(whole: &str, text: &str, number: usize, body: &mut Body) {
    let (key, value) = text.split_once(['=', ':']).unwrap_or((text, ""));
    if text[key.len()..].starts_with(':') {
        body.oddities.push((number, Oddity::Colon));
    }
    if whole.starts_with([' ', '\t']) {
        body.oddities.push((number, Oddity::Indented));
    }
    if value.contains([' ', '\t']) && [" #", " ;", "\t#", "\t;"].iter().any(|comment| value.contains(comment)) {
        body.oddities.push((number, Oddity::CommentInValue));
    }
    if !super::header::is_identifier(trim(key)) {
        body.oddities.push((number, Oddity::OddKey));
    }
}

/// The value of a property that goes on: the CLI keeps blank lines within it. Lines that are withheld leave a line: what
/// several say is never what the first one says.
fn joined(mut value: String, more: &[(usize, &str)]) -> String {
    let kept = without_secrets(more);
    for (_, line) in &kept {
        value.push('\n');
        match line.split_once(['=', ':']) {
            Some((key, _)) if conceals(line) => value.extend([key, "= ", REDACTED]),
            _ => value.push_str(line),
        }
    }
    if kept.len() < more.len() {
        value.extend(["\n", REDACTED]);
    }
    value
}

/// Sub-properties: one level, only `=` divides, keys keep their case.
fn block(file: &SourceFile, lines: &[(usize, &str)], body: &mut Body) -> Vec<Property> {
    let mut read = Vec::new();
    for (number, line) in lines.iter().filter(|(_, line)| !line.is_empty()) {
        match line.find('=') {
            _ if file.is_damaged(*number) => {}
            None => body.lost.push((*number, "this line below a property without a value has no '=' and is not read")),
            Some(0) => body.lost.push((*number, NO_KEY)),
            Some(_) if misplaces(line) => body.lost.push((*number, MISPLACED_SECRET)),
            Some(_) => read.push((*number, *line)),
        }
    }
    let texts: Vec<_> = read.iter().map(|(_, line)| *line).collect();
    let rows = rows(&texts, Delimiters::Equals);
    let property = |((line, _), (key, value))| Property { key, value: Value::Text(value), line };
    let mut properties = Vec::new();
    overlay(&mut properties, read.into_iter().zip(rows).map(property));
    properties
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Delimiters {
    EqualsOrColon,
    Equals,
}

/// Key and value of each line, by rust-ini. Every line has a delimiter and a key before it, so that each makes one row.
/// The value of a secret never gets there.
fn rows(lines: &[&str], delimiters: Delimiters) -> Vec<(String, String)> {
    let mut text = String::new();
    for line in lines {
        shield(line, delimiters, &mut text);
        text.push('\n');
    }
    let options = ParseOption {
        enabled_quote: false,
        enabled_escape: false,
        enabled_indented_mutiline_value: false,
        enabled_preserve_key_leading_whitespace: false,
    };
    let parsed = Ini::load_from_str_opt(&text, options).unwrap_or_default();
    let properties = parsed.section(None::<String>).into_iter().flat_map(Properties::iter);
    let rows: Vec<_> = properties.map(|(key, value)| (unshield(key), unshield(value))).collect();
    debug_assert_eq!(rows.len(), lines.len(), "each line makes one row");
    rows
}

/// Even with escapes off rust-ini lets a backslash hide what follows it, a line end or a delimiter. A second backslash
/// stops that; and what would end a key or begin something else is hidden by one on purpose.
fn shield(line: &str, delimiters: Delimiters, into: &mut String) {
    let secret = conceals(line);
    let divides = |c| c == '=' || (c == ':' && (secret || delimiters == Delimiters::EqualsOrColon));
    let (key, rest) = line.split_at(line.find(divides).unwrap_or(line.len()));
    for c in key.chars() {
        if matches!(c, '\\' | ':' | '[' | '#' | ';') {
            into.push('\\');
        }
        into.push(c);
    }
    into.push('=');
    let value = rest.get(1..).unwrap_or("");
    if secret {
        into.push_str(if trim(value).is_empty() { "" } else { REDACTED });
        return;
    }
    for c in value.chars() {
        if c == '\\' {
            into.push('\\');
        }
        into.push(c);
    }
}

fn unshield(text: &str) -> String {
    if !text.contains('\\') {
        return trim(text).to_owned();
    }
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        plain.extend(if c == '\\' { chars.next() } else { Some(c) });
    }
    trim(&plain).to_owned()
}
