//! What a section is called. The AWS CLI and the SDKs read headers differently: what either of them accepts is a
//! section, and where both accept, the CLI's reading counts.
use std::ops::Range;

use super::FileKind;
use super::scan::trim;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SectionKind {
    Profile,
    SsoSession,
    Services,
    /// `[DEFAULT]`, whose keys every section of the file inherits, for the AWS CLI.
    Inherited,
    /// Neither a profile nor anything a profile can name.
    Other,
    /// No `]`, bytes that are not UTF-8, or no name: its lines belong to nobody.
    Broken,
}

/// Who reads a section by the name it has here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReadBy {
    All,
    Cli,
    Sdks,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) kind: SectionKind,
    pub(super) read_by: ReadBy,
    name: Name,
    /// What is between the brackets, by the CLI's reading: sections where this is equal are one section.
    raw: Range<usize>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Name {
    /// Bytes of the file.
    Written(Range<usize>),
    /// Quotes or backslashes were taken off.
    Unquoted(String),
}

impl Header {
    pub(super) fn name<'a>(&'a self, text: &'a str) -> &'a str {
        match &self.name {
            Name::Written(range) => &text[range.clone()],
            Name::Unquoted(name) => name,
        }
    }

    pub(super) fn raw<'a>(&self, text: &'a str) -> &'a str {
        &text[self.raw.clone()]
    }
}

/// A reading of the text between the brackets: what kind, and its name as a part of that text where it is one.
struct Reading<'a> {
    kind: SectionKind,
    name: Option<&'a str>,
    unquoted: String,
}

impl<'a> Reading<'a> {
    fn written(kind: SectionKind, name: &'a str) -> Option<Self> {
        (!name.is_empty()).then(|| Self { kind, name: Some(name), unquoted: String::new() })
    }

    fn name(&self) -> &str {
        self.name.unwrap_or(&self.unquoted)
    }
}

/// `line` begins with `[` at byte `offset` of the file.
pub(super) fn parse(line: &str, offset: usize, kind: FileKind, damaged: bool) -> Header {
    // What nearly every header of a long file looks like, and nobody reads differently.
    if let (FileKind::Config, false, Some(name)) = (kind, damaged, line.strip_prefix("[profile "))
        && let Some(name) = name.strip_suffix(']')
        && !name.is_empty()
        && is_identifier(name)
    {
        let end = offset + line.len() - 1;
        let (name, raw) = (Name::Written(end - name.len()..end), offset + 1..end);
        return Header { kind: SectionKind::Profile, read_by: ReadBy::All, name, raw };
    }
    // Anything may follow the last bracket; a bracket in a comment is the last one too, for the CLI.
    let raw = line.rfind(']').map(|end| &line[1..end]).filter(|raw| !raw.is_empty());
    let here = |part: &str| {
        let start = offset + (part.as_ptr() as usize - line.as_ptr() as usize);
        start..start + part.len()
    };
    let cli = raw.filter(|_| !damaged).and_then(|raw| match kind {
        FileKind::Config => cli_reading(raw),
        FileKind::Credentials => cli_credentials_reading(raw),
    });
    let sdk = Some(line).filter(|_| !damaged).and_then(|line| sdk_reading(line, kind));
    let (reading, read_by) = match (cli, sdk) {
        (Some(cli), Some(sdk)) if cli.kind == sdk.kind && cli.name() == sdk.name() => (cli, ReadBy::All),
        (Some(cli), _) => (cli, ReadBy::Cli),
        (None, Some(sdk)) => (sdk, ReadBy::Sdks),
        (None, None) => {
            let kind = if raw.is_some_and(|raw| !damaged && !is_nameless(raw, kind)) {
                SectionKind::Other
            } else {
                SectionKind::Broken
            };
            let name = Name::Written(here(raw.unwrap_or(line)));
            return Header { kind, read_by: ReadBy::All, name, raw: here(raw.unwrap_or(line)) };
        }
    };
    let name = match reading.name {
        Some(written) => Name::Written(here(written)),
        None => Name::Unquoted(reading.unquoted),
    };
    Header { kind: reading.kind, read_by, name, raw: here(raw.unwrap_or(line)) }
}

