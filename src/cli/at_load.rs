//! Which settings a shell's own code goes by: those of the time it was loaded, not what a foreign `.env` has set since
//! (security rule 19).

use std::ffi::{OsStr, OsString};

use clap::Args;

use crate::environment::Environment;

const GUARDED: [&str; 6] = [
    "ASSUME_CONFIG",
    "ASSUME_STATE_DIR",
    "ASSUME_STORE",
    "ASSUME_STORE_CACHE",
    "ASSUME_STORE_WINDOWS_PROGRAM",
    PASSPHRASE,
];

/// Its value is for no command line.
const PASSPHRASE: &str = "ASSUME_STORE_PASSPHRASE";

const OPTION: &str = "--at-load=";

/// The settings at the time a shell's code was loaded.
#[derive(Clone, Debug, Default, Args)]
pub struct AtLoad {
    /// A variable as it was then; without a value, one to be taken as it is now
    #[arg(long, value_name = "NAME=VALUE", hide = true)]
    at_load: Vec<OsString>,
}

impl AtLoad {
    /// The words that a script passes on for good, as things are in `environment`.
    #[must_use]
    pub fn words(environment: &Environment) -> Vec<OsString> {
        let said = GUARDED.iter().filter_map(|name| Some((name, environment.raw(name)?)));
        said.map(|(name, value)| {
            let mut word = OsString::from(OPTION);
            word.push(name);
            if *name != PASSPHRASE {
                word.push("=");
                word.push(value);
            }
            word
        })
        .collect()
    }

    /// The same words, for a process of ours.
    #[must_use]
    pub fn again(&self) -> Vec<OsString> {
        let option = |said: &OsString| {
            let mut word = OsString::from(OPTION);
            word.push(said);
            word
        };
        self.at_load.iter().map(option).collect()
    }

    /// `environment` as it was at load: what is not said was not set.
    #[must_use]
    pub fn apply(&self, environment: &Environment) -> Environment {
        let mut then = environment.clone();
        for name in GUARDED {
            match self.at_load.iter().rev().find_map(|word| said_of(name, word)) {
                Some(Said::AsItIs) => {}
                Some(Said::Value(value)) => then.set(name, Some(value)),
                None => then.set(name, None),
            }
        }
        then
    }
}

enum Said<'a> {
    AsItIs,
    Value(&'a OsStr),
}

fn said_of<'a>(name: &str, word: &'a OsStr) -> Option<Said<'a>> {
    if word == name {
        return Some(Said::AsItIs);
    }
    value_behind(&format!("{name}="), word).map(Said::Value)
}

#[cfg(unix)]
fn value_behind<'a>(prefix: &str, word: &'a OsStr) -> Option<&'a OsStr> {
    use std::os::unix::ffi::OsStrExt;
    word.as_bytes().strip_prefix(prefix.as_bytes()).map(OsStr::from_bytes)
}

/// What is no text is no path that this system shows anyone.
#[cfg(not(unix))]
fn value_behind<'a>(prefix: &str, word: &'a OsStr) -> Option<&'a OsStr> {
    word.to_str()?.strip_prefix(prefix).map(OsStr::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apply(words: &[&str], now: &Environment) -> Environment {
        AtLoad { at_load: words.iter().map(OsString::from).collect() }.apply(now)
    }

    #[test]
    fn what_a_foreign_file_has_set_since_counts_for_nothing() {
        let now = Environment::from_pairs([
            ("HOME", "/h"),
            ("ASSUME_CONFIG", "/evil.toml"),
            ("ASSUME_STATE_DIR", "/evil"),
            ("ASSUME_STORE", "file"),
            ("ASSUME_STORE_CACHE", "8h"),
            ("ASSUME_STORE_WINDOWS_PROGRAM", "/evil.exe"),
            ("ASSUME_STORE_PASSPHRASE", "known to a stranger"),
        ]);
        let then = apply(&["ASSUME_STATE_DIR=/mine=x", "HOME=/other", "ASSUME_STORE="], &now);
        assert_eq!(then.raw("ASSUME_STATE_DIR").unwrap(), "/mine=x");
        assert_eq!(then.raw("ASSUME_STORE").unwrap(), "");
        assert_eq!(then.raw("HOME").unwrap(), "/h", "the others are not its business");
        for name in ["ASSUME_CONFIG", "ASSUME_STORE_CACHE", "ASSUME_STORE_WINDOWS_PROGRAM", "ASSUME_STORE_PASSPHRASE"] {
            assert!(!then.is_set(name), "{name}");
        }
        assert!(apply(&["ASSUME_STORE_PASSPHRASE"], &now).is_set("ASSUME_STORE_PASSPHRASE"));
    }

    #[test]
    fn what_is_passed_on_brings_back_what_was() {
        let then = Environment::from_pairs([
            ("ASSUME_STATE_DIR", "/a b=c"),
            ("ASSUME_STORE_PASSPHRASE", "a secret"),
            ("ASSUME_PROFILE", "dev"),
        ]);
        let words = AtLoad::words(&then);
        assert_eq!(words, ["--at-load=ASSUME_STATE_DIR=/a b=c", "--at-load=ASSUME_STORE_PASSPHRASE"]);
        let bare: Vec<&str> = words.iter().map(|word| word.to_str().unwrap().strip_prefix(OPTION).unwrap()).collect();
        let now = Environment::from_pairs([("ASSUME_STATE_DIR", "/evil"), ("ASSUME_STORE_PASSPHRASE", "a secret")]);
        let back = apply(&bare, &now);
        assert_eq!(back.raw("ASSUME_STATE_DIR"), then.raw("ASSUME_STATE_DIR"));
        assert_eq!(back.raw("ASSUME_STORE_PASSPHRASE"), then.raw("ASSUME_STORE_PASSPHRASE"));
    }

    #[test]
    #[cfg(unix)]
    fn a_path_that_is_no_text_comes_through() {
        use std::os::unix::ffi::OsStrExt;
        let path = OsStr::from_bytes(b"/\xff");
        let then = Environment::from_pairs([(OsStr::new("ASSUME_STATE_DIR"), path)]);
        let word = AtLoad::words(&then).remove(0);
        let bare = OsStr::from_bytes(&word.as_bytes()[OPTION.len()..]).to_owned();
        let back = AtLoad { at_load: vec![bare] }.apply(&Environment::default());
        assert_eq!(back.raw("ASSUME_STATE_DIR"), Some(path));
    }
}
