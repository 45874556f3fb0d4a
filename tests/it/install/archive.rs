//! An archive that was cut off, tampered with or cannot be checked installs nothing.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

use super::{Machine, PROGRAM};

const INSTALLED: [&str; 3] = ["assume", "man/assume-exec.1", "man/assume.1"];

#[test]
fn a_script_cut_anywhere_does_nothing() {
    let machine = Machine::new();
    let script = machine.archive().join("install.sh");
    let whole = fs::read_to_string(&script).unwrap();
    let before = machine.tree();
    // The newline at the very end changes nothing.
    let last = whole.len() - 1;
    let twentieths = (0..20).map(|part| whole.len() * part / 20);
    for length in twentieths.chain(last - 40..last) {
        fs::write(&script, &whole.as_bytes()[..length]).unwrap();
        let ran = machine.install(&["--yes", "--shell", "bash"]);
        assert_eq!(machine.tree(), before, "cut at {length}: {ran:?}");
    }
    fs::write(&script, &whole[..last]).unwrap();
    machine.ok(&["--yes"]);
    assert_ne!(machine.tree(), before);
}

/// What to do to an archive that is whole, and what the script says then.
fn refused(what: &str, spoil: impl Fn(&Machine), says: &str) {
    let machine = Machine::new();
    machine.write(".bashrc", "mine\n");
    let before = machine.tree();
    spoil(&machine);
    let ran = machine.install(&["--yes", "--shell", "bash"]);
    assert_eq!(ran.code, 1, "{what}: {ran:?}");
    assert!(ran.stderr.contains(says), "{what}: {ran:?}");
    assert!(ran.error().contains("\nhint: "), "{what}: {ran:?}");
    assert_eq!(machine.tree(), before, "{what}");
}

fn sums(machine: &Machine) -> String {
    fs::read_to_string(machine.archive().join("SHA256SUMS")).unwrap()
}

fn with_sums(machine: &Machine, text: &str) {
    fs::write(machine.archive().join("SHA256SUMS"), text).unwrap();
}

#[test]
fn a_tampered_archive_installs_nothing() {
    for name in INSTALLED {
        let spoil = |machine: &Machine| {
            let path = machine.archive().join(name);
            fs::write(&path, fs::read_to_string(&path).unwrap() + "\n").unwrap();
        };
        refused(name, spoil, &format!("{name} is not what SHA256SUMS says"));

        let drop_line = |machine: &Machine| {
            let end = format!(" {name}\n");
            let text = sums(machine);
            let kept: String = text.split_inclusive('\n').filter(|line| !line.ends_with(&end)).collect();
            with_sums(machine, &kept);
        };
        refused(name, drop_line, &format!("SHA256SUMS has no line for {name}"));
    }
    refused(
        "no sums",
        |machine| fs::remove_file(machine.archive().join("SHA256SUMS")).unwrap(),
        "there is no SHA256SUMS",
    );
    refused("empty sums", |machine| with_sums(machine, ""), "has no line for assume");
    refused(
        "two lines for one name",
        |machine| with_sums(machine, &(sums(machine) + &"0".repeat(64) + "  assume\n")),
        "has no single checksum for assume",
    );
    refused(
        "half a checksum",
        |machine| with_sums(machine, &sums(machine).split_inclusive('\n').map(|line| &line[32..]).collect::<String>()),
        "assume is not what SHA256SUMS says",
    );
    refused("no man page", |machine| fs::remove_file(machine.archive().join("man/assume.1")).unwrap(), "is missing");
}

#[test]
fn sums_are_read_as_the_tools_write_them() {
    let machine = Machine::new();
    let text = sums(&machine);
    let pairs = text.lines().map(|line| line.split_once("  ").unwrap());
    let lines: Vec<String> = pairs.map(|(sum, name)| format!("{} *./{name}\r\n", sum.to_uppercase())).collect();
    with_sums(&machine, &lines.concat());
    machine.ok(&["--no-shell"]);
}

