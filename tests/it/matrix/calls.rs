//! Death, Ctrl-C and a failing disk at each call that writes or waits, one after the other: `strace` counts the calls of a
//! verb, and then spoils the first, the second, and so on, in a run of its own each.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::panic;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use identity_center::{Fault, What};

use super::verbs::is_an_error;
use crate::faults_table::printable;
use crate::skip::lacks;
use crate::terminal::Terminal;
use crate::world::{ASSUME, Ran, World, run};

/// What a verb is to have done or left, once it has been run again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    SignedIn,
    /// AWS takes a refresh token once: one that was used and not saved is lost, and a sign-in is due.
    SignedInOrAsked,
    Locked,
    SignedOut,
}

struct Job {
    name: &'static str,
    words: &'static [&'static str],
    /// Makes of a world that is signed in and has keys of `prod` the one that the verb meets.
    prepare: fn(&World),
    then: Then,
}

const JOBS: [Job; 6] = [
    Job {
        name: "the first login",
        words: &["login"],
        prepare: |world| fs::remove_dir_all(world.state()).unwrap(),
        then: Then::SignedIn,
    },
    Job { name: "login --force", words: &["login", "--force"], prepare: |_| {}, then: Then::SignedIn },
    Job {
        name: "a switch",
        words: &["--no-input", "--shell", "bash", "dev", "--force"],
        prepare: |_| {},
        then: Then::SignedIn,
    },
    Job {
        name: "a switch that refreshes the token",
        words: &["--no-input", "--shell", "bash", "dev", "--force"],
        prepare: |world| world.aws.expire(What::AccessTokens),
        then: Then::SignedInOrAsked,
    },
    Job { name: "lock", words: &["lock"], prepare: |_| {}, then: Then::Locked },
    Job { name: "logout", words: &["logout"], prepare: |_| {}, then: Then::SignedOut },
];

struct Mode {
    name: &'static str,
    calls: &'static [&'static str],
    injection: &'static str,
    /// Exit codes that such a run may end with.
    codes: &'static [i32],
}

const MODES: [Mode; 6] = [
    Mode {
        name: "SIGKILL",
        calls: &["mkdirat", "fchmod", "fsync", "renameat", "linkat", "unlinkat"],
        injection: "signal=KILL",
        codes: &[0, 137],
    },
    Mode { name: "Ctrl-C", calls: &["epoll_wait", "flock"], injection: "signal=INT", codes: &[0, 130] },
    Mode {
        name: "ENOSPC",
        calls: &["mkdirat", "fsync", "renameat", "linkat"],
        injection: "error=ENOSPC",
        codes: &[0, 1, 3, 7],
    },
    Mode { name: "EIO", calls: &["fsync", "renameat", "unlinkat"], injection: "error=EIO", codes: &[0, 1, 3, 7] },
    Mode { name: "no hard links", calls: &["linkat"], injection: "error=EPERM", codes: &[0, 1, 7] },
    Mode { name: "no locks", calls: &["flock"], injection: "error=ENOLCK", codes: &[0, 1, 7] },
];

#[test]
fn nothing_is_lost_whichever_call_is_the_last() {
    if run(std::process::Command::new("strace").args(["-o", "/dev/null", "true"])).code != 0 {
        lacks("strace may not trace here");
        return;
    }
    let cells: Vec<(usize, usize)> =
        (0..JOBS.len()).flat_map(|job| (0..MODES.len()).map(move |mode| (job, mode))).collect();
    let next = AtomicUsize::new(0);
    let tried = Mutex::new(BTreeMap::new());
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(&(job, mode)) = cells.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let tried_all = panic::catch_unwind(|| every_call(&JOBS[job], &MODES[mode]));
                    let unseen = || format!("{} x {}: it could not be looked at", JOBS[job].name, MODES[mode].name);
                    let broken = tried_all.unwrap_or_else(|_| (1, vec![unseen()]));
                    tried.lock().unwrap().insert((job, mode), broken);
                }
            });
        }
    });
    let tried = tried.into_inner().unwrap();
    let mut text = format!("{:42}", "");
    for mode in &MODES {
        write!(text, "{:>15}", mode.name).unwrap();
    }
    for (at, job) in JOBS.iter().enumerate() {
        write!(text, "\n{:42}", job.name).unwrap();
        for mode in 0..MODES.len() {
            write!(text, "{:>15}", tried[&(at, mode)].0).unwrap();
        }
    }
    let count: usize = tried.values().map(|(trials, _)| trials).sum();
    let broken: Vec<&String> = tried.values().flat_map(|(_, broken)| broken).collect();
    let lost = broken.len();
    let text = format!("{text}\n\n{count} cells tried, {} survived, {lost} lost\n", count - lost);
    super::keep("calls", &text);
    assert!(broken.is_empty(), "{text}\n{broken:#?}");
}

