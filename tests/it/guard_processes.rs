//! What other processes may learn or do: argv and environment of children, requests to the listener, locks, names in hints.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use identity_center::{Approval, Config, What};

use crate::world::{PASSPHRASE, Ran, World, run};

/// Until `done`, for twenty seconds at most: what is waited for is a state of the world, never a time.
pub fn until(what: &str, mut done: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !done() {
        assert!(Instant::now() < deadline, "{what} did not happen");
        thread::yield_now();
    }
}

pub fn start(command: &mut Command) -> Child {
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn end(child: Child) -> Ran {
    child.wait_with_output().unwrap().into()
}

/// A browser that notes its argv, environment and folder before it goes where it is sent.
fn noting(world: &World) {
    world.write(
        "browser",
        "#!/bin/sh\nH=${0%/browser}\ntr '\\0' '\\n' </proc/$$/cmdline >\"$H/argv\"\n\
         tr '\\0' '\\n' </proc/$$/environ >\"$H/environ\"\nreadlink /proc/$$/cwd >\"$H/cwd\"\n\
         echo \"$1\" >>\"$H/tabs\"\nexec curl -sL -o /dev/null \"$1\"\n",
    );
}

#[test]
fn the_browser_gets_the_start_page_alone_and_nothing_of_the_contract() {
    let world = World::new();
    noting(&world);
    let contract = [
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_SECURITY_TOKEN",
        "AWS_ACCOUNT_ID",
        "AWS_CREDENTIAL_EXPIRATION",
        "AWS_SESSION_EXPIRATION",
        "AWS_SSO_PROFILE",
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
        "AWS_PROFILE",
        "AWS_DEFAULT_PROFILE",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN",
        "AWS_ROLE_ARN",
        "ASSUME_PROFILE",
        "ASSUME_PREVIOUS",
        "ASSUME_SESSION",
        "ASSUME_ACCOUNT",
        "ASSUME_ROLE",
        "ASSUME_EXPIRES",
        "ASSUME_SEGMENT",
    ];
    let ran = run(world.command(&["login"]).envs(contract.map(|name| (name, "canary"))));
    assert_eq!(ran.code, 0, "{ran:?}");
    let noted = |name: &str| fs::read_to_string(world.path(name)).unwrap();
    for name in contract.iter().chain(&["ASSUME_STORE_PASSPHRASE"]) {
        assert!(!noted("environ").lines().any(|line| line.starts_with(&format!("{name}="))), "{name}");
    }
    assert!(!noted("environ").contains(PASSPHRASE));
    assert_eq!(noted("cwd").trim(), "/");
    let argv = noted("argv");
    let url = argv.lines().last().unwrap();
    let (port, nonce) = url.strip_prefix("http://127.0.0.1:").unwrap().split_once('/').unwrap();
    assert!(port.parse::<u16>().is_ok() && nonce.len() == 32, "{argv}");
    for secret in world.aws.issued_secrets() {
        assert!(!argv.contains(&secret.value), "{} in argv", secret.kind);
    }
}

#[test]
fn a_second_look_at_the_start_page_ends_the_sign_in_and_says_so() {
    let world = World::with(Config { approval: Approval::Never, ..Config::default() });
    let child = start(&mut world.command(&["login"]));
    until("a tab", || world.aws.opened().authorize == 1);
    let stolen = Command::new("curl").args(["-s", "--max-time", "5", &world.tabs()[0]]).output().unwrap();
    let ran = end(child);
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(ran.stderr.contains("opened twice") && ran.stderr.contains("someone else"), "{ran:?}");
    assert!(!String::from_utf8_lossy(&stolen.stdout).contains("state="));
    assert_eq!(world.aws.count("CreateToken"), 0);
}

#[test]
fn wrong_requests_and_slow_connections_beside_a_real_sign_in_do_not_stop_it() {
    let world = World::with(Config { approval: Approval::Never, ..Config::default() });
    let child = start(&mut world.command(&["login"]));
    until("a tab", || world.aws.opened().authorize == 1);
    let tab = world.tabs()[0].clone();
    let origin = tab.rsplit_once('/').unwrap().0.to_owned();
    let slow: Vec<_> =
        (0..50).map(|_| std::net::TcpStream::connect(origin.strip_prefix("http://").unwrap()).unwrap()).collect();
    let callback = format!("{origin}/oauth/callback");
    for wrong in [
        vec![format!("{callback}?code=x&state=wrong")],
        vec![format!("{callback}?code=x")],
        vec![format!("{callback}?error=access_denied")],
        vec!["-X".into(), "POST".into(), format!("{callback}?code=x&state=wrong")],
        vec!["-H".into(), "Host: evil.example".into(), tab.clone()],
        vec!["-H".into(), "Sec-Fetch-Mode: no-cors".into(), tab.clone()],
        vec![format!("{origin}/")],
    ] {
        let arguments = ["-s", "--max-time", "10", "-o", "/dev/null", "-w", "%{http_code}"];
        let answer = Command::new("curl").args(arguments).args(&wrong).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&answer.stdout), "400", "{wrong:?}");
    }
    world.aws.set_approval(Approval::Opened(0));
    world.aws.approve();
    let ran = end(child);
    drop(slow);
    assert_eq!(ran.code, 0, "{ran:?}");
}

