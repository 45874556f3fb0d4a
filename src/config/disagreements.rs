//! Where the AWS CLI and the SDKs read the same lines differently: said by `show`, so that nobody wonders why another
//! tool acts on another account or region.
use std::collections::HashSet;

use super::body::{self, Oddity, Value};
use super::header::{ReadBy, SectionKind, is_identifier};
use super::merge::Merged;
use super::scan::Section;
use super::source_file::{FileKind, SourceFile};
use super::{Config, Problem};

impl Config {
    pub(super) fn find_disagreements(&self, name: &str) -> Vec<Problem> {
        let mut found = Found { profile: name, problems: Vec::new() };
        let Some(profile) = self.merged(SectionKind::Profile, name) else { return Vec::new() };
        for file in self.files_with(SectionKind::Profile).filter(|file| file.has(SectionKind::Profile, name)) {
            found.in_group(file, SectionKind::Profile, name);
            found.whole_file(file);
        }
        for (key, kind) in [("sso_session", SectionKind::SsoSession), ("services", SectionKind::Services)] {
            let Some(named) = profile.text(key).and_then(|named| self.merged(kind, named)) else { continue };
            found.in_group(named.file, kind, &named.name);
            match kind {
                SectionKind::Services => found.in_services(&named),
                _ => found.in_session(&profile, &named),
            }
        }
        found.in_keys(&profile);
        found.in_region(self, &profile);
        found.problems.sort_by_key(|problem| (problem.file != self.config.path, problem.line));
        found.problems.dedup();
        found.problems
    }
}

struct Found<'a> {
    profile: &'a str,
    problems: Vec<Problem>,
}

