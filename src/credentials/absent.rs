//! What is said of an account that was not found.

use crate::error::{Error, Kind};
use crate::identity::Session;
use crate::sanitize;
use crate::sso::Account;

/// How many accounts an error names.
pub(super) const OFFERED: usize = 5;

/// `asked` are the sessions whose accounts AWS has listed just now; in those of `unasked` nobody is signed in, and `known`
/// is what was listed in any of them before.
pub(super) fn error(wanted: &str, asked: &[&Session], unasked: &[&Session], known: Vec<Account>) -> Error {
    let labels = |sessions: &[&Session]| sessions.iter().map(|one| one.id.label()).collect::<Vec<_>>().join(", ");
    let said = match (asked, unasked) {
        (_, []) => format!("no account '{wanted}' in {}", labels(asked)),
        ([], _) => {
            format!("nobody is signed in to {}, and no account '{wanted}' was listed there before", labels(unasked))
        }
        _ => format!("no account '{wanted}' in {}, and nobody is signed in to {}", labels(asked), labels(unasked)),
    };
    let kind = if asked.is_empty() { Kind::SignInNeeded } else { Kind::NotFound };
    let sign_in = |sessions: &[&Session]| {
        let words: Vec<String> = sessions.iter().map(|one| sanitize::word(one.id.label(), "SESSION")).collect();
        let others = if words.len() > 1 { format!(" (or {})", words[1..].join(", ")) } else { String::new() };
        format!("sign in where it is offered: assume login {}{others}", words[0])
    };
    let mut offered: Vec<_> = known.into_iter().map(Offered::from).collect();
    offered.sort();
    offered.dedup();
    let near: Vec<_> = offered.iter().filter(|one| one.is_like(wanted)).take(3).map(Offered::word).collect();
    let hint = if !near.is_empty() {
        let otherwise = if unasked.is_empty() { String::new() } else { format!(" if not, {}", sign_in(unasked)) };
        format!("did you mean {}?{otherwise}", near.join(" or "))
    } else if !unasked.is_empty() {
        sign_in(unasked)
    } else if !offered.is_empty() {
        let more = if offered.len() > OFFERED { ", …" } else { "" };
        let names: Vec<_> = offered.iter().take(OFFERED).map(Offered::word).collect();
        format!("what is offered there: {}{more}", names.join(", "))
    } else {
        sign_in(asked)
    };
    Error::new(kind, said, hint)
}

/// An account that could have been meant, the named ones by their names.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Offered {
    /// As it is shown; empty where it has none.
    name: String,
    /// What stands for the name where that is none, or holds what nobody sees and so cannot type.
    id: Option<String>,
}

impl From<Account> for Offered {
    fn from(Account { id, name }: Account) -> Self {
        let shown = sanitize::line(&name);
        let is_typed = !name.is_empty() && shown.trim() == name;
        Self { id: (!is_typed).then_some(id), name: shown.trim().to_owned() }
    }
}

impl Offered {
    fn is_like(&self, wanted: &str) -> bool {
        let like = |text: &str| strsim::jaro_winkler(&text.to_lowercase(), &wanted.to_lowercase()) > 0.75;
        like(&self.name) || self.id.as_deref().is_some_and(like)
    }

    /// What can be typed.
    fn word(&self) -> String {
        match &self.id {
            None => self.name.clone(),
            Some(id) if self.name.is_empty() => id.clone(),
            Some(id) => format!("{id} (shown as {})", self.name),
        }
    }
}
