//! AWS's own files, by AWS's rules: read, resolve a profile. Knows no other room.
//!
//! What the AWS CLI or an SDK accepts is accepted; where they disagree the CLI is followed. A wrong line costs itself,
//! or its section, and never the file. Loading finds the sections; what is in one is parsed when asked for.
use std::collections::HashSet;
use std::sync::OnceLock;

use crate::endpoint::{CaBundle, Overrides};
use crate::environment::Environment;
use crate::error::Result;
use crate::identity::{RoleId, Session, SessionId};

mod body;
mod disagreements;
mod endpoints;
mod errors;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod glance;
mod header;
mod merge;
mod nearest;
mod problems;
mod read;
mod redact;
mod resolve;
mod scan;
mod source_file;
mod sso;

pub use glance::Glance;
pub use header::SectionKind;
use source_file::{FileKind, SourceFile};

/// Both files, read and merged.
#[expect(clippy::struct_field_names, reason = "the file is called config")]
pub struct Config {
    config: SourceFile,
    /// `None` where no home folder says where it is.
    credentials: Option<SourceFile>,
    variables: endpoints::Variables,
    problems: OnceLock<Vec<Problem>>,
}

/// A line that costs itself or its profile, never the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub file: std::path::PathBuf,
    /// From 1.
    pub line: usize,
    pub profile: Option<String>,
    pub message: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    pub name: String,
    pub source: Source,
    pub region: Option<String>,
    /// Every key as read, in order, with file and line, for `show`.
    pub settings: Vec<Setting>,
    pub overrides: Overrides,
}

/// A key and its value; the value of a secret is `[redacted]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// In lower case.
    pub key: String,
    pub value: String,
    pub file: std::path::PathBuf,
    pub line: usize,
}

