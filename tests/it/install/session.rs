//! Install, use, upgrade and uninstall, in the shells that people use.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::{BEGIN, Machine, Tree};
use crate::shells::run::{Shell, Variables, tool};
use crate::terminal::Terminal;
use crate::world::{ASSUME, run};

const SHELLS: [Shell; 3] = [Shell::Bash, Shell::Zsh, Shell::Fish];

fn name(shell: Shell) -> &'static str {
    match shell {
        Shell::Bash => "bash",
        Shell::Zsh => "zsh",
        Shell::Fish => "fish",
        Shell::Sh => "sh",
        Shell::Pwsh => "pwsh",
    }
}

/// A HOME in which this shell has been before, so that what it makes for itself is no part of what is compared.
fn lived_in(shell: Shell, program: &Path) -> Machine {
    let mut machine = Machine::with_program(ASSUME.as_ref());
    machine.set("SHELL", &format!("/usr/bin/{}", name(shell)));
    machine.set("HISTFILE", "/dev/null");
    if shell == Shell::Fish {
        // Where this folder is missing fish fills it, from every manual page, in the background.
        fs::create_dir_all(machine.home().join(".local/share/fish/generated_completions")).unwrap();
        machine.set("fish_history", "");
        let mut terminal = open(&machine, program, &["-i"]);
        terminal.line("exit");
        terminal.wait_for_end();
    }
    machine
}

pub(crate) fn open(machine: &Machine, program: &Path, words: &[&str]) -> Terminal {
    let variables: Variables = machine.variables.iter().map(|(name, value)| (name.into(), value.into())).collect();
    Terminal::start(program, words, &variables, &machine.home())
}

/// A new shell on a terminal finds the program, has the wrapper, and has the prefix on its PATH once.
fn used(machine: &Machine, program: &Path, words: &[&str]) {
    let mut terminal = open(machine, program, words);
    terminal.line("assume --version");
    terminal.wait_for(concat!("\nassume ", env!("CARGO_PKG_VERSION")));
    terminal.line("type assume | head -n 1; echo do''ne");
    terminal.wait_for("\ndone");
    let screen = terminal.screen();
    assert!(screen.contains("assume is a") && screen.contains("function"), "{screen}");
    terminal.line("echo \"<$PATH>\" | tr '<:>' '\\n' | grep -c '/.local/bin$'; echo coun''ted");
    terminal.wait_for("\n1\ncounted");
    terminal.line("exit");
    terminal.wait_for_end();
}

/// With the block loading a program that is gone, a new shell says nothing.
fn silent_without_program(machine: &Machine, program: &Path) {
    let away = machine.home().join("away");
    let binary = machine.home().join(".local/bin/assume");
    fs::rename(&binary, &away).unwrap();
    let mut terminal = open(machine, program, &["-i"]);
    terminal.line("echo re''ady");
    terminal.wait_for("\nready");
    assert!(!terminal.screen().contains("assume:") && !terminal.screen().contains("rror"), "{}", terminal.screen());
    terminal.line("exit");
    terminal.wait_for_end();
    fs::rename(&away, &binary).unwrap();
}

pub(crate) fn upgraded(machine: &Machine) {
    let inside = machine.archive().join("assume");
    // The archive's file may be a second name of the program under test.
    let bytes = fs::read(&inside).unwrap();
    fs::remove_file(&inside).unwrap();
    fs::write(&inside, bytes).unwrap();
    fs::OpenOptions::new().append(true).open(&inside).unwrap().write_all(b"newer").unwrap();
    fs::set_permissions(&inside, fs::Permissions::from_mode(0o755)).unwrap();
    machine.sum();
}

fn with_block(tree: &Tree) -> Vec<&str> {
    tree.iter().filter(|(_, what)| what.contains(BEGIN)).map(|(name, _)| name.as_str()).collect()
}

