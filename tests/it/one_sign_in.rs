//! One sign-in, however many shells and SDKs find the session expired at once; also when its holder is killed.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use identity_center::{Approval, Config, What};

use crate::world::{Ran, World};

const CROWD: usize = 30;

fn crowd(world: &World) -> Vec<Child> {
    let start = |command: &mut Command| command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    (0..CROWD).map(|_| start(&mut world.command(&["process", "dev"]))).collect()
}

fn finish(crowd: Vec<Child>) -> Vec<Ran> {
    let waiters: Vec<_> = crowd.into_iter().map(|child| thread::spawn(|| child.wait_with_output().unwrap())).collect();
    waiters.into_iter().map(|waiter| Ran::from(waiter.join().unwrap())).collect()
}

fn right(ran: &Ran) -> bool {
    ran.code == 0 && ran.stdout.contains("\"AccountId\":\"111122223333\"")
}

/// Until `done`, for ten seconds at most: what is waited for is a state of the world, never a time.
fn until(what: &str, mut done: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while !done() {
        assert!(Instant::now() < deadline, "{what} did not happen");
        thread::yield_now();
    }
}

#[test]
fn thirty_processes_open_one_tab_and_all_get_keys() {
    let world = World::with(Config { approval: Approval::Opened(400), ..Config::default() });
    let ran = finish(crowd(&world));
    assert_eq!(ran.iter().filter(|ran| right(ran)).count(), CROWD, "{:?}", ran.iter().find(|ran| !right(ran)));
    assert_eq!(world.tabs().len(), 1);
    assert_eq!(world.aws.opened().authorize, 1);
    assert_eq!(world.aws.count("GetRoleCredentials"), 1, "one request for keys, too");
}

#[test]
fn the_holder_killed_midway_costs_one_more_tab_and_nobody_else_their_keys() {
    let world = World::with(Config { approval: Approval::Never, ..Config::default() });
    // The browser notes whose child it is.
    world.write("browser", "#!/bin/sh\necho \"$PPID\" >>\"$HOME/tabs\"\nexec curl -sL -o /dev/null \"$1\"\n");
    let crowd = crowd(&world);
    until("a first tab", || world.aws.opened().authorize == 1);
    let holder: u32 = world.tabs()[0].parse().unwrap();
    assert!(crowd.iter().any(|child| child.id() == holder), "the holder is one of the crowd");
    world.aws.set_approval(Approval::Opened(0));
    assert!(Command::new("kill").args(["-9", &holder.to_string()]).status().unwrap().success());
    let ran = finish(crowd);
    assert_eq!(ran.iter().filter(|ran| right(ran)).count(), CROWD - 1);
    assert_eq!(world.tabs().len(), 2, "exactly one more");
    let announced = ran.iter().filter(|ran| ran.stderr.to_lowercase().contains("sign")).count();
    assert!(announced >= 1, "the second tab is announced");
}

#[test]
fn ctrl_c_in_the_middle_of_a_sign_in_leaves_nothing_locked() {
    let world = World::with(Config { approval: Approval::Never, ..Config::default() });
    let mut command = world.command(&["login"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    until("a tab", || world.aws.opened().authorize == 1);
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!(ran.code, 130, "{ran:?}");
    world.aws.set_approval(Approval::Opened(0));
    world.ok(&["login"]);
    let left: Vec<_> = files(&world).into_iter().filter(|name| name.contains("tmp") || name.contains("temp")).collect();
    assert!(left.is_empty(), "half-written files: {left:?}");
}

#[test]
fn a_sign_in_that_was_left_registers_anew_the_next_time() {
    let world = World::new();
    world.sign_in();
    world.aws.revoke(What::Registrations);
    let opened = world.aws.opened().authorize;
    let child = world.command(&["login", "--force"]).stderr(Stdio::piped()).spawn().unwrap();
    until("a page that cannot go on", || world.aws.opened().authorize == opened + 1);
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(130));
    world.ok(&["login", "--force"]);
}

fn files(world: &World) -> Vec<String> {
    fn walk(folder: &std::path::Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            if entry.file_type().unwrap().is_dir() {
                walk(&entry.path(), found);
            } else {
                found.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
    }
    let mut found = Vec::new();
    walk(&world.state(), &mut found);
    found
}
