//! Folders by odd names, and shells that are in none: the nearest `.assume` is found, and the search ends.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::hook::driver::{HOOKED, Person, Start};
use crate::shells::run::Shell;
use crate::world::World;

/// `cd` as each shell writes a path with newlines; `\n` stands for one.
fn cd(shell: Shell, path: &str) -> String {
    match shell {
        Shell::Bash | Shell::Zsh => format!("cd $'{path}'"),
        Shell::Fish => format!("cd {path}"),
        _ => format!("cd \"{}\"", path.replace("\\n", "`n")),
    }
}

#[test]
fn a_folder_is_entered_and_left_whatever_newlines_are_in_its_name() {
    Shell::each(&HOOKED, |shell, program| {
        let world = World::new();
        world.sign_in();
        for folder in ["pro\nject", "project\n", "\n"] {
            world.write(&format!("{folder}/.assume"), "prod\n");
            fs::create_dir(world.path(&format!("{folder}/de\nep\n"))).unwrap();
            fs::set_permissions(world.path(&format!("{folder}/.assume")), fs::Permissions::from_mode(0o644)).unwrap();
            world.ok(&["allow", folder]);
        }
        fs::create_dir_all(world.path("pl\nain\n/\n\n")).unwrap();
        let mut person = Person::new(shell, program, &world);
        for folder in ["pro\\nject", "project\\n", "\\n"] {
            person.does(&cd(shell, &format!("./{folder}/de\\nep\\n")));
            assert_eq!(person.variable("ASSUME_PROFILE"), "prod", "{shell:?} {folder}: {}", person.terminal.screen());
            person.does("cd ..");
            assert_eq!(person.variable("ASSUME_PROFILE"), "prod", "{shell:?} {folder}: {}", person.terminal.screen());
            person.does("cd ..");
            assert_eq!(person.variable("ASSUME_PROFILE"), "", "{shell:?} {folder}: {}", person.terminal.screen());
        }
        // Nothing is found here.
        person.does(&cd(shell, "./pl\\nain\\n/\\n\\n"));
        assert_eq!(person.variable("ASSUME_PROFILE"), "", "{shell:?}: {}", person.terminal.screen());
    });
}

#[test]
fn a_shell_that_is_started_in_a_folder_that_is_gone_gets_its_prompt() {
    Shell::each(&[Shell::Bash, Shell::Zsh, Shell::Fish], |shell, program| {
        let world = World::new();
        let script = "mkdir gone && cd gone && rmdir ../gone && unset PWD && exec \"$0\" \"$@\"";
        let start = Start { under: &["/bin/sh", "-c", script], ..Start::default() };
        let mut person = Person::start(shell, program, &world, &start);
        assert_eq!(person.variable("ASSUME_PROFILE"), "", "{shell:?}");
        person.does("cd /");
        person.does("echo there");
    });
}

#[test]
fn a_pwd_that_somebody_set_keeps_no_prompt_waiting() {
    Shell::each(&[Shell::Bash, Shell::Zsh], |shell, program| {
        let world = World::new();
        world.write("project/.assume", "prod\n");
        let mut person = Person::new(shell, program, &world);
        for value in ["foo", "project", ".", "''", "-/x"] {
            person.does(&format!("PWD={value}"));
            assert_eq!(person.times_written("is not trusted"), 0, "{shell:?} {value}: {}", person.terminal.screen());
        }
    });
}