#[test]
fn install_use_upgrade_uninstall_in_an_empty_home() {
    Shell::each(&SHELLS, |shell, program| {
        let machine = lived_in(shell, program);
        let before = machine.tree();
        machine.ok(&["--yes"]);
        let installed = machine.tree();
        let expected: &[&str] = match shell {
            Shell::Bash => &[".bashrc", ".profile"],
            Shell::Zsh => &[".zshrc"],
            _ => &[".config/fish/conf.d/assume.fish"],
        };
        assert_eq!(with_block(&installed), expected);
        used(&machine, program, &["-i"]);
        if shell == Shell::Bash {
            used(&machine, program, &["--login", "-i"]);
        }
        silent_without_program(&machine, program);

        upgraded(&machine);
        machine.ok(&["--yes"]);
        assert_ne!(machine.tree()[".local/bin/assume"], installed[".local/bin/assume"], "{shell:?}");
        used(&machine, program, &["-i"]);

        machine.ok(&["--uninstall"]);
        assert_eq!(machine.tree(), before, "{shell:?}");
    });
}

/// Quotes, blanks and a dollar in the prefix reach the shell as they are, in HOME and outside of it.
#[test]
fn a_prefix_of_any_name_is_loaded_and_is_on_path_once() {
    Shell::each(&SHELLS, |shell, program| {
        for inside in [true, false] {
            let machine = Machine::new();
            let above = if inside { machine.home() } else { machine.archive().with_file_name("opt") };
            let prefix = above.join("it's \"my\" $HOME `x` \\ *[a] & tools");
            machine.ok(&["--yes", "--shell", name(shell), "--prefix", prefix.to_str().unwrap()]);
            let file = machine.home().join(with_block(&machine.tree())[0]);
            let script = format!(
                "source '{}'; echo \"loaded=$LOADED\"; printf '%s\\n' \"$PATH\"; assume --version",
                file.display()
            );
            let ran = run(&mut machine.command(program, &["-i", "-c", &script]));
            assert!(ran.stdout.contains(&format!("loaded={}", name(shell))), "{shell:?}: {ran:?}");
            assert!(ran.stdout.contains("assume 0.1.0"), "{shell:?}: {ran:?}");
            let bin = prefix.join("bin");
            assert_eq!(ran.stdout.matches(bin.to_str().unwrap()).count(), 1, "{shell:?}: {ran:?}");

            machine.ok(&["--uninstall", "--prefix", prefix.to_str().unwrap()]);
            assert!(with_block(&machine.tree()).is_empty(), "{shell:?}");
            assert!(!above.join("bin").exists() && !prefix.exists(), "{shell:?}");
        }
    });
}

/// A carriage return behind a word is a part of it, to a shell.
#[test]
fn a_start_file_with_carriage_returns_loads_it() {
    Shell::each(&SHELLS, |shell, program| {
        let machine = Machine::new();
        let file = match shell {
            Shell::Bash => ".bashrc",
            Shell::Zsh => ".zshrc",
            _ => ".config/fish/conf.d/assume.fish",
        };
        machine.write(file, "# mine\r\n");
        machine.ok(&["--yes", "--shell", name(shell)]);
        let text = machine.read(file);
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "{shell:?}: {text}");
        let ran = run(&mut machine.command(program, &["-i", "-c", "echo \"<$LOADED>\"; assume --version"]));
        assert!(ran.stdout.contains(&format!("<{}>\nassume 0.1.0", name(shell))), "{shell:?}: {ran:?}");
        assert!(!ran.stderr.contains("rror"), "{shell:?}: {ran:?}");
    });
}

/// A relative prefix, `~` that no shell expanded, and slashes at the end.
#[test]
fn a_prefix_is_a_folder_however_it_is_written() {
    let machine = Machine::new();
    for (prefix, at) in [("--prefix=~/x//", ".x"), ("--prefix=home/y", "y"), ("--prefix=./home/z/", "z")] {
        let at = at.trim_start_matches('.');
        machine.ok(&["--no-shell", prefix]);
        assert!(machine.home().join(at).join("bin/assume").exists(), "{prefix}");
        machine.ok(&["--uninstall", prefix]);
    }
    assert!(machine.tree().is_empty(), "{:?}", machine.tree().keys());
}

