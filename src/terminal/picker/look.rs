//! What this terminal can show.

use super::no_terminal;
use crate::environment::Environment;
use crate::error::Result;

/// How to draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    pub colour: bool,
    /// Whether characters beyond ASCII are shown.
    pub unicode: bool,
}

impl Look {
    /// Fails where nothing can be drawn at a place: `TERM=dumb`, as in an editor's shell window.
    pub fn of(environment: &Environment, colour: bool) -> Result<Self> {
        // Windows sets no TERM.
        let term = environment.text("TERM").or(cfg!(windows).then_some("windows"));
        match term {
            Some("dumb") => Err(no_terminal(&"TERM is dumb")),
            None => Err(no_terminal(&"TERM is not set")),
            Some(_) => Ok(Self { colour, unicode: environment.is_utf8() }),
        }
    }

    /// A character as this terminal can show it.
    pub(super) fn shown(self, c: char) -> char {
        if self.unicode || c.is_ascii() { c } else { '?' }
    }

    pub(super) fn pointer(self) -> char {
        if self.unicode { '▌' } else { '>' }
    }

    pub(super) fn rule(self) -> char {
        if self.unicode { '─' } else { '-' }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(variables: &[(&str, &str)]) -> Result<Look> {
        Look::of(&Environment::from_pairs(variables.iter().copied()), true)
    }

    #[test]
    fn a_dumb_terminal_is_told_the_way_without() {
        let error = look(&[("TERM", "dumb")]).unwrap_err();
        assert_eq!(error.exit_code(), 2);
        assert!(error.hint().contains("assume PROFILE"), "{error}");
    }
}
