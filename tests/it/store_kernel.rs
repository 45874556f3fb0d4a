//! The user's kernel keyring, as keeper and as cache: who may read the key there, and for how long.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use linux_keyutils::{KeyPermissions, KeyRing, KeyRingIdentifier};

use crate::skip::skip;
use crate::store_child::{child, run};
use crate::store_processes::Disk;

/// Whether this kernel lets us into `@u`; containers mostly do not.
pub(crate) fn has_kernel_keyring() -> bool {
    let add = || {
        let process = KeyRing::from_special_id(KeyRingIdentifier::Process, true)?;
        let key = process.add_key("assume test", b"x")?;
        KeyRing::from_special_id(KeyRingIdentifier::User, true)?.link_key(key)?;
        key.invalidate()
    };
    let result = add();
    if let Err(error) = result {
        skip(&format!("the kernel refuses its keyring here ({error})"));
    }
    result.is_ok()
}

/// The line of `/proc/keys` of what this state folder has in the kernel, as `keeper` or as `cache`.
pub(crate) fn line(state: &Path, what: &str) -> Option<String> {
    let id = fs::read_to_string(state.join("vault/id")).unwrap();
    let name = format!("assume {what} {}", id.trim());
    let keys = fs::read_to_string("/proc/keys").unwrap();
    let alive = |line: &&str| {
        let fields: Vec<&str> = line.split_ascii_whitespace().collect();
        // Revoked, invalidated or timed out: on its way out.
        !fields[1].contains(['R', 'i']) && fields[3] != "expd"
    };
    keys.lines().filter(|line| line.contains(&name)).find(alive).map(str::to_owned)
}

/// Puts another key in the place of ours.
fn plant(name: &str, bytes: &[u8]) {
    let process = KeyRing::from_special_id(KeyRingIdentifier::Process, true).unwrap();
    let key = process.add_key(name, bytes).unwrap();
    key.set_perms(KeyPermissions::from_u32(0x001b_0000)).unwrap();
    KeyRing::from_special_id(KeyRingIdentifier::User, true).unwrap().link_key(key).unwrap();
    process.unlink_key(key).unwrap();
}

/// Removes from the kernel what a test left there.
pub(crate) struct State(tempfile::TempDir);

impl State {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> std::path::PathBuf {
        self.0.path().join("assume")
    }

    pub(crate) fn cached(&self, action: &str) -> Command {
        let mut command = child(&self.path(), "file", action);
        command.env("STORE_CACHE", "100").env("STORE_PERSON", "1");
        command
    }
}

impl Drop for State {
    fn drop(&mut self) {
        run(child(&self.path(), "auto", "forget-all").env("STORE_PASSPHRASE", "typed by a person"));
    }
}

#[test]
fn the_cached_key_is_the_users_alone_and_has_a_timeout() {
    if !has_kernel_keyring() {
        return;
    }
    let state = State::new();
    assert_eq!(run(&mut state.cached("save aoaSECRET")), "ok");
    let line = line(&state.path(), "cache").unwrap();
    let fields: Vec<&str> = line.split_ascii_whitespace().collect();
    // ID FLAGS USAGE TIMEOUT PERMISSIONS UID …
    assert_eq!(
        (fields[4], fields[5]),
        ("001b0000", rustix::process::geteuid().as_raw().to_string().as_str()),
        "{line}"
    );
    assert!(fields[3].ends_with('m') || fields[3].ends_with('s'), "{line}");
    // Without anybody to ask, and without the passphrase.
    assert_eq!(run(state.cached("load").env_remove("STORE_PERSON")), "ok aoaSECRET");
    let uncached = run(child(&state.path(), "file", "load").env_remove("STORE_PERSON"));
    assert!(uncached.starts_with("error 7 the vault key is under a passphrase"), "{uncached}");
}

#[test]
fn the_cache_ends_by_itself() {
    if !has_kernel_keyring() {
        return;
    }
    let state = State::new();
    assert_eq!(run(state.cached("save aoaSECRET").env("STORE_CACHE", "2")), "ok");
    let unasked = || run(state.cached("load").env_remove("STORE_PERSON"));
    assert_eq!(unasked(), "ok aoaSECRET");
    let deadline = Instant::now() + Duration::from_secs(20);
    while unasked() == "ok aoaSECRET" {
        assert!(Instant::now() < deadline, "the key is still there");
    }
    assert!(line(&state.path(), "cache").is_none());
}