/// A job that Ctrl-Z stopped keeps its locks.
#[test]
fn whoever_gets_the_same_keys_and_was_stopped_holds_nobody_up_for_ever() {
    use rustix::process::{Pid, Signal, kill_process};
    let world = World::with(Config::default().latency("GetRoleCredentials", 600_000));
    world.sign_in();
    let mut first = start(&mut world.command(&["process", "dev"]));
    until("a request", || world.aws.count("GetRoleCredentials") == 1);
    let pid = Pid::from_raw(i32::try_from(first.id()).unwrap()).unwrap();
    kill_process(pid, Signal::STOP).unwrap();
    let ran = world.assume(&["export", "dev", "--format", "json"]);
    first.kill().unwrap();
    first.wait().unwrap();
    assert_eq!(ran.code, 6, "{ran:?}");
    assert!(ran.stderr.contains("waiting for another assume that is getting the keys of"), "{ran:?}");
    assert!(ran.error().contains("fg") && world.aws.count("GetRoleCredentials") == 1, "{ran:?}");
}

#[test]
fn exec_hands_keys_over_by_environment_and_never_by_argv() {
    let world = World::new();
    world.sign_in();
    let script = "tr '\\0' '\\n' </proc/$$/cmdline; echo ==; tr '\\0' '\\n' </proc/$$/environ";
    let ran = world.ok(&["exec", "dev", "--", "sh", "-c", script]);
    let (argv, environ) = ran.stdout.split_once("==\n").map(|(a, e)| (a.to_owned(), e.to_owned())).unwrap();
    for secret in world.aws.issued_secrets() {
        assert!(!argv.contains(&secret.value), "{} in argv", secret.kind);
        let wanted = ["access_key_id", "secret_access_key", "session_token"].contains(&secret.kind.as_str());
        assert_eq!(environ.contains(&secret.value), wanted, "{} in the environment", secret.kind);
    }
    assert!(!environ.contains(PASSPHRASE) && !environ.contains("ASSUME_STORE_PASSPHRASE"));
}

#[test]
fn a_lock_while_keys_are_on_their_way_leaves_none() {
    let world = World::with(Config::default().latency("GetRoleCredentials", 3000));
    world.sign_in();
    let child = start(&mut world.command(&["process", "dev"]));
    until("a request", || world.aws.count("GetRoleCredentials") == 1);
    world.ok(&["lock"]);
    let ran = end(child);
    assert_eq!((ran.code, ran.stdout.as_str()), (7, ""), "{ran:?}");
    let status = world.assume(&["list", "--json"]).stdout;
    assert!(!status.contains("\"fine\""), "{status}");
}

