//! Another user of this machine, and root in the home of a person (`sudo -E`).

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};

use crate::skip::skip;
use crate::world::{ASSUME, World, run};

const NOBODY: u32 = 65_534;

fn is_root() -> bool {
    fs::metadata("/proc/self").unwrap().uid() == 0
}

fn everything(folder: &Path) -> Vec<PathBuf> {
    let mut found = vec![folder.to_owned()];
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            found.extend(everything(&entry.path()));
        } else {
            found.push(entry.path());
        }
    }
    found
}

/// Signed in under a umask that hides nothing, in a home that anybody may enter.
fn careless() -> World {
    let world = World::new();
    let script = "umask 000; exec \"$0\" \"$@\"";
    assert_eq!(run(&mut world.program("/bin/sh", &["-c", script, ASSUME, "login"])).code, 0);
    assert_eq!(run(&mut world.program("/bin/sh", &["-c", script, ASSUME, "process", "dev"])).code, 0);
    for folder in ["", ".local", ".local/state", ".aws"] {
        fs::set_permissions(world.path(folder), fs::Permissions::from_mode(0o755)).unwrap();
    }
    world
}

#[test]
fn another_user_reads_nothing_and_gets_nothing() {
    if !is_root() {
        skip("only root can be somebody else");
        return;
    }
    let world = careless();
    let as_nobody = |program: &str, words: &[&str]| run(world.program(program, words).uid(NOBODY).gid(NOBODY));
    assert_eq!(as_nobody("/bin/cat", &[world.path(".aws/config").to_str().unwrap()]).code, 0, "the home is open");
    let files = everything(&world.state());
    assert!(files.len() > 8, "{files:?}");
    // The folder lets nobody in; were it open, what is in it would not.
    for way_in in [0o700, 0o755] {
        fs::set_permissions(world.state(), fs::Permissions::from_mode(way_in)).unwrap();
        for file in &files[1..] {
            let ran = as_nobody(
                "/bin/sh",
                &["-c", "test -r \"$0\" || test -w \"$0\" || test -x \"$0\"", file.to_str().unwrap()],
            );
            assert_ne!(ran.code, 0, "another user may touch {}", file.display());
        }
    }
    fs::set_permissions(world.state(), fs::Permissions::from_mode(0o700)).unwrap();

    let asked = world.aws.count("GetRoleCredentials");
    let ran = as_nobody(ASSUME, &["process", "dev"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (7, ""), "{ran:?}");
    assert!(ran.error().contains("belongs to user 0, and this is user 65534"), "{ran:?}");
    assert_eq!(world.aws.count("GetRoleCredentials"), asked);
}

#[test]
fn root_in_the_home_of_a_person_leaves_their_vault_alone() {
    if !is_root() {
        skip("only root can give files away");
        return;
    }
    let world = careless();
    let files = everything(&world.state());
    for file in &files {
        chown(file, Some(NOBODY), Some(NOBODY)).unwrap();
    }
    for words in [&["process", "dev"][..], &["login", "--force"], &["lock"], &["dev", "--shell", "bash"]] {
        let ran = world.assume(words);
        assert_eq!(ran.code, 7, "{words:?}: {ran:?}");
        assert!(ran.error().contains("chown"), "{words:?}: {ran:?}");
    }
    let after = everything(&world.state());
    assert_eq!(after, files);
    assert!(after.iter().all(|file| fs::symlink_metadata(file).unwrap().uid() == NOBODY), "root wrote into it");
}

#[test]
fn root_makes_nothing_in_the_home_of_a_person() {
    if !is_root() {
        skip("only root can give files away");
        return;
    }
    for there in ["", ".local", ".local/state"] {
        let world = World::new();
        fs::create_dir_all(world.path(there)).unwrap();
        for file in everything(world.home.path()) {
            chown(file, Some(NOBODY), Some(NOBODY)).unwrap();
        }
        let before = everything(world.home.path());
        let ran = world.assume(&["login"]);
        assert_eq!(ran.code, 7, "{there}: {ran:?}");
        assert!(ran.error().contains("belongs to user 65534") && ran.error().contains("sudo -H"), "{ran:?}");
        assert_eq!(everything(world.home.path()), before, "{there}: root made something");
        assert!(world.tabs().is_empty(), "{there}: and nobody signed in");
    }
}
