//! What `status` and `list` say of what is there and cannot be read, or is not what it says it is.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::world::{ASSUME, Ran, World, run};

/// The file of the vault's record of this kind.
fn record(world: &World, kind: &str) -> PathBuf {
    let vault = fs::read_dir(world.state().join("vault")).unwrap().map(|entry| entry.unwrap().path());
    let records = vault.filter(|path| path.is_dir()).flat_map(|folder| fs::read_dir(folder).unwrap());
    let needle = format!("\"kind\":\"{kind}\"");
    let is_it = |path: &PathBuf| String::from_utf8_lossy(&fs::read(path).unwrap()).contains(&needle);
    records.map(|entry| entry.unwrap().path()).find(is_it).unwrap()
}

fn signed_in() -> World {
    let world = World::new();
    world.sign_in();
    world.ok(&["process", "dev"]);
    world
}

#[test]
fn a_sign_in_that_cannot_be_read_is_no_absent_one() {
    let world = signed_in();
    let token = record(&world, "token");
    let sound = fs::read(&token).unwrap();
    fs::write(&token, &sound[..10]).unwrap();
    for words in [&["status"][..], &["status", "--json"]] {
        let ran = world.assume(words);
        assert_eq!(ran.code, 7, "{ran:?}");
        assert!(ran.error().contains("the token of session 'main' cannot be opened"), "{ran:?}");
        assert!(ran.error().contains(token.to_str().unwrap()), "with what mends it: {ran:?}");
    }
    fs::remove_file(record(&world, "role-keys")).unwrap();
    let ran = world.ok(&["list", "--json"]);
    assert!(!ran.stdout.contains("sign_in_needed"), "{ran:?}");
    assert!(ran.stderr.contains("a record is damaged") && ran.stderr.lines().count() == 1, "{ran:?}");

    fs::write(&token, &sound).unwrap();
    world.ok(&["status"]);
}

#[test]
fn keys_that_cannot_be_read_are_named_and_the_rest_is_shown() {
    let world = signed_in();
    let keys = record(&world, "role-keys");
    fs::write(&keys, "x").unwrap();
    for verb in ["status", "list"] {
        let ran = world.ok(&[verb]);
        assert!(ran.stdout.contains("main") || ran.stdout.contains("dev"), "{ran:?}");
        assert!(ran.stderr.contains(keys.to_str().unwrap()), "{ran:?}");
    }
}

/// `status --json` in a shell that became dev, with this key in its environment.
fn of_shell(world: &World, key: Option<&str>) -> (Value, Ran) {
    let script = match key {
        Some(key) => format!("AWS_ACCESS_KEY_ID={key} exec {ASSUME} status --json"),
        None => format!("unset AWS_ACCESS_KEY_ID; exec {ASSUME} status --json"),
    };
    let ran = run(&mut world.command(&["exec", "dev", "--", "/bin/sh", "-c", &script]));
    assert_eq!(ran.code, 0, "{ran:?}");
    (serde_json::from_str::<Value>(&ran.stdout).unwrap()["shell"].clone(), ran)
}

#[test]
fn a_shell_whose_keys_are_others_has_none_of_its_role() {
    let world = signed_in();
    let (shell, _) = of_shell(&world, Some("\"$AWS_ACCESS_KEY_ID\""));
    assert_eq!((&shell["profile"], &shell["state"]), (&"dev".into(), &"fine".into()), "{shell}");
    for key in [Some("AKIABYHAND"), None] {
        let (shell, ran) = of_shell(&world, key);
        assert_eq!((&shell["state"], &shell["expires_at"]), (&"none".into(), &Value::Null), "{key:?}: {ran:?}");
    }
    let script = format!("AWS_ACCESS_KEY_ID=AKIABYHAND exec {ASSUME} status");
    let ran = run(&mut world.command(&["exec", "dev", "--", "/bin/sh", "-c", &script]));
    assert!(ran.stdout.contains("dev, Development/AdministratorAccess, without its keys\n"), "{ran:?}");
}

#[test]
fn an_empty_config_is_told_how_to_begin() {
    let world = World::new();
    world.write(".aws/config", "");
    let ran = world.ok(&["list"]);
    assert!(ran.stderr.contains("no profiles yet") && ran.stderr.lines().count() == 1, "{ran:?}");
    assert_eq!(world.ok(&["list", "--json"]).stdout, "[]\n");
}
