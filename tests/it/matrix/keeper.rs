//! Who keeps the vault key: locked, absent, frozen, or without the key.

use std::fs;

use rustix::process::Signal;

use super::stage::Stage;
use super::verbs::{ALL, Verb};
use super::{Leaves, Row, row, tabled};
use crate::store_keyring::Session;

fn passphrases() -> Vec<Row> {
    let passphrase = |name, breaks| Row {
        mends: |stage| stage.unset("ASSUME_STORE_PASSPHRASE"),
        // At a terminal it is asked for.
        spares: &[Verb::Code],
        ..row(name, breaks)
    };
    vec![
        Row {
            mends: |_| {},
            leaves: Leaves::TheSignIn,
            ..row("locked by assume lock", |stage| drop(stage.ok(&["lock"])))
        },
        passphrase("an empty passphrase", |stage| stage.set("ASSUME_STORE_PASSPHRASE", "")),
        passphrase("another passphrase", |stage| {
            stage.set("ASSUME_STORE_PASSPHRASE", "not the one it was sealed with");
        }),
    ]
}

/// The keyring daemon comes to an end, and another one is there.
fn again(stage: &mut Stage, password: Option<&str>) {
    let keyring = stage.keyring.take().expect("a stage with a keyring");
    stage.keyring = Some(keyring.without_keyring().keyring(password));
}

/// Another default keyring of the same password, without our key, and the first one back.
fn swap_keyrings(stage: &mut Stage) {
    let keyring = stage.keyring.take().expect("a stage with a keyring").without_keyring();
    let (here, aside) = (keyring.keyrings(), keyring.keyrings().with_extension("aside"));
    let between = keyring.keyrings().with_extension("between");
    fs::rename(&here, &between).unwrap();
    let _ = fs::rename(&aside, &here);
    fs::rename(&between, &aside).unwrap();
    stage.keyring = Some(keyring.keyring(Some("pw")));
}

fn keyrings() -> Vec<Row> {
    let keyring = |name, breaks, mends| Row { stage: Stage::with_keyring, mends, ..row(name, breaks) };
    vec![
        keyring(
            "no bus",
            |stage| stage.set("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/bus"),
            |stage| stage.unset("DBUS_SESSION_BUS_ADDRESS"),
        ),
        keyring(
            "no keyring service",
            |stage| stage.keyring = stage.keyring.take().map(Session::without_keyring),
            |stage| stage.keyring = stage.keyring.take().map(|session| session.keyring(Some("pw"))),
        ),
        keyring("the keyring is locked", |stage| again(stage, None), |stage| again(stage, Some("pw"))),
        keyring(
            "the keyring is frozen",
            |stage| stage.keyring.as_ref().unwrap().signal(Signal::STOP),
            |stage| stage.keyring.as_ref().unwrap().signal(Signal::CONT),
        ),
        keyring("the vault key is lost", swap_keyrings, swap_keyrings),
        keyring(
            "the vault is of another machine",
            |stage| {
                swap_keyrings(stage);
                let note = stage.note_of_the_keeper();
                let text = fs::read_to_string(&note).unwrap();
                let machine = text.lines().find(|line| line.starts_with("machine = ")).unwrap();
                fs::write(&note, text.replace(machine, "machine = elsewhere")).unwrap();
                stage.aside = Some((note, text.into_bytes()));
            },
            |stage| {
                swap_keyrings(stage);
                stage.restore();
            },
        ),
    ]
}

#[test]
fn every_verb_survives_every_passphrase() {
    insta::assert_snapshot!(tabled("passphrases", &passphrases(), &ALL));
}

#[test]
fn every_verb_survives_every_keyring() {
    let text = tabled("keyrings", &keyrings(), &ALL);
    if Session::start().is_some() {
        insta::assert_snapshot!(text);
    }
}
