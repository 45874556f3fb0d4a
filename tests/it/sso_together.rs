//! Thirty processes that find the session expired at once.

use std::path::PathBuf;
use std::process::Child;
use std::time::Duration;

use aws_assume::sso::Flow;
use identity_center::{Approval, Config};

use crate::sso_support::{Scene, visited};

const PROCESSES: usize = 30;
const PATIENCE: Duration = Duration::from_mins(1);

fn start(scene: &Scene, flow: Option<Flow>, count: usize) -> Vec<(Child, PathBuf)> {
    let out = |n: usize| scene.state.path().join(format!("out-{n}"));
    (0..count).map(|n| (scene.process(flow, &out(n)), out(n))).collect()
}

/// What each said, once all have ended.
fn outcomes(processes: Vec<(Child, PathBuf)>) -> Vec<String> {
    let said = |(mut child, out): (Child, PathBuf)| {
        child.wait().unwrap();
        std::fs::read_to_string(out).unwrap()
    };
    processes.into_iter().map(said).collect()
}

fn all_got_keys(outcomes: &[String], count: usize) {
    assert_eq!(outcomes.len(), count);
    for said in outcomes {
        assert!(said.contains("\nkeys ASIA"), "{said}");
    }
}

/// The process that holds the sign-in is the one that told the person what to do.
fn kill_the_holder(processes: &mut Vec<(Child, PathBuf)>) {
    let holder = loop {
        let told = |out: &PathBuf| std::fs::read_to_string(out).is_ok_and(|said| said.contains("tell: "));
        if let Some(at) = processes.iter().position(|(_, out)| told(out)) {
            break at;
        }
        std::thread::yield_now();
    };
    let (mut child, _) = processes.remove(holder);
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn thirty_processes_open_one_tab() {
    for flow in [Flow::Pkce, Flow::Device] {
        let scene = Scene::new(Config::default().approval(Approval::Opened(1500)));
        let outcomes = outcomes(start(&scene, Some(flow), PROCESSES));
        all_got_keys(&outcomes, PROCESSES);
        assert_eq!(visited(&scene.visits()).len(), 1, "{flow:?}");
        assert_eq!(outcomes.iter().filter(|said| said.contains("note: waiting for the sign-in to 'dev'")).count(), 29);
    }
}

#[test]
fn with_a_code_the_next_goes_on_with_the_same_code() {
    let scene = Scene::new(Config::default().approval(Approval::Never));
    let mut processes = start(&scene, Some(Flow::Device), PROCESSES);
    assert!(scene.aws.wait_for("DevicePage", 1, PATIENCE));
    kill_the_holder(&mut processes);
    scene.aws.approve();
    all_got_keys(&outcomes(processes), PROCESSES - 1);
    assert_eq!(scene.aws.count("StartDeviceAuthorization"), 1);
    assert_eq!(visited(&scene.visits()).len(), 1);
}

#[test]
fn in_the_browser_exactly_one_starts_anew_and_says_so() {
    let scene = Scene::new(Config::default().approval(Approval::Never));
    let mut processes = start(&scene, Some(Flow::Pkce), PROCESSES);
    assert!(scene.aws.wait_for("Authorize", 1, PATIENCE));
    scene.aws.set_approval(Approval::Opened(1500));
    kill_the_holder(&mut processes);
    let outcomes = outcomes(processes);
    all_got_keys(&outcomes, PROCESSES - 1);
    assert_eq!(visited(&scene.visits()).len(), 2);
    assert_eq!(outcomes.iter().filter(|said| said.contains("was cut off; starting anew")).count(), 1);
}

#[test]
fn who_waits_for_a_sign_in_that_is_denied_opens_no_other() {
    let scene = Scene::new(Config::default().approval(Approval::Never));
    let processes = start(&scene, Some(Flow::Pkce), 6);
    assert!(scene.aws.wait_for("Authorize", 1, PATIENCE));
    // All of them have looked at the vault by the time one of them waits; the browser is told last.
    let waiting = |(_, out): &(Child, PathBuf)| std::fs::read_to_string(out).is_ok_and(|said| said.contains(": "));
    while !processes.iter().all(waiting) {
        std::thread::yield_now();
    }
    // The page may have been asked for and not be there yet.
    while scene.aws.deny().is_empty() {
        std::thread::yield_now();
    }
    for said in outcomes(processes) {
        assert!(said.contains("error 3 the sign-in to 'dev' was not approved"), "{said}");
    }
    assert_eq!(visited(&scene.visits()).len(), 1);
}