#[test]
fn only_a_person_fills_the_cache_and_lock_empties_it() {
    if !has_kernel_keyring() {
        return;
    }
    let state = State::new();
    let unasked = |action: &str| {
        let mut command = state.cached(action);
        command.env_remove("STORE_PERSON").env("STORE_PASSPHRASE", "typed by a person");
        command
    };
    assert_eq!(run(&mut unasked("save aoaSECRET")), "ok");
    assert!(line(&state.path(), "cache").is_none());
    assert_eq!(run(&mut state.cached("load")), "ok aoaSECRET");
    assert!(line(&state.path(), "cache").is_some());
    assert_eq!(run(&mut state.cached("lock")), "ok");
    assert!(line(&state.path(), "cache").is_none());
    let locked = run(&mut unasked("load"));
    assert!(locked.starts_with("error 7 the vault is locked (assume lock) / "), "{locked}");
    assert_eq!(run(&mut state.cached("load")), "ok aoaSECRET");
    assert_eq!(run(&mut unasked("load")), "ok aoaSECRET");
}

#[test]
fn lock_empties_the_cache_where_nothing_can_be_written_too() {
    if !has_kernel_keyring() {
        return;
    }
    let Some(disk) = Disk::mount("size=1m") else { return };
    let path = disk.0.path().join("assume");
    let person = |action: &str| {
        let mut command = child(&path, "file", action);
        command.env("STORE_CACHE", "100").env("STORE_PERSON", "1");
        run(&mut command)
    };
    assert_eq!(person("save aoaSECRET"), "ok");
    assert!(line(&path, "cache").is_some());
    disk.remount("ro");
    let refused = person("lock");
    assert!(refused.starts_with("error 1 ") && refused.contains("read-only"), "{refused}");
    assert!(line(&path, "cache").is_none());
}

#[test]
fn a_planted_key_in_the_cache_is_a_miss() {
    if !has_kernel_keyring() {
        return;
    }
    let state = State::new();
    assert_eq!(run(&mut state.cached("save aoaSECRET")), "ok");
    let id = fs::read_to_string(state.path().join("vault/id")).unwrap();
    for planted in [&[7_u8; 32][..], &[7; 16], &[7; 64]] {
        plant(&format!("assume cache {}", id.trim()), planted);
        let unasked = run(state.cached("load").env_remove("STORE_PERSON"));
        assert!(unasked.starts_with("error 7 the vault key is under a passphrase"), "{unasked}");
    }
    assert_eq!(run(&mut state.cached("load")), "ok aoaSECRET");
}

#[test]
fn as_keeper_it_begins_anew_after_a_restart_and_says_so_once() {
    if !has_kernel_keyring() {
        return;
    }
    let state = State::new();
    let keyutils = |action: &str| child(&state.path(), "keyutils", action);
    assert_eq!(run(&mut keyutils("save aoaSECRET")), "ok");
    let kept = line(&state.path(), "keeper").unwrap();
    let fields: Vec<&str> = kept.split_ascii_whitespace().collect();
    assert_eq!((fields[3], fields[4]), ("perm", "001b0000"), "{kept}");
    assert_eq!(run(&mut keyutils("load")), "ok aoaSECRET");
    assert_eq!(run(&mut keyutils("lock")), "ok");
    assert!(run(&mut keyutils("load")).starts_with("error 7 the vault is locked"));
    assert_eq!(run(keyutils("load").env("STORE_PERSON", "1")), "ok aoaSECRET");
    let id = fs::read_to_string(state.path().join("vault/id")).unwrap();
    plant(&format!("assume keeper {}", id.trim()), &[7; 32]);
    for action in ["load", "save other"] {
        let planted = run(&mut keyutils(action));
        assert!(planted.starts_with("error 7 what the kernel keyring has under"), "{planted}");
    }
    // What a restart does.
    let user = KeyRing::from_special_id(KeyRingIdentifier::User, true).unwrap();
    user.search(&format!("assume keeper {}", id.trim())).unwrap().invalidate().unwrap();
    let outputs = [(); 2].map(|()| keyutils("load").output().unwrap());
    let told = outputs.map(|output| String::from_utf8(output.stdout).unwrap());
    assert!(told[0].contains("told: The kernel keyring no longer has the vault key"), "{}", told[0]);
    assert!(told[0].contains("outcome: none"));
    assert!(!told[1].contains("told: "));
    assert_eq!(run(&mut keyutils("save again")), "ok");
    assert_eq!(run(&mut keyutils("load")), "ok again");
}
