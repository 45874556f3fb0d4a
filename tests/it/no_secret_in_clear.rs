//! A byte search for every secret the stand-in ever issued, and the passphrase, over the home, temporary folders, argv
//! and everything printed: after success, and after each fault, with `--verbose` too.

use std::fs;
use std::path::Path;

use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER};
use identity_center::{BodyKind, Fault, What};

use crate::world::{PASSPHRASE, Ran, World, run};

/// Each secret as it is, in base64 (whole three-byte groups, wherever they begin) and in hex.
fn needles(world: &World) -> Vec<(String, Vec<u8>)> {
    let mut secrets: Vec<(String, String)> =
        world.aws.issued_secrets().into_iter().map(|issued| (issued.kind, issued.value)).collect();
    secrets.push(("passphrase".into(), PASSPHRASE.into()));
    let mut needles = Vec::new();
    for (kind, value) in secrets {
        let bytes = value.as_bytes();
        needles.push((kind.clone(), bytes.to_vec()));
        needles.push((format!("{kind} in hex"), HEXLOWER.encode(bytes).into_bytes()));
        for start in 0..3.min(bytes.len()) {
            let whole = &bytes[start..start + (bytes.len() - start) / 3 * 3];
            needles.push((format!("{kind} in base64"), BASE64.encode(whole).into_bytes()));
            needles.push((format!("{kind} in base64url"), BASE64URL_NOPAD.encode(whole).into_bytes()));
        }
    }
    needles
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

fn search(where_: &str, haystack: &[u8], needles: &[(String, Vec<u8>)]) {
    for (kind, needle) in needles {
        assert!(!contains(haystack, needle), "{kind} in clear in {where_}");
    }
}

fn search_folder(folder: &Path, needles: &[(String, Vec<u8>)]) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        search(&format!("the name {}", path.display()), path.as_os_str().as_encoded_bytes(), needles);
        match entry.file_type().unwrap() {
            kind if kind.is_dir() => search_folder(&path, needles),
            kind if kind.is_file() => search(&path.display().to_string(), &fs::read(&path).unwrap(), needles),
            _ => {}
        }
    }
}

/// What a person sees, and what a log would keep. The keys themselves go to stdout, for the shell alone.
fn search_words(what: &str, ran: &Ran, needles: &[(String, Vec<u8>)]) {
    search(&format!("stderr of {what}"), ran.stderr.as_bytes(), needles);
}

#[test]
fn nothing_secret_is_left_in_clear_after_success() {
    let world = World::new();
    // Every argv of every program that was started, by strace, the browser's included.
    let trace = world.path("trace");
    let mut ran = Vec::new();
    for words in [
        &["login", "-v"][..],
        &["dev", "-v", "--shell", "bash"],
        &["exec", "prod", "-v", "--", "true"],
        &["status", "-v"],
        &["list", "-v"],
    ] {
        let strace =
            ["-f", "-qq", "-s", "20000", "-e", "trace=execve", "-o", trace.to_str().unwrap(), crate::world::ASSUME];
        let one =
            run(world.program("strace", &strace).args(words).env("TMPDIR", world.path("tmp")).env("RUST_LOG", "trace"));
        assert_eq!(one.code, 0, "{words:?}: {one:?}");
        // The environment of a child is shown as a count; argv is shown whole.
        ran.push((words.join(" "), one, fs::read(&trace).unwrap()));
        fs::remove_file(&trace).unwrap();
    }
    let needles = needles(&world);
    assert!(needles.len() > 30, "the search looks for something");
    for (what, one, argv) in &ran {
        search_words(what, one, &needles);
        search(&format!("argv of {what}"), argv, &needles);
    }
    search_folder(world.home.path(), &needles);
}

#[test]
fn nothing_secret_is_left_in_clear_after_each_fault() {
    let faults = [
        Fault::on("*").status(500).echo_secrets(),
        Fault::on("GetRoleCredentials").error("UnauthorizedException").echo_secrets(),
        Fault::on("GetRoleCredentials").error("ForbiddenException").echo_secrets(),
        Fault::on("GetRoleCredentials").error("InvalidRequestException").echo_secrets(),
        Fault::on("GetRoleCredentials").body(BodyKind::Truncated).applied(),
        Fault::on("GetRoleCredentials").body(BodyKind::Html).echo_secrets(),
        Fault::on("CreateToken").error("InvalidGrantException").echo_secrets(),
        Fault::on("CreateToken").error("InternalServerException").echo_secrets(),
        Fault::on("CreateToken").body(BodyKind::Truncated).applied(),
        Fault::on("CreateToken").body(BodyKind::Garbage).applied(),
    ];
    for fault in faults {
        let world = World::new();
        world.sign_in();
        world.ok(&["process", "dev"]);
        world.aws.expire(What::AccessTokens);
        let name = format!("{fault:?}");
        world.aws.fault(fault.times(3));
        let ran: Vec<Ran> = ["prod", "staging"]
            .iter()
            .map(|profile| run(world.command(&["-v", "--no-input", "process", profile]).env("RUST_LOG", "trace")))
            .collect();
        let needles = needles(&world);
        for one in &ran {
            search_words(&name, one, &needles);
        }
        search_folder(world.home.path(), &needles);
        world.aws.clear_faults();
        world.ok(&["process", "dev"]);
    }
}
