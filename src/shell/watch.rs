//! What the hook of a shell is told: who the shell is, how long its keys live, and which files tell of changes.

use std::path::PathBuf;

/// A file whose first line is a number that rises with every change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watched {
    pub path: PathBuf,
    pub number: u64,
}

/// Handed over with the keys, and kept by the hook in variables that no environment can hold (security rule 9).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watch {
    /// The session's name, or `-`.
    pub session: String,
    pub start_url: String,
    pub sso_region: String,
    pub account_id: String,
    pub role: String,
    /// As typed, for the person; a renewal does not go by it.
    pub profile: String,
    /// Of the lock: a later one means that these keys are no longer for this shell.
    pub generation: u64,
    pub access_key_id: String,
    /// Seconds until the keys are due and until they end; `None` for keys without an end.
    pub life: Option<(u64, u64)>,
    pub keys: Watched,
    pub sign_in: Watched,
    pub lock: Watched,
    /// Around the time left.
    pub segment: (String, String),
    pub shows_time: bool,
    pub production: bool,
}

/// There are no new keys yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pause {
    /// No look before, unless a marker changes.
    pub seconds: u64,
    /// One line for the person, shown once until there are fresh keys; empty for none.
    pub said: String,
    /// `sign_in_needed` or `locked`; empty where the hook's own clock tells the state.
    pub state: &'static str,
    pub keys: u64,
    pub sign_in: u64,
    pub lock: u64,
}

/// What came of entering a folder with an `.assume` file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entered {
    /// As the shell named it.
    pub file: String,
    /// What tells of a change of the file, or of what the person says of it.
    pub marker: Watched,
    pub outcome: Outcome,
    /// One line for the person; empty for none.
    pub said: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The shell is now what the file names.
    Switched,
    /// The shell is left with no keys rather than with the wrong ones.
    Dropped,
    /// Nothing was changed.
    Kept,
}

impl Entered {
    /// In the order that `__assume_entered` of every shell has.
    pub(super) fn words(&self) -> Vec<String> {
        let outcome = match self.outcome {
            Outcome::Switched => "switched",
            Outcome::Dropped => "dropped",
            Outcome::Kept => "kept",
        };
        let marker = self.marker.path.display().to_string();
        vec![self.file.clone(), marker, self.marker.number.to_string(), outcome.to_owned(), self.said.clone()]
    }
}

impl Watch {
    /// How many of the first words `refresh` is given: what the shell is.
    pub const IDENTITY: usize = 7;

    /// In the order that `__assume_took` of every shell has.
    pub(super) fn words(&self) -> Vec<String> {
        let (due, end) = self.life.map_or_else(Default::default, |(due, end)| (due.to_string(), end.to_string()));
        let marker = |watched: &Watched| [watched.path.display().to_string(), watched.number.to_string()];
        let who = [&self.session, &self.start_url, &self.sso_region, &self.account_id, &self.role, &self.profile];
        let words = who.into_iter().cloned().chain([self.generation.to_string(), self.access_key_id.clone(), due, end]);
        words
            .chain([&self.keys, &self.sign_in, &self.lock].into_iter().flat_map(marker))
            .chain([
                self.segment.0.clone(),
                self.segment.1.clone(),
                if self.shows_time { "left" } else { "none" }.to_owned(),
                if self.production { "production" } else { "plain" }.to_owned(),
            ])
            .collect()
    }
}

impl Pause {
    /// In the order that `__assume_wait` of every shell has.
    pub(super) fn words(&self) -> Vec<String> {
        let numbers = [self.keys, self.sign_in, self.lock].map(|number| number.to_string());
        [self.seconds.to_string(), self.said.clone(), self.state.to_owned()].into_iter().chain(numbers).collect()
    }
}
