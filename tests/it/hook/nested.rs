//! Shells in shells, in the place of shells, and without a prompt.

use std::thread;

use crate::hook::driver::{Person, Start, load, short_lived, start_file};
use crate::shells::run::Shell;
use crate::world::{ASSUME, World, run};

fn words(shell: Shell) -> Option<String> {
    let program = shell.program()?;
    let arguments = start_file(shell).1.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" ");
    // PowerShell calls a path in quotes by `&` alone; none here needs them.
    Some(format!("{} {arguments}", program.display()))
}

/// The start of the inner shell, which its prompt tells from the outer one.
fn inside() -> Start<'static> {
    Start { prompt: "inner", ..Start::default() }
}

/// The person is in another shell from now on, whose prompt this is: of the shell that is left one may still be on its way.
fn enters(person: &mut Person, shell: Shell, line: &str, prompt: &str) {
    let before = person.times_written(prompt);
    person.terminal.line(line);
    // What is typed before its prompt is there may be thrown away.
    person.terminal.wait_for_another(prompt, before);
    person.shell = shell;
}

#[test]
fn a_shell_in_a_shell_is_what_the_outer_one_is_renews_its_keys_and_can_leave() {
    let pairs = [
        (Shell::Bash, Shell::Bash),
        (Shell::Bash, Shell::Fish),
        (Shell::Bash, Shell::Pwsh),
        (Shell::Zsh, Shell::Bash),
        (Shell::Fish, Shell::Zsh),
        (Shell::Pwsh, Shell::Bash),
    ];
    thread::scope(|scope| {
        for (outer, inner) in pairs {
            scope.spawn(move || {
                let (Some(program), Some(words)) = (outer.program(), words(inner)) else { return };
                let world = short_lived(9);
                let mut person = Person::start(outer, &program, &world, &Start::default());
                Person::prepare(inner, &world, &inside());
                person.does("assume dev");
                enters(&mut person, inner, &words, "inner>");
                (0..2).for_each(|_| person.until_renewed());
                assert_ne!(person.variable("ASSUME_SEGMENT"), "", "{outer:?} {inner:?}");
                assert_eq!(person.times_written("assume: "), 1, "{outer:?} {inner:?}: {}", person.terminal.screen());
                person.does("assume off");
                for gone in ["AWS_ACCESS_KEY_ID", "ASSUME_PROFILE", "ASSUME_SEGMENT"] {
                    assert_eq!(person.variable(gone), "", "{outer:?} {inner:?} {gone}");
                }
                // Nothing comes back by itself, and the outer shell has its own.
                let requests = world.aws.count("GetRoleCredentials");
                (0..3).for_each(|_| person.does("/bin/true"));
                assert_eq!(world.aws.count("GetRoleCredentials"), requests, "{outer:?} {inner:?}");
                enters(&mut person, outer, "exit", "ready>");
                assert_ne!(person.variable("AWS_ACCESS_KEY_ID"), "", "{outer:?} {inner:?}");
                person.until_renewed();
            });
        }
    });
}

#[test]
fn a_shell_in_the_place_of_another_goes_on() {
    thread::scope(|scope| {
        for (shell, next) in [(Shell::Bash, Shell::Zsh), (Shell::Zsh, Shell::Bash), (Shell::Fish, Shell::Fish)] {
            scope.spawn(move || {
                let (Some(program), Some(words)) = (shell.program(), words(next)) else { return };
                let world = short_lived(9);
                let mut person = Person::start(shell, &program, &world, &Start::default());
                Person::prepare(next, &world, &inside());
                person.does("assume dev");
                enters(&mut person, next, &format!("exec {words}"), "inner>");
                (0..2).for_each(|_| person.until_renewed());
                assert_eq!(person.times_written("assume: "), 1, "{shell:?}: {}", person.terminal.screen());
            });
        }
    });
}

/// A shell that inherits what bash runs before a prompt, and not the functions that this calls.
#[test]
fn an_exported_prompt_command_does_nothing_in_a_shell_without_the_hook() {
    let Some(program) = Shell::Bash.program() else { return };
    let world = World::new();
    let before = ["export PROMPT_COMMAND=:"];
    let mut person = Person::start(Shell::Bash, &program, &world, &Start { before: &before, ..Start::default() });
    let plain = format!("PS1='plain> ' {} --norc --noprofile -i", program.display());
    person.terminal.line(&plain);
    person.terminal.wait_for_another("plain>", 1);
    assert!(person.variable("PROMPT_COMMAND").contains("__assume_hook"));
    assert!(!person.written().contains("not found"), "{}", person.terminal.screen());
}

/// As by `BASH_ENV`, `.zshenv` and a config.fish: a script that happens to load the hook.
#[test]
fn a_script_that_loads_the_hook_hears_nothing_of_it() {
    Shell::each(&[Shell::Bash, Shell::Zsh, Shell::Fish, Shell::Pwsh], |shell, program| {
        let world = World::new();
        world.sign_in();
        world.ok(&["--shell", "sh", "switch", "dev"]);
        let loading = load(shell, ASSUME, "--prompt");
        let script = match shell {
            Shell::Fish => {
                format!("{loading}\neval ({ASSUME} -q dev); echo $ASSUME_PROFILE; eval ({ASSUME} -q off)\necho done")
            }
            Shell::Pwsh => format!(
                "Set-StrictMode -Version Latest; $ErrorActionPreference = 'Stop'\n{loading}\niex (& {ASSUME} -q dev)\n\
                 $env:ASSUME_PROFILE; iex (& {ASSUME} -q off)\n'done'"
            ),
            _ => format!(
                "set -eu\n{loading}\neval $({ASSUME} -q dev); echo $ASSUME_PROFILE; eval $({ASSUME} -q off)\necho done"
            ),
        };
        let option = if shell == Shell::Pwsh { "-Command" } else { "-c" };
        let ran = run(&mut world.program(program, &[option, &script]));
        assert_eq!((ran.stdout.as_str(), ran.stderr.as_str(), ran.code), ("dev\ndone\n", "", 0), "{shell:?}");
    });
}