/// A login shell of bash reads one file, and that is not .bashrc unless it says so.
#[test]
fn a_login_of_bash_loads_it_whatever_it_reads() {
    // What it is, the files that are there with their text, and the files that have the lines afterwards.
    type Row = (&'static str, &'static [(&'static str, &'static str)], &'static [&'static str]);

    const DEBIAN: &str = "if [ -n \"$BASH_VERSION\" ]; then\n    . \"$HOME/.bashrc\"\nfi\n";

    let Some(bash) = Shell::Bash.program() else { return };
    let rows: [Row; 9] = [
        ("nothing there", &[], &[".bashrc", ".profile"]),
        ("profile that reads it", &[(".profile", DEBIAN)], &[".bashrc"]),
        ("profile that does not", &[(".profile", "export A=1\n")], &[".bashrc", ".profile"]),
        (
            "bash_profile goes first",
            &[(".bash_profile", "export A=1\n"), (".profile", DEBIAN)],
            &[".bash_profile", ".bashrc"],
        ),
        ("bash_profile that reads profile", &[(".bash_profile", ". ~/.profile\n"), (".profile", DEBIAN)], &[".bashrc"]),
        ("bash_login", &[(".bash_login", "A=1"), (".profile", DEBIAN)], &[".bash_login", ".bashrc"]),
        ("only a comment names it", &[(".bash_profile", "# . ~/.bashrc\n")], &[".bash_profile", ".bashrc"]),
        ("an alias names it", &[(".bash_profile", "alias edit='vi ~/.bashrc'\n")], &[".bash_profile", ".bashrc"]),
        ("another file of that name", &[(".bash_profile", ". /etc/bash.bashrc\n")], &[".bash_profile", ".bashrc"]),
    ];
    for (what, files, expected) in rows {
        let machine = Machine::new();
        for (name, text) in files {
            machine.write(name, text);
        }
        let before = machine.tree();
        machine.ok(&["--yes"]);
        assert_eq!(with_block(&machine.tree()), expected, "{what}");
        for words in [["--login", "-i", "-c", "echo \"<$LOADED>\""], ["-i", "-i", "-c", "echo \"<$LOADED>\""]] {
            let ran = run(&mut machine.command(&bash, &words));
            assert!(ran.stdout.contains("<bash>"), "{what} {words:?}: {ran:?}");
        }
        // A shell that no person types into starts no process for it, and dash reads .profile too.
        for (program, how, line) in
            [("bash", "-l", "echo \"<$LOADED>\""), ("dash", "-i", ". ~/.profile; echo \"<$LOADED>\"")]
        {
            let Some(program) = tool(program) else { continue };
            if machine.home().join(".profile").exists() {
                let ran = run(&mut machine.command(&program, &[how, "-c", line]));
                assert_eq!((ran.stdout.as_str(), ran.code), ("<>\n", 0), "{what}: {ran:?}");
            }
        }
        let installed = machine.tree();
        machine.ok(&["--yes"]);
        assert_eq!(machine.tree(), installed, "{what}");
        machine.ok(&["--uninstall"]);
        assert_eq!(machine.tree(), before, "{what}");
    }
}

#[test]
fn zsh_and_fish_say_where_their_files_are() {
    let Some(zsh) = Shell::Zsh.program() else { return };
    let mut machine = Machine::new();
    // As people do it: set there, and not exported.
    machine.write(".zshenv", "ZDOTDIR=$HOME/.config/zsh\n");
    machine.write(".config/zsh/.zshrc", "mine\n");
    let before = machine.tree();
    machine.ok(&["--yes", "--shell", "zsh"]);
    assert_eq!(with_block(&machine.tree()), [".config/zsh/.zshrc"]);
    let ran = run(&mut machine.command(&zsh, &["-i", "-c", "echo \"<$LOADED>\""]));
    assert!(ran.stdout.contains("<zsh>"), "{ran:?}");
    machine.ok(&["--uninstall"]);
    assert_eq!(machine.tree(), before);

    let elsewhere = machine.home().join("z d");
    machine.set("ZDOTDIR", elsewhere.to_str().unwrap());
    machine.set("XDG_CONFIG_HOME", machine.home().join("config home").to_str().unwrap());
    machine.ok(&["--yes", "--shell", "zsh", "--shell", "fish"]);
    assert_eq!(with_block(&machine.tree()), ["config home/fish/conf.d/assume.fish", "z d/.zshrc"]);
    machine.ok(&["--uninstall"]);
    assert_eq!(machine.tree(), before);
}
