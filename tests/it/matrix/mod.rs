//! Each verb of the main job under each fault, as one table: how it ends, what it says, and that nothing is lost.
//!
//! A cell is the exit code and a letter for the two lines that were said; the lines stand below the table. Whatever the
//! fault, each cell keeps these rules, or its test fails:
//!
//! * It ends before its deadline.
//! * A failure is two lines without control characters, and prints nothing that a shell would take for keys; a switch that
//!   fails fails the `eval`, and changes no variable.
//! * No secret is in what it prints.
//! * Once the fault is over, keys that were there are there, and the sign-in serves without a browser, unless it was AWS
//!   or the verb itself that ended it. No half-written file is left.

mod aws;
mod calls;
mod keeper;

mod prompt;
mod relay;
mod stage;

mod vault;
mod verbs;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use stage::Stage;
use verbs::{Outcome, Verb, cell};

/// One fault: what surrounds it, how it comes, and how it goes.
pub(crate) struct Row {
    name: &'static str,
    /// The machine, signed in; `None` where this one cannot play it.
    stage: fn() -> Option<Stage>,
    breaks: fn(&mut Stage),
    mends: fn(&mut Stage),
    leaves: Leaves,
    /// Verbs that it cannot befall.
    spares: &'static [Verb],
}

/// What is still there once a fault is over, because it is the fault's nature and no fault of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leaves {
    Everything,
    /// The sign-in, but no role keys.
    TheSignIn,
    /// Nothing: one more sign-in is due.
    Nothing,
}

fn row(name: &'static str, breaks: fn(&mut Stage)) -> Row {
    Row {
        name,
        stage: || Some(Stage::new()),
        breaks,
        mends: Stage::clear_faults,
        leaves: Leaves::Everything,
        spares: &[],
    }
}

/// How many cells are tried at once: most of their time they wait.
const AT_ONCE: usize = 8;

/// Tries every verb under every fault, and prints the table into `matrix/NAME.txt` of the folder for tests.
///
/// Returns the table and its legend; `None` where this machine cannot play the faults.
pub(crate) fn tabled(name: &str, rows: &[Row], verbs: &[Verb]) -> String {
    let all = (0..rows.len()).flat_map(|row| (0..verbs.len()).map(move |verb| (row, verb)));
    let cells: Vec<_> = all.filter(|&(row, verb)| !rows[row].spares.contains(&verbs[verb])).collect();
    let next = AtomicUsize::new(0);
    let outcomes = Mutex::new(BTreeMap::new());
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(&(row, verb)) = cells.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let tried = std::panic::catch_unwind(|| cell(&rows[row], verbs[verb]));
                    let Some(outcome) = tried.unwrap_or_else(|_| Some(Outcome::panicked(&rows[row], verbs[verb])))
                    else {
                        continue;
                    };
                    outcomes.lock().unwrap().insert((row, verb), outcome);
                }
            });
        }
    });
    let outcomes = outcomes.into_inner().unwrap();
    let lost: Vec<&String> = outcomes.values().flat_map(|cell| &cell.broken).collect();
    let mut legend = Legend::default();
    let mut table = format!("{:42}", "");
    for verb in verbs {
        write!(table, "{:>9}", verb.name()).unwrap();
    }
    for (at, row) in rows.iter().enumerate() {
        write!(table, "\n{:42}", row.name).unwrap();
        for verb in 0..verbs.len() {
            let shown = outcomes
                .get(&(at, verb))
                .map_or("-".into(), |cell| format!("{}{}", cell.end, legend.letter(&cell.said)));
            write!(table, "{shown:>9}").unwrap();
        }
    }
    let lost_cells = outcomes.values().filter(|cell| !cell.broken.is_empty()).count();
    let sums = format!("{} cells tried, {} survived, {lost_cells} lost", outcomes.len(), outcomes.len() - lost_cells);
    let text = format!("{table}\n\n{}{sums}\n", legend.text());
    keep(name, &text);
    assert!(lost.is_empty(), "{text}\n{lost:#?}");
    text
}

/// For `tests/run`, which shows all tables together.
fn keep(name: &str, table: &str) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("matrix");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(format!("{name}.txt")), table).unwrap();
}

/// The words that cells were told in, each with a letter.
#[derive(Default)]
struct Legend(Vec<String>);

impl Legend {
    fn letter(&mut self, said: &str) -> String {
        if said.is_empty() {
            return String::new();
        }
        let at = self.0.iter().position(|known| known == said).unwrap_or_else(|| {
            self.0.push(said.to_owned());
            self.0.len() - 1
        });
        name(at)
    }

    fn text(&self) -> String {
        let lines = |(at, said): (usize, &String)| format!("{}\n{said}\n\n", name(at));
        self.0.iter().enumerate().map(lines).collect()
    }
}

/// a to z, then aa and so on.
fn name(at: usize) -> String {
    let letter = char::from(b'a' + u8::try_from(at % 26).expect("a letter"));
    if at < 26 { letter.into() } else { format!("{}{letter}", name(at / 26 - 1)) }
}
