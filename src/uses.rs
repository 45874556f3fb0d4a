//! What was used, how often and how lately: an ordinary file of the state folder, for the order of picker and completion.
//!
//! A use is one appended line, `SECONDS COUNT "NAME"`, without a lock and without waiting for the disk. Whatever goes wrong
//! with it is nothing: a use that is lost costs a place in a list.

use std::collections::HashMap;

use crate::clock::Timestamp;
use crate::files::Folder;

const FILE: &str = "uses";
const LOCK: &str = "uses-lock";

/// Some two thousand uses; then the lines of one name become one.
const LARGE: u64 = 64 * 1024;
/// A file beyond this was not written here.
const LIMIT: u64 = 1024 * 1024;
/// So many names are kept when the lines of one name become one.
const REMEMBERED: usize = 512;
/// A longer name is not AWS's, nor one that a person typed.
const LONGEST: usize = 512;
/// Where all counts together are more, each is halved: what was used a lot long ago makes room.
const AGEING: f64 = 2_000.0;

/// All uses there are, by name.
#[derive(Debug, Default)]
pub struct Uses {
    names: HashMap<String, Use>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Use {
    last: i64,
    count: f64,
}

/// Adds a use of `name`: a profile's exact name, or `[SESSION:]ACCOUNT/ROLE` as typed.
pub fn record(folder: &Folder, name: &str, now: Timestamp) {
    if name.is_empty() || name.len() > LONGEST {
        return;
    }
    let length = folder.append_line(FILE, &line(name, Use { last: now.as_second(), count: 1.0 }));
    if length.is_ok_and(|length| length > LARGE) {
        compact(folder, now);
    }
}

/// One line for each name, the least used left out. Who appends meanwhile may lose a use; who compacts meanwhile does it for
/// us.
fn compact(folder: &Folder, now: Timestamp) {
    let Ok(Some(_lock)) = folder.try_lock(LOCK) else { return };
    let mut uses = Uses::read(folder);
    let total: f64 = uses.names.values().map(|one| one.count).sum();
    if total > AGEING {
        uses.names.values_mut().for_each(|one| one.count /= 2.0);
    }
    let mut names: Vec<_> = uses.names.into_iter().collect();
    names.sort_by(|a, b| score(b.1, now).total_cmp(&score(a.1, now)).then_with(|| a.0.cmp(&b.0)));
    names.truncate(REMEMBERED);
    let lines = |names: &[(String, Use)]| names.iter().map(|(name, one)| line(name, *one) + "\n").collect::<String>();
    let mut text = lines(&names);
    // Names of the greatest length would leave no room for the next use.
    while text.len() as u64 > LARGE / 2 {
        names.truncate(names.len() / 2);
        text = lines(&names);
    }
    let _ = folder.write(FILE, text.as_bytes());
}

impl Uses {
    /// Lines that are none are passed over; a file that can't be read says nothing.
    #[must_use]
    pub fn read(folder: &Folder) -> Self {
        let bytes = folder.read(FILE, LIMIT).ok().flatten().unwrap_or_default();
        Self::parse(&String::from_utf8_lossy(&bytes))
    }

    fn parse(text: &str) -> Self {
        let mut names: HashMap<String, Use> = HashMap::new();
        for (name, one) in text.lines().filter_map(parse_line) {
            let known = names.entry(name).or_insert(Use { last: one.last, count: 0.0 });
            known.last = known.last.max(one.last);
            known.count += one.count;
        }
        Self { names }
    }

    /// How much `name` is wanted now: how often it was used, weighed by how lately. 0 for what never was.
    #[must_use]
    pub fn score(&self, name: &str, now: Timestamp) -> f64 {
        self.names.get(name).map_or(0.0, |one| score(*one, now))
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(String::as_str)
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}

fn line(name: &str, one: Use) -> String {
    format!("{} {} {}", one.last, one.count, serde_json::Value::from(name))
}

fn parse_line(line: &str) -> Option<(String, Use)> {
    let mut parts = line.splitn(3, ' ');
    let last = parts.next()?.parse().ok()?;
    let count = parts.next()?.parse().ok().filter(|count: &f64| (0.0..=1e9).contains(count))?;
    let name: String = serde_json::from_str(parts.next()?).ok()?;
    (!name.is_empty() && name.len() <= LONGEST).then_some((name, Use { last, count }))
}

/// The weights of zoxide's ranking.
fn score(one: Use, now: Timestamp) -> f64 {
    const HOUR: i64 = 60 * 60;
    const DAY: i64 = 24 * HOUR;
    const WEEK: i64 = 7 * DAY;
    // A clock that was put back makes the past the future: as late as can be.
    let weight = match now.as_second().saturating_sub(one.last) {
        ..HOUR => 4.0,
        HOUR..DAY => 2.0,
        DAY..WEEK => 0.5,
        _ => 0.25,
    };
    one.count * weight
}

#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing {
    //! The file of uses, whoever wrote it.

    use super::{AGEING, Uses, line, parse_line};
    use crate::clock::Timestamp;

