//! What may differ, and what does.
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::{CORPUS, Case, Sections};

/// `profile dev region`, `refuses the file`, …: in words, so that the table can be read.
pub(super) type Differences = BTreeSet<String>;

pub(super) fn compare(what: &str, ours: &Sections, theirs: &Sections, found: &mut Differences) {
    for name in ours.keys().chain(theirs.keys()) {
        let (Some(our_keys), Some(their_keys)) = (ours.get(name), theirs.get(name)) else {
            let whose = if ours.contains_key(name) { "only here" } else { "only there" };
            found.insert(format!("{what} {} {whose}", printable(name)));
            continue;
        };
        let name = printable(name);
        for key in our_keys.keys().chain(their_keys.keys()) {
            let (ours, theirs) = (our_keys.get(key), their_keys.get(key));
            if ours.map(String::as_str).map(hide) != theirs.map(String::as_str).map(hide) && !is_secret(ours, theirs) {
                found.insert(format!("{what} {name} key {key}"));
            }
        }
    }
}

/// We keep no secret, so there is nothing to compare but that there is one.
fn is_secret(ours: Option<&String>, theirs: Option<&String>) -> bool {
    ours.is_some_and(|ours| ours == "[redacted]") && theirs.is_some_and(|theirs| !theirs.is_empty())
}

fn hide(value: &str) -> String {
    let hidden = |line: &str| match line.split_once('=') {
        Some((key, _)) if key.contains("secret") => format!("{key}= [redacted]"),
        _ => line.to_owned(),
    };
    value.split('\n').map(hidden).collect::<Vec<_>>().join("\n")
}

/// Rows of `differences.md`: case or oddity, reader, what differs, why.
fn listed(reader: &str) -> BTreeMap<String, Differences> {
    let text = std::fs::read_to_string(Path::new(CORPUS).join("differences.md")).unwrap();
    let mut rows = BTreeMap::new();
    for line in text.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| case ")) {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let [case, by, what, why] = cells[..] else { panic!("four cells make a row: {line}") };
        assert!(!why.is_empty(), "no reason: {line}");
        if by == reader {
            let what = what.split("; ").map(str::to_owned).collect();
            assert!(rows.insert(case.to_owned(), what).is_none(), "two rows: {line}");
        }
    }
    rows
}

/// One line of printable text, so that it can stand in the table.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { c.escape_default().to_string() } else { c.to_string() }).collect()
}

pub(super) fn judge(reader: &str, cases: &[Case], found: impl Iterator<Item = Differences>) {
    let mut expected = listed(reader);
    let mut seen: BTreeMap<String, Differences> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (case, found) in cases.iter().zip(found) {
        if case.oddities.is_empty() {
            if !found.is_empty() || expected.contains_key(&case.name) {
                seen.insert(case.name.clone(), found);
            }
            continue;
        }
        // Of generated files the kind of difference is listed, by oddity.
        let kinds: Differences = found.iter().map(|difference| kind(difference)).collect();
        let allowed = |kind: &String| {
            case.oddities.iter().any(|odd| expected.get(&format!("oddity {odd}")).is_some_and(|row| row.contains(kind)))
        };
        for kind in kinds.iter().filter(|kind| !allowed(kind)) {
            wrong.push(format!("{} ({}): {kind}: {found:?}", case.name, case.oddities.join(", ")));
        }
        if let [odd] = &case.oddities[..] {
            seen.entry(format!("oddity {odd}")).or_default().extend(kinds);
        }
    }
    for (case, found) in seen {
        let listed = expected.remove(&case).unwrap_or_default();
        wrong.extend(found.difference(&listed).map(|one| format!("not listed: | {case} | {reader} | {one} |")));
        wrong.extend(listed.difference(&found).map(|one| format!("listed and gone: | {case} | {reader} | {one} |")));
    }
    wrong.extend(expected.keys().map(|case| format!("listed, and no such case: {case} ({reader})")));
    assert!(wrong.is_empty(), "{} against {reader}:\n{}", wrong.len(), wrong.join("\n"));
}

fn kind(difference: &str) -> String {
    let kind = match difference {
        "refuses the file" => difference,
        _ if difference.ends_with(" only here") => "a section only here",
        _ if difference.ends_with(" only there") => "a section only there",
        _ if difference.ends_with(" source") => "a source",
        _ if difference.contains(" endpoint") => "an endpoint",
        _ => "a value",
    };
    kind.to_owned()
}
