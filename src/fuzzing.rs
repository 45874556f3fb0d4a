//! For fuzzers: one function for each parser of bytes from outside, which checks what is promised of it whatever comes.
//!
//! Each function stands in the `fuzzing` of its own room, since it reaches what that room keeps to itself. `fuzz/` calls them
//! by libFuzzer; the tests below, on every machine, with the kept seeds and with random bytes.

pub use crate::aws::fuzzing::{ca_bundle, proxy, server_text};
pub use crate::cli::fuzzing::command_line;
pub use crate::command::complete::fuzzing::completion;
pub use crate::config::fuzzing::aws_files;
pub use crate::credentials::fuzzing::{aws_identity, kept_times};
pub use crate::environment::fuzzing::variables;
pub use crate::folder::fuzzing::folder_file;
pub use crate::settings::fuzzing::settings_file;
pub use crate::shell::fuzzing::{shell_text, typed_line};
pub use crate::sso::fuzzing::{aws_answers, kept_names, sign_in_request, web_pages};
pub use crate::store::fuzzing::{key_file, sealed_record, state_files};
pub use crate::terminal::fuzzing::{picker_query, segment};
pub use crate::uses::fuzzing::uses_file;

use crate::error::Error;
use crate::sanitize;

pub type Target = (&'static str, fn(&[u8]));

/// By the names of `fuzz/fuzz_targets` and `fuzz/corpus`.
pub const TARGETS: &[Target] = &[
    ("aws_answers", aws_answers),
    ("aws_files", aws_files),
    ("aws_identity", aws_identity),
    ("ca_bundle", ca_bundle),
    ("command_line", command_line),
    ("completion", completion),
    ("folder_file", folder_file),
    ("kept_names", kept_names),
    ("kept_times", kept_times),
    ("key_file", key_file),
    ("picker_query", picker_query),
    ("proxy", proxy),
    ("sealed_record", sealed_record),
    ("segment", segment),
    ("server_text", server_text),
    ("settings_file", settings_file),
    ("shell_text", shell_text),
    ("sign_in_request", sign_in_request),
    ("state_files", state_files),
    ("typed_line", typed_line),
    ("uses_file", uses_file),
    ("variables", variables),
    ("web_pages", web_pages),
];

/// What is looked for in everything that is shown. It looks like a key, and like nothing else.
pub(crate) const SECRET: &str = "Zq7XsecretXk93XsecretXw2";

/// An input that stands for several, cut where two bytes stand that no text has. What is missing is empty, and the last
/// takes the rest.
pub(crate) fn parts<const N: usize>(data: &[u8]) -> [&[u8]; N] {
    let mut parts: [&[u8]; N] = [&[]; N];
    let mut rest = data;
    for part in parts.iter_mut().take(N - 1) {
        let end = rest.windows(2).position(|pair| pair == b"\xff\xff");
        *part = &rest[..end.unwrap_or(rest.len())];
        rest = end.map_or(&[], |end| &rest[end + 2..]);
    }
    parts[N - 1] = rest;
    parts
}

/// The same as text.
pub(crate) fn texts<const N: usize>(data: &[u8]) -> [String; N] {
    parts(data).map(|part| String::from_utf8_lossy(part).into_owned())
}

/// One line that moves no cursor and hides nothing.
pub(crate) fn assert_clean(shown: &str) {
    assert!(sanitize::is_shown(shown), "not fit for a terminal: {shown:?}");
}

/// Whether somebody else than the parser put the secret in.
pub(crate) fn holds_secret(data: &[u8]) -> bool {
    SECRET.as_bytes().windows(12).any(|piece| data.windows(12).any(|window| window == piece))
}

pub(crate) fn assert_no_secret(shown: &str) {
    assert!(!holds_secret(shown.as_bytes()), "a secret is shown: {shown:?}");
}

/// Two lines, whatever went into them.
pub(crate) fn assert_fit(error: &Error) {
    let text = error.to_string();
    let lines: Vec<&str> = text.split('\n').collect();
    assert_eq!(lines.len(), 2, "{text:?}");
    assert!(lines[0].starts_with("assume: ") && lines[1].starts_with("hint: "), "{text:?}");
    lines.into_iter().for_each(assert_clean);
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use proptest::prelude::*;

    use super::*;

    fn folder(name: &str) -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz").join(name)
    }

    fn names_in(folder: &Path) -> BTreeSet<String> {
        let stem = |path: &Path| path.file_stem().expect("it has a name").to_string_lossy().into_owned();
        fs::read_dir(folder).expect("it is there").map(|entry| stem(&entry.expect("it is read").path())).collect()
    }

    #[test]
    fn every_seed_of_the_fuzzers_holds() {
        for (name, target) in TARGETS {
            let mut seeds = 0;
            for seed in fs::read_dir(folder("corpus").join(name)).expect("it has seeds") {
                let seed = seed.expect("it is read").path();
                target(&fs::read(&seed).unwrap_or_else(|error| panic!("{}: {error}", seed.display())));
                seeds += 1;
            }
            assert!(seeds > 0, "{name} has no seed");
        }
    }

    #[test]
    fn every_target_has_a_program_and_seeds() {
        let named: BTreeSet<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(names_in(&folder("fuzz_targets")), named);
        assert_eq!(names_in(&folder("corpus")), named);
        for name in &named {
            let program = fs::read_to_string(folder("fuzz_targets").join(format!("{name}.rs"))).expect("it is there");
            assert!(program.contains(&format!("aws_assume::fuzzing::{name}(")), "{name} calls something else");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

        #[test]
        fn every_target_holds_for_random_bytes(data in prop::collection::vec(any::<u8>(), 0..300)) {
            for (_, target) in TARGETS {
                target(&data);
            }
        }

        #[test]
        fn every_target_holds_for_random_text(pieces in prop::collection::vec("\\PC{0,12}", 0..6)) {
            let data = pieces.iter().map(String::as_bytes).collect::<Vec<_>>().join(&b"\xff\xff"[..]);
            for (_, target) in TARGETS {
                target(&data);
            }
        }
    }
}
