//! The lines and sections that are lost, each named by file and line. Asked for seldom: every body is parsed for it.
use std::collections::HashSet;

use super::header::SectionKind;
use super::scan::Section;
use super::source_file::{self, SourceFile};
use super::{Config, Problem, body, errors};

impl Config {
    pub(super) fn find_problems(&self) -> Vec<Problem> {
        let mut problems: Vec<_> = of_file(&self.config);
        problems.extend(self.half_sessions());
        problems.sort_by_key(|problem| problem.line);
        problems.extend(self.credentials.iter().flat_map(of_file));
        problems
    }

    /// What to correct where a section of this name is there, but its header cannot be read.
    pub(super) fn broken_header(&self, name: &str) -> Option<String> {
        let file = &self.config;
        let section = file.of_kind(SectionKind::Broken).find(|section| file.raw(section).contains(name))?;
        Some(errors::broken_header(&source_file::place(&file.path, section.line), broken(file, section)))
    }

    /// Sessions that nobody could sign in to by their own section alone.
    fn half_sessions(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for name in self.config.names(SectionKind::SsoSession) {
            let Some(session) = self.merged(SectionKind::SsoSession, name) else { continue };
            for key in ["sso_start_url", "sso_region"].into_iter().filter(|key| session.text(key).is_none()) {
                problems.push(Problem {
                    file: session.file.path.clone(),
                    line: session.line,
                    profile: None,
                    message: format!("sso-session '{name}' has no {key}: only a profile that says it can use this one"),
                });
            }
        }
        problems
    }
}

fn of_file(file: &SourceFile) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut add = |line: usize, profile: Option<&str>, message: String| {
        problems.push(Problem { file: file.path.clone(), line, profile: profile.map(str::to_owned), message });
    };
    for line in &file.before {
        add(*line, None, "this line stands before the first section and is not read".to_owned());
    }
    let mut asked = HashSet::new();
    for section in &file.sections {
        let header = &section.header;
        let profile = (header.kind == SectionKind::Profile).then(|| file.name(section));
        match header.kind {
            SectionKind::Broken => add(section.line, None, broken(file, section).to_owned()),
            SectionKind::Other => {}
            kind => {
                for (line, why) in body::parse(file, section).lost {
                    add(line, profile, why.to_owned());
                }
                if asked.insert((kind, file.name(section))) {
                    for (line, message) in replaced(file, section) {
                        add(line, profile, message);
                    }
                }
            }
        }
    }
    problems.sort_by_key(|problem| problem.line);
    problems
}

fn broken(file: &SourceFile, section: &Section) -> &'static str {
    if file.is_damaged(section.line) {
        "this section header is not UTF-8: the section is not read"
    } else if file.raw(section).starts_with('[') {
        "this section header has no ']': the section is not read"
    } else {
        "this section header has no name: the section is not read"
    }
}

/// What a later section, or a later line, of the same name puts out of force.
fn replaced(file: &SourceFile, section: &Section) -> Vec<(usize, String)> {
    let Some(group) = file.group(section.header.kind, file.name(section)) else { return Vec::new() };
    let winner = group.sections[0].line;
    let sections = group.replaced.iter();
    let mut found: Vec<_> = sections
        .map(|old| (old.line, format!("line {winner} has a section of this name too, which replaces this one")))
        .collect();
    let mut latest: Vec<(String, usize)> = Vec::new();
    for property in group.sections.iter().flat_map(|section| body::parse(file, section).properties) {
        match latest.iter_mut().find(|(key, _)| *key == property.key) {
            Some((key, line)) => {
                found.push((*line, format!("line {} says {key} again, and counts", property.line)));
                *line = property.line;
            }
            None => latest.push((property.key, property.line)),
        }
    }
    found
}