const PREFIXES: [(&str, SectionKind); 3] =
    [("profile", SectionKind::Profile), ("sso-session", SectionKind::SsoSession), ("services", SectionKind::Services)];

/// `[profile]`, `[profile ""]` and the like: something that wanted to be a section of ours.
fn is_nameless(raw: &str, kind: FileKind) -> bool {
    let no_name = |rest: &str| matches!(trim(rest), "" | "\"\"" | "''");
    kind == FileKind::Credentials
        || PREFIXES.iter().any(|(prefix, _)| trim(raw).strip_prefix(prefix).is_some_and(no_name))
}

/// The word before the name need only begin with `profile`, `sso-session` or `services`; there are exactly two words,
/// split as a POSIX shell does.
fn cli_reading(raw: &str) -> Option<Reading<'_>> {
    if raw == "default" {
        return Reading::written(SectionKind::Profile, raw);
    }
    if raw == "DEFAULT" {
        return Reading::written(SectionKind::Inherited, raw);
    }
    let (_, kind) = PREFIXES.into_iter().find(|(prefix, _)| raw.starts_with(prefix))?;
    if !raw.contains(['\'', '"', '\\']) {
        let mut words = raw.split([' ', '\t']).filter(|word| !word.is_empty());
        let (_, name, None) = (words.next()?, words.next()?, words.next()) else { return None };
        return Reading::written(kind, name);
    }
    let mut words = split_words(raw)?;
    let name = words.pop()?;
    (words.len() == 1 && !name.is_empty()).then_some(Reading { kind, name: None, unquoted: name })
}

/// In the credentials file the CLI takes every section for a profile, by all that is between the brackets. A name
/// with white space around it could not be asked for, and one that swallowed a bracket is a comment gone wrong:
/// those are left to the SDKs' reading.
fn cli_credentials_reading(raw: &str) -> Option<Reading<'_>> {
    if raw == "DEFAULT" {
        return Reading::written(SectionKind::Inherited, raw);
    }
    if raw != trim(raw) || raw.contains(']') {
        return None;
    }
    Reading::written(SectionKind::Profile, raw)
}

/// A comment may follow without a space; white space around the name is no part of it. Most SDKs refuse names beyond
/// a set of characters (`is_identifier`); the Go SDK takes them, so they are names.
fn sdk_reading(line: &str, kind: FileKind) -> Option<Reading<'_>> {
    let line = line.split(['#', ';']).next().unwrap_or(line);
    let inner = trim(line.trim_end().strip_prefix('[')?.strip_suffix(']')?);
    if kind == FileKind::Credentials {
        return Reading::written(SectionKind::Profile, inner);
    }
    if inner == "default" {
        return Reading::written(SectionKind::Profile, inner);
    }
    let (prefix, name) = inner.split_once([' ', '\t'])?;
    let (_, kind) = PREFIXES.into_iter().find(|(known, _)| *known == prefix)?;
    let name = trim(name);
    Reading::written(kind, name).filter(|_| name != "\"\"" && name != "''")
}

