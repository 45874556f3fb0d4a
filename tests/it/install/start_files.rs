//! A table of start files: each gets one block, keeps every byte of its own, and has them back at the end.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::{BEGIN, END, Machine};

const ZSH: [&str; 3] = ["--yes", "--shell", "zsh"];

fn start_file(machine: &Machine) -> Vec<u8> {
    fs::read(machine.home().join(".zshrc")).unwrap()
}

fn count(text: &[u8], part: &str) -> usize {
    String::from_utf8_lossy(text).matches(part).count()
}

#[test]
fn every_start_file_has_its_bytes_back() {
    let contents: [&[u8]; 13] = [
        b"",
        b"\n",
        b"a\n",
        b"a",
        b"a\n\n",
        b"a\nb",
        b"a\r\nb\r\n",
        b"a\r\nb",
        b"a\nb\r\n",
        b"a\nb\r",
        b"a\r\nb\r",
        b"\xff\xfe latin \xe9 and a NUL \0 in it\nb",
        b"#> assume\n# >>> assume >>> not quite\necho '# <<< assume <<<'\n",
    ];
    for content in contents {
        let shown = String::from_utf8_lossy(content).into_owned();
        let machine = Machine::new();
        let path = machine.home().join(".zshrc");
        fs::write(&path, content).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let before = machine.tree();

        machine.ok(&ZSH);
        let with = start_file(&machine);
        assert!(with.starts_with(content), "{shown:?}: the block comes last");
        assert_eq!(count(&with, &format!("\n{END}")), 1, "{shown:?}");
        assert!(with.ends_with(b"\n"), "{shown:?}");
        assert_eq!(fs::read(machine.home().join(".zshrc.assume-backup")).unwrap(), content, "{shown:?}");
        if content.ends_with(b"\r\n") && content.starts_with(b"a\r\n") {
            assert_eq!(count(&with, "\n"), count(&with, "\r\n"), "{shown:?}: one kind of line ends");
        }
        let installed = machine.tree();
        machine.ok(&ZSH);
        assert_eq!(machine.tree(), installed, "{shown:?}: a second time changes nothing");

        machine.ok(&["--uninstall"]);
        assert_eq!(machine.tree(), before, "{shown:?}");
    }
}

#[test]
fn a_start_file_that_was_made_goes_again() {
    for shell in ["bash", "zsh", "fish"] {
        let machine = Machine::new();
        machine.ok(&["--yes", "--shell", shell]);
        assert!(machine.tree().values().any(|what| what.contains(BEGIN)), "{shell}");
        machine.ok(&["--uninstall"]);
        assert!(machine.tree().is_empty(), "{shell}: {:?}", machine.tree().keys());
    }
}

#[test]
fn lines_that_were_added_since_stay() {
    let machine = Machine::new();
    machine.ok(&ZSH);
    // Ours was the only thing in it; now it is the person's too.
    let block = machine.read(".zshrc");
    machine.write(".zshrc", &format!("first\n{block}second"));
    machine.ok(&["--uninstall"]);
    assert_eq!(machine.read(".zshrc"), "first\nsecond");

    machine.write(".zshrc", "no newline");
    machine.ok(&ZSH);
    let with = machine.read(".zshrc");
    machine.write(".zshrc", &format!("{with}later\n"));
    let ran = machine.ok(&["--uninstall"]);
    assert_eq!(machine.read(".zshrc"), "no newline\nlater\n", "the two lines stay two");
    assert_eq!(machine.read(".zshrc.assume-backup"), "no newline");
    assert!(ran.stderr.contains("left ") && ran.stderr.contains(".zshrc.assume-backup"), "{ran:?}");

    // That copy is the person's by now.
    let ran = machine.ok(&ZSH);
    assert_eq!(machine.read(".zshrc.assume-backup"), "no newline");
    assert!(ran.stderr.contains("left the older copy"), "{ran:?}");
}

#[test]
fn an_upgrade_replaces_the_block_where_it_stands() {
    let machine = Machine::new();
    machine.write(".zshrc", "before\n");
    machine.ok(&ZSH);
    let with = machine.read(".zshrc") + "after\n";
    let older = with.replace("if [ -x", "if [ -e");
    assert_ne!(older, with);
    machine.write(".zshrc", &older);
    let ran = machine.ok(&ZSH);
    assert_eq!(machine.read(".zshrc"), with);
    assert!(ran.stderr.contains("bring lines 2-6 of"), "{ran:?}");
    machine.ok(&["--uninstall"]);
    assert_eq!(machine.read(".zshrc"), "before\nafter\n");
}

