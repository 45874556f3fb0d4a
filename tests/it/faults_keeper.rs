//! The keeper of the vault key at its worst: locked, absent, not the one that was chosen, behind a mistyped passphrase.

use crate::faults_table::Table;
use crate::terminal::Terminal;
use crate::world::{ASSUME, PASSPHRASE, World, run};

const PROCESS: &[&str] = &["--no-input", "process", "dev"];

/// In the browser or by a code, as the machine has it.
fn sign_ins(world: &World) -> usize {
    world.aws.count("StartDeviceAuthorization") + world.aws.count("Authorize")
}

#[test]
fn a_locked_vault_is_opened_by_a_person_only_and_keeps_the_sign_in() {
    let mut table = Table::default();
    let world = World::new();
    world.sign_in();
    world.ok(PROCESS);
    world.ok(&["lock"]);
    for (case, words) in [("process", PROCESS), ("login without a terminal", &["login"])] {
        table.failed(&world, case, 7, &world.assume(words));
    }
    assert_eq!(world.assume(&["status"]).code, 7);
    let variables = world.variables().into_iter().map(|(name, value)| (name.into(), value.into())).collect();
    let mut person = Terminal::start(ASSUME.as_ref(), &["login"], &variables, world.home.path());
    assert_eq!(person.wait_for_end(), 0, "the hint mends it: {}", person.screen());
    world.ok(PROCESS);
    assert_eq!(sign_ins(&world), 1, "nobody signed in again");
    insta::assert_snapshot!("locked", table.text());
}

#[test]
fn a_passphrase_typed_wrong_is_asked_for_again_and_loses_nothing() {
    let world = World::new();
    let variables = || {
        let kept = world.variables().into_iter().filter(|(name, _)| name != "ASSUME_STORE_PASSPHRASE");
        kept.map(|(name, value)| (name.into(), value.into())).collect()
    };
    let login = || Terminal::start(ASSUME.as_ref(), &["login"], &variables(), world.home.path());
    let types = |person: &mut Terminal, question: &str, typed: &str, times: usize| {
        let asked = |screen: &str| screen.matches(question).count() == times;
        person.wait_until(question, asked);
        person.line(typed);
    };
    let mut person = login();
    types(&mut person, "New passphrase", "too short", 1);
    assert_eq!(person.wait_for_end(), 7, "{}", person.screen());
    assert!(person.screen().contains("hint: choose one of 12 characters or more"), "{}", person.screen());
    let mut person = login();
    types(&mut person, "New passphrase", PASSPHRASE, 1);
    types(&mut person, "once more", "something else entirely", 1);
    assert_eq!(person.wait_for_end(), 7, "{}", person.screen());
    assert_eq!(sign_ins(&world), 0, "nobody signs in for nothing");
    let mut person = login();
    types(&mut person, "New passphrase", PASSPHRASE, 1);
    types(&mut person, "once more", PASSPHRASE, 1);
    assert_eq!(person.wait_for_end(), 0, "{}", person.screen());
    let mut person = login();
    for time in 1..=3 {
        types(&mut person, "Passphrase of the vault", "not this one at all", time);
    }
    assert_eq!(person.wait_for_end(), 7, "{}", person.screen());
    let screen = person.screen();
    assert!(screen.contains("the passphrase is wrong") && !screen.contains("not this one"), "{screen}");
    world.ok(PROCESS);
    assert_eq!(sign_ins(&world), 1);
}

#[test]
fn a_vault_that_cannot_be_made_names_the_choices() {
    let mut table = Table::default();
    let world = World::new();
    let with = |variables: &[(&str, Option<&str>)], words: &[&str]| {
        let mut command = world.command(words);
        command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/bus");
        for (name, value) in variables {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        run(&mut command)
    };
    let passphrase = |value| ("ASSUME_STORE_PASSPHRASE", value);
    let login = &["login"][..];
    let nobody_chose = [("ASSUME_STORE", None)];
    table.failed(&world, "a short passphrase", 7, &with(&[passphrase(Some("elevenchars"))], login));
    table.failed(&world, "no passphrase", 7, &with(&[passphrase(None)], login));
    table.failed(&world, "no keyring", 7, &with(&nobody_chose, login));
    table.failed(&world, "no keyring, for keys", 7, &with(&nobody_chose, &["process", "dev"]));
    table.failed(&world, "no keyring, which was chosen", 7, &with(&[("ASSUME_STORE", Some("keyring"))], login));
    assert_eq!(world.tabs().len(), 0, "nobody signs in for nothing");
    world.ok(login);
    table.failed(&world, "nobody to ask for the passphrase", 7, &with(&[passphrase(None)], PROCESS));
    table.failed(&world, "an empty passphrase", 7, &with(&[passphrase(Some(""))], PROCESS));
    let later = with(&nobody_chose, PROCESS);
    assert_eq!(later.code, 0, "what was chosen once is chosen: {later:?}");
    insta::assert_snapshot!("vault_choices", table.text());
}