/// How many calls were spoilt, and which of the runs lost something.
fn every_call(job: &Job, mode: &Mode) -> (usize, Vec<String>) {
    let world = World::new();
    let mut trials = 0;
    let mut broken = Vec::new();
    baseline(&world, job);
    let counts = counted(&world, job, mode);
    broken.extend(afterwards(&world, job).into_iter().map(|rule| format!("{}, undisturbed: {rule}", job.name)));
    for (call, count) in counts {
        for at in 1..=count {
            trials += 1;
            baseline(&world, job);
            let injection = format!("inject={call}:{}:when={at}", mode.injection);
            let ran = traced(&world, job, &[&format!("trace={call}"), &injection], "/dev/null");
            let mut wrong = afterwards(&world, job);
            let failed = !matches!(ran.code, 0 | 130 | 137);
            if !mode.codes.contains(&ran.code) || failed && !is_an_error(&ran.error()) || !printable(&ran.stderr) {
                wrong.push("it ends otherwise".into());
            }
            if !wrong.is_empty() {
                broken.push(format!("{} x {} at {call} {at}: {wrong:?}: {ran:?}", job.name, mode.name));
            }
        }
    }
    (trials, broken)
}

fn baseline(world: &World, job: &Job) {
    world.ok(&["login"]);
    world.ok(&["process", "prod"]);
    (job.prepare)(world);
}

/// How often the verb makes each call, in the thread that makes the most of them: `strace` counts by thread.
fn counted(world: &World, job: &Job, mode: &Mode) -> BTreeMap<&'static str, usize> {
    let log = world.path("calls");
    let ran = traced(world, job, &[&format!("trace={}", mode.calls.join(","))], log.to_str().unwrap());
    assert_eq!(ran.code, 0, "{}: {ran:?}", job.name);
    let mut counts = BTreeMap::new();
    for line in fs::read_to_string(log).unwrap().lines() {
        let Some((thread, rest)) = line.split_once(' ') else { continue };
        if let Some(call) = mode.calls.iter().find(|call| rest.trim_start().starts_with(&format!("{call}("))) {
            *counts.entry((*call, thread.to_owned())).or_insert(0) += 1;
        }
    }
    let mut most = BTreeMap::new();
    for ((call, _), count) in counts {
        let known = most.entry(call).or_insert(0);
        *known = count.max(*known);
    }
    most
}

fn traced(world: &World, job: &Job, expressions: &[&str], log: &str) -> Ran {
    let mut words = vec!["120", "strace", "-f", "-qq", "-o", log];
    words.extend(expressions.iter().flat_map(|expression| ["-e", expression]));
    words.push(ASSUME);
    words.extend(job.words);
    run(&mut world.program("timeout", &words))
}

/// What is lost, once nothing is in the way any more and the verb is run again.
fn afterwards(world: &World, job: &Job) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut fails = |what: &str, codes: &[i32], ran: Ran| {
        if !codes.contains(&ran.code) {
            wrong.push(format!("{what}: {ran:?}"));
        }
    };
    if matches!(job.then, Then::SignedIn | Then::SignedInOrAsked) && job.words != ["login"] {
        world.aws.fault(Fault::on("*").reset());
        fails("the keys of prod", &[0], world.assume(&["--no-input", "process", "prod"]));
        world.aws.clear_faults();
    }
    let again = world.assume(job.words);
    let refreshed = job.then == Then::SignedInOrAsked;
    fails("once more", if refreshed { &[0, 3] } else { &[0] }, again.clone());
    if refreshed && again.code == 3 {
        fails("a sign-in", &[0], world.assume(&["login"]));
    }
    let staging = ["--no-input", "--shell", "bash", "staging", "--force"];
    match job.then {
        Then::SignedIn | Then::SignedInOrAsked => fails("new keys", &[0], world.assume(&staging)),
        Then::Locked => {
            fails("it is locked", &[7], world.assume(&staging));
            let variables = world.variables().into_iter().map(|(name, value)| (name.into(), value.into())).collect();
            let mut person = Terminal::start(ASSUME.as_ref(), &["login"], &variables, world.home.path());
            let code = person.wait_for_end();
            fails(
                "a person unlocks",
                &[0],
                Ran { stdout: String::new(), stderr: person.screen(), code: code.try_into().unwrap() },
            );
            fails("new keys", &[0], world.assume(&staging));
        }
        Then::SignedOut => fails("it is signed out", &[3], world.assume(&staging)),
    }
    wrong
}
