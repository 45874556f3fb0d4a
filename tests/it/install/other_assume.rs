//! Granted has a program and an alias of the same name.

use super::Machine;

#[test]
fn a_script_of_that_name_in_the_prefix_is_not_overwritten() {
    let machine = Machine::new();
    machine.put("home/.local/bin/assume", "#!/bin/sh\n# Granted's\n", 0o755);
    let before = machine.tree();
    let ran = machine.install(&["--yes"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stderr.contains(".local/bin/assume is there already"), "{ran:?}");
    assert_eq!(machine.tree(), before);
    let ran = machine.ok(&["--uninstall"]);
    assert!(ran.stderr.contains(".local/bin/assume, which this did not install"), "{ran:?}");
    assert_eq!(machine.tree(), before);
}

#[test]
fn one_that_comes_first_on_path_is_named() {
    let mut machine = Machine::new();
    machine.put("other/assume", "#!/bin/sh\n", 0o755);
    let other = machine.archive().with_file_name("other");
    let own = machine.home().join(".local/bin");
    machine.set("PATH", &format!("{}:{}:/usr/bin:/bin", other.display(), own.display()));
    let ran = machine.ok(&["--no-shell"]);
    let says = format!("warning: another assume comes first on your PATH: {}", other.join("assume").display());
    assert!(ran.stderr.contains(&says), "{ran:?}");

    machine.set("PATH", &format!("{}:{}:/usr/bin:/bin", own.display(), other.display()));
    let ran = machine.ok(&["--no-shell"]);
    assert!(!ran.stderr.contains("warning"), "{ran:?}");
}

#[test]
fn an_alias_of_that_name_is_named_with_its_line() {
    for file in [".zshenv", ".bashrc", ".bash_profile", ".config/fish/config.fish", ".zshrc"] {
        let machine = Machine::new();
        machine.write(file, "# mine\nalias assume=\". assume\"\n");
        let ran = machine.ok(&["--no-shell"]);
        let says = format!("{file} makes an alias named assume in line 2");
        assert!(ran.stderr.contains(&says), "{file}: {ran:?}");
    }
}
