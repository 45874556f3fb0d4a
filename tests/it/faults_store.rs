//! The state folder and the vault at their worst: what is said, and that following the hint to the letter mends it.

use std::fs;
use std::path::PathBuf;

use crate::faults_table::{Table, printable};
use crate::store_processes::Disk;
use crate::terminal::Terminal;
use crate::world::{ASSUME, Ran, World, run};

const PROCESS: &[&str] = &["--no-input", "process", "dev"];

/// What breaks, the variables of the run that meets it, and how it is told.
struct Case {
    name: &'static str,
    variables: &'static [(&'static str, &'static str)],
    breaks: fn(&World),
}

fn case(name: &'static str, breaks: fn(&World)) -> Case {
    Case { name, variables: &[], breaks }
}

/// The folder of the vault's records.
pub(crate) fn vault(world: &World) -> PathBuf {
    let id = fs::read_to_string(world.state().join("vault/id")).unwrap();
    world.state().join("vault").join(id.trim_end())
}

/// The files of all records whose header has this text.
pub(crate) fn records(world: &World, text: &str) -> Vec<PathBuf> {
    let files = fs::read_dir(vault(world)).unwrap().map(|entry| entry.unwrap().path());
    let has = |path: &PathBuf| {
        let bytes = fs::read(path).unwrap();
        bytes.starts_with(b"ASSUME\0") && bytes.windows(text.len()).any(|part| part == text.as_bytes())
    };
    let found: Vec<_> = files.filter(has).collect();
    assert!(!found.is_empty(), "{text}");
    found
}

/// The role keys of `dev`.
pub(crate) fn keys(world: &World) -> PathBuf {
    records(world, "111122223333").remove(0)
}

/// The one record whose header says this version.
fn keys_of_version(world: &World, version: u8) -> PathBuf {
    let files = fs::read_dir(vault(world)).unwrap().map(|entry| entry.unwrap().path());
    files.into_iter().find(|path| fs::read(path).unwrap().starts_with(&[b"ASSUME\0", &[version][..]].concat())).unwrap()
}

pub(crate) fn alter(path: PathBuf, change: fn(&mut Vec<u8>)) {
    let mut bytes = fs::read(&path).unwrap();
    change(&mut bytes);
    fs::write(path, bytes).unwrap();
}

fn cases() -> Vec<Case> {
    vec![
        case("a record is damaged", |world| alter(keys(world), |bytes| *bytes.last_mut().unwrap() ^= 1)),
        case("the header of a record is damaged", |world| alter(keys(world), |bytes| bytes[20] ^= 0x80)),
        case("a record is cut", |world| alter(keys(world), |bytes| bytes.truncate(40))),
        case("a record is empty", |world| alter(keys(world), Vec::clear)),
        case("a record is huge", |world| alter(keys(world), |bytes| bytes.resize(1 << 20, 0))),
        case("a record was swapped", |world| {
            fs::copy(records(world, "777788889999").remove(0), keys(world)).unwrap();
        }),
        case("a record is a folder", |world| {
            let path = keys(world);
            fs::remove_file(&path).unwrap();
            fs::create_dir(path).unwrap();
        }),
        case("a record is a link", |world| {
            let path = keys(world);
            fs::rename(&path, world.path("elsewhere")).unwrap();
            std::os::unix::fs::symlink(world.path("elsewhere"), path).unwrap();
        }),
        case("a record is open to others", |world| mode(keys(world), 0o644)),
        case("the sign-in is damaged", |world| {
            fs::remove_file(keys(world)).unwrap();
            alter(records(world, "\"token\"").remove(0), |bytes| *bytes.last_mut().unwrap() ^= 1);
        }),
        case("the key file is gone", |world| fs::remove_file(vault(world).join("key")).unwrap()),
        case("the key file is damaged", |world| alter(vault(world).join("key"), |bytes| bytes[30] ^= 1)),
        case("the note of the keeper is gone", |world| fs::remove_file(vault(world).join("keeper")).unwrap()),
        case("the id file is gone", |world| fs::remove_file(world.state().join("vault/id")).unwrap()),
        case("the id file is damaged", |world| fs::write(world.state().join("vault/id"), "../../etc\n").unwrap()),
        case("the records are gone", |world| fs::remove_dir_all(vault(world)).unwrap()),
        case("the vault is open to others", |world| mode(vault(world), 0o755)),
        case("the state folder is open to others", |world| mode(world.state(), 0o755)),
        case("the mark of the lock is damaged", |world| {
            world.ok(&["lock"]);
            let marks = fs::read_dir(world.state().join("markers")).unwrap();
            let lock = marks.map(|mark| mark.unwrap().path()).find(|path| path.ends_with("lock")).unwrap();
            fs::write(lock, "x").unwrap();
        }),
        Case {
            variables: &[("ASSUME_STORE_PASSPHRASE", "another passphrase altogether")],
            ..case("the passphrase is wrong", |_| {})
        },
        Case { variables: &[("ASSUME_STORE", "keyutils")], ..case("another keeper is chosen", |_| {}) },
    ]
}

