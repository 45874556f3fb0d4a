//! The vault under many processes, killed ones, odd umasks and full disks.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::skip::skip;
use crate::store_child::{child, outcome, run};

const PASSPHRASE: &str = "correct horse battery";

fn act(state: &Path, action: &str) -> Command {
    let mut command = child(state, "file", action);
    command.env("STORE_PASSPHRASE", PASSPHRASE);
    command
}

fn state() -> (tempfile::TempDir, PathBuf) {
    let parent = tempfile::tempdir().unwrap();
    let path = parent.path().join("deep/assume");
    (parent, path)
}

/// Every file and folder below, with its mode.
fn modes(path: &Path) -> Vec<(PathBuf, u32)> {
    let mut found = vec![(path.to_owned(), fs::symlink_metadata(path).unwrap().permissions().mode())];
    if path.is_dir() {
        let names = fs::read_dir(path).unwrap();
        found.extend(names.flat_map(|name| modes(&name.unwrap().path())));
    }
    found
}

#[test]
fn thirty_first_runs_at_once_make_one_key() {
    let (_parent, state) = state();
    let start = |_| act(&state, "save aoaSECRET").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let children: Vec<Child> = (0..30).map(start).collect();
    for child in children {
        assert_eq!(outcome(&child.wait_with_output().unwrap()), "ok");
    }
    assert_eq!(run(&mut act(&state, "load")), "ok aoaSECRET");
    assert_eq!(fs::read_dir(state.join("vault")).unwrap().count(), 2, "the id and one folder");
}

#[test]
fn a_writer_killed_at_any_moment_loses_nothing() {
    let (_parent, state) = state();
    assert_eq!(run(&mut act(&state, "save x")), "ok");
    for round in 0_u8..12 {
        let text = char::from(b'a' + round).to_string();
        let mut writer = act(&state, &format!("save-for-ever {text}")).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(writer.stdout.take().unwrap()).lines();
        // Somewhere in the writing that follows so many finished ones.
        lines
            .filter(|line| line.as_ref().is_ok_and(|line| line == "saved"))
            .nth(usize::from(round) * 3)
            .unwrap()
            .unwrap();
        writer.kill().unwrap();
        writer.wait().unwrap();
        assert_eq!(run(&mut act(&state, "load")), format!("ok {}", text.repeat(2000)));
        assert_eq!(run(&mut act(&state, "headers")), "ok 1 0");
    }
}

#[test]
fn everything_is_private_whatever_the_umask() {
    for umask in ["000", "022", "277"] {
        let (_parent, state) = state();
        fs::create_dir(state.parent().unwrap()).unwrap();
        let child = act(&state, "save aoaSECRET");
        let mut shell = Command::new("sh");
        shell
            .args(["-c", &format!("umask {umask}; exec \"$@\""), "sh"])
            .arg(child.get_program())
            .args(child.get_args());
        for (name, value) in child.get_envs() {
            match value {
                Some(value) => shell.env(name, value),
                None => shell.env_remove(name),
            };
        }
        assert_eq!(run(&mut shell), "ok");
        assert_eq!(run(&mut act(&state, "load")), "ok aoaSECRET");
        for (path, mode) in modes(&state) {
            assert_eq!(mode & 0o7777, if path.is_dir() { 0o700 } else { 0o600 }, "umask {umask}: {}", path.display());
        }
    }
}

#[test]
fn a_state_folder_that_is_a_file_is_said_so() {
    let (parent, state) = state();
    fs::write(parent.path().join("deep"), "").unwrap();
    let below_a_file = run(&mut act(&state, "load"));
    assert!(below_a_file.starts_with("error 1 ") && below_a_file.contains("must be a folder"), "{below_a_file}");
    fs::remove_file(parent.path().join("deep")).unwrap();
    fs::create_dir(parent.path().join("deep")).unwrap();
    fs::write(&state, "").unwrap();
    let a_file = run(&mut act(&state, "save x"));
    assert!(a_file.starts_with("error 1 ") && a_file.contains("must be a folder"), "{a_file}");
}

#[test]
fn a_full_disk_is_an_error_and_loses_nothing() {
    let Some(disk) = Disk::mount("size=256k") else { return };
    let state = disk.0.path().join("assume");
    assert_eq!(run(&mut act(&state, "save aoaSECRET")), "ok");
    let filler = disk.0.path().join("filler");
    let _ = fs::write(&filler, vec![0; 1 << 20]);
    let full = run(&mut act(&state, "save other"));
    assert!(full.starts_with("error 1 ") && full.contains("no space is left"), "{full}");
    assert_eq!(run(&mut act(&state, "load")), "ok aoaSECRET");
    fs::remove_file(filler).unwrap();
    assert_eq!(run(&mut act(&state, "save other")), "ok");
    assert_eq!(run(&mut act(&state, "load")), "ok other");
    // What the failed writes had begun is gone.
    let leftovers = modes(&state).into_iter().filter(|(path, _)| path.to_string_lossy().contains(".new-"));
    assert_eq!(leftovers.count(), 0);
}

#[test]
fn on_a_read_only_disk_the_vault_opens_and_says_why_it_cannot_be_written() {
    let Some(disk) = Disk::mount("size=1m") else { return };
    let state = disk.0.path().join("assume");
    assert_eq!(run(&mut act(&state, "save aoaSECRET")), "ok");
    disk.remount("ro");
    assert_eq!(run(&mut act(&state, "load")), "ok aoaSECRET");
    let refused = run(&mut act(&state, "save other"));
    assert!(refused.starts_with("error 1 ") && refused.contains("read-only"), "{refused}");
    assert!(refused.contains("ASSUME_STATE_DIR"), "{refused}");
    let new = run(&mut act(&disk.0.path().join("new"), "load"));
    assert!(new.starts_with("error 1 ") && new.contains("read-only"), "{new}");
}

/// A file system of its own, in memory.
pub(crate) struct Disk(pub(crate) tempfile::TempDir);

impl Disk {
    pub(crate) fn mount(options: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(folder.path());
        if mount.output().is_ok_and(|output| output.status.success()) {
            return Some(Self(folder));
        }
        skip("only root may mount a small disk");
        None
    }

    pub(crate) fn remount(&self, option: &str) {
        let mut mount = Command::new("mount");
        assert!(mount.args(["-o", &format!("remount,{option}")]).arg(self.0.path()).status().unwrap().success());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        assert!(Command::new("umount").arg(self.0.path()).status().unwrap().success());
    }
}
