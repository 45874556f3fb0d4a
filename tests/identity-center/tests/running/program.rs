//! The program: one line when it is ready, and an end when its parent is gone.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use identity_center::browse;
use serde_json::Value;

fn start(arguments: &[&str]) -> (Child, Value) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_identity-center"));
    command.args(arguments).arg("--exit-with-stdin").stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    (child, serde_json::from_str(&line).unwrap())
}

fn ends(mut child: Child) -> bool {
    drop(child.stdin.take());
    let until = Instant::now() + Duration::from_secs(10);
    while Instant::now() < until {
        if child.try_wait().unwrap().is_some() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    child.kill().unwrap();
    false
}

#[test]
fn it_says_where_it_is_and_ends_with_its_standard_input() {
    let (child, ready) = start(&["--start-url", "https://d-abc123.awsapps.com/start", "--approval", "opened:0"]);
    let url = ready["url"].as_str().unwrap();
    assert_eq!(ready["start_url"], "https://d-abc123.awsapps.com/start");
    assert_eq!(ready["control"], format!("{url}/_control"));
    assert_eq!(browse(&format!("{url}/start"), None).unwrap().status, 200);
    assert!(ends(child));
    assert!(browse(&format!("{url}/start"), None).is_err());
}

#[test]
fn its_browser_visits_a_page() {
    let (child, ready) = start(&[]);
    let visit = |page: &str| {
        let url = format!("{}{page}", ready["url"].as_str().unwrap());
        Command::new(env!("CARGO_BIN_EXE_identity-center")).args(["browse", &url]).output().unwrap()
    };
    assert!(visit("/start").status.success());
    assert!(!visit("/nowhere").status.success());
    assert!(ends(child));
}

#[test]
fn a_wrong_file_or_flag_is_said() {
    for arguments in [&["--config", "/nonexistent/x.json"][..], &["--approval", "perhaps"], &["--latency", "x"]] {
        let output = Command::new(env!("CARGO_BIN_EXE_identity-center")).args(arguments).output().unwrap();
        assert!(!output.status.success() && !output.stderr.is_empty(), "{arguments:?}");
    }
}
