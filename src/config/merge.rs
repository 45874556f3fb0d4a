//! What both files together say of one name.
use super::body::{self, Property, Value};
use super::header::SectionKind;
use super::source_file::{FileKind, SourceFile, place};
use super::{Config, Setting, errors};
use crate::error::Result;

pub(super) struct Entry<'a> {
    pub(super) property: Property,
    pub(super) file: &'a SourceFile,
}

impl Entry<'_> {
    /// `None` for an empty value and for a block.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.property.value {
            Value::Text(text) if !text.is_empty() => Some(text),
            _ => None,
        }
    }

    pub(super) fn place(&self) -> String {
        place(&self.file.path, self.property.line)
    }

    pub(super) fn is_in(&self, kind: FileKind) -> bool {
        self.file.kind == kind
    }
}

/// A profile, `sso-session` or `services` section with everything it says.
pub(super) struct Merged<'a> {
    pub(super) kind: SectionKind,
    pub(super) name: String,
    /// Of its first header.
    pub(super) file: &'a SourceFile,
    pub(super) line: usize,
    pub(super) entries: Vec<Entry<'a>>,
}

impl Merged<'_> {
    pub(super) fn entry(&self, key: &str) -> Option<&Entry<'_>> {
        self.entries.iter().find(|entry| entry.property.key == key)
    }

    /// The value of a key that says something.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        self.entry(key).and_then(Entry::text)
    }

    /// As [`Merged::text`], for what must be one line to mean anything.
    pub(super) fn line(&self, key: &str) -> Result<Option<&str>> {
        match self.entry(key) {
            Some(entry) => match entry.text() {
                Some(text) if text.contains('\n') => Err(errors::several_lines(self, entry)),
                text => Ok(text),
            },
            None => Ok(None),
        }
    }

    pub(super) fn place(&self) -> String {
        place(&self.file.path, self.line)
    }

    /// The first line of it that is not read, and why: it may hold what is missed.
    pub(super) fn lost_line(&self) -> Option<(usize, &'static str)> {
        let sections = self.file.group(self.kind, &self.name)?.sections;
        sections.iter().find_map(|section| body::parse(self.file, section).lost.first().copied())
    }

    /// `profile 'dev'`, as messages call it.
    pub(super) fn label(&self) -> String {
        match self.kind {
            SectionKind::SsoSession => format!("sso-session '{}'", self.name),
            SectionKind::Services => format!("services section '{}'", self.name),
            _ => format!("profile '{}'", self.name),
        }
    }

    pub(super) fn settings(&self) -> Vec<Setting> {
        let setting = |entry: &Entry<'_>| Setting {
            key: entry.property.key.clone(),
            value: match &entry.property.value {
                Value::Text(text) => text.clone(),
                Value::Block(lines) => block_text(lines),
            },
            file: entry.file.path.clone(),
            line: entry.property.line,
        };
        self.entries.iter().map(setting).collect()
    }
}

fn block_text(lines: &[Property]) -> String {
    let line = |property: &Property| match &property.value {
        Value::Text(value) => format!("{} = {value}", property.key),
        Value::Block(_) => property.key.clone(),
    };
    lines.iter().map(line).collect::<Vec<_>>().join("\n")
}

impl Config {
    /// The credentials file goes over the config file, key by key; it knows profiles only.
    pub(super) fn merged(&self, kind: SectionKind, name: &str) -> Option<Merged<'_>> {
        let mut merged: Option<Merged<'_>> = None;
        for file in self.files_with(kind) {
            let Some(group) = file.group(kind, name) else { continue };
            let entries = merged.get_or_insert_with(|| Merged {
                kind,
                name: name.to_owned(),
                file,
                line: group.sections[0].line,
                entries: Vec::new(),
            });
            for property in file.properties(&group) {
                let entry = Entry { property, file };
                match entries.entries.iter_mut().find(|known| known.property.key == entry.property.key) {
                    Some(known) => *known = entry,
                    None => entries.entries.push(entry),
                }
            }
        }
        merged
    }

    pub(super) fn files_with(&self, kind: SectionKind) -> impl Iterator<Item = &SourceFile> {
        let credentials = self.credentials.iter().filter(move |_| kind == SectionKind::Profile);
        std::iter::once(&self.config).chain(credentials)
    }
}
