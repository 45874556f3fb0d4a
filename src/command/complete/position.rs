//! Where in a command line the cursor is, told by the command line's own definition, so that a new verb or option is
//! completed from the day it is there.

use clap::{Arg, Command};

use crate::cli::VERBS;

/// What may stand where the cursor is.
pub(super) enum Position<'a> {
    /// The first word: a verb, or what `switch` takes.
    First {
        switch: &'a Command,
    },
    /// `-`, which may be the previous profile, or the beginning of an option.
    Dash {
        verb: &'a Command,
        first: bool,
    },
    /// An option of the verb, which before the first word is `switch`.
    Option {
        verb: &'a Command,
        first: bool,
    },
    /// The value of an option, behind `prefix` in the same word.
    Value {
        of: &'a Arg,
        prefix: String,
    },
    /// An argument of a verb; `literal` behind `--`, where nothing is an option.
    Argument {
        of: &'a Arg,
        verb: &'a Command,
        literal: bool,
    },
    /// `assume help VERB`.
    Topic,
    /// A command line of its own, which begins with this word.
    Command {
        from: usize,
    },
    Nothing,
}

const SWITCH: &str = "switch";

/// `words` are those after `assume`, the last one still being typed; `root` has been built.
pub(super) fn find<'a>(words: &[String], root: &'a Command) -> Position<'a> {
    let Some(switch) = root.find_subcommand(SWITCH) else { return Position::Nothing };
    let Some((current, before)) = words.split_last() else { return Position::Nothing };
    let mut line = Line { verb: None, switch, arguments: 0, literal: false, waiting: None };
    for (index, word) in before.iter().enumerate() {
        if line.begins_command(word) {
            return Position::Command { from: index };
        }
        if !line.take(word, root) {
            return Position::Nothing;
        }
    }
    if line.begins_command(current) {
        return Position::Command { from: before.len() };
    }
    line.position(current)
}

/// What the words so far have said.
struct Line<'a> {
    /// `None` while the first word is still to come.
    verb: Option<&'a Command>,
    switch: &'a Command,
    /// How many arguments the verb has.
    arguments: usize,
    /// Whether `--` was there.
    literal: bool,
    /// The option whose value comes next.
    waiting: Option<&'a Arg>,
}

impl<'a> Line<'a> {
    /// False for what can't go on.
    fn take(&mut self, word: &str, root: &'a Command) -> bool {
        if self.waiting.take().is_some() {
            return true;
        }
        if word == "--" && !self.literal {
            self.literal = true;
            // What follows is a name, even where it looks like a verb.
            self.verb.get_or_insert(self.switch);
        } else if is_option(word) && !self.literal {
            self.waiting = option(self.options(), word).filter(|_| !word.contains('='));
        } else if self.verb.is_none() && VERBS.contains(&word) {
            self.verb = root.find_subcommand(word);
            return self.verb.is_some();
        } else {
            self.verb.get_or_insert(self.switch);
            self.arguments += 1;
        }
        true
    }

    fn position(&self, current: &str) -> Position<'a> {
        if let Some(of) = self.waiting {
            return Position::Value { of, prefix: String::new() };
        }
        let verb = self.options();
        if is_option(current) && !self.literal {
            let named =
                current.split_once('=').and_then(|(name, _)| Some((option(verb, current)?, format!("{name}="))));
            return match named {
                Some((of, prefix)) => Position::Value { of, prefix },
                None if current.contains('=') => Position::Nothing,
                None => Position::Option { verb, first: self.verb.is_none() },
            };
        }
        if current == "-" && !self.literal {
            return Position::Dash { verb, first: self.verb.is_none() };
        }
        match self.verb {
            None => Position::First { switch: self.switch },
            Some(verb) if verb.get_name() == "help" && self.arguments == 0 => Position::Topic,
            Some(verb) => match self.argument() {
                Some(of) => Position::Argument { of, verb, literal: self.literal },
                None => Position::Nothing,
            },
        }
    }

    /// Options before a verb are those of `switch` too, which may be what is meant.
    fn options(&self) -> &'a Command {
        self.verb.unwrap_or(self.switch)
    }

    /// The argument that comes next.
    fn argument(&self) -> Option<&'a Arg> {
        self.verb?.get_positionals().nth(self.arguments).filter(|argument| !argument.is_hide_set())
    }

    /// Whether a command line of its own begins with this word.
    fn begins_command(&self, word: &str) -> bool {
        let is_word = self.literal || !word.starts_with('-');
        is_word && self.waiting.is_none() && self.argument().is_some_and(Arg::is_trailing_var_arg_set)
    }
}

