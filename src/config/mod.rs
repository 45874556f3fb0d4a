//! AWS's own files, by AWS's rules: read, resolve a profile. Knows no other room.
use crate::endpoint::Overrides;
use crate::environment::Environment;
use crate::error::Result;
use crate::identity::{RoleId, Session};

/// Both files, read and merged.
pub struct Config;

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

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
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
    CredentialSource(String),
}

impl Config {
    /// A missing file is an empty one; one that can't be read or is not UTF-8 is `Kind::Config`, by name.
    pub fn load(_environment: &Environment) -> Result<Self> {
        todo!()
    }
    /// In the order of the files.
    pub fn profile_names(&self) -> Vec<&str> {
        todo!()
    }
    pub fn has_profile(&self, _name: &str) -> bool {
        todo!()
    }
    /// `NotFound` with the nearest names in the hint; `Config` where the profile is wrong, with file and line.
    pub fn profile(&self, _name: &str) -> Result<Profile> {
        todo!()
    }
    /// Every `[sso-session]`, and the inline sessions of old profiles, each once.
    pub fn sessions(&self) -> Vec<Session> {
        todo!()
    }
    /// By name, or by start URL.
    pub fn session(&self, _name: &str) -> Result<Session> {
        todo!()
    }
    /// What the environment says of endpoints, with no profile chosen.
    pub fn overrides(&self) -> Overrides {
        todo!()
    }
    pub fn problems(&self) -> &[Problem] {
        todo!()
    }
    /// Where CLI and SDKs disagree about this profile, for `show`.
    pub fn disagreements(&self, _profile: &str) -> Vec<Problem> {
        todo!()
    }
}
