//! What a person must know of a config that can't be used: what is wrong, in which file and line, and the edit that
//! mends it. No value of a secret key is ever part of it.
use std::path::Path;

use super::merge::{Entry, Merged};
use crate::error::{Error, Kind};

fn config(message: impl Into<String>, hint: impl Into<String>) -> Error {
    Error::new(Kind::Config, message, hint)
}

pub(super) fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    let path = path.display();
    config(
        format!("{path} can't be read: {error}"),
        format!("make {path} a file you may read, or set AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE to yours"),
    )
}

pub(super) fn utf_16(path: &Path) -> Error {
    let path = path.display();
    config(format!("{path} is UTF-16, which no AWS tool reads"), format!("save {path} as UTF-8"))
}

pub(super) fn several_lines(merged: &Merged<'_>, entry: &Entry<'_>) -> Error {
    let key = &entry.property.key;
    config(
        format!("{}: {key} goes on over several lines ({})", merged.label(), entry.place()),
        "an indented line continues the one above it: remove its indentation",
    )
}

/// `value` is not what `key` may hold; `why` completes "KEY 'VALUE' …".
pub(super) fn wrong_value(merged: &Merged<'_>, key: &str, value: &str, why: &str) -> Error {
    let place = merged.entry(key).map_or_else(|| merged.place(), Entry::place);
    let comment = value.contains(" #") || value.contains(" ;");
    let hint = if comment {
        format!("put the comment on a line of its own: the AWS CLI counts it as part of {key}")
    } else {
        format!("correct {key} in {place}")
    };
    config(format!("{}: {key} '{value}' {why} ({place})", merged.label()), hint)
}

/// `keys` are needed and said nowhere.
pub(super) fn missing(merged: &Merged<'_>, keys: &[&str], needed_for: &str) -> Error {
    let (keys, verb) = (keys.join(" and "), if keys.len() == 1 { "is" } else { "are" });
    let hint = match merged.lost_line() {
        Some((line, why)) => format!("correct line {line}, or add {keys} to that section: {why}"),
        None => format!("add {keys} to that section"),
    };
    config(format!("{}: {keys} {verb} missing, needed for {needed_for} ({})", merged.label(), merged.place()), hint)
}

/// A profile that wants a role and says of no session which it is.
pub(super) fn no_session(profile: &Merged<'_>) -> Error {
    let hint = match profile.lost_line() {
        Some((line, why)) => format!("correct line {line}, or add sso_session to that section: {why}"),
        None => "add sso_session with the name of an [sso-session] section".to_owned(),
    };
    config(format!("{}: it names no sso_session to sign in to ({})", profile.label(), profile.place()), hint)
}

/// A section that would be the one looked for, if its header could be read.
pub(super) fn broken_header(place: &str, why: &str) -> String {
    format!("correct {place}: {why}")
}

pub(super) fn no_such(merged: &Merged<'_>, key: &str, name: &str, nearest: Option<String>) -> Error {
    let place = merged.entry(key).map_or_else(|| merged.place(), Entry::place);
    let section = match key {
        "sso_session" => "sso-session",
        "services" => "services",
        _ => "profile",
    };
    config(
        format!("{}: {key} names '{name}', and there is no [{section} {name}] ({place})", merged.label()),
        nearest.unwrap_or_else(|| format!("correct {key}, or add a section [{section} {name}]")),
    )
}

pub(super) fn inconsistent(profile: &Merged<'_>, session: &Merged<'_>, key: &str) -> Error {
    let said =
        |merged: &Merged<'_>| merged.entry(key).map(|entry| (entry.text().unwrap_or("").to_owned(), entry.place()));
    let ((ours, here), (theirs, there)) = (said(profile).unwrap_or_default(), said(session).unwrap_or_default());
    config(
        format!(
            "{}: {key} is '{ours}' ({here}), but '{theirs}' in its sso-session '{}' ({there})",
            profile.label(),
            session.name
        ),
        format!("remove {key} from the profile: the session says it"),
    )
}

pub(super) fn two_sources(merged: &Merged<'_>) -> Error {
    config(
        format!("{}: it has both source_profile and credential_source ({})", merged.label(), merged.place()),
        "keep the one whose credentials may assume role_arn, and remove the other",
    )
}

pub(super) fn source_without_credentials(merged: &Merged<'_>, source: &str) -> Error {
    let place = merged.entry("source_profile").map_or_else(|| merged.place(), Entry::place);
    config(
        format!("{}: its source_profile '{source}' has no credentials ({place})", merged.label()),
        format!("give profile '{source}' an sso_session with account and role, or name another source_profile"),
    )
}

pub(super) fn loops(merged: &Merged<'_>, visited: &[String]) -> Error {
    config(
        format!(
            "{}: source_profile goes round in a loop: {} ({})",
            merged.label(),
            visited.join(" -> "),
            merged.place()
        ),
        "let the last source_profile name a profile that has credentials of its own",
    )
}

pub(super) fn too_long(merged: &Merged<'_>, most: usize) -> Error {
    config(
        format!("{}: more than {most} roles are chained by source_profile ({})", merged.label(), merged.place()),
        "let source_profile name a profile nearer to the end of the chain",
    )
}

/// A profile or session a person asked for by name.
pub(super) fn not_found(what: &str, name: &str, hint: String) -> Error {
    Error::new(Kind::NotFound, format!("there is no {what} '{name}'"), hint)
}

pub(super) fn ambiguous_url(url: &str, choices: &str) -> Error {
    Error::new(
        Kind::Usage,
        format!("several sessions have the start URL {url}: {choices}"),
        "name the session instead of its URL",
    )
}
