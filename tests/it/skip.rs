//! A test that this machine cannot run says so by name, and `tests/run` counts it: it never passes in silence.

use std::io::Write;

/// Names the test that calls this, and why it cannot run; the test then returns. Adds a line to the file that
/// `ASSUME_TEST_SKIPS` names. What `tests/run` installs must not be missing where `CI` is set: say so with `lacks`.
pub(crate) fn skip(why: &str) {
    // The test runner names each test's thread after it.
    let name = std::thread::current().name().unwrap_or("a test").to_owned();
    // Past the test runner's capture, so that a skip is seen.
    let _ = writeln!(std::io::stderr(), "skipped {name}: {why}");
    if let Some(file) = std::env::var_os("ASSUME_TEST_SKIPS") {
        let mut file =
            std::fs::OpenOptions::new().append(true).create(true).open(file).expect("the list of skips opens");
        // In one write: tests of several threads and programs append here.
        file.write_all(format!("{name}: {why}\n").as_bytes()).expect("the list of skips is written");
    }
}

/// As [`skip`], for what `tests/run` or `.ci/run` provides: where `CI` is set this fails.
#[allow(dead_code, reason = "not every crate that includes this file needs it")]
pub(crate) fn lacks(what: &str) {
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{what}: tests/run should have provided it");
    skip(what);
}
