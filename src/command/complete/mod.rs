//! What a shell asks when TAB is pressed. Asks nobody, opens no key, evaluates nothing; whatever goes wrong, the answer is
//! nothing.
//!
//! One candidate a line: `VALUE<TAB>DESCRIPTION<TAB>WORDS BEFORE`, all without control characters, so that no name forges a
//! line. Where the rest of the line is a command of its own, the answer is `<TAB>N`, the number of
//! words before it. bash and PowerShell cannot take words apart or put them together themselves: see [`bash`] and
//! [`powershell`].

mod bash;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod offer;
mod position;
mod powershell;

use std::cell::OnceCell;
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;

use clap::CommandFactory;

use super::{Answer, Context};
use crate::cli::{AtLoad, Cli};
use crate::config::Config;
use crate::environment::Environment;
use crate::error::Result;
use crate::files::Folder;
use crate::person::Person;
use crate::shell::Dialect;
use crate::store::{Options, Store};

use offer::{Offer, Source, offers};
use position::Position;

/// Candidates for the word under the cursor, for the completion scripts
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    at_load: AtLoad,
    /// The words after 'assume', the last one up to the cursor; of bash and PowerShell what their scripts send
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    words: Vec<OsString>,
}

pub fn run(args: &Args, context: &Context) -> Result<Answer> {
    let environment = args.at_load.apply(&context.environment);
    let words: Vec<String> = args.words.iter().map(|word| word.to_string_lossy().into_owned()).collect();
    let place = Place::of(environment, Arc::clone(&context.person));
    let text = match context.globals.shell {
        Some(Dialect::Bash) => bash::answer(&words, &place),
        Some(Dialect::PowerShell) => powershell::answer(&words, &place),
        // fish and zsh match by themselves, by rules that a person may have chosen.
        Some(dialect @ (Dialect::Fish | Dialect::Zsh)) => {
            Some(place.alike(&words).that(|offer| can_insert(dialect, offer)).text())
        }
        _ => Some(place.begun(&words).text()),
    };
    Ok(Answer::text(text.unwrap_or_default()))
}

/// What there is to go on with.
enum Found {
    Offers(Vec<Offer>),
    /// A command line of its own, behind so many words.
    Command {
        from: usize,
    },
}

impl Found {
    fn that(mut self, keep: impl Fn(&Offer) -> bool) -> Self {
        if let Self::Offers(offers) = &mut self {
            offers.retain(keep);
        }
        self
    }

    fn text(&self) -> String {
        match self {
            Self::Offers(offers) => {
                let mut text = String::with_capacity(64 * offers.len());
                for Offer { value, description, before } in offers {
                    text.extend([value, "\t", description, "\t", before, "\n"]);
                }
                text
            }
            Self::Command { from } => format!("\t{from}\n"),
        }
    }
}

/// Without what may be a quote or a pattern to the shell.
fn letters(typed: &str) -> String {
    typed.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn can_insert(dialect: Dialect, offer: &Offer) -> bool {
    match dialect {
        // It would make one word of the words before and the name, and leaves a tilde to mean somebody's home.
        Dialect::Fish => offer.before.is_empty() && !offer.value.starts_with('~'),
        // It keeps bytes that are no text in this range, and would insert such a name as those.
        Dialect::Zsh => !offer.value.contains(|c| ('\u{e000}'..='\u{e0ff}').contains(&c)),
        _ => true,
    }
}

/// Everything that an answer is made of. A file that can't be read is as one that is not there.
struct Place {
    root: clap::Command,
    config: OnceCell<Option<Config>>,
    store: Option<Store>,
    environment: Environment,
}

impl Place {
    fn of(environment: Environment, person: Arc<dyn Person>) -> Self {
        let mut root = Cli::command();
        root.build();
        let folder = environment.state_folder().ok();
        let exists = |folder: &PathBuf| matches!(Folder::open_existing(folder), Ok(Some(_)));
        // Without settings: only its headers and its ordinary files are read, and no keeper is asked.
        let open = |folder: PathBuf| Store::open(&folder, Options::default(), person).ok();
        Self { root, config: OnceCell::new(), store: folder.filter(exists).and_then(open), environment }
    }

    /// What any way of matching could take for what is typed: it has the same letters in the same order.
    fn alike(&self, words: &[String]) -> Found {
        let typed = letters(words.last().map_or("", String::as_str));
        self.find(words, &|word| {
            let mut rest = word.chars().flat_map(char::to_lowercase);
            typed.chars().all(|letter| rest.any(|one| one == letter))
        })
    }

    /// What begins with what is typed (`words` are those after `assume`); where nothing does, in whatever letter case.
    fn begun(&self, words: &[String]) -> Found {
        let typed = words.last().map_or("", String::as_str);
        match self.find(words, &|word| word.starts_with(typed)) {
            Found::Offers(offers) if offers.is_empty() => {
                let typed = typed.to_lowercase();
                self.find(words, &|word| word.to_lowercase().starts_with(&typed))
            }
            found => found,
        }
    }

    fn find(&self, words: &[String], wanted: &dyn Fn(&str) -> bool) -> Found {
        match position::find(words, &self.root) {
            Position::Command { from } => Found::Command { from },
            position => {
                let config = || self.config.get_or_init(|| Config::load(&self.environment).ok()).as_ref();
                let source = Source {
                    config: &config,
                    store: self.store.as_ref(),
                    previous: self.environment.text("ASSUME_PREVIOUS"),
                    wanted,
                    candidates: OnceCell::new(),
                };
                Found::Offers(offers(&position, &self.root, &source))
            }
        }
    }
}