    /// What is read can be ranked and written again.
    pub fn uses_file(data: &[u8]) {
        let text = String::from_utf8_lossy(data);
        let now = Timestamp::UNIX_EPOCH;
        let uses = Uses::parse(&text);
        for (name, one) in &uses.names {
            assert!(uses.score(name, now) >= 0.0 && uses.score(name, now).is_finite(), "{name:?} {one:?}");
            let again = parse_line(&line(name, *one));
            // What adds up to more than any line may say is halved before it is written.
            assert!(again == Some((name.clone(), *one)) || one.count > AGEING, "{name:?} {one:?}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    fn folder() -> (tempfile::TempDir, Folder) {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::open_private(&place.path().join("state")).unwrap();
        (place, folder)
    }

    const NOW: i64 = 1_800_000_000;

    #[test]
    fn often_and_lately_used_comes_first() {
        let (_place, folder) = folder();
        for (name, ago, times) in [("often", 700_000, 9), ("lately", 10, 1), ("today", 80_000, 1), ("old", 700_000, 1)]
        {
            (0..times).for_each(|_| record(&folder, name, at(NOW - ago)));
        }
        record(&folder, "a\n\"name\"\t\u{1b} é", at(NOW));
        let uses = Uses::read(&folder);
        let score = |name: &str| uses.score(name, at(NOW));
        assert!(score("lately") > score("often") && score("often") > score("today") && score("today") > score("old"));
        assert!(score("old") > 0.0 && score("never") == 0.0);
        assert!(score("a\n\"name\"\t\u{1b} é") > 0.0);
    }

    #[test]
    fn a_clock_that_is_wrong_changes_an_order_and_nothing_else() {
        let uses = Uses::parse("99999999999 1 \"future\"\n-5 1 \"past\"\n9223372036854775807 1 \"end\"\n");
        for name in ["future", "past", "end"] {
            assert!(uses.score(name, at(NOW)) > 0.0, "{name}");
        }
        assert!(Uses::parse("-9223372036854775808 1 \"begin\"").score("begin", at(NOW)) > 0.0);
    }

    #[test]
    fn garbage_costs_itself() {
        let long = "x".repeat(LONGEST + 1);
        let text = format!(
            "\n1 1 \"ok\"\n1 1\n1 x \"a\"\n1 NaN \"b\"\n1 -1 \"c\"\n1 inf \"d\"\nx 1 \"e\"\n1 1 f\n1 1 \"\"\n\
             1 1 \"{long}\"\n1 1 \"cut\u{fffd}\n\u{0}\n  1 1 \"g\"\n2 1 \"ok\""
        );
        let uses = Uses::parse(&text);
        assert_eq!(uses.names().collect::<Vec<_>>(), ["ok"]);
        assert_eq!(uses.names["ok"], Use { last: 2, count: 2.0 });
    }

    #[test]
    fn the_file_stays_small_and_keeps_what_is_used_most() {
        let (place, folder) = folder();
        let name = |n: i64| format!("account number {n} with a long name/AdministratorAccess");
        for n in 0..4000 {
            record(&folder, &name(n), at(NOW + n));
            record(&folder, "favourite", at(NOW + n));
        }
        let size = std::fs::metadata(place.path().join("state").join(FILE)).unwrap().len();
        assert!(size <= LARGE, "{size}");
        let uses = Uses::read(&folder);
        let score = |name: &str| uses.score(name, at(NOW + 4000));
        assert!(score("favourite") > score(&name(3999)) && score(&name(3999)) > 0.0);
    }

    #[test]
    fn the_longest_names_fit_too() {
        let (place, folder) = folder();
        for n in 0..500 {
            record(&folder, &format!("{n:0>LONGEST$}"), at(NOW + n));
        }
        let size = std::fs::metadata(place.path().join("state").join(FILE)).unwrap().len();
        assert!(size <= LARGE, "{size}");
        assert!(Uses::read(&folder).score(&format!("{:0>LONGEST$}", 499), at(NOW + 500)) > 0.0);
        record(&folder, &"x".repeat(LONGEST + 1), at(NOW));
        assert_eq!(std::fs::metadata(place.path().join("state").join(FILE)).unwrap().len(), size);
    }

    #[test]
    fn what_cannot_be_written_is_nothing() {
        let (place, folder) = folder();
        std::fs::create_dir(place.path().join("state").join(FILE)).unwrap();
        record(&folder, "dev", at(NOW));
        assert!(Uses::read(&folder).is_empty());
    }

    /// Who waits for another would make a person wait: the file is left large instead.
    #[test]
    fn compaction_waits_for_nobody() {
        let (_place, folder) = folder();
        let lock = folder.try_lock(LOCK).unwrap().unwrap();
        for n in 0..3000 {
            record(&folder, "a name of thirty characters...", at(NOW + n));
        }
        assert_eq!(Uses::read(&folder).names["a name of thirty characters..."].count.to_string(), "3000");
        drop(lock);
        record(&folder, "a name of thirty characters...", at(NOW + 3000));
        assert_eq!(Uses::read(&folder).names["a name of thirty characters..."].count.to_string(), "1500.5");
    }
}
