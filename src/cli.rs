//! The command line: enumerates the verbs; each command file owns its arguments.

mod at_load;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;

use std::ffi::{OsStr, OsString};

pub use at_load::AtLoad;
use clap::{ArgAction, Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

use crate::command;
use crate::error::{Error, Kind};
use crate::shell::Dialect;
use crate::terminal::Color;

/// Switch this shell to an AWS account and role through IAM Identity Center.
#[derive(Debug, Parser)]
#[command(name = "assume", version, max_term_width = 100, subcommand_required = true, subcommand_value_name = "VERB", subcommand_help_heading = "Verbs", override_usage = "assume [OPTIONS] [PROFILE | ACCOUNT/ROLE | - | VERB]", after_help = EXAMPLES)]
pub struct Cli {
    #[command(flatten)]
    pub globals: Globals,
    #[command(subcommand)]
    pub verb: Verb,
}

const EXAMPLES: &str = "\
Examples:
  assume dev                       with the wrapper loaded: this shell is now dev
  assume                           the same for what you pick in a list
  assume exec prod -- terraform plan
  assume init bash                 prints the wrapper; see the README for each shell

A profile named like a verb is reached with 'assume switch NAME'.";

#[derive(Clone, Debug, Default, Args)]
pub struct Globals {
    /// Write text for this shell: bash, zsh, fish, powershell (pwsh), sh (posix), json
    #[arg(long, global = true, value_name = "SHELL", value_parser = dialect)]
    pub shell: Option<Dialect>,
    /// Say nothing but errors and what is needed to go on
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Say what is asked of whom
    #[arg(short, long, global = true)]
    pub verbose: bool,
    /// Never ask: no question, no sign-in
    #[arg(long, global = true)]
    pub no_input: bool,
    /// Colour what a person reads; auto: on a terminal that takes colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
}

#[derive(Debug, Subcommand)]
pub enum Verb {
    Switch(command::switch::Args),
    Off(command::off::Args),
    Exec(command::exec::Args),
    Login(command::login::Args),
    Logout(command::logout::Args),
    List(command::list::Args),
    Show(command::show::Args),
    Status(command::status::Args),
    Whoami(command::whoami::Args),
    Export(command::export::Args),
    Process(command::process::Args),
    Lock(command::lock::Args),
    Allow(command::allow::Args),
    Deny(command::deny::Args),
    Init(command::init::Args),
    #[command(hide = true)]
    Refresh(command::refresh::Args),
    #[command(hide = true)]
    Complete(command::complete::Args),
    #[command(hide = true)]
    Keeper(command::keeper::Args),
    #[command(flatten)]
    Reserved(command::reserved::Verb),
}

/// Options that take the next word as their value, wherever they stand before the verb.
pub const WITH_VALUE: [&str; 3] = ["--shell", "--color", "--session"];

/// What a command line asks for, when it is not a verb to run.
pub enum Stop {
    /// `--help` and `--version`.
    Text(String),
    Wrong(Error),
}

/// The words of a command line, with the verb that was meant put in.
pub struct Line {
    /// Whether a shell evaluates what this command prints.
    pub evaluated: bool,
    /// Whether a shell may: `eval "$(assume export prod)" && terraform apply` must not go on in the old account either.
    pub perhaps_evaluated: bool,
    /// The shell it names, known before it is parsed, so that even the failure to parse is in the right words.
    pub dialect: Option<Dialect>,
    /// What it says about colours, known as early.
    pub color: Color,
    words: Vec<OsString>,
    /// No verb was typed: `switch` was put in.
    is_short: bool,
}

impl Line {
    #[must_use]
    pub fn new(words: Vec<OsString>) -> Self {
        let typed = words.len();
        let words = with_verb(words);
        let is_short = words.len() > typed;
        let evaluated = matches!(first_word(&words), First::Word(word) if word == "switch" || word == "off");
        let exports = matches!(first_word(&words), First::Word(word) if word == "export");
        let perhaps_evaluated =
            evaluated || exports && value_of(&words, "--format").is_none_or(|format| format == "env");
        let dialect = value_of(&words, "--shell").and_then(Dialect::parse);
        // What follows belongs to `exec`'s child.
        let own = words.split(|word| word == "exec" || word == "--").next().unwrap_or_default();
        let color = value_of(own, "--color").and_then(|when| Color::from_str(when, false).ok()).unwrap_or_default();
        Self { evaluated, perhaps_evaluated, dialect, color, words, is_short }
    }

    /// # Errors
    /// What to say instead of running a verb.
    pub fn parse(&self) -> Result<Cli, Stop> {
        let matches = Cli::command().try_get_matches_from(&self.words);
        matches.and_then(|matches| Cli::from_arg_matches(&matches)).map_err(|error| self.stop(&error))
    }

    /// The first word, where it stands for a profile because it is no verb, and what comes after it.
    #[must_use]
    pub fn short(&self) -> Option<(&str, &[OsString])> {
        let typed = self.words.get(1..).filter(|_| self.is_short)?;
        let First::Word(word) = first_word(typed) else { return None };
        let at = typed.iter().position(|it| std::ptr::eq(it.as_os_str(), word))?;
        Some((word.to_str()?, &typed[at + 1..]))
    }

    fn stop(&self, error: &clap::Error) -> Stop {
        use clap::error::ErrorKind as Clap;
        if matches!(error.kind(), Clap::DisplayHelp | Clap::DisplayVersion) {
            return Stop::Text(error.to_string());
        }
        let rendered = error.to_string();
        let said = rendered.split("\n\nUsage:").next().unwrap_or(&rendered);
        let said = said.split("\n\nFor more information").next().unwrap_or(said);
        let (message, tip) = said.split_once("\n\n  tip: ").unwrap_or((said, ""));
        let message = one_line(message.trim_start_matches("error: "));
        let verb = match first_word(&self.words) {
            // It has no help of its own.
            First::Word(word) if word == "help" => String::new(),
            First::Word(word) => format!("{} ", word.to_string_lossy()),
            _ => String::new(),
        };
        let tip = if tip.is_empty() { String::new() } else { one_line(tip) + "; " };
        Stop::Wrong(Error::new(Kind::Usage, message, format!("{tip}assume {verb}--help")))
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The names of all verbs, those of the future included: a profile so named is reached with `switch`. A list of its own,
/// since building clap's tree to ask it would double the cost of the warm path.
pub const VERBS: [&str; 24] = [
    "switch", "off", "exec", "login", "logout", "list", "show", "status", "whoami", "export", "process", "lock",
    "init", "setup", "console", "serve", "keys", "allow", "deny", "doctor", "refresh", "complete", "keeper", "help",
];

/// `assume dev` means `assume switch dev`: the verb is put in where the first word is none.
fn with_verb(mut arguments: Vec<OsString>) -> Vec<OsString> {
    let is_verb = match first_word(&arguments) {
        First::Word(word) => VERBS.iter().any(|verb| word == *verb),
        First::HelpOrVersion => true,
        First::None => false,
    };
    if !is_verb {
        arguments.insert(1.min(arguments.len()), "switch".into());
    }
    arguments
}

enum First<'a> {
    Word(&'a OsStr),
    HelpOrVersion,
    None,
}

fn first_word(arguments: &[OsString]) -> First<'_> {
    let mut rest = arguments.iter().skip(1);
    let mut asks = false;
    while let Some(argument) = rest.next() {
        match argument.to_str() {
            // What follows `--` is a name, even where it looks like a verb.
            Some("--") => return First::None,
            Some(option) if WITH_VALUE.contains(&option) => {
                rest.next();
            }
            Some("-h" | "--help" | "-V" | "--version") => asks = true,
            Some(option) if option.len() > 1 && option.starts_with('-') => {}
            _ => return First::Word(argument),
        }
    }
    if asks { First::HelpOrVersion } else { First::None }
}

/// The first value of an option, before anything is parsed.
fn value_of<'a>(arguments: &'a [OsString], option: &str) -> Option<&'a str> {
    let mut rest = arguments.iter().filter_map(|argument| argument.to_str());
    while let Some(argument) = rest.next() {
        match argument.strip_prefix(option) {
            Some("") => return rest.next(),
            Some(value) if value.starts_with('=') => return value.strip_prefix('='),
            _ => {}
        }
    }
    None
}

