//! In real shells, as a person does it.

use std::fs;
use std::path::{Path, PathBuf};

use super::variables;
use crate::shells::run::Shell;
use crate::terminal::Terminal;
use crate::world::World;

const SHELLS: [Shell; 4] = [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::Pwsh];

struct Person {
    terminal: Terminal,
    shell: Shell,
    home: PathBuf,
    typed: usize,
}

impl Person {
    fn at(shell: Shell, program: &Path, world: &World) -> Self {
        let start: &[&str] = match shell {
            Shell::Zsh => &["-f", "-i"],
            Shell::Fish => &["--no-config", "-i"],
            Shell::Pwsh => &["-NoProfile", "-NoLogo"],
            Shell::Bash | Shell::Sh => &["--noprofile", "--norc", "-i"],
        };
        let terminal = Terminal::start(program, start, &variables(world), world.home.path());
        Self { terminal, shell, home: world.home.path().to_owned(), typed: 0 }
    }

    /// Waits until all that was typed has been carried out.
    fn waits(&mut self) {
        self.typed += 1;
        let file = self.home.join(format!("done-{}", self.typed));
        self.terminal.line(&format!("/usr/bin/touch {}", file.display()));
        self.terminal.wait_until("the line before has ended", |_| file.exists());
    }

    /// Presses the key that ends the picker. What is typed while it is still there is lost to it.
    fn ends(&mut self, key: &str) {
        self.terminal.keys(key);
        self.terminal.wait_until("the picker has ended", |screen| !screen.contains("PROFILE  "));
    }

    fn environment(&mut self) -> String {
        let file = self.home.join("environment");
        self.terminal.line(&format!("/bin/sh -c 'env | sort >{}'", file.display()));
        self.waits();
        fs::read_to_string(file).unwrap()
    }

    /// Opens the picker, and says afterwards whether the shell would go on.
    fn opens(&mut self, words: &str) {
        let line = match self.shell {
            Shell::Fish => format!("eval (assume{words}); and echo went''on; or echo fai''led"),
            Shell::Pwsh => format!("try {{ iex (assume{words}); 'went'+'on' }} catch {{ 'fai'+'led' }}"),
            _ => format!("eval $(assume{words}) && echo went''on || echo fai''led"),
        };
        self.terminal.line(&line);
        self.terminal.wait_until("a picker", |screen| screen.contains("PROFILE  ") && screen.contains("ROLE  "));
    }
}

#[test]
fn in_every_shell_what_is_picked_is_switched_to_and_esc_changes_nothing() {
    Shell::each(&SHELLS, |shell, program| {
        let world = World::new();
        world.sign_in();
        let mut person = Person::at(shell, program, &world);
        let before = person.environment();

        person.opens("");
        person.ends("\u{1b}");
        person.terminal.wait_for("failed");
        assert_eq!(person.environment(), before, "{shell:?}: Esc");
        assert!(person.terminal.screen().contains("nothing was picked"), "{shell:?}: {}", person.terminal.screen());

        person.opens("");
        person.terminal.searches("rod", "prod");
        person.ends("\n");
        person.terminal.wait_for("wenton");
        let switched = person.environment();
        assert!(switched.contains("ASSUME_PROFILE=prod\n"), "{shell:?}: {switched}");
        assert!(switched.contains("AWS_ACCOUNT_ID=777788889999\n"), "{shell:?}: {switched}");

        // What was used is first, and marked as where this shell is.
        person.opens("");
        person.terminal.wait_for_pointed("▌*prod");
        person.ends("\u{3}");
        person.waits();
        assert_eq!(person.environment(), switched, "{shell:?}: Ctrl-C");
    });
}

#[test]
fn the_wrapper_opens_it_too() {
    Shell::each(&SHELLS, |shell, program| {
        let world = World::new();
        world.sign_in();
        let mut person = Person::at(shell, program, &world);
        person.terminal.line(match shell {
            Shell::Fish => "assume init fish | source",
            Shell::Zsh => "eval \"$(assume init zsh)\"",
            Shell::Pwsh => "assume init powershell | Out-String | iex",
            _ => "eval \"$(assume init bash)\"",
        });
        person.waits();
        person.terminal.line("assume");
        person.terminal.wait_for("PROFILE  ");
        person.terminal.searches("sta", "staging");
        person.ends("\n");
        let switched = person.environment();
        assert!(switched.contains("ASSUME_PROFILE=staging\n"), "{shell:?}: {switched}");

        // What it says may go into a file; it is drawn on the terminal all the same.
        person.terminal.line(if shell == Shell::Pwsh { "assume 2>$null" } else { "assume 2>errors" });
        person.terminal.wait_for("PROFILE  ");
        person.terminal.searches("rod", "prod");
        person.ends("\n");
        let switched = person.environment();
        assert!(switched.contains("ASSUME_PROFILE=prod\n"), "{shell:?}: {switched}");
    });
}
