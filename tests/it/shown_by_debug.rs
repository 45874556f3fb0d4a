//! What `{:?}`, or the SDKs' own rendering of an error, makes of a type of the SDKs or of HTTP may hold a token. In the rooms that have such types nothing is shown so.

use std::fs;
use std::path::Path;

const ROOMS: [&str; 5] = ["aws", "command", "credentials", "sso", "store"];

/// The source files of a folder, but for tests and fuzzers.
fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let (path, name) = (entry.path(), entry.file_name().into_string().unwrap());
        if name.contains("tests") || name == "fuzzing.rs" {
            continue;
        }
        if path.is_dir() {
            sources(&path, found);
        } else {
            let text = fs::read_to_string(&path).unwrap();
            let own = text.split("#[cfg(test)]\nmod tests {").next().unwrap().to_owned();
            found.push((path.display().to_string(), own));
        }
    }
}

#[test]
fn nothing_that_may_hold_a_token_is_shown_by_debug() {
    let mut files = Vec::new();
    for room in ROOMS {
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(room), &mut files);
    }
    assert!(files.len() > 60, "the search looks at something");
    for (path, text) in files {
        let shown = text
            .lines()
            .find(|line| [":?}", ":#?}", "dbg!", "DisplayErrorContext"].iter().any(|sign| line.contains(sign)));
        assert_eq!(shown, None, "{path}");
    }
}
