//! When the vault key may rest in the kernel, and which key found there counts (security rule 16).

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use aws_assume::error::Result;
use aws_assume::person::Person;
use aws_assume::secret::Secret;
use aws_assume::store::{KeeperChoice, Options, Store};
use linux_keyutils::{Key, KeyPermissions, KeyRing, KeyRingIdentifier};

use crate::shells::run::Variables;
use crate::skip::skip;
use crate::store_child::{Token, id, run};
use crate::store_kernel::{State, has_kernel_keyring, line};
use crate::terminal::Terminal;
use crate::world::{ASSUME, PASSPHRASE, World};

/// A person unlocks the vault at a terminal, under these variables, and says the passphrase where they are asked for it.
fn unlock(world: &World, with: &[(&str, &str)]) {
    let own = ["ASSUME_STORE_CACHE", "ASSUME_STORE_PASSPHRASE"];
    let kept = world.variables().into_iter().filter(|(name, _)| !own.contains(&name.as_str()));
    // In WSL the file that marks a container counts for nothing, so this is none wherever the tests run.
    let wsl = ("WSL_DISTRO_NAME".to_owned(), "Ubuntu".to_owned());
    let added = with.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let all: Variables = kept.chain([wsl]).chain(added).map(|(name, value)| (name.into(), value.into())).collect();
    let words = ["exec", "dev", "--", "true"];
    let mut person = Terminal::start(ASSUME.as_ref(), &words, &all, world.home.path());
    if !with.iter().any(|(name, _)| *name == "ASSUME_STORE_PASSPHRASE") {
        person.wait_for("Passphrase of the vault");
        person.line(PASSPHRASE);
    }
    assert_eq!(person.wait_for_end(), 0, "{with:?}: {}", person.screen());
}

#[test]
fn unasked_the_key_rests_in_the_kernel_only_where_a_person_gave_it_on_their_own_machine() {
    if !has_kernel_keyring() {
        return;
    }
    let map = fs::read_to_string("/proc/self/uid_map").unwrap();
    let in_user_namespace = !map.split_ascii_whitespace().eq(["0", "0", "4294967295"]);
    if in_user_namespace {
        skip("in a user namespace no key is cached");
        return;
    }
    let cached = |with: &[(&str, &str)]| {
        let world = World::new();
        world.sign_in();
        world.ok(&["process", "dev"]);
        unlock(&world, with);
        let found = line(&world.state(), "cache").is_some();
        world.ok(&["logout", "--all"]);
        found
    };
    let (asked, off) = (("ASSUME_STORE_CACHE", "100s"), ("ASSUME_STORE_CACHE", "off"));
    assert!(cached(&[]), "a person, at home");
    assert!(!cached(&[off]), "not wanted");
    for machine in [("CI", "true"), ("CI", "1"), ("ASSUME_STORE_PASSPHRASE", PASSPHRASE), ("container", "podman")] {
        assert!(!cached(&[machine]), "{machine:?}");
        assert!(cached(&[machine, asked]), "{machine:?}: it was asked for");
    }
}

struct Nobody;

impl Person for Nobody {
    fn show(&self, _lines: &[&str]) {}
    fn note(&self, _line: &str) {}
    fn detail(&self, _line: &str) {}
    fn is_there(&self) -> bool {
        false
    }
    fn passphrase(&self, _question: &str) -> Result<Secret> {
        unreachable!("there is nobody")
    }
}

/// Whether the vault opens in this very process, by its cached key alone.
fn opens_here(state: &State) -> bool {
    let cache = Some(Duration::from_secs(100));
    let options = Options { keeper: KeeperChoice::File, cache, ..Options::default() };
    let store = Store::open(&state.path(), options, Arc::new(Nobody)).unwrap();
    store.load::<Token>(&id()).is_ok_and(|record| record.is_some())
}

fn opens_in_a_child(state: &State) -> bool {
    run(state.cached("load").env_remove("STORE_PERSON")) == "ok aoaSECRET"
}

fn keyring(id: KeyRingIdentifier) -> KeyRing {
    KeyRing::from_special_id(id, true).unwrap()
}

/// A vault with its key in the kernel; that key taken out again, by name and bytes.
fn taken_out() -> (State, String, Vec<u8>) {
    let state = State::new();
    assert_eq!(run(&mut state.cached("save aoaSECRET")), "ok");
    let id = fs::read_to_string(state.path().join("vault/id")).unwrap();
    let name = format!("assume cache {}", id.trim());
    let key = keyring(KeyRingIdentifier::User).search(&name).unwrap();
    let mut bytes = vec![0; 32];
    assert_eq!(key.read(&mut bytes).unwrap(), 32);
    key.invalidate().unwrap();
    assert!(!opens_here(&state) && !opens_in_a_child(&state), "without its key it is closed");
    (state, name, bytes)
}

/// So that nothing but where it is and whose it is can be what is wrong with it.
fn open_to_all(key: Key) -> Key {
    key.set_perms(KeyPermissions::from_u32(0x3f3f_3f3f)).unwrap();
    key
}

#[test]
fn the_right_key_in_another_keyring_than_the_user_s_is_a_miss() {
    if !has_kernel_keyring() {
        return;
    }
    let (state, name, bytes) = taken_out();
    for place in [KeyRingIdentifier::Process, KeyRingIdentifier::Session, KeyRingIdentifier::Thread] {
        let key = open_to_all(keyring(place).add_key(&name, &bytes).unwrap());
        assert!(!opens_here(&state), "{place:?}");
        // A session is handed on to children.
        assert!(!opens_in_a_child(&state), "{place:?}");
        keyring(KeyRingIdentifier::User).link_key(key).unwrap();
        assert!(opens_here(&state) && opens_in_a_child(&state), "{place:?}: the very same key, where it belongs");
        key.invalidate().unwrap();
    }
}

#[test]
fn the_right_key_of_another_user_is_a_miss() {
    if !has_kernel_keyring() {
        return;
    }
    let (state, name, bytes) = taken_out();
    let key = open_to_all(keyring(KeyRingIdentifier::Process).add_key(&name, &bytes).unwrap());
    keyring(KeyRingIdentifier::User).link_key(key).unwrap();
    assert!(opens_here(&state), "as long as it is ours");
    if key.chown(Some(12_345), None).is_err() {
        key.invalidate().unwrap();
        return skip("only root can give keys away");
    }
    assert_eq!(keyring(KeyRingIdentifier::User).search(&name).map(|key| key.get_id()), Ok(key.get_id()));
    assert!(!opens_here(&state) && !opens_in_a_child(&state));
    key.invalidate().unwrap();
}
