//! Which entries match what was typed, best first.

use std::cmp::Reverse;

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher};

use super::rows::Row;

pub(super) struct Matches {
    rows: Vec<Row>,
    matcher: Matcher,
    pattern: Pattern,
    query: String,
    found: Vec<u32>,
}

impl Matches {
    pub(super) fn new(rows: Vec<Row>) -> Self {
        let found = all(&rows);
        let mut config = Config::DEFAULT;
        // The profile stands first, and its name is what a person knows best.
        config.prefer_prefix = true;
        let matcher = Matcher::new(config);
        Self { rows, matcher, pattern: Pattern::default(), query: String::new(), found }
    }

    pub(super) fn len(&self) -> usize {
        self.found.len()
    }

    /// How many there are to match.
    pub(super) fn of(&self) -> usize {
        self.rows.len()
    }

    /// The entry at a place among the matches.
    pub(super) fn get(&self, place: usize) -> Option<usize> {
        self.found.get(place).map(|&entry| entry as usize)
    }

    /// An entry, and where its text matches, in order.
    pub(super) fn row(&mut self, entry: usize) -> (&Row, Vec<u32>) {
        let row = &self.rows[entry];
        let mut places = Vec::new();
        self.pattern.indices(row.text(), &mut self.matcher, &mut places);
        places.sort_unstable();
        places.dedup();
        (row, places)
    }

    /// By fzf's rules: every word must match, a capital letter makes its word exact in case, and `'`, `^`, `$`, `!` mean
    /// what they mean there. What is called exactly that comes first, then what differs from it by letter case alone; equal
    /// matches keep the order of the entries.
    pub(super) fn search(&mut self, query: &str) {
        let candidates = if narrows(&self.query, query) { std::mem::take(&mut self.found) } else { all(&self.rows) };
        query.clone_into(&mut self.query);
        self.pattern.reparse(query, CaseMatching::Smart, Normalization::Smart);
        if self.pattern.atoms.is_empty() {
            self.found = all(&self.rows);
            return;
        }
        let name = query.trim();
        let scored = candidates.into_iter().filter_map(|entry| {
            let row = &self.rows[entry as usize];
            let score = self.pattern.score(row.text(), &mut self.matcher)?;
            Some((Reverse(row.called(name)), Reverse(score), entry))
        });
        let mut scored: Vec<_> = scored.collect();
        scored.sort_unstable();
        self.found = scored.into_iter().map(|(.., entry)| entry).collect();
    }
}

fn all(rows: &[Row]) -> Vec<u32> {
    (0..u32::try_from(rows.len()).unwrap_or(u32::MAX)).collect()
}

/// Whether all that match `new` matched `old`: plain words that grew at their end.
fn narrows(old: &str, new: &str) -> bool {
    new.starts_with(old) && !new.contains(['!', '^', '$', '\'', '\\'])
}

#[cfg(test)]
mod tests {
    use super::super::Entry;
    use super::*;

    fn rows(names: &[[&str; 4]]) -> Vec<Row> {
        let entry = |[profile, account, role, id]: &[&str; 4]| Entry {
            profile: (*profile).into(),
            account: (*account).into(),
            role: (*role).into(),
            account_id: (*id).into(),
            is_current: false,
        };
        names.iter().map(|names| Row::new(&entry(names))).collect()
    }

    fn found(names: &[[&str; 4]], query: &str) -> Vec<usize> {
        let mut matches = Matches::new(rows(names));
        matches.search(query);
        (0..matches.len()).map(|place| matches.get(place).unwrap()).collect()
    }

    const NAMES: [[&str; 4]; 4] = [
        ["staging", "Staging", "ReadOnlyAccess", "444455556666"],
        ["dev", "Development", "AdministratorAccess", "111122223333"],
        ["", "Development", "ReadOnlyAccess", "111122223333"],
        ["prod", "Produktion für alle", "ReadOnlyAccess", "777788889999"],
    ];