#[test]
fn a_lock_while_a_token_is_refreshed_leaves_none_and_revokes_it() {
    let world = World::new();
    world.sign_in();
    world.aws.expire(What::AccessTokens);
    make_token_due(&world);
    let before = world.aws.count("CreateToken");
    let child = start(&mut world.command(&["login", "--force"]));
    until("a second exchange", || world.aws.count("CreateToken") > before);
    world.ok(&["lock"]);
    let ran = end(child);
    assert_eq!(ran.code, 7, "{ran:?}");
    until("the new token to be revoked", || world.aws.count("Logout") >= 1);
}

/// Answers of the token endpoint come late from here on.
fn make_token_due(world: &World) {
    world.aws.fault(identity_center::Fault::on("CreateToken").delay_ms(3000));
}

#[test]
fn no_hint_runs_anything_when_it_is_pasted() {
    let hostile = "x';touch pwned;'";
    let world = World::new();
    let start_url = world.aws.start_url();
    world.write(
        ".aws/config",
        &format!(
            "[sso-session {hostile}]\nsso_start_url = {start_url}\nsso_region = us-east-1\n\
             [profile {hostile}]\nsso_session = {hostile}\nsso_account_id = 111122223333\nsso_role_name = ReadOnlyAccess\n"
        ),
    );
    for words in [
        &["--no-input", "process", hostile][..],
        &["process", hostile, "--session", "other"],
        &["--no-input", "export", &format!("{hostile}/x"), "--format", "json"],
    ] {
        let ran = world.assume(words);
        assert_ne!(ran.code, 0);
        let hint = ran.stderr.lines().find(|line| line.starts_with("hint:")).unwrap_or_default();
        if let Some((_, command)) = hint.split_once("assume ") {
            run(&mut world.program("bash", &["-c", &format!("true {command}")]));
        }
        assert!(!world.path("pwned").exists(), "{words:?}: {ran:?}");
    }
}

#[test]
fn an_account_named_by_an_enemy_steers_no_terminal_and_forges_no_line() {
    let hostile = "Dev\u{1b}]0;owned\u{7}\u{9b}2J\nstaging  fine\r\u{202e}$(touch pwned)`touch pwned`";
    let world = World::with(Config::empty().account("111122223333", hostile, &["AdministratorAccess"]));
    world.sign_in();
    let lists = [
        world.ok(&["dev", "--shell", "bash"]).stderr,
        world.ok(&["list"]).stdout,
        world.ok(&["status"]).stdout,
        world.ok(&["show", "dev"]).stdout,
        world.assume(&["process", "Dev/Nothing"]).stderr,
        world.assume(&["process", "dev", "--nosuch"]).stderr,
        world.assume(&["process", "111122223333/Nothing"]).stderr,
    ];
    for text in &lists {
        for control in ['\u{1b}', '\u{7}', '\u{9b}', '\r', '\u{202e}'] {
            assert!(!text.contains(control), "{control:?} in {text:?}");
        }
        assert!(!text.lines().any(|line| line.starts_with("staging  fine")), "{text}");
    }
    let script = "eval \"$(assume dev --shell bash)\"; PS1=\"$ASSUME_SEGMENT \"; : \"${PS1@P}\"; env >/dev/null";
    let ran = run(&mut world.program("bash", &["-c", script]));
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(!world.path("pwned").exists(), "a name ran in a prompt");
}

#[test]
fn a_script_whose_interpreter_is_gone_is_not_taken_for_absent() {
    let world = World::new();
    world.sign_in();
    world.write("gone-wrong", "#!/nowhere/at/all\n");
    std::fs::set_permissions(world.path("gone-wrong"), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let ran = world.assume(&["exec", "dev", "--", "./gone-wrong"]);
    assert_eq!(ran.code, 127, "{ran:?}");
    assert!(ran.error().contains("cannot run ./gone-wrong: what it wants to be run by"), "{ran:?}");
    // On PATH there is none of that name, whatever this folder holds.
    let ran = world.assume(&["exec", "dev", "--", "gone-wrong"]);
    assert!(ran.error().contains("no such command: gone-wrong"), "{ran:?}");
}