fn is_option(word: &str) -> bool {
    word.len() > 1 && word.starts_with('-')
}

/// The option with a value that `word` names.
fn option<'a>(verb: &'a Command, word: &str) -> Option<&'a Arg> {
    let name = word.strip_prefix("--")?;
    let name = name.split_once('=').map_or(name, |(name, _)| name);
    verb.get_opts().find(|option| option.get_long() == Some(name))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::cli::Cli;

    fn at(words: &[&str]) -> String {
        let mut root = Cli::command();
        root.build();
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let label = |argument: &Arg| argument.get_id().to_string();
        match find(&words, &root) {
            Position::First { .. } => "first".to_owned(),
            Position::Dash { verb, .. } => format!("dash of {}", verb.get_name()),
            Position::Option { verb, first } => {
                format!("option of {}{}", verb.get_name(), if first { ", first" } else { "" })
            }
            Position::Value { of, prefix } => format!("value of {} after '{prefix}'", label(of)),
            Position::Argument { of, verb, literal } => {
                format!("{} of {}{}", label(of), verb.get_name(), if literal { ", literal" } else { "" })
            }
            Position::Topic => "topic".to_owned(),
            Position::Command { from } => format!("command from {from}"),
            Position::Nothing => "nothing".to_owned(),
        }
    }

    #[test]
    fn every_place_of_a_command_line_is_known() {
        for (words, position) in [
            (&["de"][..], "first"),
            (&[""], "first"),
            (&["-"], "dash of switch"),
            (&["login", "-"], "dash of login"),
            (&["-q", "--color", "never", ""], "first"),
            (&["--session", "x", ""], "first"),
            (&["--"], "option of switch, first"),
            (&["--sh"], "option of switch, first"),
            (&["--", ""], "profile of switch, literal"),
            (&["--", "-"], "profile of switch, literal"),
            (&["--shell", ""], "value of shell after ''"),
            (&["--shell=b"], "value of shell after '--shell='"),
            (&["--unknown=b"], "nothing"),
            (&["dev", ""], "nothing"),
            (&["dev", "--f"], "option of switch"),
            (&["switch", ""], "profile of switch"),
            (&["switch", "--", "-x"], "profile of switch, literal"),
            (&["login", "--flow", "d"], "value of flow after ''"),
            (&["login", "--flow=d"], "value of flow after '--flow='"),
            (&["login", "--force", ""], "session of login"),
            (&["login", "main", ""], "nothing"),
            (&["export", "dev", "--format", ""], "value of format after ''"),
            (&["exec", ""], "profile of exec"),
            (&["exec", "--se"], "option of exec"),
            (&["exec", "dev", ""], "command from 2"),
            (&["exec", "dev", "--"], "option of exec"),
            (&["exec", "dev", "--", ""], "command from 3"),
            (&["exec", "dev", "--", "aws", "s3", "--"], "command from 3"),
            (&["exec", "--session", "x", "dev", "aws", "-"], "command from 4"),
            (&["exec", "--", "dev", "aws"], "command from 3"),
            (&["init", ""], "name of init"),
            (&["help", "l"], "topic"),
            (&["help", "login", ""], "nothing"),
            (&["refresh", ""], "nothing"),
            (&[], "nothing"),
        ] {
            assert_eq!(at(words), position, "{words:?}");
        }
    }
}
