//! What is said of an account that was not found.

use crate::error::{Error, Kind};
use crate::identity::Session;
use crate::sanitize;
use crate::sso::Account;

/// How many accounts an error names.
const OFFERED: usize = 5;

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
        format!("sign in where it is offered: assume login {}", words.join(" (or ") + &")".repeat(words.len() - 1))
    };
    let mut offered: Vec<String> =
        known.into_iter().map(|account| if account.name.is_empty() { account.id } else { account.name }).collect();
    offered.sort();
    offered.dedup();
    let is_like = |name: &&String| strsim::jaro_winkler(&name.to_lowercase(), &wanted.to_lowercase()) > 0.75;
    let near: Vec<&str> = offered.iter().filter(is_like).take(3).map(String::as_str).collect();
    let hint = if !near.is_empty() {
        let otherwise = if unasked.is_empty() { String::new() } else { format!(" if not, {}", sign_in(unasked)) };
        format!("did you mean {}?{otherwise}", near.join(" or "))
    } else if !unasked.is_empty() {
        sign_in(unasked)
    } else if !offered.is_empty() {
        let more = if offered.len() > OFFERED { ", …" } else { "" };
        offered.truncate(OFFERED);
        format!("what is offered there: {}{more}", offered.join(", "))
    } else {
        sign_in(asked)
    };
    Error::new(kind, said, hint)
}