/// A PATH with all of this machine's programs but the ones that count checksums, and of those only `one`.
fn path_with(machine: &mut Machine, one: Option<&str>) {
    let folder = machine.archive().join("../bin");
    fs::create_dir(&folder).unwrap();
    for from in ["/usr/bin", "/bin"] {
        for entry in fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name();
            if !["sha256sum", "shasum", "openssl"].iter().any(|counts| name == *counts && Some(*counts) != one) {
                let _ = symlink(entry.path(), folder.join(name));
            }
        }
    }
    machine.set("PATH", folder.to_str().unwrap());
}

#[test]
fn any_tool_that_counts_checksums_will_do_and_none_is_a_refusal() {
    for tool in ["sha256sum", "shasum", "openssl"] {
        if crate::shells::run::tool(tool).is_none() {
            continue;
        }
        let mut machine = Machine::new();
        path_with(&mut machine, Some(tool));
        machine.ok(&["--no-shell"]);
        let mut machine = Machine::new();
        path_with(&mut machine, Some(tool));
        fs::write(machine.archive().join("assume"), format!("{PROGRAM}\n")).unwrap();
        let ran = machine.install(&["--no-shell"]);
        assert!(ran.code == 1 && ran.stderr.contains("assume is not what"), "{tool}: {ran:?}");
    }
    let mut machine = Machine::new();
    path_with(&mut machine, None);
    let before = machine.tree();
    let ran = machine.install(&["--yes"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stderr.contains("there is no sha256sum, shasum or openssl"), "{ran:?}");
    assert_eq!(machine.tree(), before);
}

#[test]
fn a_program_of_another_machine_installs_nothing() {
    let machine = Machine::new();
    machine.put("archive/assume", "#!/nowhere/interpreter\n", 0o755);
    machine.sum();
    let before = machine.tree();
    let ran = machine.install(&["--yes"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stderr.contains("does not run on this machine"), "{ran:?}");
    assert_eq!(machine.tree(), before);
}

#[test]
fn a_dry_run_touches_nothing_and_names_everything() {
    let machine = Machine::new();
    machine.write(".bashrc", "mine\n");
    let before = machine.tree();
    let ran = machine.ok(&["--dry-run", "--yes", "--shell", "bash,zsh,fish"]);
    assert_eq!(machine.tree(), before);

    machine.ok(&["--yes", "--shell", "bash,zsh,fish"]);
    let installed = machine.tree();
    for (name, what) in &installed {
        let of_the_record = name.ends_with("share/assume/installed") || name.ends_with(".assume-backup");
        if what.starts_with("file ") && before.get(name) != Some(what) && !of_the_record {
            let path: PathBuf = machine.home().join(name);
            assert!(ran.stderr.contains(path.to_str().unwrap()), "{name} is not named: {}", ran.stderr);
        }
    }
    let ran = machine.ok(&["--dry-run", "--uninstall"]);
    assert_eq!(machine.tree(), installed);
    assert!(
        ran.stderr.contains(&format!("would delete {}", machine.home().join(".local/bin/assume").display())),
        "{ran:?}"
    );
    assert!(ran.stderr.contains("would take lines 2-6 out of"), "{ran:?}");
}

#[test]
fn wrong_usage_is_named() {
    let machine = Machine::new();
    for (words, says) in [
        (vec!["--frobnicate"], "no option is called '--frobnicate'"),
        (vec!["--prefix"], "--prefix needs a value"),
        (vec!["--prefix="], "--prefix needs a folder"),
        (vec!["--shell", "nu"], "not 'nu'"),
        (vec!["--shell=bash,csh"], "not 'csh'"),
    ] {
        let ran = machine.install(&words);
        assert_eq!(ran.code, 2, "{words:?}: {ran:?}");
        assert!(ran.stderr.contains(says), "{words:?}: {ran:?}");
    }
    assert!(machine.tree().is_empty());
    let ran = machine.ok(&["--help"]);
    assert!(ran.stdout.contains("--uninstall") && ran.stderr.is_empty(), "{ran:?}");
    let ran = machine.install(&["--try"]);
    assert!(ran.code == 1 && ran.stderr.contains("--try needs a checkout"), "{ran:?}");
    let ran = machine.install(&["--prefix", "/tmp/a:b", "--no-shell"]);
    assert!(ran.code == 1 && ran.stderr.contains("colon"), "{ran:?}");
}
