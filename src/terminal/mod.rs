//! What a person sees, and how they are asked. Everything goes to stderr or the terminal itself, never to stdout.

pub mod color;
mod confirm;
mod echo;
mod foreground;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
pub mod picker;
mod qr;
pub mod segment;
mod size;
pub mod table;
mod text;

use std::io::{IsTerminal, Write};

use crate::error::{Error, Kind, Result};
use crate::person::Person;
use crate::sanitize;
use crate::secret::Secret;

pub use color::{Color, Paint};
pub use size::{columns, columns_of_stdout};

/// The person at this terminal, if there is one.
pub struct Terminal {
    pub quiet: bool,
    pub verbose: bool,
    reach: Reach,
    /// Run before the first thing that may take long.
    before_waiting: fn(),
    display: Display,
}

/// By what a person who typed this command here, and may be asked, can be reached; each way has those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    Nobody,
    /// What is drawn on the terminal itself.
    Terminal,
    Stderr,
}

/// What a terminal shows.
#[derive(Clone, Copy, Debug, Default)]
pub struct Display {
    pub paint: Paint,
    /// More than ASCII.
    pub utf8: bool,
}

impl Terminal {
    /// `may_ask` is false for `--no-input` and for verbs that programs call.
    #[must_use]
    pub fn new(quiet: bool, verbose: bool, may_ask: bool, before_waiting: fn()) -> Self {
        // Neither stdout (`eval $(assume dev)`) nor stdin (`assume exec dev -- psql <file`) says whether a person is
        // there: what they see is stderr, and passphrases are read from the terminal itself.
        let reach = match may_ask {
            true if std::io::stderr().is_terminal() => Reach::Stderr,
            true if foreground::has_terminal() => Reach::Terminal,
            _ => Reach::Nobody,
        };
        Self { quiet, verbose, reach, before_waiting, display: Display::default() }
    }

    /// Without this, no colours, and ASCII.
    #[must_use]
    pub fn on(self, display: Display) -> Self {
        Self { display, ..self }
    }

    /// What a person should know that changes nothing: one line, cleaned, none with `--quiet`.
    fn line(text: &str) {
        // Nobody is left to be told of a closed stderr.
        let _ = writeln!(std::io::stderr(), "assume: {}", sanitize::line(text));
    }
}

impl Person for Terminal {
    fn show(&self, lines: &[&str]) {
        let clean: Vec<String> = lines.iter().map(|line| sanitize::line(line)).collect();
        let _ = writeln!(std::io::stderr(), "{}", clean.join("\n"));
    }

    fn draw(&self, url: &str) {
        match qr::draw(url, columns(), self.display) {
            Ok(code) => drop(writeln!(std::io::stderr(), "{code}")),
            Err(why) => Self::line(&why),
        }
    }

    fn note(&self, line: &str) {
        if !self.quiet {
            Self::line(line);
        }
    }

    fn detail(&self, line: &str) {
        if self.verbose {
            Self::line(line);
        }
    }

    fn is_there(&self) -> bool {
        self.reach >= Reach::Stderr
    }

    fn may_be_asked(&self) -> bool {
        self.reach >= Reach::Terminal
    }

    fn may_wait(&self) {
        (self.before_waiting)();
    }

    fn passphrase(&self, question: &str) -> Result<Secret> {
        if !self.is_there() {
            return Err(Error::new(
                Kind::Keeper,
                "the vault needs its passphrase, and there is nobody to ask",
                "run the command at a terminal, or set ASSUME_STORE_PASSPHRASE",
            ));
        }
        self.may_wait();
        // Before the question: rpassword prints it first.
        let _silent = echo::NoEcho::new();
        let answer = rpassword::prompt_password(format!("{}: ", sanitize::line(question)));
        answer.map(Secret::new).map_err(|error| match error.kind() {
            std::io::ErrorKind::Interrupted | std::io::ErrorKind::UnexpectedEof => {
                Error::new(Kind::Interrupted, "no passphrase was given", "run the command again when you have it")
            }
            _ => Error::new(
                Kind::Keeper,
                format!("cannot ask for the passphrase: {error}"),
                "run the command at a terminal, or set ASSUME_STORE_PASSPHRASE",
            ),
        })
    }

    fn confirm(&self, facts: &str, question: &str, expected: &str) -> Result<()> {
        if !self.may_be_asked() {
            return Err(confirm::not_given(expected));
        }
        self.may_wait();
        confirm::ask(facts, question, expected, self.display.paint)
    }
}
