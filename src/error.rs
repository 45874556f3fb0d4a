//! What goes wrong, as a person meets it: one sentence with the name it happened to, and the one thing that mends it.

use std::fmt;

use crate::sanitize;

/// The exit codes of the program, each a thing a script may act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// Any failure that has no code of its own.
    Failure = 1,
    /// The command line was wrong.
    Usage = 2,
    /// Only a person in front of a browser can go on.
    SignInNeeded = 3,
    /// No such profile, session or account.
    NotFound = 4,
    /// AWS said no: to a role that is not there as to one that is somebody else's.
    Refused = 5,
    /// AWS could not be reached, or what answered was not AWS.
    Network = 6,
    /// The vault key or the vault cannot be had: locked, lost, unreachable, damaged or unsafe.
    Keeper = 7,
    /// A config file, or a variable that stands for a line of one, is wrong.
    Config = 8,
    /// Ctrl-C, or Esc in a question.
    Interrupted = 130,
}

/// One failure as it is shown: two lines on stderr, and an exit code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: Kind,
    message: String,
    hint: String,
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// `message` says what went wrong, with the name it happened to; `hint` the command or edit that mends it.
    /// Both may hold text from outside: they are cleaned when shown.
    pub fn new(kind: Kind, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hint: hint.into() }
    }

    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    #[must_use]
    pub fn hint(&self) -> &str {
        &self.hint
    }

    #[must_use]
    pub fn exit_code(&self) -> u8 {
        self.kind as u8
    }
}

/// The two lines, without a trailing newline: `assume: …` and `hint: …`.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "assume: {}\nhint: {}", sanitize::line(&self.message), sanitize::line(&self.hint))
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_lines_whatever_the_names_hold() {
        let error = Error::new(Kind::NotFound, "no profile named 'a\nb\u{1b}[31m'", "assume list");
        assert_eq!(error.to_string(), "assume: no profile named 'a b[31m'\nhint: assume list");
        assert_eq!(error.exit_code(), 4);
    }
}
