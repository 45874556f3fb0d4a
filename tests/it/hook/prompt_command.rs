//! What else bash runs before a prompt, beside the hook.

use std::path::Path;
use std::process::Command;

use crate::hook::driver::{Person, Start};
use crate::shells::run::Shell;
use crate::skip::skip;
use crate::world::World;

/// The first bash that runs each element of an array.
fn runs_arrays(program: &Path) -> bool {
    let script = "((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 501))";
    Command::new(program).args(["-c", script]).status().unwrap().success()
}

#[test]
fn what_the_person_runs_before_a_prompt_sees_every_status_of_the_last_pipe() {
    let Some(program) = Shell::Bash.program() else { return };
    if !runs_arrays(&program) {
        skip("bash is older than 5.1");
        return;
    }
    for loads in [1, 2] {
        let world = World::new();
        let before = ["PROMPT_COMMAND='seen=\"$?:${PIPESTATUS[*]}\"; runs=$((runs + 1))'"];
        let start = Start { before: &before, loads, ..Start::default() };
        let mut person = Person::start(Shell::Bash, &program, &world, &start);
        person.terminal.line("(exit 7) | (exit 3)");
        person.terminal.line("export SEEN=$seen BEFORE=$runs");
        person.terminal.line("export AFTER=$runs HOOKS=\"${PROMPT_COMMAND[*]}\"");
        assert_eq!(person.variable("SEEN"), "3:7 3", "{loads}");
        let (before, after) = (person.variable("BEFORE"), person.variable("AFTER"));
        assert_eq!(after.parse::<u32>().unwrap(), before.parse::<u32>().unwrap() + 1, "{loads}: once a prompt");
        assert_eq!(person.variable("HOOKS").matches("__assume_hook\"").count(), 1, "{loads}");
    }
}
