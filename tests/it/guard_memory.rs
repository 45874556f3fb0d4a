//! Who may look into the memory of a process that holds secrets, or into what a crash leaves of it (security rule 21).

use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use identity_center::Config;

use crate::guard_processes::{start, until};
use crate::skip::skip;
use crate::world::{World, run};

/// No user of this machine.
const NOBODY: u32 = 65534;

#[test]
fn while_it_holds_secrets_no_core_and_no_look_into_its_memory() {
    let world = World::with(Config::default().latency("GetRoleCredentials", 600_000));
    world.sign_in();
    let mut command = world.command(&["process", "dev"]);
    as_nobody(&world, &mut command);
    let mut child = start(&mut command);
    until("a request", || world.aws.count("GetRoleCredentials") == 1);
    let limits = fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap();
    let owner = owner(&format!("/proc/{}/environ", child.id()));
    child.kill().unwrap();
    child.wait().unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().nth(4), Some("0"), "{core}");
    assert_eq!(owner, Some(0), "others of the same user may look into it");
}

/// The kernel gives `/proc/PID` of what may not be looked into to root: seen only where the owner is another.
fn as_nobody(world: &World, command: &mut Command) {
    if owner("/proc/self") == Some(0) {
        each_path(world.home.path(), &mut |path| chown(path, Some(NOBODY), Some(NOBODY)).unwrap());
        command.uid(NOBODY).gid(NOBODY);
    }
}

fn owner(path: &str) -> Option<u32> {
    fs::metadata(path).ok().map(|it| it.uid())
}

/// A detached renewal is handed the passphrase through a pipe.
#[test]
fn a_renewal_is_closed_to_others_before_it_reads_the_passphrase() {
    let world = World::new();
    let mut command = world.command(&["refresh", "--quiet", "--no-input", "--accounts=main", "--passphrase"]);
    as_nobody(&world, &mut command);
    let mut child = start(command.stdin(Stdio::piped()));
    // Its standard input stays open, so that it waits for the rest of the passphrase.
    let environment = format!("/proc/{}/environ", child.id());
    until("a process that is closed to others", || owner(&environment) == Some(0));
    child.kill().unwrap();
    child.wait().unwrap();
}

fn each_path(path: &Path, act: &mut impl FnMut(&Path)) {
    act(path);
    for entry in fs::read_dir(path).into_iter().flatten().flatten() {
        if entry.file_type().unwrap().is_dir() { each_path(&entry.path(), act) } else { act(&entry.path()) }
    }
}

#[test]
fn the_child_of_exec_has_the_limits_of_its_caller() {
    let world = World::new();
    world.sign_in();
    let mut above = Vec::new();
    for wanted in ["0", "1024", "unlimited"] {
        let script = format!("ulimit -Sc {wanted} && ulimit -Sc && assume exec dev -- bash -c 'ulimit -Sc'");
        let ran = run(&mut world.program("bash", &["-c", &script]));
        if ran.code != 0 {
            above.push(wanted);
            continue;
        }
        let lines: Vec<&str> = ran.stdout.lines().collect();
        assert_eq!(lines[0], lines[1], "{wanted}: {ran:?}");
    }
    let zero = run(&mut world.program("bash", &["-c", "ulimit -Sc 0; assume exec dev -- bash -c 'ulimit -Sc'"]));
    assert_eq!(zero.stdout, "0\n", "{zero:?}");
    assert!(!above.contains(&"0"), "zero is below every hard limit");
    if above.contains(&"1024") {
        // A limit that is never given back looks the same here.
        skip("the hard limit of core files is too low to see whether it is given back");
    }
}
