//! A start file is edited when the person at the terminal says so, and not before.

use super::{BEGIN, Machine};
use crate::shells::run::Variables;
use crate::terminal::Terminal;

fn at_terminal(machine: &Machine, words: &[&str]) -> Terminal {
    let variables: Variables = machine.variables.iter().map(|(name, value)| (name.into(), value.into())).collect();
    Terminal::start(&machine.archive().join("install.sh"), words, &variables, &machine.home())
}

#[test]
fn the_answer_decides() {
    for (answer, wanted) in
        [("\n", true), ("y\n", true), ("YES\n", true), ("n\n", false), ("what\n", false), ("\u{4}", false)]
    {
        let machine = Machine::new();
        machine.write(".zshrc", "mine\n");
        let mut terminal = at_terminal(&machine, &["--shell", "zsh"]);
        terminal.wait_for("Do that? [Y/n]");
        let screen = terminal.screen();
        assert!(
            screen.contains("add these lines to") && screen.contains(BEGIN) && screen.contains("init zsh"),
            "{screen}"
        );
        assert_eq!(machine.read(".zshrc"), "mine\n", "not before the answer");
        terminal.keys(answer);
        assert_eq!(terminal.wait_for_end(), 0);
        assert_eq!(machine.read(".zshrc").contains(BEGIN), wanted, "{answer:?}");
        assert!(machine.tree().contains_key(".local/bin/assume"));
    }
}

#[test]
fn each_file_is_asked_about() {
    let machine = Machine::new();
    let mut terminal = at_terminal(&machine, &["--shell=zsh,fish"]);
    terminal.wait_for("Do that? [Y/n]");
    terminal.keys("n\n");
    terminal.wait_until("the second question", |screen| screen.matches("Do that?").count() == 2);
    terminal.keys("y\n");
    terminal.wait_for_end();
    assert!(!machine.tree().contains_key(".zshrc"));
    assert!(machine.read(".config/fish/conf.d/assume.fish").contains(BEGIN));
}

/// What was interrupted can be gone on with, and taken out.
#[test]
fn an_interrupt_at_the_question_changes_no_start_file() {
    let machine = Machine::new();
    for _ in 0..2 {
        let mut terminal = at_terminal(&machine, &["--shell", "fish"]);
        terminal.wait_for("Do that? [Y/n]");
        terminal.keys("\u{3}");
        assert_eq!(terminal.wait_for_end(), 130);
        assert!(!machine.tree().contains_key(".config"));
    }
    machine.ok(&["--uninstall"]);
    assert!(machine.tree().is_empty(), "{:?}", machine.tree().keys());
}

#[test]
fn without_a_terminal_nobody_agreed() {
    let machine = Machine::new();
    machine.write(".bashrc", "mine\n");
    let ran = machine.ok(&[]);
    assert_eq!(machine.read(".bashrc"), "mine\n");
    assert!(ran.stderr.contains("there is no terminal to ask at") && ran.stderr.contains("init bash)\""), "{ran:?}");
    let before = machine.tree();
    let ran = machine.ok(&["--no-shell", "--yes"]);
    assert!(!ran.stderr.contains(BEGIN), "{ran:?}");
    assert_eq!(machine.tree(), before);
}

#[test]
fn the_login_shell_is_the_one_to_set_up() {
    for (shell, file) in [("/usr/local/bin/zsh", Some(".zshrc")), ("/bin/dash", None), ("/usr/bin/pwsh", None)] {
        let mut machine = Machine::new();
        machine.set("SHELL", shell);
        let ran = machine.ok(&["--yes"]);
        let found = machine.tree().into_iter().find(|(_, what)| what.contains(BEGIN)).map(|(name, _)| name);
        assert_eq!(found.as_deref(), file, "{shell}: {ran:?}");
        assert_eq!(ran.stderr.contains("no start file is changed"), file.is_none(), "{shell}: {ran:?}");
    }
}
