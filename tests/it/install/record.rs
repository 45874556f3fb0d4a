//! What was installed is remembered, and only that is taken out.

use std::fs;

use super::{BEGIN, Machine};

#[test]
fn files_and_folders_of_other_people_stay() {
    let machine = Machine::new();
    machine.write(".local/share/man/man1/other.1", "other\n");
    machine.write(".local/share/man/man1/assume-role.1", "of another program\n");
    fs::create_dir_all(machine.home().join(".local/share/fish")).unwrap();
    machine.write(".aws/config", "[default]\n");
    machine.write(".local/state/assume/vault/x", "sealed\n");
    let before = machine.tree();
    machine.ok(&["--yes", "--shell", "bash,fish,zsh"]);
    machine.write(".config/fish/conf.d/mine.fish", "mine\n");
    let ran = machine.ok(&["--uninstall"]);
    assert!(ran.stderr.contains(machine.home().join(".local/state/assume").to_str().unwrap()), "{ran:?}");
    let mut after = machine.tree();
    after.retain(|name, _| !name.starts_with(".config"));
    assert_eq!(after, before);
    assert_eq!(machine.read(".config/fish/conf.d/mine.fish"), "mine\n");
}

#[test]
fn what_a_later_version_no_longer_has_goes() {
    let machine = Machine::new();
    let page = ".local/share/man/man1/assume-exec.1";
    machine.ok(&["--no-shell"]);
    assert!(machine.tree().contains_key(page));
    fs::remove_file(machine.archive().join("man/assume-exec.1")).unwrap();
    machine.put("archive/man/assume-run.1", ".TH assume-run 1\n", 0o644);
    machine.put("archive/assume", &format!("{}# newer\n", super::PROGRAM), 0o755);
    machine.sum();
    machine.ok(&["--no-shell"]);
    let tree = machine.tree();
    assert!(!tree.contains_key(page) && tree.contains_key(".local/share/man/man1/assume-run.1"), "{:?}", tree.keys());
    assert!(machine.read(".local/bin/assume").ends_with("# newer\n"));
    machine.ok(&["--uninstall"]);
    assert!(machine.tree().is_empty(), "{:?}", machine.tree().keys());
}

#[test]
fn a_record_cannot_name_files_that_are_not_of_an_installation() {
    let machine = Machine::new();
    machine.write("precious", "mine\n");
    machine.write("precious.1", "mine\n");
    fs::create_dir_all(machine.home().join(".local/share/man/man1/assume-x")).unwrap();
    machine.ok(&["--no-shell"]);
    let record = machine.read(".local/share/assume/installed");
    let home = machine.home().display().to_string();
    let lies =
        format!("{record}file {home}/precious\nfile {home}/.local/share/man/man1/assume-x/../../../../../precious.1\n");
    machine.write(".local/share/assume/installed", &lies);
    machine.ok(&["--no-shell"]);
    machine.write(".local/share/assume/installed", &lies);
    machine.ok(&["--uninstall"]);
    assert_eq!((machine.read("precious"), machine.read("precious.1")), ("mine\n".to_owned(), "mine\n".to_owned()));
}

#[test]
fn a_foreign_completion_file_is_not_overwritten() {
    let machine = Machine::new();
    machine.write(".local/share/bash-completion/completions/assume", "of somebody else\n");
    let before = machine.tree();
    let ran = machine.install(&["--yes"]);
    assert!(ran.code == 1 && ran.stderr.contains("is there already"), "{ran:?}");
    assert_eq!(machine.tree(), before);
}

/// Earlier versions of install.sh kept none.
#[test]
fn a_program_without_a_record_is_upgraded_and_taken_out() {
    let machine = Machine::new();
    machine.put("home/.local/bin/assume", "\u{7f}ELF of an earlier version", 0o755);
    machine.ok(&["--uninstall"]);
    assert_eq!(machine.tree().keys().collect::<Vec<_>>(), [".local", ".local/bin"]);
    machine.put("home/.local/bin/assume", "\u{7f}ELF of an earlier version", 0o755);
    machine.ok(&["--no-shell"]);
    assert_eq!(machine.read(".local/bin/assume"), super::PROGRAM);
}

#[test]
fn two_prefixes_know_which_block_is_whose() {
    let machine = Machine::new();
    machine.ok(&["--no-shell"]);
    let other = machine.home().join("other");
    machine.ok(&["--yes", "--shell", "zsh", "--prefix", other.to_str().unwrap()]);
    let ran = machine.ok(&["--uninstall"]);
    assert!(machine.read(".zshrc").contains(BEGIN));
    assert!(ran.stderr.contains("(lines 1-6) loads an assume that is not in"), "{ran:?}");
    machine.ok(&["--uninstall", "--prefix", other.to_str().unwrap()]);
    assert!(machine.tree().is_empty(), "{:?}", machine.tree().keys());
    let ran = machine.ok(&["--uninstall"]);
    assert!(ran.stderr.contains("no assume is installed in"), "{ran:?}");
}
