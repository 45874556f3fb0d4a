//! Colours: the one place that decides whether there are any. The text is the same without them.

use std::io::IsTerminal;

use anstyle::{AnsiColor, Style};

use crate::environment::Environment;
use crate::error::Error;

/// `--color`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Color {
    #[default]
    Auto,
    Always,
    Never,
}

/// For a warning that must not be missed.
pub(super) const ALARM: Style = AnsiColor::Red.on_default().bold();

/// Colours text, or leaves it as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Paint {
    is_on: bool,
}

impl Paint {
    /// No colours.
    pub const NONE: Self = Self { is_on: false };

    #[must_use]
    pub fn for_stdout(color: Color, environment: &Environment) -> Self {
        Self::new(color, environment, std::io::stdout().is_terminal())
    }

    #[must_use]
    pub fn for_stderr(color: Color, environment: &Environment) -> Self {
        Self::new(color, environment, std::io::stderr().is_terminal())
    }

    /// For what is drawn on the terminal itself, wherever stdout and stderr go.
    #[must_use]
    pub fn for_terminal(color: Color, environment: &Environment) -> Self {
        Self::new(color, environment, true)
    }

    /// `NO_COLOR` counts where it is not empty, as no-color.org has it.
    fn new(color: Color, environment: &Environment, is_terminal: bool) -> Self {
        let takes_colors = || match environment.text("TERM") {
            Some(name) => name != "dumb",
            None => cfg!(windows),
        };
        let is_on = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => is_terminal && environment.text("NO_COLOR").is_none() && takes_colors() && is_understood(),
        };
        Self { is_on }
    }

    #[must_use]
    pub fn is_on(self) -> bool {
        self.is_on
    }

    #[must_use]
    pub fn paint(self, style: Style, text: &str) -> String {
        if self.is_on && style != Style::new() { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    /// The two lines of an error.
    #[must_use]
    pub fn error(self, error: &Error) -> String {
        let text = error.to_string();
        let Some((what, hint)) = text.split_once('\n') else { return text };
        let line = |line: &str, word: &str, color: AnsiColor| match line.strip_prefix(word) {
            Some(rest) => self.paint(color.on_default().bold(), word) + rest,
            None => line.to_owned(),
        };
        line(what, "assume:", AnsiColor::Red) + "\n" + &line(hint, "hint:", AnsiColor::Yellow)
    }
}

/// A console of Windows must be told to understand colours, and an old one never does.
#[cfg(windows)]
fn is_understood() -> bool {
    anstyle_query::windows::enable_ansi_colors() == Some(true)
}

#[cfg(not(windows))]
fn is_understood() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;

    #[test]
    #[cfg(not(windows))]
    fn colors_are_for_a_terminal_that_takes_them_unless_somebody_decided() {
        let is_on = |color, pairs: &[(&str, &str)], is_terminal| {
            Paint::new(color, &Environment::from_pairs(pairs.iter().copied()), is_terminal).is_on()
        };
        let xterm = ("TERM", "xterm-256color");
        assert!(is_on(Color::Auto, &[xterm], true));
        assert!(is_on(Color::Auto, &[xterm, ("NO_COLOR", "")], true));
        assert!(!is_on(Color::Auto, &[xterm, ("NO_COLOR", "1")], true));
        assert!(!is_on(Color::Auto, &[xterm], false));
        assert!(!is_on(Color::Auto, &[("TERM", "dumb")], true));
        assert!(!is_on(Color::Auto, &[], true));
        assert!(is_on(Color::Always, &[("NO_COLOR", "1"), ("TERM", "dumb")], false));
        assert!(!is_on(Color::Never, &[xterm], true));
    }

    #[test]
    fn only_the_first_words_of_an_error_are_coloured() {
        let error = Error::new(Kind::Failure, "assume: hint: x", "y");
        let painted = Paint { is_on: true }.error(&error);
        assert_eq!(painted, "\u{1b}[1m\u{1b}[31massume:\u{1b}[0m assume: hint: x\n\u{1b}[1m\u{1b}[33mhint:\u{1b}[0m y");
        assert_eq!(Paint::default().error(&error), error.to_string());
    }
}