impl Found<'_> {
    fn add(&mut self, file: &SourceFile, line: usize, message: impl Into<String>) {
        let profile = Some(self.profile.to_owned());
        self.problems.push(Problem { file: file.path.clone(), line, profile, message: message.into() });
    }

    fn in_group(&mut self, file: &SourceFile, kind: SectionKind, name: &str) {
        let Some(group) = file.group(kind, name) else { return };
        for section in &group.sections {
            self.in_header(file, section);
            for (line, oddity) in body::parse(file, section).oddities {
                self.add(file, line, of_oddity(oddity));
            }
        }
        for replaced in &group.replaced {
            let winner = group.sections[0].line;
            let message =
                format!("line {winner} replaces this section for the AWS CLI; SDKs may merge them or take this one");
            self.add(file, replaced.line, message);
        }
        for section in group.sections.iter().skip(1) {
            self.add(file, section.line, "the AWS CLI refuses a file with two equal sections; SDKs merge them");
        }
        let mut keys: Vec<String> = Vec::new();
        for property in group.sections.iter().flat_map(|section| body::parse(file, section).properties) {
            if keys.contains(&property.key) {
                let message =
                    format!("the AWS CLI refuses a file that says {} twice; SDKs take the last", property.key);
                self.add(file, property.line, message);
            }
            keys.push(property.key);
        }
        for property in file.properties(&group).iter().filter(|property| !keys.contains(&property.key)) {
            let message = format!("{} comes from [DEFAULT], which only the AWS CLI and boto3 read", property.key);
            self.add(file, property.line, message);
        }
    }

    fn in_header(&mut self, file: &SourceFile, section: &Section) {
        let name = file.name(section);
        match section.header.read_by {
            ReadBy::Cli => self.add(file, section.line, "the AWS CLI and boto3 read this header; SDKs don't"),
            ReadBy::Sdks => self.add(file, section.line, "SDKs read this header; the AWS CLI and boto3 don't"),
            ReadBy::All if file.kind == FileKind::Credentials && name.starts_with("profile ") => {
                let message =
                    "the AWS CLI counts 'profile' to the name here, and SDKs ignore the section: leave the word out";
                self.add(file, section.line, message);
            }
            ReadBy::All if !is_identifier(name) => {
                self.add(file, section.line, "most SDKs refuse this name; the AWS CLI and boto3 take it");
            }
            ReadBy::All => {}
        }
    }

    /// What makes another tool refuse the file, and so this profile: the first such line.
    fn whole_file(&mut self, file: &SourceFile) {
        if file.byte_order_mark {
            self.add(file, 1, "the file begins with a byte order mark: the AWS CLI and SDKs refuse it");
        }
        if let Some(line) = file.damaged.first() {
            self.add(file, *line, "bytes that are not UTF-8: the AWS CLI and SDKs refuse the whole file");
        }
        let refused = |why: &&str| !matches!(*why, body::HEADER_CONTINUES | body::MISPLACED_SECRET | body::NOT_UTF_8);
        let lost = |section| body::parse(file, section).lost.into_iter().filter(|(_, why)| refused(why));
        let read = file.sections.iter().filter(|section| section.header.kind != SectionKind::Broken);
        let lost = read.clone().flat_map(lost).map(|(line, _)| line);
        let broken = file.of_kind(SectionKind::Broken).map(|section| section.line);
        if let Some(line) = file.before.iter().copied().chain(lost).chain(broken).min() {
            self.add(file, line, "the AWS CLI and SDKs refuse the whole file for this line");
        }
        let mut said = HashSet::new();
        let mut twice = read.flat_map(|section| {
            let of_section = file.raw(section);
            let header = Some((section.line, None)).filter(|_| of_section != "DEFAULT");
            let keys = body::parse(file, section).properties.into_iter();
            let keys = keys.map(|property| (property.line, Some(property.key)));
            header.into_iter().chain(keys).map(move |(line, key)| (line, (of_section, key)))
        });
        if let Some((line, _)) = twice.find(|(_, what)| !said.insert(what.clone())) {
            self.add(file, line, "the AWS CLI refuses the whole file because this was said before");
        }
    }

    fn in_services(&mut self, services: &Merged<'_>) {
        for (key, by) in
            [("sso_oidc", "the Rust SDK reads sso-oidc instead"), ("sso-oidc", "only the Rust SDK reads it")]
        {
            if let Some(entry) = services.entry(key).filter(|entry| matches!(entry.property.value, Value::Block(_))) {
                self.add(entry.file, entry.property.line, format!("{key}: {by}"));
            }
        }
    }

    fn in_session(&mut self, profile: &Merged<'_>, session: &Merged<'_>) {
        for entry in &profile.entries {
            let key = entry.property.key.as_str();
            let Some(theirs) = session.entry(key) else { continue };
            if theirs.text() != entry.text() {
                let message = format!("{key} differs from the sso-session's: the AWS CLI refuses the profile");
                self.add(entry.file, entry.property.line, message);
            } else if matches!(key, "sso_region" | "sso_start_url") {
                let message = format!("{key} is in the sso-session too: the Rust SDK refuses the profile");
                self.add(entry.file, entry.property.line, message);
            }
        }
        for key in ["sso_start_url", "sso_region"] {
            if let (Some(entry), None) = (profile.entry(key), session.entry(key)) {
                let message = format!("{key} is in the profile and not in its sso-session: SDKs refuse the profile");
                self.add(entry.file, entry.property.line, message);
            }
        }
    }

    fn in_keys(&mut self, profile: &Merged<'_>) {
        let Some(key) = profile.entry("aws_access_key_id") else { return };
        let has = |key| profile.text(key).is_some();
        if has("sso_account_id") || has("sso_role_name") {
            let message =
                "the profile has keys in a file and an SSO role: the AWS CLI takes the role, some SDKs the keys";
            self.add(key.file, key.property.line, message);
        }
        if let Some(secret) = profile.entry("aws_secret_access_key").filter(|secret| secret.file.kind != key.file.kind)
        {
            let message = "the key's two halves are in two files: SDKs put them together, the AWS CLI does not";
            self.add(secret.file, secret.property.line, message);
        }
    }

    fn in_region(&mut self, config: &Config, profile: &Merged<'_>) {
        let (None, Some(source)) = (profile.text("region"), profile.entry("source_profile")) else { return };
        let source_profile = source.text().and_then(|name| config.merged(SectionKind::Profile, name));
        if let Some(region) = source_profile.as_ref().and_then(|source| source.text("region")) {
            let message = format!("the Rust SDK takes region {region} from the source_profile; the AWS CLI does not");
            self.add(source.file, source.property.line, message);
        }
    }
}

fn of_oddity(oddity: Oddity) -> &'static str {
    match oddity {
        Oddity::Colon => "the AWS CLI and boto3 take ':' for '='; most SDKs refuse the whole file",
        Oddity::Indented => "this key is indented: the AWS CLI reads it, most SDKs refuse the whole file",
        Oddity::CommentInValue => "the AWS CLI counts the comment to the value; SDKs leave it out",
        Oddity::IndentedComment => "SDKs take this indented comment for a part of the value above",
        Oddity::BlankInValue => "the AWS CLI keeps the blank line in this value; SDKs leave it out",
        Oddity::OddKey => "most SDKs don't read a key of this name",
    }
}
