//! From a checkout: built by cargo, with what the lock file says, and said what is missing to build it.

use std::fs;

use super::{Machine, PROGRAM};

/// Notes how it was called, and builds a program in no time.
const CARGO: &str = "#!/bin/sh
echo \"$*\" >>calls
[ ! -e broken ] || exit 101
mkdir -p target/release && cp program target/release/assume
";

/// The archive's folder as a checkout, with a cargo and a rustc of its own on PATH.
fn checkout(rustc: &str) -> Machine {
    let mut machine = Machine::new();
    for name in ["SHA256SUMS", "assume", "man/assume.1", "man/assume-exec.1"] {
        fs::remove_file(machine.archive().join(name)).unwrap();
    }
    machine.put("archive/Cargo.toml", "[workspace.package]\nrust-version = \"1.94.1\"\n", 0o644);
    machine.put("archive/docs/man/assume.1", ".TH assume 1\n", 0o644);
    machine.put("archive/program", PROGRAM, 0o755);
    machine.put("tools/cargo", CARGO, 0o755);
    machine.put("tools/rustc", &format!("#!/bin/sh\necho 'rustc {rustc} (59807616e 2026-04-14)'\n"), 0o755);
    machine.put("tools/cc", "#!/bin/sh\n", 0o755);
    let tools = machine.archive().with_file_name("tools");
    machine.set("PATH", &format!("{}:/usr/bin:/bin", tools.display()));
    machine
}

#[test]
fn a_checkout_is_built_as_locked_and_installed() {
    let machine = checkout("1.95.0");
    let ran = machine.ok(&["--dry-run", "--yes"]);
    assert!(ran.stderr.contains("would build assume in") && ran.stderr.contains("man1/assume.1"), "{ran:?}");
    assert!(machine.tree().is_empty() && !machine.archive().join("calls").exists());

    machine.ok(&["--yes"]);
    let calls = fs::read_to_string(machine.archive().join("calls")).unwrap();
    assert_eq!(calls, "build --locked --release --bin assume --target-dir target\n");
    for name in ["bin/assume", "share/man/man1/assume.1", "share/fish/vendor_completions.d/assume.fish"] {
        assert!(machine.home().join(".local").join(name).exists(), "{name}");
    }
    let completion = machine.read(".local/share/bash-completion/completions/assume");
    let program = machine.home().join(".local/bin/assume");
    assert_eq!(completion, format!("completion of bash for {}\n", program.display()), "by its full path");
    machine.ok(&["--uninstall"]);
    assert!(machine.tree().is_empty());
}

#[test]
fn a_build_that_fails_installs_nothing() {
    let machine = checkout("1.95.0");
    fs::write(machine.archive().join("broken"), "").unwrap();
    let ran = machine.install(&["--yes"]);
    assert_eq!(ran.code, 101, "{ran:?}");
    assert!(machine.tree().is_empty(), "{:?}", machine.tree().keys());
}

#[test]
fn what_is_missing_to_build_is_named() {
    let machine = checkout("1.94.0");
    let ran = machine.install(&["--yes"]);
    assert!(
        ran.code == 1 && ran.stderr.contains("Rust 1.94.1 or newer, and") && ran.stderr.contains("is 1.94.0"),
        "{ran:?}"
    );

    let machine = checkout("1.95.0");
    fs::remove_file(machine.archive().with_file_name("tools").join("rustc")).unwrap();
    if crate::shells::run::tool("rustc").is_none_or(|path| !path.starts_with("/usr/bin")) {
        let ran = machine.install(&["--yes"]);
        assert!(ran.code == 1 && ran.stderr.contains("rustc does not run"), "{ran:?}");
    }
    assert!(machine.tree().is_empty());
}
