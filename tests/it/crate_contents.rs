//! What `cargo publish` uploads: all that a build needs, and nothing that it does not.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::process::Command;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn packed() -> BTreeSet<PathBuf> {
    let listed = Command::new(env!("CARGO"))
        .args(["package", "--package", "aws-assume", "--list", "--locked", "--offline", "--allow-dirty"])
        .current_dir(ROOT)
        .output()
        .unwrap();
    assert!(listed.status.success(), "{}", String::from_utf8_lossy(&listed.stderr));
    String::from_utf8(listed.stdout).unwrap().lines().map(PathBuf::from).collect()
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// `src/shell/../../shell/x` is `shell/x`: the file need not be there.
fn straight(path: &Path) -> PathBuf {
    let mut kept = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => assert!(kept.pop(), "{} leads out of the crate", path.display()),
            other => kept.push(other),
        }
    }
    kept
}

/// The files that a source file takes in while it is compiled.
fn taken_in(source: &Path) -> Vec<PathBuf> {
    let text = fs::read_to_string(source).unwrap();
    let folder = source.parent().unwrap().strip_prefix(ROOT).unwrap();
    let ends = ["include_str!(\"", "include_bytes!(\"", "include!(\""];
    ends.iter()
        .flat_map(|begin| text.split(begin).skip(1))
        .map(|rest| straight(&folder.join(rest.split('"').next().unwrap())))
        .collect()
}

fn is_for_fuzzers(path: &Path) -> bool {
    path.ends_with("fuzzing.rs")
}

#[test]
fn the_crate_holds_every_file_that_a_build_takes_in() {
    let packed = packed();
    let mut files = Vec::new();
    sources(&Path::new(ROOT).join("src"), &mut files);
    let included: Vec<_> = files.iter().flat_map(|file| taken_in(file)).collect();
    assert!(included.contains(&PathBuf::from("shell/hook.bash")), "{included:?}");
    let sources = files.iter().map(|file| file.strip_prefix(ROOT).unwrap().to_owned());
    // No build but that of the fuzzers and tests takes them in.
    let sources = sources.filter(|file| !is_for_fuzzers(file));
    let missing: Vec<_> = sources.chain(included).filter(|file| !packed.contains(file)).collect();
    assert!(missing.is_empty(), "not in the crate: {missing:?}");
    for file in ["Cargo.lock", "Cargo.toml", "LICENSE-APACHE", "LICENSE-MIT", "README.md"] {
        assert!(packed.contains(Path::new(file)), "{file} is not in the crate");
    }
}

#[test]
fn the_crate_holds_nothing_of_the_workshop() {
    let folders = ["completions", "docs/man", "shell", "src"];
    let files = [
        ".cargo_vcs_info.json",
        "CHANGELOG.md",
        "Cargo.lock",
        "Cargo.toml",
        "Cargo.toml.orig",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "README.md",
        "SECURITY.md",
    ];
    let foreign: Vec<_> = packed()
        .into_iter()
        .filter(|path| is_for_fuzzers(path) || !folders.iter().any(|folder| path.starts_with(folder)))
        .filter(|path| !files.iter().any(|file| path == Path::new(file)))
        .collect();
    assert!(foreign.is_empty(), "in the crate: {foreign:?}");
}
