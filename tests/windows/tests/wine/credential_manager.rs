//! The Credential Manager as keeper of the vault key, and the passphrase file beside it.

use std::fs;
use std::process::Command;

use crate::world::{PASSPHRASE, Ran, World, run};

const MANAGER: &str = r"HKCU\Software\Wine\Credential Manager";

fn key_id(world: &World) -> String {
    world.vault().file_name().unwrap().to_str().unwrap().to_owned()
}

pub(crate) fn registry(world: &World, words: &[&str]) -> Ran {
    run(&mut world.program("reg".as_ref(), words))
}

/// Wine keeps credentials there.
fn item(world: &World) -> Option<String> {
    item_of(world, &key_id(world))
}

pub(crate) fn item_of(world: &World, id: &str) -> Option<String> {
    let listed = registry(world, &["query", MANAGER]).stdout;
    listed.lines().map(str::trim).find(|line| line.contains(id)).map(str::to_owned)
}

fn keys(world: &World) -> String {
    let json: serde_json::Value =
        serde_json::from_str(&world.ok(&["export", "dev", "--format", "json"]).stdout).unwrap();
    json["AccessKeyId"].as_str().unwrap().to_owned()
}

#[test]
fn the_credential_manager_keeps_the_key_and_gives_it_back() {
    let world = World::new();
    world.ok(&["login"]);
    assert!(fs::read_to_string(world.vault().join("keeper")).unwrap().starts_with("keeper = keyring\n"));
    assert!(item(&world).is_some(), "{:?}", registry(&world, &["query", MANAGER]));
    let first = keys(&world);
    // By another process, with what the first one sealed.
    assert_eq!(keys(&world), first);
    assert_eq!(world.aws.count("GetRoleCredentials"), 1);
}

#[test]
fn a_key_that_is_lost_is_said_and_none_is_made_in_its_place() {
    let world = World::new();
    world.ok(&["login"]);
    keys(&world);
    let id = key_id(&world);
    let item = item(&world).unwrap();
    assert_eq!(registry(&world, &["delete", &item, "/f"]).code, 0);
    for words in [&["export", "dev"][..], &["login", "--force"]] {
        let ran = world.assume(words);
        assert_eq!(ran.code, 7, "{ran:?}");
        assert!(ran.stderr.contains("Credential Manager"), "{ran:?}");
    }
    assert_eq!(key_id(&world), id);
}

#[test]
fn two_vaults_have_two_keys() {
    let (one, other) = (World::new(), World::new());
    for world in [&one, &other] {
        world.ok(&["login"]);
        keys(world);
    }
    assert_ne!(key_id(&one), key_id(&other));
    one.ok(&["logout", "--all"]);
    assert!(item(&other).is_some());
    keys(&other);
    assert_eq!(other.aws.count("GetRoleCredentials"), 1);
}

fn with_file<'a>(command: &'a mut Command, passphrase: &str) -> &'a mut Command {
    command.env("ASSUME_STORE", "file").env("ASSUME_STORE_PASSPHRASE", passphrase)
}

#[test]
fn a_passphrase_file_keeps_the_key_where_it_is_asked_for() {
    let world = World::new();
    let ran = run(with_file(&mut world.command(&["login"]), PASSPHRASE));
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(fs::read_to_string(world.vault().join("keeper")).unwrap().starts_with("keeper = file\n"));
    assert_eq!(item(&world), None);
    assert_eq!(run(with_file(&mut world.command(&["export", "dev"]), PASSPHRASE)).code, 0);
    assert_eq!(run(with_file(&mut world.command(&["export", "dev"]), "another passphrase")).code, 7);
}
