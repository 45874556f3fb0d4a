//! What is left in the memory of a process after it has had a secret: looked for from outside, byte by byte.
#![expect(clippy::print_stdout, reason = "how a child says how far it is")]

use std::fs;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::process::{Child, Command, Stdio};

use aws_assume::secret::Secret;
use aws_assume::shell::{self, Dialect};

use crate::skip::skip;
use crate::store_child::{Token, id, record, under_passphrase};

/// Grows as it is written, so that no copy of it stands in the program.
fn marker() -> String {
    let mut text = String::with_capacity(64);
    for letter in 0..48_u8 {
        text.push(char::from(b'A' + (letter * 5 + 3) % 26));
    }
    text
}

/// How often the marker stands in what the process may write to.
fn copies(child: &Child) -> Option<usize> {
    let maps = fs::read_to_string(format!("/proc/{}/maps", child.id())).ok()?;
    let mut memory = fs::File::open(format!("/proc/{}/mem", child.id())).ok()?;
    let marker = marker();
    let mut found = 0;
    for line in maps.lines().filter(|line| line.split(' ').nth(1).is_some_and(|modes| modes.starts_with("rw"))) {
        let (start, end) = line.split(' ').next()?.split_once('-')?;
        let (start, end) = (u64::from_str_radix(start, 16).ok()?, u64::from_str_radix(end, 16).ok()?);
        let mut bytes = vec![0; usize::try_from(end - start).ok()?];
        memory.seek(SeekFrom::Start(start)).ok()?;
        if memory.read_exact(&mut bytes).is_ok() {
            found += bytes.windows(marker.len()).filter(|window| *window == marker.as_bytes()).count();
        }
    }
    Some(found)
}

/// The step the child has come to, where it waits.
fn step(answers: &mut impl BufRead) -> String {
    loop {
        let mut line = String::new();
        assert_ne!(answers.read_line(&mut line).unwrap(), 0, "the child is gone");
        if let Some((_, step)) = line.split_once("step: ") {
            return step.trim_end().to_owned();
        }
    }
}

#[test]
fn what_a_secret_leaves_behind_is_wiped() {
    let state = tempfile::tempdir().unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["memory::has_a_secret_for_a_while", "--exact", "--ignored", "--nocapture", "--test-threads=1"])
        .env("MEMORY_STATE", state.path().join("state"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap());
    let mut seen = Vec::new();
    loop {
        let step = step(&mut answers);
        if step == "end" {
            break;
        }
        let Some(copies) = copies(&child) else {
            child.kill().unwrap();
            child.wait().unwrap();
            skip("this system lets nobody look into the memory of another process");
            return;
        };
        seen.push((step, copies));
        writeln!(child.stdin.as_mut().unwrap()).unwrap();
    }
    assert!(child.wait().unwrap().success());
    for (step, copies) in &seen {
        assert_eq!(*copies > 0, step.starts_with("has"), "{copies} copies: {step}, of {seen:?}");
    }
    assert_eq!(seen.len(), 8, "{seen:?}");
}

fn says(step: &str) {
    println!("step: {step}");
    if step != "end" {
        std::io::stdin().read_exact(&mut [0]).unwrap();
    }
}

#[test]
#[ignore = "started by the test that looks into its memory"]
fn has_a_secret_for_a_while() {
    let Some(state) = std::env::var_os("MEMORY_STATE") else { return };
    says("no secret yet");
    let secret = Secret::new(marker());
    let copy = secret.clone();
    says("has a secret");
    assert!(secret == copy);
    drop((secret, copy));
    says("a secret and its copy are gone");

    let once = Secret::new(marker());
    let secret = Secret::new(once.expose().repeat(400));
    drop(once);
    let pairs = [("AWS_SESSION_TOKEN", &secret), ("AWS_SECRET_ACCESS_KEY", &secret)];
    let texts: Vec<Secret> = [Dialect::Bash, Dialect::Fish, Dialect::PowerShell, Dialect::Sh, Dialect::Json]
        .into_iter()
        .map(|dialect| shell::env_lines(dialect, &pairs))
        .collect();
    says("has texts for shells, which grew while they were written");
    drop(texts);
    drop(secret);
    says("the texts for shells are gone");

    let store = under_passphrase(state.as_ref(), "correct horse battery");
    let ticket = store.ticket(&id().session).unwrap();
    let text = Secret::new(marker());
    store.save(&id(), record(text.expose()), &ticket).unwrap();
    drop(text);
    says("a record was sealed");
    let opened = store.load::<Token>(&id()).unwrap().unwrap();
    says("has an opened record");
    drop(opened);
    says("the opened record is gone");
    says("end");
}
