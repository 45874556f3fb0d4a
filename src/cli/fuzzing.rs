//! Words of a command line, typed or handed over by a shell's own code.

use std::ffi::OsString;

use clap::FromArgMatches;

use super::{AtLoad, Line, Stop};
use crate::environment::Environment;
use crate::fuzzing::{assert_clean, texts};
use crate::sanitize;

/// A wrong line is a clean error; settings of the load come back as they were, whatever is set since.
pub fn command_line(data: &[u8]) {
    let [words, config, state, store] = texts(data);
    let line = Line::new(words.split('\0').map(OsString::from).collect());
    if let Err(Stop::Wrong(error)) = line.parse() {
        assert!(!error.message().is_empty());
        assert_clean(&sanitize::line(error.message()));
    }

    let then = [("ASSUME_CONFIG", config), ("ASSUME_STATE_DIR", state), ("ASSUME_STORE", store)];
    let then = then.into_iter().filter(|(_, value)| !value.contains('\0'));
    let then = Environment::from_pairs(then.chain([("ASSUME_STORE_PASSPHRASE", "correct horse".to_owned())]));
    let said = AtLoad::words(&then);
    assert!(said.iter().all(|word| !word.to_string_lossy().contains("horse")), "a passphrase is on a command line");
    let command = <AtLoad as clap::Args>::augment_args(clap::Command::new("x"));
    let matches = command.try_get_matches_from([OsString::from("x")].into_iter().chain(said));
    let at_load = matches.and_then(|matches| AtLoad::from_arg_matches(&matches)).expect("they are our own words");
    let since = [
        ("ASSUME_CONFIG", "/evil"),
        ("ASSUME_STORE_CACHE", "9h"),
        ("ASSUME_STORE_WINDOWS_PROGRAM", "/evil"),
        ("ASSUME_STORE_PASSPHRASE", "other"),
    ];
    let seen = at_load.apply(&Environment::from_pairs(since));
    for name in
        ["ASSUME_CONFIG", "ASSUME_STATE_DIR", "ASSUME_STORE", "ASSUME_STORE_CACHE", "ASSUME_STORE_WINDOWS_PROGRAM"]
    {
        assert_eq!(seen.raw(name), then.raw(name), "{name}");
    }
}
