//! What the verb behind the hook answers to whoever calls it, with whatever words (security rules 9 and 18). Asked without
//! a shell, as the hook asks.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use identity_center::Config;
use serde_json::Value;

use crate::terminal::Terminal;
use crate::world::{ASSUME, PASSPHRASE, Ran, World, run};

const SETTINGS: [&str; 3] =
    ["--at-load=ASSUME_STORE=file", "--at-load=ASSUME_STORE_CACHE=off", "--at-load=ASSUME_STORE_PASSPHRASE"];

const DEV: [&str; 3] = ["111122223333", "AdministratorAccess", "dev"];
const PROD: [&str; 3] = ["777788889999", "ReadOnlyAccess", "prod"];

/// As from a shell that says it is that role, and holds that access key.
fn refresh(world: &World, role: [&str; 3], access_key: &str, more: &[&str]) -> Ran {
    let start_url = world.aws.start_url();
    let words = ["refresh", "--quiet", "--no-input", "--shell=bash"];
    let identity = ["--", "main", &start_url, "us-east-1", role[0], role[1], role[2], "0"];
    let words = [&words[..], &SETTINGS, more, &identity].concat();
    unescaped(run(world.command(&words).env("AWS_ACCESS_KEY_ID", access_key).env("ASSUME_PROFILE", role[2])))
}

/// Spaces of what is said come encoded, for an eval without quotes.
fn unescaped(ran: Ran) -> Ran {
    Ran { stdout: ran.stdout.replace("\\040", " "), ..ran }
}

/// The access key that the vault hands out for a profile.
fn access_key(world: &World, profile: &str) -> String {
    let keys: Value = serde_json::from_str(&world.ok(&["process", profile]).stdout).unwrap();
    keys["AccessKeyId"].as_str().unwrap().to_owned()
}

fn assert_gives_no_keys(world: &World, ran: &Ran, what: &str) {
    for secret in world.aws.issued_secrets() {
        assert!(!ran.stdout.contains(&secret.value), "{what}: {} was given away: {ran:?}", secret.kind);
    }
}

/// A person in front of this world, with no passphrase in their environment.
fn at_a_terminal(world: &World, words: &[&str]) -> Terminal {
    let kept = world.variables().into_iter().filter(|(name, _)| name != "ASSUME_STORE_PASSPHRASE");
    let variables = kept.map(|(name, value)| (name.into(), value.into())).collect();
    Terminal::start(ASSUME.as_ref(), words, &variables, world.home.path())
}

#[test]
fn words_that_claim_another_role_than_that_of_the_key_get_nothing_and_ask_nobody() {
    let world = World::new();
    world.sign_in();
    let dev = access_key(&world, "dev");
    let asked = world.aws.log().len();
    // Before there are keys of prod, and where fresh ones lie ready.
    for lies_ready in [false, true] {
        let prod = lies_ready.then(|| access_key(&world, "prod"));
        let asked = if lies_ready { world.aws.log().len() } else { asked };
        for held in [dev.as_str(), "AKIABYHAND", ""] {
            for more in [&[][..], &["--expired"]] {
                let ran = refresh(&world, PROD, held, more);
                assert_gives_no_keys(&world, &ran, &format!("{held} {more:?}"));
            }
        }
        assert_eq!(world.aws.log().len(), asked, "AWS was asked");
        if let Some(prod) = prod {
            let own = refresh(&world, PROD, &prod, &[]);
            assert!(own.stdout.contains(&prod), "who holds a key of that role is answered: {own:?}");
        }
    }
}

#[test]
fn the_last_sixteen_keys_of_a_role_are_known_and_no_earlier_one() {
    let world = World::new();
    world.sign_in();
    let renewed = || {
        let keys = world.ok(&["export", "dev", "--format", "json", "--force"]).stdout;
        let keys: Value = serde_json::from_str(&keys).unwrap();
        keys["AccessKeyId"].as_str().unwrap().to_owned()
    };
    let keys: Vec<String> = (0..17).map(|_| renewed()).collect();
    let newest = &keys[16];
    for (age, held) in keys.iter().enumerate() {
        let ran = refresh(&world, DEV, held, &[]);
        assert_eq!(ran.stdout.contains(newest), age > 0, "key {age} of 17: {ran:?}");
    }
}