fn dialect(name: &str) -> Result<Dialect, String> {
    Dialect::parse(name).ok_or_else(|| "choose bash, zsh, fish, powershell, sh or json".to_owned())
}

/// A flag that every listing takes.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct Json {
    /// Print JSON
    #[arg(long, action = ArgAction::SetTrue)]
    pub json: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verb_of(words: &[&str]) -> Vec<String> {
        let arguments = std::iter::once("assume").chain(words.iter().copied()).map(OsString::from).collect();
        with_verb(arguments).into_iter().skip(1).map(|word| word.into_string().unwrap()).collect()
    }

    #[test]
    fn a_word_that_is_no_verb_is_a_profile() {
        assert_eq!(verb_of(&["dev"]), ["switch", "dev"]);
        assert_eq!(verb_of(&["--shell", "list", "dev"]), ["switch", "--shell", "list", "dev"]);
        assert_eq!(verb_of(&["-q", "list"]), ["-q", "list"]);
        assert_eq!(verb_of(&["-"]), ["switch", "-"]);
        assert_eq!(verb_of(&["--", "list"]), ["switch", "--", "list"]);
        assert_eq!(verb_of(&[]), ["switch"]);
        assert_eq!(verb_of(&["--help"]), ["--help"]);
    }

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn no_help_text_could_run_in_a_shell() {
        let mut command = Cli::command();
        let mut texts = vec![command.render_long_help().to_string()];
        texts.extend(command.get_subcommands_mut().map(|verb| verb.render_long_help().to_string()));
        for text in texts {
            assert!(!text.contains("$(") && !text.contains('`'), "{text}");
        }
    }

    #[test]
    fn each_argument_that_is_shown_is_explained() {
        let command = Cli::command();
        let verbs = command.get_subcommands().filter(|verb| !verb.is_hide_set());
        for verb in verbs.chain([&command]) {
            for argument in verb.get_arguments().filter(|argument| !argument.is_hide_set()) {
                assert!(argument.get_help().is_some(), "{} of {}", argument.get_id(), verb.get_name());
            }
        }
    }

    #[test]
    fn the_list_of_verbs_is_claps() {
        let mut known: Vec<String> = Cli::command().get_subcommands().map(|verb| verb.get_name().to_owned()).collect();
        known.push("help".to_owned());
        known.sort();
        let mut verbs = VERBS.to_vec();
        verbs.sort_unstable();
        assert_eq!(known, verbs);
    }
}
