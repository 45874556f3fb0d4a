//! What rests in the state folder, damaged, swapped or of another version, and the disk it is on.

use std::fs;
use std::path::PathBuf;

use super::stage::Stage;
use super::verbs::ALL;
use super::{Leaves, Row, row, tabled};
use crate::faults_store::{alter, keys, mode, records, vault};
use crate::store_processes::Disk;

/// With the file as it was before put aside.
fn with(stage: &mut Stage, path: PathBuf, change: fn(&mut Vec<u8>)) {
    stage.aside = Some((path.clone(), fs::read(&path).unwrap()));
    alter(path, change);
}

/// The role keys of `dev`, which are there.
fn of_keys(stage: &mut Stage, change: fn(&mut Vec<u8>)) {
    stage.ok(&["process", "dev"]);
    let path = keys(&stage.world);
    with(stage, path, change);
}

fn of_token(stage: &mut Stage, change: fn(&mut Vec<u8>)) {
    let path = records(&stage.world, "\"token\"").remove(0);
    with(stage, path, change);
}

/// What a version of the years to come may have here beside what this one knows.
const OF_A_NEWER_VERSION: [&str; 3] = ["future/index", "markers/future", "vault/future"];

fn record(name: &'static str, breaks: fn(&mut Stage)) -> Row {
    Row { mends: Stage::restore, ..row(name, breaks) }
}

fn records_at_their_worst() -> Vec<Row> {
    vec![
        record("the role keys are damaged", |stage| of_keys(stage, |bytes| *bytes.last_mut().unwrap() ^= 1)),
        record("the role keys are cut", |stage| of_keys(stage, |bytes| bytes.truncate(40))),
        record("the role keys are of a newer version", |stage| of_keys(stage, |bytes| bytes[7] = 2)),
        record("the role keys are those of prod", |stage| {
            stage.ok(&["process", "dev"]);
            let path = keys(&stage.world);
            stage.aside = Some((path.clone(), fs::read(&path).unwrap()));
            fs::copy(records(&stage.world, "777788889999").remove(0), path).unwrap();
        }),
        record("the sign-in is damaged", |stage| of_token(stage, |bytes| *bytes.last_mut().unwrap() ^= 1)),
        record("the sign-in is of a newer version", |stage| of_token(stage, |bytes| bytes[7] = 2)),
        record("the key file is damaged", |stage| {
            let path = vault(&stage.world).join("key");
            with(stage, path, |bytes| bytes[30] ^= 1);
        }),
        record("the id file is damaged", |stage| {
            let path = stage.state().join("vault/id");
            with(stage, path, |bytes| *bytes = b"../../etc\n".to_vec());
        }),
        record("the mark of the lock is damaged", |stage| {
            stage.world.write(".local/state/assume/markers/lock", "0\n0\nopen\n");
            let path = stage.state().join("markers/lock");
            mode(path.clone(), 0o600);
            with(stage, path, |bytes| *bytes = b"x".to_vec());
        }),
        Row {
            mends: |stage| mode(stage.state(), 0o700),
            ..row("the state folder is open to others", |stage| mode(stage.state(), 0o755))
        },
        Row {
            mends: |stage| {
                for name in OF_A_NEWER_VERSION {
                    assert!(stage.state().join(name).exists(), "{name} is not ours to take away");
                }
            },
            ..row("a newer version was here", |stage| {
                for name in OF_A_NEWER_VERSION {
                    let path = stage.state().join(name);
                    if !path.parent().unwrap().exists() {
                        fs::create_dir(path.parent().unwrap()).unwrap();
                        mode(path.parent().unwrap().to_owned(), 0o700);
                    }
                    fs::write(&path, "of a version to come\n").unwrap();
                    mode(path, 0o600);
                }
            })
        },
    ]
}

fn disks() -> Vec<Row> {
    let disk = |name, breaks, mends| Row { stage: Stage::on_a_disk, mends, ..row(name, breaks) };
    vec![
        disk(
            "the disk is full",
            |stage| drop(fs::write(stage.state().with_file_name("filler"), vec![0; 1 << 20])),
            |stage| fs::remove_file(stage.state().with_file_name("filler")).unwrap(),
        ),
        disk(
            "the disk is read-only",
            |stage| stage.disk.as_ref().unwrap().remount("ro"),
            |stage| stage.disk.as_ref().unwrap().remount("rw"),
        ),
        Row {
            stage: || Some(Stage::behind_a_network()),
            mends: |stage| stage.relay.as_ref().unwrap().is_asked_as_before(),
            leaves: Leaves::Nothing,
            ..row("the state folder is removed midway", |stage| {
                let state = stage.state();
                stage.relay.as_ref().unwrap().when_asked(move || drop(fs::remove_dir_all(&state)));
            })
        },
    ]
}

#[test]
fn every_verb_survives_every_record() {
    insta::assert_snapshot!(tabled("records", &records_at_their_worst(), &ALL));
}

#[test]
fn every_verb_survives_every_disk() {
    let text = tabled("disks", &disks(), &ALL);
    if Disk::mount("size=100k").is_some() {
        insta::assert_snapshot!(text);
    }
}