#[test]
fn expired_keys_of_a_role_are_not_renewed_for_who_holds_those_of_another() {
    let world = World::with(Config::default().lifetimes(|life| life.role_keys = 1));
    world.sign_in();
    let (dev, prod) = (access_key(&world, "dev"), access_key(&world, "prod"));
    let end = Instant::now() + Duration::from_mins(1);
    let state = || -> Value {
        let list: Value = serde_json::from_str(&world.ok(&["list", "--json"]).stdout).unwrap();
        list[2]["state"].clone()
    };
    while state() != "expired" {
        assert!(Instant::now() < end, "the keys of prod do not end: {}", state());
    }
    let asked = world.aws.log().len();
    // It waits for what comes, so what it starts is seen here.
    let ran = refresh(&world, PROD, &dev, &["--expired"]);
    assert_eq!(world.aws.log().len(), asked, "AWS was asked: {ran:?}");
    assert_gives_no_keys(&world, &ran, "expired");
    refresh(&world, PROD, &prod, &["--expired"]);
    assert!(world.aws.log().len() > asked, "for its own key it asks");
}

fn records(world: &World) -> Vec<(PathBuf, Vec<u8>)> {
    let files = |folder: PathBuf| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let vault = files(world.state().join("vault"));
    let all = vault.flat_map(|path| if path.is_dir() { files(path).collect() } else { vec![path] });
    all.filter(|path| path.is_file()).map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

fn restore(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

#[test]
fn while_locked_neither_a_prompt_nor_a_trusted_folder_asks_a_keeper() {
    let world = World::new();
    world.sign_in();
    let dev = access_key(&world, "dev");
    world.write("project/.assume", "dev\n");
    fs::set_permissions(world.path("project/.assume"), fs::Permissions::from_mode(0o644)).unwrap();
    world.ok(&["allow", "project"]);
    let folder = format!("--folder={}", world.path("project/.assume").display());
    let enter = || {
        let words = [&["refresh", "--quiet", "--no-input", "--shell=bash", &folder][..], &SETTINGS].concat();
        unescaped(world.assume(&words))
    };
    assert!(enter().stdout.contains(&dev), "unlocked, the folder switches");
    assert!(refresh(&world, DEV, &dev, &[]).stdout.contains(&dev), "unlocked, the prompt is answered");

    // The keeper would give its key at once: the passphrase is there. So are the records, as a backup may put them back.
    let records = records(&world);
    world.ok(&["lock"]);
    for (path, bytes) in &records {
        restore(path, bytes);
    }
    let asked = world.aws.log().len();
    for more in [&[][..], &["--expired"]] {
        let ran = refresh(&world, DEV, &dev, more);
        assert_gives_no_keys(&world, &ran, "a prompt");
        assert!(ran.stdout.contains("the vault is locked"), "{more:?}: {ran:?}");
    }
    let ran = enter();
    assert_gives_no_keys(&world, &ran, "a folder");
    assert!(ran.stdout.contains("the vault is locked"), "{ran:?}");
    assert_eq!(world.aws.log().len(), asked, "AWS was asked");
    assert_eq!(world.assume(&["process", "dev"]).code, 7, "and it is locked still");
}

#[test]
fn while_locked_a_program_that_is_typed_at_a_terminal_asks_nothing() {
    let world = World::new();
    world.sign_in();
    world.ok(&["process", "dev"]);
    world.ok(&["lock"]);
    let mut program = at_a_terminal(&world, &["process", "dev"]);
    assert_eq!(program.wait_for_end(), 7, "{}", program.screen());
    assert!(program.screen().contains("the vault is locked"), "{}", program.screen());
    assert!(!program.screen().contains("Passphrase"), "{}", program.screen());
    // A verb for a person does ask at this very terminal.
    let mut person = at_a_terminal(&world, &["export", "dev"]);
    person.wait_for("Passphrase of the vault");
    person.line(PASSPHRASE);
    assert_eq!(person.wait_for_end(), 0, "{}", person.screen());
    assert_eq!(world.tabs().len(), 1, "nobody signed in again");
}

#[test]
fn while_locked_who_asks_as_a_hook_is_told_of_the_lock() {
    let world = World::new();
    world.sign_in();
    let key = access_key(&world, "dev");
    world.ok(&["lock"]);
    let ran = refresh(&world, DEV, &key, &[]);
    assert!(ran.stdout.contains("dev is not renewed any more: the vault is locked"), "{ran:?}");
    assert!(!ran.stdout.contains("signed out"), "{ran:?}");
    assert_gives_no_keys(&world, &ran, "locked");
}

#[test]
fn a_sign_out_says_that_keys_already_handed_out_live_on() {
    for words in [&["logout"][..], &["logout", "main"], &["logout", "--all"]] {
        let world = World::new();
        world.sign_in();
        world.ok(&["process", "dev"]);
        let ran = world.ok(words);
        let said = "role keys already handed out live on until they expire";
        assert_eq!(ran.stderr.matches(said).count(), 1, "{words:?}: {ran:?}");
    }
}
