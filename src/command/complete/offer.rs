//! What is offered where.

use std::cell::OnceCell;

use clap::{Arg, Command, Subcommand};

use super::position::Position;
use crate::cli::VERBS;
use crate::clock::Timestamp;
use crate::command::candidates::{Candidate, Candidates};
use crate::command::reserved;
use crate::config::Config;
use crate::sanitize;
use crate::store::Store;

/// One word to go on with.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Offer {
    /// Without control characters, and without any other that would not show.
    pub value: String,
    pub description: String,
    /// Words that must stand before it for it to mean what it says.
    pub before: &'static str,
}

/// Answers from files that need no key; what can't be read offers nothing.
pub(super) struct Source<'a> {
    pub config: &'a dyn Fn() -> Option<&'a Config>,
    pub store: Option<&'a Store>,
    /// What `-` leads back to.
    pub previous: Option<&'a str>,
    /// Which words may be wanted: descriptions of ten thousand others need not be made.
    pub wanted: &'a dyn Fn(&str) -> bool,
    pub candidates: OnceCell<Option<Candidates<'a>>>,
}

/// In the order they are shown.
pub(super) fn offers(position: &Position<'_>, root: &Command, source: &Source<'_>) -> Vec<Offer> {
    let mut offers = match position {
        Position::First { switch } => {
            let mut offers = source.profiles(true, false);
            offers.extend(source.previous());
            offers.extend(verbs(root));
            if takes_roles(switch) {
                offers.extend(source.roles());
            }
            offers
        }
        Position::Dash { verb, first } => {
            let previous = source.previous().filter(|_| verb.get_name() == "switch");
            previous.into_iter().chain(options(verb, root.get_arguments().filter(|_| *first))).collect()
        }
        Position::Topic => verbs(root).collect(),
        Position::Option { verb, first } => options(verb, root.get_arguments().filter(|_| *first)),
        Position::Value { of, prefix } => {
            let mut offers = source.values(of);
            for offer in &mut offers {
                offer.value.insert_str(0, prefix);
            }
            offers
        }
        Position::Argument { of, verb, literal } => source.arguments(of, verb, *literal),
        Position::Command { .. } | Position::Nothing => Vec::new(),
    };
    offers.retain(|offer| (source.wanted)(&offer.value));
    offers
}

impl<'a> Source<'a> {
    fn arguments(&self, of: &Arg, verb: &Command, literal: bool) -> Vec<Offer> {
        if placeholder(of) != Some("PROFILE") {
            return self.values(of);
        }
        let mut offers = self.profiles(false, literal);
        if verb.get_name() == "switch" {
            offers.extend(self.previous());
        }
        if takes_roles(verb) {
            offers.extend(self.roles());
        }
        offers
    }

    fn values(&self, of: &Arg) -> Vec<Offer> {
        match placeholder(of) {
            Some("SESSION") => self.sessions(),
            Some("SHELL") if of.is_positional() => plain(&["bash", "zsh", "fish", "powershell"]),
            Some("SHELL") => plain(&["bash", "zsh", "fish", "powershell", "sh", "json"]),
            _ => {
                let values = of.get_possible_values();
                let values = values.iter().filter(|value| !value.is_hide_set());
                values.map(|value| offer(value.get_name(), &text(value.get_help()))).collect()
            }
        }
    }

    /// `first`: where a verb may stand too. A name that shows as something else, or can't be typed, is not offered.
    fn profiles(&self, first: bool, literal: bool) -> Vec<Offer> {
        let may = |name: &str| name != "-" && (self.wanted)(name) && sanitize::is_shown(name);
        let profiles = self.candidates().into_iter().flat_map(|candidates| candidates.profiles(&may));
        let offer = |one: Candidate| Offer {
            description: described(&one),
            before: match one.name.as_str() {
                name if name.starts_with('-') && !literal => "--",
                name if first && VERBS.contains(&name) => "switch",
                _ => "",
            },
            value: one.name,
        };
        profiles.map(offer).collect()
    }

    fn roles(&self) -> Vec<Offer> {
        let roles = self.candidates().map(Candidates::roles).unwrap_or_default();
        roles.into_iter().map(|one| Offer { description: described(&one), value: one.name, before: "" }).collect()
    }

    fn previous(&self) -> Option<Offer> {
        Some(offer("-", &format!("back to {}", self.previous?)))
    }

    fn sessions(&self) -> Vec<Offer> {
        let ids: Vec<_> = self.candidates().into_iter().flat_map(Candidates::session_ids).collect();
        let shown = ids.iter().filter(|id| sanitize::is_shown(id.label()));
        shown.map(|id| offer(id.label(), if id.is_inline() { "" } else { &id.start_url })).collect()
    }

    fn candidates(&self) -> Option<&Candidates<'a>> {
        let read = || Some(Candidates::read((self.config)()?, self.store, Timestamp::now()));
        self.candidates.get_or_init(read).as_ref()
    }
}

/// What the help calls an argument.
fn placeholder(of: &Arg) -> Option<&str> {
    of.get_value_names()?.first().map(clap::builder::Str::as_str)
}

/// A verb that can be told where to look for an account and role takes them in the place of a profile.
fn takes_roles(verb: &Command) -> bool {
    verb.get_opts().any(|option| option.get_long() == Some("session"))
}

/// Those that do something already.
fn verbs(root: &Command) -> impl Iterator<Item = Offer> {
    let shown = root.get_subcommands().filter(|verb| !verb.is_hide_set());
    let built = shown.filter(|verb| !reserved::Verb::has_subcommand(verb.get_name()));
    built.map(|verb| offer(verb.get_name(), &text(verb.get_about())))
}

fn options<'a>(verb: &'a Command, more: impl Iterator<Item = &'a Arg>) -> Vec<Offer> {
    let own = |option: &&Arg| verb.get_arguments().all(|one| one.get_id() != option.get_id());
    let all = verb.get_arguments().chain(more.filter(own));
    let shown = all.filter(|option| !option.is_positional() && !option.is_hide_set());
    let names = |option: &Arg| {
        let long = option.get_long().map(|long| format!("--{long}"));
        let short = option.get_short().map(|short| format!("-{short}"));
        let help = text(option.get_help());
        [long, short].into_iter().flatten().map(move |name| offer(&name, &help)).collect::<Vec<_>>()
    };
    let (mut offers, short): (Vec<_>, Vec<_>) = shown.flat_map(names).partition(|offer| offer.value.starts_with("--"));
    offers.extend(short);
    offers
}

fn text(styled: Option<&clap::builder::StyledStr>) -> String {
    styled.map(ToString::to_string).unwrap_or_default()
}

fn plain(values: &[&str]) -> Vec<Offer> {
    values.iter().map(|value| offer(value, "")).collect()
}

fn offer(value: &str, description: &str) -> Offer {
    Offer { value: value.to_owned(), description: sanitize::line(description), before: "" }
}

/// Account and role; of an account and role by its name, what that stands for.
fn described(one: &Candidate) -> String {
    let account = one.account_name.as_deref().filter(|_| one.is_profile).or(one.account_id.as_deref());
    let last = if one.is_profile { one.role.as_deref() } else { one.session.as_deref() };
    let mut said = String::with_capacity(64);
    for part in account.into_iter().chain(last) {
        if !said.is_empty() {
            said.push(' ');
        }
        said.push_str(part);
    }
    match said.as_str() {
        // zsh lists apart what has no description.
        "" => "profile".to_owned(),
        text if sanitize::is_shown(text) => said,
        text => sanitize::line(text),
    }
}
