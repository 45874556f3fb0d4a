//! What a list of many profiles shows of each, told without resolving one: there may be ten thousand.
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::Config;
use super::header::SectionKind;
use super::scan::{Layout, Lines, Role, Section, trim};
use super::source_file::SourceFile;

/// What the sections of a profile say of who it is, each value as it stands there. Nothing of it is proved: a profile that
/// can't be resolved has a glance all the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Glance<'a> {
    pub sso_session: Option<&'a str>,
    pub sso_start_url: Option<&'a str>,
    pub sso_region: Option<&'a str>,
    pub sso_account_id: Option<&'a str>,
    pub sso_role_name: Option<&'a str>,
    pub role_arn: Option<&'a str>,
}

const KEYS: [&str; 6] = ["sso_session", "sso_start_url", "sso_region", "sso_account_id", "sso_role_name", "role_arn"];

/// For each of [`KEYS`]: `None` where nothing is said of it, `Some(None)` where nothing is what is said.
type Said<'a> = [Option<Option<&'a str>>; KEYS.len()];

impl Config {
    /// Of every profile, in the order of [`Config::profile_names`].
    pub fn glances(&self) -> Vec<(&str, Glance<'_>)> {
        let mut places: HashMap<&str, usize> = HashMap::new();
        let mut found: Vec<(&str, Option<(&SourceFile, &Section)>)> = Vec::new();
        for file in self.files_with(SectionKind::Profile) {
            let inherits = file.inherited().next().is_some();
            for section in file.of_kind(SectionKind::Profile) {
                let name = file.name(section);
                match places.entry(name) {
                    // What several sections say together is told the long way.
                    Entry::Occupied(place) => found[*place.get()].1 = None,
                    Entry::Vacant(place) => {
                        place.insert(found.len());
                        found.push((name, (!inherits).then_some((file, section))));
                    }
                }
            }
        }
        let mut glances = Vec::with_capacity(found.len());
        for (name, alone) in found {
            let glance = match alone {
                Some((file, section)) => {
                    let mut said = Said::default();
                    read(file, section, &mut said);
                    Glance::of(said)
                }
                None => self.glance(name),
            };
            glances.push((name, glance));
        }
        glances
    }

    /// Empty for a profile that there is not.
    pub fn glance(&self, profile: &str) -> Glance<'_> {
        let mut said = Said::default();
        for file in self.files_with(SectionKind::Profile) {
            let Some(group) = file.group(SectionKind::Profile, profile) else { continue };
            let mut here = Said::default();
            for section in file.inherited().chain(group.sections.iter().copied()) {
                read(file, section, &mut here);
            }
            for (said, here) in said.iter_mut().zip(here) {
                *said = here.or(*said);
            }
        }
        Glance::of(said)
    }
}

impl<'a> Glance<'a> {
    fn of(said: Said<'a>) -> Self {
        let [sso_session, sso_start_url, sso_region, sso_account_id, sso_role_name, role_arn] =
            said.map(Option::flatten);
        Self { sso_session, sso_start_url, sso_region, sso_account_id, sso_role_name, role_arn }
    }
}

/// As [`super::body::parse`] reads a section, a later line before an earlier one; what goes on over several lines is none of
/// these values.
fn read<'a>(file: &'a SourceFile, section: &Section, said: &mut Said<'a>) {
    let mut layout = Layout::below_header(section.level);
    let mut last = None;
    for line in Lines::within(&file.text, section.body.clone(), section.line + 1) {
        match layout.role(line.text) {
            Role::Header(_) => break,
            Role::Property(text) => {
                last = None;
                let Some(end) = text.bytes().position(|byte| matches!(byte, b'=' | b':')) else { continue };
                let (key, value) = (&text[..end], &text[end + 1..]);
                // The usual blanks, which `trim` takes longer for.
                let key = trim(key.strip_suffix(' ').unwrap_or(key));
                let value = trim(value.strip_prefix(' ').unwrap_or(value));
                let known = KEYS.iter().position(|known| known.eq_ignore_ascii_case(key));
                if let Some(index) = known.filter(|_| !file.is_damaged(line.number)) {
                    last = known;
                    said[index] = Some(Some(value).filter(|value| !value.is_empty()));
                }
            }
            Role::Continuation(_) if !file.is_damaged(line.number) => {
                if let Some(index) = last {
                    said[index] = Some(None);
                }
            }
            Role::Continuation(_) | Role::Blank | Role::Comment => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::Source;
    use crate::environment::Environment;
    use crate::error::Kind;

    /// Over every file that the reader is proved with: where a profile resolves, a glance at it says the same.
    #[test]
    fn a_glance_agrees_with_what_resolves() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/config/hand");
        let mut compared = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let config_file = entry.unwrap().path();
            let credentials = config_file.with_extension("credentials");
            let files = [("AWS_CONFIG_FILE", config_file), ("AWS_SHARED_CREDENTIALS_FILE", credentials)];
            let config = Config::load(&Environment::from_pairs(files)).unwrap();
            let glances = config.glances();
            assert_eq!(glances.iter().map(|(name, _)| *name).collect::<Vec<_>>(), config.profile_names());
            for (name, glance) in glances {
                assert_eq!(glance, config.glance(name), "{name}");
                match config.profile(name).map(|profile| profile.source) {
                    Ok(Source::Sso { session, role }) => {
                        let said = (glance.sso_account_id, glance.sso_role_name, glance.role_arn);
                        assert_eq!(said, (Some(&*role.account_id), Some(&*role.role), None), "{name}");
                        let inline = session.id.is_inline();
                        assert_eq!(glance.sso_session, (!inline).then_some(&*session.id.name), "{name}");
                        assert!(!inline || glance.sso_start_url == Some(&session.id.start_url), "{name}");
                        assert!(!inline || glance.sso_region == Some(&session.id.region), "{name}");
                        compared += 1;
                    }
                    Ok(Source::AssumedRole(role)) => assert_eq!(glance.role_arn, Some(&*role.role_arn), "{name}"),
                    Ok(_) => {}
                    Err(error) => assert_eq!(error.kind(), Kind::Config, "{name}"),
                }
            }
        }
        assert!(compared > 15, "{compared}");
    }

    #[test]
    fn nobody_has_an_empty_glance() {
        let folder = tempfile::tempdir().unwrap();
        let nothing = folder.path().join("config");
        let config = Config::load(&Environment::from_pairs([("HOME", nothing)])).unwrap();
        assert_eq!(config.glance("dev"), Glance::default());
    }
}
