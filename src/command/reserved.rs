//! Verbs whose names are kept from the first version, so that no profile or script gets used to them meaning
//! something else.

use std::ffi::OsString;

use clap::Subcommand;

use crate::error::{Error, Kind};

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Not built yet: profiles for every account and role, from a start URL
    Setup(Rest),
    /// Not built yet: the AWS console, signed in as a role
    Console(Rest),
    /// Not built yet: a loopback endpoint for container credentials
    Serve(Rest),
    /// Not built yet: find, import, rotate and delete long-term keys
    Keys(Rest),
    /// Not built yet: what is wrong or unsafe on this machine
    Doctor(Rest),
}

#[derive(Debug, clap::Args)]
pub struct Rest {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    words: Vec<OsString>,
}

impl Verb {
    #[must_use]
    pub fn not_built_yet(&self) -> Error {
        let (name, instead) = match self {
            Self::Setup(_) => ("setup", "write profiles with: aws configure sso"),
            Self::Console(_) => ("console", "open the access portal at your start URL"),
            Self::Serve(_) => ("serve", "give SDKs keys with: credential_process = assume process PROFILE"),
            Self::Keys(_) => ("keys", "manage long-term keys with: aws iam"),
            Self::Doctor(_) => ("doctor", "see this shell and your sessions with: assume status"),
        };
        let hint = format!("{instead}; a profile named {name} is reached with: assume switch {name}");
        Error::new(Kind::Failure, format!("'assume {name}' is not built yet"), hint)
    }
}
