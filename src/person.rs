//! How rooms that may not print ask and tell the person: a trait that `command/` fills from `terminal/`.

use crate::error::{Error, Kind, Result};
use crate::secret::Secret;

pub trait Person: Send + Sync {
    /// What the person must see to go on (a user code, a URL), line by line: nothing from outside that stands in one of
    /// them makes another. Shown even with `--quiet`.
    fn show(&self, lines: &[&str]);

    /// As [`Person::show`], of one line.
    fn tell(&self, line: &str) {
        self.show(&[line]);
    }

    /// A URL that another device is to open, as a QR code, where it can be drawn. The person has been told it before.
    fn draw(&self, url: &str) {
        let _ = url;
    }

    /// One line of news that changes nothing (waiting for another sign-in, a clock that is off). Silent with `--quiet`.
    fn note(&self, line: &str);

    /// One line for `--verbose`: what was asked of whom. Never a secret.
    fn detail(&self, line: &str);

    /// Whether a person typed this command at a terminal and may be asked: false for the hook, completion, `process`
    /// without a terminal, detached processes and `--no-input`.
    fn is_there(&self) -> bool;

    /// Whether a picker or a confirmation, which are drawn on the terminal itself, would be seen and answered: also where
    /// stderr goes into a file, so that what a sign-in tells there would be seen by nobody.
    fn may_be_asked(&self) -> bool {
        self.is_there()
    }

    /// Called before the first thing that may take long (keeper, network, another process): Ctrl-C is to be answered from
    /// here on. Costs nothing on the warm path, which never calls it.
    fn may_wait(&self) {}

    /// Asks without echo, on the terminal itself.
    ///
    /// # Errors
    /// `Interrupted` when the person gave up, `Keeper` where there is nobody to ask.
    fn passphrase(&self, question: &str) -> Result<Secret>;

    /// Shows `facts` as a warning, and goes on only where the person types `expected`, on the terminal itself.
    ///
    /// # Errors
    /// `Interrupted` for any other answer, and where there is nobody to ask.
    fn confirm(&self, facts: &str, question: &str, expected: &str) -> Result<()> {
        let _ = (facts, question);
        Err(Error::new(
            Kind::Interrupted,
            format!("'{expected}' wants a confirmation, and there is nobody to ask"),
            "run the command at a terminal",
        ))
    }
}
