//! A first word that is neither a verb nor a profile: perhaps a verb, mistyped.

use std::ffi::OsString;

use clap::CommandFactory;

use super::Context;
use crate::cli::{Cli, Globals, Line};
use crate::config::Config;
use crate::environment::Environment;
use crate::error::{Error, Kind};
use crate::sanitize;

/// `error`, or what is nearer to the truth: of `assume lgoin corp` it is not `corp` that is wrong.
pub(super) fn explain(error: Error, line: &Line, environment: &Environment) -> Error {
    if !matches!(error.kind(), Kind::Usage | Kind::NotFound) {
        return error;
    }
    let Some((word, rest)) = line.short().filter(|(word, _)| *word != "-" && !word.contains('/')) else {
        return error;
    };
    // A config that can't be read may have that profile.
    let context = Context::new(environment.clone(), Globals::default(), false);
    match context.config() {
        Ok(config) if !config.has_profile(word) => no_such(error, word, rest, config),
        _ => error,
    }
}

fn no_such(error: Error, word: &str, rest: &[OsString], config: &Config) -> Error {
    let what = format!("there is no command or profile '{word}'");
    let verb = nearest(word).filter(|(edits, _)| config.nearest_profile(word).is_none_or(|other| other > *edits));
    match (verb, config.profile(word)) {
        (Some((_, verb)), _) => Error::new(error.kind(), what, again(&verb, rest)),
        // More words than a profile takes: this was to be a verb, whichever.
        (None, Err(unknown)) if error.kind() == Kind::Usage && !rest.is_empty() => {
            Error::new(Kind::Usage, what, format!("{}; assume --help shows the commands", unknown.hint()))
        }
        _ => error,
    }
}

/// The verb that is nearest, and in how many letters it differs. Of short ones one is enough: `test` is not `list`.
fn nearest(word: &str) -> Option<(usize, String)> {
    let cli = Cli::command();
    let shown = cli.get_subcommands().filter(|verb| !verb.is_hide_set()).map(clap::Command::get_name);
    let near = shown.chain(["help"]).filter_map(|verb| {
        let edits = strsim::osa_distance(&word.to_lowercase(), verb);
        (edits <= if verb.len() < 6 { 1 } else { 2 }).then(|| (edits, verb.to_owned()))
    });
    near.min()
}

/// The command as it was meant, with all that came after the verb where every word of it is safe to paste.
fn again(verb: &str, rest: &[OsString]) -> String {
    let plain = |word: &OsString| {
        // Behind the `x` an option is a word like any other.
        let shown = sanitize::word(&format!("x{}", word.to_str()?), "");
        shown.strip_prefix('x').filter(|word| !word.is_empty()).map(str::to_owned)
    };
    let rest: Option<Vec<String>> = rest.iter().map(plain).collect();
    let words = rest.unwrap_or_default();
    std::iter::once(format!("assume {verb}")).chain(words).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_finger_are_met_and_other_words_are_not() {
        for (word, verb) in [("statsu", "status"), ("lgoin", "login"), ("swtich", "switch"), ("exce", "exec")] {
            assert_eq!(nearest(word).unwrap().1, verb);
        }
        for word in ["test", "dev", "prod", "main", "keeprr", "refrsh", "staging"] {
            assert_eq!(nearest(word), None, "{word}");
        }
    }

    #[test]
    fn the_rest_of_the_line_is_repeated_only_where_no_shell_would_run_it() {
        let again = |words: &[&str]| again("exec", &words.iter().map(OsString::from).collect::<Vec<_>>());
        assert_eq!(again(&["dev", "--", "true", "-x"]), "assume exec dev -- true -x");
        for rest in ["$(id)", "a;b", "two words", ""] {
            assert_eq!(again(&["dev", rest]), "assume exec", "{rest}");
        }
    }
}
