//! One of the two files: its text, its sections, and what a name in it stands for.
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::body::{self, Property, overlay};
use super::header::{ReadBy, SectionKind};
use super::read::{self, Text};
use super::scan::{self, Scan, Section};
use crate::error::Result;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileKind {
    Config,
    Credentials,
}

pub(super) struct SourceFile {
    pub(super) path: PathBuf,
    pub(super) kind: FileKind,
    pub(super) exists: bool,
    pub(super) text: zeroize::Zeroizing<String>,
    pub(super) byte_order_mark: bool,
    pub(super) sections: Vec<Section>,
    /// Lines before the first section that hold something.
    pub(super) before: Vec<usize>,
    pub(super) damaged: Vec<usize>,
    /// Sections in the order of kind and name, made at the first question: of profiles, which may be many, and of all else.
    by_name: [OnceLock<Vec<u32>>; 2],
}

/// The sections one name stands for: those under the same header text count as one; of different texts for one name
/// (`[default]` and `[profile default]`) the last counts alone, as for the AWS CLI.
pub(super) struct Group<'a> {
    pub(super) sections: Vec<&'a Section>,
    pub(super) replaced: Vec<&'a Section>,
}

impl SourceFile {
    pub(super) fn load(path: PathBuf, kind: FileKind) -> Result<Self> {
        let found = read::read(&path)?;
        Ok(Self::of(path, kind, found))
    }

    pub(super) fn of(path: PathBuf, kind: FileKind, found: Option<Text>) -> Self {
        let exists = found.is_some();
        let Text { content: text, damaged, byte_order_mark } = found.unwrap_or_default();
        let Scan { sections, before } = scan::scan(&text, kind, &damaged);
        let by_name = [OnceLock::new(), OnceLock::new()];
        Self { path, kind, exists, text, byte_order_mark, sections, before, damaged, by_name }
    }

    pub(super) fn is_damaged(&self, line: usize) -> bool {
        self.damaged.binary_search(&line).is_ok()
    }

    pub(super) fn name<'a>(&'a self, section: &'a Section) -> &'a str {
        section.header.name(&self.text)
    }

    pub(super) fn raw<'a>(&'a self, section: &'a Section) -> &'a str {
        section.header.raw(&self.text)
    }

    pub(super) fn of_kind(&self, kind: SectionKind) -> impl Iterator<Item = &Section> {
        self.sections.iter().filter(move |section| section.header.kind == kind)
    }

    /// Each name once, in the order of the file.
    pub(super) fn names(&self, kind: SectionKind) -> Vec<&str> {
        let mut seen = HashSet::new();
        self.of_kind(kind).map(|section| self.name(section)).filter(|name| seen.insert(*name)).collect()
    }

    pub(super) fn inherited(&self) -> impl Iterator<Item = &Section> {
        self.sections_named(SectionKind::Inherited, "DEFAULT").iter().map(|at| &self.sections[*at as usize])
    }

    /// Whether a section of that name may say `key`, told without parsing one.
    pub(super) fn may_say(&self, kind: SectionKind, name: &str, key: &str) -> bool {
        let mentions = |section: &Section| {
            let body = self.text[section.body.clone()].as_bytes();
            body.windows(key.len()).any(|window| window.eq_ignore_ascii_case(key.as_bytes()))
        };
        self.sections_named(kind, name).iter().any(|at| mentions(&self.sections[*at as usize]))
            || self.inherited().any(mentions)
    }

    pub(super) fn has(&self, kind: SectionKind, name: &str) -> bool {
        !self.sections_named(kind, name).is_empty()
    }

    fn sections_named(&self, kind: SectionKind, name: &str) -> &[u32] {
        let key = |index: &u32| {
            let section = &self.sections[*index as usize];
            (section.header.kind, self.name(section))
        };
        let of_profiles = |kind: SectionKind| kind == SectionKind::Profile;
        let index = self.by_name[usize::from(of_profiles(kind))].get_or_init(|| {
            let is_here = |at: &u32| of_profiles(self.sections[*at as usize].header.kind) == of_profiles(kind);
            let mut all: Vec<u32> = (0u32..).take(self.sections.len()).filter(is_here).collect();
            all.sort_by(|a, b| key(a).cmp(&key(b)));
            all
        });
        let start = index.partition_point(|at| key(at) < (kind, name));
        let length = index[start..].partition_point(|at| key(at) == (kind, name));
        &index[start..start + length]
    }

    pub(super) fn group(&self, kind: SectionKind, name: &str) -> Option<Group<'_>> {
        let all: Vec<_> = self.sections_named(kind, name).iter().map(|at| &self.sections[*at as usize]).collect();
        let first_of = |section: &Section| all.iter().position(|other| self.raw(other) == self.raw(section));
        let rank = |section: &Section| (section.header.read_by != ReadBy::Sdks, first_of(section));
        let winner = all.iter().max_by_key(|section| rank(section))?;
        let (sections, replaced) = all.iter().copied().partition(|section| self.raw(section) == self.raw(winner));
        Some(Group { sections, replaced })
    }

    /// What the sections of a group say, a later line before an earlier one, in the order of first mention; behind
    /// them what `[DEFAULT]` says of other keys.
    pub(super) fn properties(&self, group: &Group<'_>) -> Vec<Property> {
        let mut properties = Vec::new();
        for section in &group.sections {
            overlay(&mut properties, body::parse(self, section).properties);
        }
        let inherited = self.inherited().flat_map(|section| body::parse(self, section).properties);
        let mut defaults = Vec::new();
        overlay(&mut defaults, inherited);
        defaults.retain(|default| properties.iter().all(|own| own.key != default.key));
        properties.append(&mut defaults);
        properties
    }
}

/// `PATH, line N`, as every message names a line.
pub(super) fn place(file: &Path, line: usize) -> String {
    format!("{}, line {line}", file.display())
}
