//! Signing in: the browser, the locks, and what goes on when the command has ended.

use std::io::Read;
use std::process::Stdio;
use std::time::{Duration, Instant};

use identity_center::{Config, Logged};

use crate::world::{World, built, run, windows};

const LIMIT: Duration = Duration::from_secs(30);

#[test]
fn the_browser_named_by_its_path_gets_the_start_page_alone() {
    let world = World::new();
    world.ok(&["login"]);
    let page = world.pages().lock().unwrap().recv_timeout(LIMIT).unwrap();
    assert!(page.starts_with("http://127.0.0.1:"), "{page}");
    assert!(!page.contains("state="), "{page}");
    world.ok(&["export", "dev"]);
}

#[test]
fn without_one_it_is_the_browser_of_the_system_with_no_key_in_its_environment() {
    let world = World::new();
    let had = world.path("had");
    let open =
        format!("\"{}\" tell-all {} \"%1\" \"{}\"", windows(&built("actor.exe")), world.browser(), windows(&had));
    let key = r"HKCR\http\shell\open\command";
    assert_eq!(run(&mut world.program("reg".as_ref(), &["add", key, "/ve", "/d", &open, "/f"])).code, 0);
    let mut command = world.command(&["login"]);
    let withheld = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "ASSUME_STORE_PASSPHRASE"];
    for name in withheld {
        command.env(name, "synthetic");
    }
    let ran = run(command.env_remove("BROWSER").env("ORDINARY", "1"));
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(world.pages().lock().unwrap().recv_timeout(LIMIT).unwrap().starts_with("http://127.0.0.1:"));
    let had = std::fs::read_to_string(had).unwrap();
    assert!(had.lines().any(|name| name == "ORDINARY"), "{had}");
    for name in withheld {
        assert!(had.lines().all(|had| had != name), "{name} reached the browser");
    }
}

#[test]
fn a_killed_sign_in_keeps_nobody_out() {
    let world = World::with_idle_browser(Config::default());
    let mut killed = world.command(&["login"]).stderr(Stdio::null()).spawn().unwrap();
    // It holds the lock of the session by now.
    world.pages().lock().unwrap().recv_timeout(LIMIT).unwrap();
    killed.kill().unwrap();
    killed.wait().unwrap();
    let mut next = world.command(&["login"]).stderr(Stdio::null()).spawn().unwrap();
    let page = world.pages().lock().unwrap().recv_timeout(LIMIT).unwrap();
    identity_center::browse(&page, None).unwrap();
    assert!(next.wait().unwrap().success());
}

#[test]
fn many_at_once_open_one_page() {
    let world = World::new();
    let ask = || world.command(&["export", "dev"]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let all: Vec<_> = (0..6).map(|_| ask()).collect();
    for one in all {
        let ended = one.wait_with_output().unwrap();
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    }
    let pages = world.pages().lock().unwrap();
    pages.recv_timeout(LIMIT).unwrap();
    assert!(pages.try_recv().is_err(), "a second page");
}

#[test]
fn what_runs_on_detached_keeps_nobody_waiting_and_ends_its_work() {
    let world = World::with(Config::default().latency("ListAccounts", 8000));
    // Its output stays open to Wine's own messages, which go to stderr.
    let mut command = world.command(&["login"]);
    let mut login = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    // As a shell that takes its output waits for the end of it.
    login.stdout.take().unwrap().read_to_end(&mut Vec::new()).unwrap();
    assert!(login.wait().unwrap().success());
    let answered = |asked: &Logged| asked.operation == "ListAccounts" && asked.status.is_some();
    assert!(!world.aws.log().iter().any(answered), "its output stayed open until the names had come");
    let shown = || world.ok(&["show", "dev", "--json"]).stdout;
    let end = Instant::now() + LIMIT;
    while !shown().contains("Development") {
        assert!(Instant::now() < end, "the names never came: {}", shown());
    }
}