    #[test]
    fn nothing_typed_keeps_the_order() {
        assert_eq!(found(&NAMES, ""), [0, 1, 2, 3]);
        assert_eq!(found(&NAMES, "  "), [0, 1, 2, 3]);
    }

    #[test]
    fn every_word_must_match_in_any_column_and_order() {
        assert_eq!(found(&NAMES, "read develop"), [2]);
        assert_eq!(found(&NAMES, "develop read"), [2]);
        assert_eq!(found(&NAMES, "7777 prod"), [3]);
        assert_eq!(found(&NAMES, "1111"), [1, 2]);
        assert_eq!(found(&NAMES, "1111 nosuch"), [] as [usize; 0]);
    }

    #[test]
    fn letters_match_scattered_and_across_columns() {
        assert_eq!(found(&NAMES, "devadm"), [1]);
        assert_eq!(found(&NAMES, "Development/Read"), [2]);
    }

    #[test]
    fn a_capital_letter_makes_its_word_exact_in_case() {
        assert_eq!(found(&NAMES, "stag"), [0]);
        assert_eq!(found(&NAMES, "STAG"), [] as [usize; 0]);
        assert_eq!(found(&NAMES, "Prod read"), [3]);
    }

    #[test]
    fn accents_need_not_be_typed() {
        assert_eq!(found(&NAMES, "fur"), [3]);
        assert_eq!(found(&NAMES, "für"), [3]);
    }

    #[test]
    fn fzfs_signs_mean_what_they_mean_there() {
        assert_eq!(found(&NAMES, "!read"), [1]);
        assert_eq!(found(&NAMES, "^dev"), [1, 2]);
        assert_eq!(found(&NAMES, "'taging"), [0]);
        assert_eq!(found(&NAMES, "9999$"), [3]);
    }

    #[test]
    fn a_whole_name_comes_first_and_use_decides_between_equals() {
        let names = [["dev-old", "", "", ""], ["dev-new", "", "", ""], ["Dev", "", "", ""]];
        assert_eq!(found(&names, "dev"), [2, 0, 1]);
        assert_eq!(found(&names, "de"), [0, 1, 2]);
    }

    #[test]
    fn of_names_that_differ_by_letter_case_the_typed_one_comes_first() {
        let names = [["Dev", "", "", ""], ["DEV", "", "", ""], ["dev-new", "", "", ""], ["dev", "", "", ""]];
        assert_eq!(found(&names, "dev"), [3, 0, 1, 2]);
        assert_eq!(found(&names, "Dev"), [0]);
        let roles = [["", "Dev", "Admin", "1"], ["", "dev", "admin", "2"]];
        assert_eq!(found(&roles, "dev/admin"), [1, 0]);
        // Only what shows as what it is was typed.
        assert_eq!(found(&[["de\u{200b}v", "", "", ""], ["dev", "", "", ""]], "dev"), [1, 0]);
    }

    #[test]
    fn what_is_typed_on_finds_what_a_search_from_the_start_finds() {
        let names: Vec<[String; 4]> = (0..500)
            .map(|n| [format!("team-{}-{n}", n % 7), format!("Acc {}", n % 13), "Admin".into(), format!("{n:012}")])
            .collect();
        let names: Vec<[&str; 4]> = names.iter().map(|names| std::array::from_fn(|n| names[n].as_str())).collect();
        let mut matches = Matches::new(rows(&names));
        let typed = "team3 acc 1 !Admin";
        for end in (0..=typed.len()).chain((0..typed.len()).rev()) {
            matches.search(&typed[..end]);
            let so_far: Vec<usize> = (0..matches.len()).map(|place| matches.get(place).unwrap()).collect();
            assert_eq!(so_far, found(&names, &typed[..end]), "{}", &typed[..end]);
        }
    }

    #[test]
    fn where_it_matches_is_told_by_character() {
        let mut matches = Matches::new(rows(&NAMES));
        matches.search("fur prod");
        let (row, places) = matches.row(3);
        let marked: String = places.iter().map(|&place| row.text().get(place)).collect();
        assert_eq!(marked, "prodfür");
    }
}