pub(crate) fn mode(path: PathBuf, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// Does what the hint says: the commands after its last colon, as a person types them.
fn follow(world: &World, case: &str, ran: &Ran, variables: &[(&str, &str)]) {
    let error = ran.error();
    let (_, commands) = error.rsplit_once(": ").unwrap();
    for command in commands.split(", then ") {
        let mut shell = world.program("sh", &["-c", command]);
        let mended = run(shell.envs(variables.iter().copied()));
        assert_eq!(mended.code, 0, "{case}: {command}: {mended:?}");
        assert!(printable(&mended.stderr), "{case}: {mended:?}");
    }
}

#[test]
fn each_damage_is_two_lines_and_its_hint_mends_it() {
    let mut table = Table::default();
    for Case { name, variables, breaks } in cases() {
        let world = World::new();
        world.sign_in();
        world.ok(&["process", "dev"]);
        world.ok(&["process", "prod"]);
        breaks(&world);
        let assume = |words: &[&str]| run(world.command(words).envs(variables.iter().copied()));
        let ran = assume(PROCESS);
        assert_eq!(ran.stdout, "", "{name}");
        table.failed(&world, name, 7, &ran);
        let status = assume(&["status"]);
        assert!(matches!(status.code, 0 | 3 | 7) && printable(&status.stderr), "{name}: {status:?}");
        let off = assume(&["off", "--shell", "bash"]);
        assert_eq!(off.code, 0, "{name}: a way out of any vault: {off:?}");
        follow(&world, name, &ran, variables);
        let again = assume(&["process", "dev"]);
        assert_eq!(again.code, 0, "{name}: the hint mends it: {again:?}");
    }
    insta::assert_snapshot!("store_damage", table.text());
}

#[test]
fn a_state_folder_that_cannot_be_used_says_why_and_loses_nothing() {
    let mut table = Table::default();
    let Some(disk) = Disk::mount("size=400k") else { return };
    let world = World::new();
    let folder = disk.0.path().join("assume");
    let assume = |words: &[&str]| run(world.command(words).env("ASSUME_STATE_DIR", &folder));
    let mut failed = |case: &str, code: i32, words: &[&str]| {
        let ran = assume(words);
        assert_eq!(ran.stdout, "", "{case}");
        let shown = |text: &str| text.replace(disk.0.path().to_str().unwrap(), "/disk");
        table.failed(&world, case, code, &Ran { stdout: String::new(), stderr: shown(&ran.stderr), code: ran.code });
    };
    let fine = |case: &str, words: &[&str]| assert_eq!(assume(words).code, 0, "{case}: {:?}", assume(words));

    disk.remount("ro");
    failed("read-only before the first sign-in", 1, &["login"]);
    assert_eq!(world.tabs().len(), 0, "nobody signs in for nothing");
    disk.remount("rw");
    fine("sign-in", &["login"]);
    fine("keys", PROCESS);

    disk.remount("ro");
    fine("keys that are there need no writing", PROCESS);
    for words in [&["status"][..], &["list"], &["show", "dev"]] {
        fine("reading", words);
    }
    failed("read-only, new keys", 1, &["--no-input", "process", "prod"]);
    failed("read-only, lock", 1, &["lock"]);
    failed("read-only, logout", 1, &["logout"]);
    disk.remount("rw");
    fine("nothing is lost", PROCESS);

    let filler = disk.0.path().join("filler");
    let _ = fs::write(&filler, vec![0; 1 << 20]);
    fine("keys that are there need no space", PROCESS);
    failed("full, new keys", 1, &["--no-input", "process", "prod"]);
    fine("full, lock", &["lock"]);
    failed("full, and locked", 7, PROCESS);
    fs::remove_file(&filler).unwrap();
    let variables = world.variables().into_iter().chain([("ASSUME_STATE_DIR".into(), folder.to_str().unwrap().into())]);
    let variables = variables.map(|(name, value)| (name.into(), value.into())).collect();
    let mut person = Terminal::start(ASSUME.as_ref(), &["login"], &variables, world.home.path());
    assert_eq!(person.wait_for_end(), 0, "{}", person.screen());
    fine("nothing is lost", PROCESS);
    fine("the next one works", &["--no-input", "process", "prod"]);
    assert_eq!(world.tabs().len(), 1);
    let _ = fs::write(&filler, vec![0; 1 << 20]);
    fine("full, logout", &["logout"]);
    failed("full, and signed out", 3, PROCESS);
    fs::remove_file(&filler).unwrap();
    fine("signing in again", &["login"]);
    fine("signing in again", PROCESS);

    let aside = disk.0.path().join("aside");
    fs::rename(&folder, &aside).unwrap();
    fs::write(&folder, "").unwrap();
    failed("a plain file", 1, PROCESS);
    fs::remove_file(&folder).unwrap();
    fs::rename(&aside, &folder).unwrap();
    fine("nothing is lost", PROCESS);
    insta::assert_snapshot!("state_folder", table.text());
}

#[test]
fn records_of_a_newer_version_wait_for_it() {
    let mut table = Table::default();
    let world = World::new();
    world.sign_in();
    world.ok(PROCESS);
    alter(keys(&world), |bytes| bytes[7] = 2);
    let newer = world.assume(PROCESS);
    table.failed(&world, "newer role keys", 7, &newer);
    world.ok(&["--no-input", "process", "prod"]);
    world.ok(&["status"]);
    alter(keys_of_version(&world, 2), |bytes| bytes[7] = 1);
    world.ok(PROCESS);
    insta::assert_snapshot!("newer", table.text());
}
