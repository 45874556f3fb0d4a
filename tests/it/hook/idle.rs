//! While nothing is due a prompt starts no process.

use std::fs;
use std::path::Path;

use crate::hook::driver::{HOOKED, Person, Start};
use crate::shells::run::{Shell, tool};
use crate::world::World;

const PROMPTS: usize = 100;

/// Every call with which a process begins or becomes another program, threads left out.
fn begun(trace: &str) -> Vec<&str> {
    let calls = ["execve(", "execveat(", "fork(", "vfork(", "clone(", "clone3("];
    let begins = |line: &&str| {
        let call = line.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ');
        calls.iter().any(|one| call.starts_with(one)) && !line.contains("CLONE_THREAD")
    };
    trace.lines().filter(begins).collect()
}

fn idle(shell: Shell, program: &Path, strace: &Path, options: &str, world: &World) {
    let log = world.path("trace");
    let deep = format!("cd {}", world.path("a/b/c/d/e/f/g/h").display());
    fs::create_dir_all(world.path("a/b/c/d/e/f/g/h")).unwrap();
    let calls = "trace=execve,execveat,fork,vfork,clone,clone3";
    let under = [strace.to_str().unwrap(), "-f", "-qq", "-e", calls, "-o", log.to_str().unwrap()];
    let start = Start { options, under: &under, after: &[&deep], ..Start::default() };
    let mut person = Person::start(shell, program, world, &start);
    person.does("assume dev");
    // fish settles, and what a first prompt may do is done.
    person.does("/bin/true the-beginning");
    let before = person.times_written("ready> ");
    person.terminal.keys(&"\n".repeat(PROMPTS));
    person.does("/bin/true the-end");
    let drawn = |written: &str| written.matches("ready> ").count() >= before + PROMPTS;
    person.terminal.wait_for_written("all prompts are drawn", drawn);
    assert_ne!(person.variable("ASSUME_SEGMENT"), "", "{shell:?}: the hook was at work");

    let trace = fs::read_to_string(log).unwrap();
    let begun = begun(&trace);
    let at = |mark: &str| begun.iter().position(|line| line.contains(mark)).unwrap();
    // In between: the mark of the first `does`, and what begins the program of the second.
    let between = &begun[at("the-beginning") + 1..at("the-end")];
    let strangers: Vec<_> = between.iter().filter(|line| line.contains("execve") && !line.contains("done-")).collect();
    assert!(strangers.is_empty() && between.len() <= 3, "{shell:?} {options}: {between:#?}");
}

#[test]
fn a_hundred_prompts_start_no_process() {
    let Some(strace) = tool("strace") else { return };
    Shell::each(&HOOKED, |shell, program| {
        for options in ["", "--prompt"] {
            let world = World::new();
            world.sign_in();
            idle(shell, program, &strace, options, &world);
        }
    });
}
