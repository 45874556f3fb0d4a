//! Keys in the vault and fresh: no process, no thread, no network, no certificates, no listing of a folder. By counting what
//! reaches the kernel, so that it cannot rot.

use std::fs;

use crate::shells::run::tool;
use crate::skip::skip;
use crate::world::{ASSUME, World, run};

#[test]
fn a_warm_switch_starts_nothing_and_asks_nobody() {
    let Some(strace) = tool("strace") else { return };
    let world = World::new();
    let kernel = |program: &str, words: &[&str]| {
        let mut command = world.program(program, words);
        run(command.env("ASSUME_STORE", "keyutils").env_remove("ASSUME_STORE_PASSPHRASE"))
    };
    let signed_in = kernel(ASSUME, &["login"]);
    if signed_in.code == 7 {
        return skip("the kernel refuses its keyring here");
    }
    assert_eq!(kernel(ASSUME, &["process", "dev"]).code, 0, "{signed_in:?}");

    let asked = world.aws.log().len();
    let trace = world.path("trace");
    let watched = "trace=process,network,openat,getdents64";
    let words = ["-f", "-qq", "-e", watched, "-o", trace.to_str().unwrap(), ASSUME, "dev", "--shell", "bash"];
    let ran = kernel(strace.to_str().unwrap(), &words);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(world.aws.log().len(), asked);

    let trace = fs::read_to_string(trace).unwrap();
    let calls: Vec<&str> = trace.lines().filter_map(|line| line.split_once(' ').map(|(_, call)| call.trim())).collect();
    let none = |what: &[&str]| {
        let found: Vec<_> = calls.iter().filter(|call| what.iter().any(|name| call.starts_with(name))).collect();
        assert!(found.is_empty(), "{found:?}");
    };
    assert_eq!(calls.iter().filter(|call| call.starts_with("execve(")).count(), 1, "itself alone");
    none(&["clone", "fork", "vfork", "socket", "connect", "getdents"]);
    let opened: Vec<_> = calls.iter().filter(|call| call.starts_with("openat(") && !call.contains("ENOENT")).collect();
    let foreign: Vec<_> = opened
        .iter()
        .filter(|call| ["ssl", "certs", "resolv", "nsswitch"].iter().any(|part| call.contains(part)))
        .collect();
    assert!(foreign.is_empty(), "{foreign:?}");
    assert!(opened.len() < 25, "{} files for one switch: {opened:#?}", opened.len());
}