#[test]
fn several_blocks_become_one_and_then_none() {
    let machine = Machine::new();
    machine.write(".zshrc", "a\n");
    machine.ok(&ZSH);
    let block = machine.read(".zshrc")[2..].to_owned();
    machine.write(".zshrc", &format!("a\n{block}b\n{block}c"));
    let ran = machine.ok(&ZSH);
    assert_eq!(machine.read(".zshrc"), format!("a\n{block}b\nc"));
    assert!(ran.stderr.contains("(lines 2-6, 8-12)"), "{ran:?}");

    machine.write(".zshrc", &format!("a\n{block}b\n{block}c"));
    machine.ok(&["--uninstall"]);
    assert_eq!(machine.read(".zshrc"), "a\nb\nc");
}

#[test]
fn half_a_block_is_named_and_left_alone() {
    for (content, line) in [
        (format!("a\n{BEGIN}\nb\n"), 2),
        (format!("a\nb\n{END}\n"), 3),
        (format!("{BEGIN}\nb\n{BEGIN}\nc\n{END}\n"), 1),
        (format!("{BEGIN}\nc\n{END}\nd\n{END}\n"), 5),
    ] {
        let machine = Machine::new();
        machine.write(".zshrc", &content);
        let ran = machine.ok(&ZSH);
        assert_eq!(machine.read(".zshrc"), content);
        assert!(ran.stderr.contains(&format!("in line {line} there is a marker")), "{content}: {ran:?}");
        let ran = machine.install(&["--uninstall"]);
        assert_eq!(ran.code, 1, "{content}: {ran:?}");
        assert_eq!(machine.read(".zshrc"), content);
    }
}

#[test]
fn a_read_only_start_file_is_left_alone_with_the_lines_to_add() {
    let machine = Machine::new();
    machine.put("home/.zshrc", "mine\n", 0o444);
    let ran = machine.ok(&ZSH);
    assert_eq!(machine.read(".zshrc"), "mine\n");
    assert!(ran.stderr.contains("is left as it is: it is read-only"), "{ran:?}");
    assert!(ran.stderr.contains("init zsh)\""), "{ran:?}");
    assert!(!ran.stderr.contains("Open a new shell"), "{ran:?}");
    machine.ok(&["--uninstall"]);
    assert_eq!(machine.tree().keys().collect::<Vec<_>>(), [".zshrc"]);

    // One that has the lines already needs no change.
    machine.ok(&["--no-shell"]);
    let lines: Vec<&str> = ran.stderr.lines().filter_map(|line| line.strip_prefix("    ")).collect();
    let lines = lines.join("\n") + "\n";
    fs::set_permissions(machine.home().join(".zshrc"), fs::Permissions::from_mode(0o644)).unwrap();
    machine.put("home/.zshrc", &lines, 0o444);
    let ran = machine.ok(&ZSH);
    assert!(ran.stderr.contains("loads assume already"), "{ran:?}");
    let ran = machine.install(&["--uninstall"]);
    assert!(ran.code == 1 && ran.stderr.contains("delete its lines 1-5"), "{ran:?}");
}

#[test]
fn a_mask_of_077_keeps_what_is_made_private() {
    let machine = Machine::new();
    machine.write(".bashrc", "mine\n");
    let script = machine.archive().join("install.sh");
    let line = format!("umask 077; exec '{}' --yes --shell bash,zsh,fish", script.display());
    let ran = crate::world::run(&mut machine.command("/bin/sh".as_ref(), &["-c", &line]));
    assert_eq!(ran.code, 0, "{ran:?}");
    let tree = machine.tree();
    for (name, mode) in [
        (".zshrc", "file 600"),
        (".profile", "file 600"),
        (".config/fish/conf.d/assume.fish", "file 600"),
        (".config", "folder 700"),
        (".local", "folder 700"),
        (".bashrc", "file 644"),
        (".bashrc.assume-backup", "file 644"),
        (".local/bin/assume", "file 755"),
    ] {
        assert!(tree[name].starts_with(mode), "{name}: {}", tree[name]);
    }
}
