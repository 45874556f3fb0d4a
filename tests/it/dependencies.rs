//! `docs/dependencies.md` gives a reason for each crate that the manifests name, and for no other.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Every table of dependencies of a manifest: ordinary, for tests, for one system.
fn named(manifest: &str) -> BTreeSet<String> {
    fn collect(table: &toml::Table, found: &mut BTreeSet<String>) {
        for (key, value) in table {
            let Some(inner) = value.as_table() else { continue };
            match key.as_str() {
                "dependencies" | "dev-dependencies" | "build-dependencies" => found.extend(inner.keys().cloned()),
                "target" => inner.values().filter_map(toml::Value::as_table).for_each(|one| collect(one, found)),
                _ => {}
            }
        }
    }
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(manifest)).unwrap();
    let mut found = BTreeSet::new();
    collect(&text.parse().unwrap(), &mut found);
    found
}

/// What stands between backquotes in the first column of a table.
fn explained() -> BTreeSet<String> {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/dependencies.md")).unwrap();
    let cells = page.lines().filter_map(|line| line.strip_prefix("| ")?.split(" |").next());
    cells.flat_map(|cell| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>()).collect()
}

#[test]
fn every_dependency_has_its_reason() {
    let manifests = [
        "Cargo.toml",
        "fuzz/Cargo.toml",
        "tests/identity-center/Cargo.toml",
        "tests/windows/Cargo.toml",
        "benches/reference/Cargo.toml",
    ];
    let mut named: BTreeSet<String> = manifests.iter().flat_map(|manifest| named(manifest)).collect();
    named.remove("aws-assume");
    assert!(named.contains("clap") && named.contains("windows-permissions") && named.contains("proptest"), "{named:?}");
    let explained = explained();
    let silent: Vec<_> = named.difference(&explained).collect();
    assert!(silent.is_empty(), "without a reason in docs/dependencies.md: {silent:?}");
    let gone: Vec<_> = explained.difference(&named).collect();
    assert!(gone.is_empty(), "docs/dependencies.md explains what no manifest names: {gone:?}");
}