/// Where a profile's keys come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    Sso {
        session: Session,
        role: RoleId,
    },
    /// An sso-session without account and role: a bearer token only.
    SsoToken {
        session: Session,
    },
    AssumedRole(AssumedRole),
    Process {
        command: String,
    },
    WebIdentity {
        token_file: String,
        role_arn: String,
    },
    LongTermKey {
        access_key_id: String,
        in_credentials_file: bool,
    },
    /// With a session token, so it ends by itself.
    TemporaryKey {
        access_key_id: String,
        in_credentials_file: bool,
    },
    /// `login_session` of the AWS CLI.
    ConsoleLogin {
        login_session: String,
    },
    None,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssumedRole {
    pub role_arn: String,
    pub from: RoleFrom,
    pub mfa_serial: Option<String>,
    pub external_id: Option<String>,
    pub role_session_name: Option<String>,
    pub duration_seconds: Option<u32>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoleFrom {
    Profile(Box<Profile>),
    /// `Environment`, `Ec2InstanceMetadata` or `EcsContainer`.
    CredentialSource(String),
}

impl Config {
    /// A missing file is an empty one; one that can't be read is `Kind::Config`, by name.
    pub fn load(environment: &Environment) -> Result<Self> {
        let config = SourceFile::load(environment.aws_config_file()?, FileKind::Config)?;
        let credentials = environment.aws_credentials_file().ok();
        let credentials = credentials.map(|path| SourceFile::load(path, FileKind::Credentials)).transpose()?;
        let variables = endpoints::Variables::of(environment);
        Ok(Self { config, credentials, variables, problems: OnceLock::new() })
    }

    /// In the order of the files: those of the config file, then those that only the credentials file has.
    pub fn profile_names(&self) -> Vec<&str> {
        let mut seen = HashSet::new();
        let names = self.files_with(SectionKind::Profile).flat_map(|file| file.names(SectionKind::Profile));
        names.filter(|name| seen.insert(*name)).collect()
    }

    pub fn has_profile(&self, name: &str) -> bool {
        self.files_with(SectionKind::Profile).any(|file| file.has(SectionKind::Profile, name))
    }

    /// `NotFound` with the nearest names in the hint; `Config` where the profile is wrong, with file and line.
    pub fn profile(&self, name: &str) -> Result<Profile> {
        match self.merged(SectionKind::Profile, name) {
            Some(profile) => self.resolve(&profile),
            None => Err(errors::not_found("profile", name, self.profile_hint(name))),
        }
    }

    /// In how many letters the nearest profile differs from a name that none has: whoever guesses what else was meant
    /// goes by it. `None`: in too many; 0: a section of that very name can't be read as a profile.
    pub fn nearest_profile(&self, name: &str) -> Option<usize> {
        let is_other = self.config.of_kind(SectionKind::Other).any(|section| self.config.name(section) == name);
        if is_other || self.broken_header(name).is_some() {
            return Some(0);
        }
        nearest::least(name, self.profile_names())
    }

    /// What a section says, also where it can't be resolved; `None` where there is none of that name.
    pub fn settings(&self, kind: SectionKind, name: &str) -> Option<Vec<Setting>> {
        self.merged(kind, name).map(|section| section.settings())
    }

    /// The names of the sections of a kind, in the order of the files.
    pub fn section_names(&self, kind: SectionKind) -> Vec<&str> {
        if kind == SectionKind::Profile { self.profile_names() } else { self.config.names(kind) }
    }

    /// Every `[sso-session]`, and the inline sessions of old profiles, each once. Incomplete ones are left out.
    pub fn sessions(&self) -> Vec<Session> {
        self.all_sessions()
    }

    /// By name, or by start URL. `NotFound` with the nearest names, `Config` where the session is wrong or incomplete,
    /// `Usage` where several have that URL.
    pub fn session(&self, name: &str) -> Result<Session> {
        if let Some(session) = self.named_session(name) {
            return session;
        }
        let sessions = self.all_sessions();
        let mut found: Vec<&Session> = sessions.iter().filter(|session| session.id.start_url == name).collect();
        // An inline session has no other name than its URL.
        if found.iter().any(|session| session.id.is_inline()) {
            found.retain(|session| session.id.is_inline());
        }
        match found[..] {
            [session] => Ok(session.clone()),
            [] => {
                let labels = sessions.iter().map(|session| session.id.label());
                let labels = labels.chain(self.config.names(SectionKind::SsoSession));
                let hint = self.broken_header(name).or_else(|| nearest::hint(name, labels));
                let hint = hint.unwrap_or_else(|| match sessions[..] {
                    [] => "your AWS config has none: add an [sso-session NAME], or run aws configure sso".to_owned(),
                    _ => "assume status shows the sessions there are".to_owned(),
                });
                Err(errors::not_found("session", name, hint))
            }
            _ => {
                let choices = found.iter().map(|session| format!("{} in {}", session.id.name, session.id.region));
                Err(errors::ambiguous_url(name, &choices.collect::<Vec<_>>().join(", ")))
            }
        }
    }

    /// What the environment says of endpoints, with no profile chosen.
    pub fn overrides(&self) -> Overrides {
        self.overrides_without_profile()
    }

    /// Where the requests of a session go while no profile is chosen: where its profiles agree, else what the environment
    /// says.
    pub fn session_overrides(&self, session: &SessionId) -> Overrides {
        self.overrides_of_session(session)
    }

    /// The certificates that the profiles of a session, or `[default]`, want in place of the system's.
    pub fn ca_bundle(&self, session: &SessionId) -> Option<CaBundle> {
        self.ca_bundle_of_session(session)
    }

    /// Every line that is lost, in the order of the files.
    pub fn problems(&self) -> &[Problem] {
        self.problems.get_or_init(|| self.find_problems())
    }

    /// Where CLI and SDKs disagree about this profile, for `show`.
    pub fn disagreements(&self, profile: &str) -> Vec<Problem> {
        self.find_disagreements(profile)
    }

    fn profile_hint(&self, name: &str) -> String {
        if let Some(section) = self.config.of_kind(SectionKind::Other).find(|section| self.config.name(section) == name)
        {
            let place = source_file::place(&self.config.path, section.line);
            return format!("write [profile {name}] instead of [{name}] ({place}): in that file the prefix is needed");
        }
        if let Some(hint) = self.broken_header(name) {
            return hint;
        }
        let names = self.profile_names();
        match nearest::hint(name, names.iter().copied()) {
            Some(hint) => hint,
            None if !self.config.exists => {
                let path = self.config.path.display();
                format!("{path} does not exist: make it with 'aws configure sso', or set AWS_CONFIG_FILE to yours")
            }
            None if !names.is_empty() => "assume list shows the profiles there are".to_owned(),
            None => format!("{} has no profile: add one with 'aws configure sso'", self.config.path.display()),
        }
    }
}