/// The characters that every SDK takes in a name.
pub(super) fn is_identifier(name: &str) -> bool {
    let fits = |b| matches!(b, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' | b'/' | b'.' | b'%' | b'@' | b':' | b'+');
    name.bytes().all(fits)
}

/// Words as Python's `shlex.split` has them, which is how the AWS CLI takes a header apart; `None` where a quote or a
/// backslash is left open. Unlike a shell's, its `#` begins no comment.
fn split_words(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            ' ' | '\t' | '\r' | '\n' => words.extend(word.take()),
            '\\' => word.get_or_insert_default().push(chars.next()?),
            '\'' | '"' => quoted(c, &mut chars, word.get_or_insert_default())?,
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    Some(words)
}

fn quoted(quote: char, chars: &mut std::str::Chars<'_>, word: &mut String) -> Option<()> {
    loop {
        match chars.next()? {
            c if c == quote => return Some(()),
            '\\' if quote == '"' => match chars.next()? {
                escaped @ ('"' | '\\') => word.push(escaped),
                other => word.extend(['\\', other]),
            },
            c => word.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use SectionKind::{Broken, Inherited, Other, Profile, Services, SsoSession};

    fn read(line: &str, file: FileKind) -> (SectionKind, String, ReadBy) {
        let header = parse(line, 0, file, false);
        (header.kind, header.name(line).to_owned(), header.read_by)
    }

    #[test]
    fn config_headers() {
        for (line, kind, name, by) in [
            ("[profile dev]", Profile, "dev", ReadBy::All),
            ("[profile dev] # note", Profile, "dev", ReadBy::All),
            ("[profile dev];note", Profile, "dev", ReadBy::All),
            ("[profile dev] # see [this]", Profile, "dev", ReadBy::Sdks),
            ("[profile dev] garbage", Profile, "dev", ReadBy::Cli),
            ("[profile\t dev]", Profile, "dev", ReadBy::All),
            ("[ profile dev ]", Profile, "dev", ReadBy::Sdks),
            ("[profile \"two words\"]", Profile, "two words", ReadBy::Cli),
            ("[profile 'x']", Profile, "x", ReadBy::Cli),
            ("[profile two words]", Profile, "two words", ReadBy::Sdks),
            ("[profile o'brien]", Profile, "o'brien", ReadBy::Sdks),
            ("[profile a#b]", Profile, "a#b", ReadBy::Cli),
            ("[profile a\\ b]", Profile, "a b", ReadBy::Cli),
            ("[profiles dev]", Profile, "dev", ReadBy::Cli),
            ("[sso-session s]", SsoSession, "s", ReadBy::All),
            ("[services s]", Services, "s", ReadBy::All),
            ("[default]", Profile, "default", ReadBy::All),
            ("[profile default]", Profile, "default", ReadBy::All),
            ("[DEFAULT]", Inherited, "DEFAULT", ReadBy::Cli),
            ("[preview]", Other, "preview", ReadBy::All),
            ("[dev]", Other, "dev", ReadBy::All),
            ("[plugins x]", Other, "plugins x", ReadBy::All),
            ("[profile dev", Broken, "[profile dev", ReadBy::All),
            ("[]", Broken, "[]", ReadBy::All),
            ("[profile]", Broken, "profile", ReadBy::All),
            ("[profile \"\"]", Broken, "profile \"\"", ReadBy::All),
        ] {
            assert_eq!(read(line, FileKind::Config), (kind, name.to_owned(), by), "{line}");
        }
    }

    #[test]
    fn credentials_headers() {
        for (line, kind, name, by) in [
            ("[dev]", Profile, "dev", ReadBy::All),
            ("[default]", Profile, "default", ReadBy::All),
            ("[profile dev]", Profile, "profile dev", ReadBy::All),
            ("[ dev ]", Profile, "dev", ReadBy::Sdks),
            ("[dev] # [old]", Profile, "dev", ReadBy::Sdks),
            ("[DEFAULT]", Inherited, "DEFAULT", ReadBy::Cli),
            ("[dev", Broken, "[dev", ReadBy::All),
        ] {
            assert_eq!(read(line, FileKind::Credentials), (kind, name.to_owned(), by), "{line}");
        }
    }

    #[test]
    fn words_split_as_the_cli_splits_them() {
        assert_eq!(split_words(r#"a "b \" \x" 'c\' d\ e #f"#).unwrap(), ["a", r#"b " \x"#, r"c\", "d e", "#f"]);
        assert_eq!(split_words("a ''").unwrap(), ["a", ""]);
        assert!(split_words("a 'b").is_none() && split_words("a\\").is_none());
    }
}
