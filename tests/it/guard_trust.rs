//! An `.assume` file that somebody else put there, copied, opened to others or gave another meaning: it names nothing until
//! the person says so (security rule 20). What the hook would be told, asked without a shell.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};

use crate::skip::skip;
use crate::world::{Ran, World, run};

/// Signed in, with a folder that is trusted to be `prod`.
fn trusted() -> World {
    let world = World::new();
    world.sign_in();
    put(&world, "project/.assume");
    world.ok(&["allow", "project"]);
    assert_switches(&enter(&world, "project"), "as it was allowed");
    world
}

fn put(world: &World, file: &str) {
    world.write(file, "prod\n");
    set_mode(world, file, 0o644);
}

fn set_mode(world: &World, file: &str, mode: u32) {
    fs::set_permissions(world.path(file), fs::Permissions::from_mode(mode)).unwrap();
}

/// As the hook asks when its shell is in this folder, with the settings that it was loaded with.
fn enter(world: &World, folder: &str) -> Ran {
    let file = format!("--folder={}", world.path(folder).join(".assume").display());
    let at_load =
        ["--at-load=ASSUME_STORE=file", "--at-load=ASSUME_STORE_CACHE=off", "--at-load=ASSUME_STORE_PASSPHRASE"];
    let words = ["refresh", "--quiet", "--no-input", "--shell=bash", &file];
    let mut ran = world.assume(&[&words[..], &at_load].concat());
    // Spaces of what is said come encoded for an eval without quotes.
    ran.stdout = ran.stdout.replace("\\040", " ");
    ran
}

fn assert_switches(ran: &Ran, what: &str) {
    assert!(ran.code == 0 && ran.stdout.contains("777788889999"), "{what}: {ran:?}");
}

fn assert_stays_out(world: &World, folder: &str, said: &str, what: &str) {
    let asked = world.aws.log().len();
    let ran = enter(world, folder);
    assert!(ran.stdout.contains(said), "{what}: {ran:?}");
    for secret in world.aws.issued_secrets() {
        assert!(!ran.stdout.contains(&secret.value), "{what}: {} for a folder that is not trusted", secret.kind);
    }
    assert_eq!(world.aws.log().len(), asked, "{what}: AWS was asked");
}

#[test]
fn trust_in_one_folder_is_none_in_the_copy_of_it() {
    let world = trusted();
    put(&world, "copy/.assume");
    assert_stays_out(&world, "copy", "names prod, and is not trusted", "a copy");
    // Moved whole: the path is another one too.
    fs::rename(world.path("project"), world.path("moved")).unwrap();
    assert_stays_out(&world, "moved", "names prod, and is not trusted", "moved");
    fs::rename(world.path("moved"), world.path("project")).unwrap();
    assert_switches(&enter(&world, "project"), "back in its place");
}

/// What was said of one path is no answer for another, also where somebody files it under that one's name.
#[test]
fn what_was_said_of_one_folder_cannot_be_filed_under_another() {
    let world = trusted();
    put(&world, "copy/.assume");
    let said = |world: &World| -> Vec<_> {
        fs::read_dir(world.state().join("folders")).unwrap().map(|entry| entry.unwrap().path()).collect()
    };
    let of_project = said(&world).remove(0);
    world.ok(&["deny", "copy"]);
    let of_copy = said(&world).into_iter().find(|path| *path != of_project).expect("each path has a file of its own");
    fs::copy(&of_project, &of_copy).unwrap();
    assert_stays_out(&world, "copy", "names prod, and is not trusted", "a record of another path");
}

#[test]
fn trust_ends_with_each_part_of_what_the_name_means() {
    let prod = "sso_account_id = 777788889999\nsso_role_name = ReadOnlyAccess\nregion = us-west-2";
    for (part, from, to) in [
        ("role", prod, "sso_account_id = 777788889999\nsso_role_name = AdministratorAccess\nregion = us-west-2"),
        ("account", prod, "sso_account_id = 444455556666\nsso_role_name = ReadOnlyAccess\nregion = us-west-2"),
        ("start URL", "sso_start_url = http", "sso_start_url = https://evil.awsapps.com/start#http"),
    ] {
        let world = trusted();
        let changed = world.config().replace(from, to);
        assert_ne!(changed, world.config(), "{part}");
        world.write(".aws/config", &changed);
        assert_stays_out(&world, "project", "names prod, and is not trusted", part);
        world.write(".aws/config", &world.config());
        assert_switches(&enter(&world, "project"), part);
    }
}

#[test]
fn a_file_that_others_may_write_is_refused_although_it_was_trusted() {
    let world = trusted();
    // The group alone, everybody alone, both.
    for mode in [0o664, 0o646, 0o666] {
        set_mode(&world, "project/.assume", mode);
        assert_stays_out(&world, "project", "can be written by others", &format!("{mode:o}"));
        let ran = world.assume(&["allow", "project"]);
        assert!(ran.code == 8 && ran.error().contains("can be written by others"), "{mode:o}: {ran:?}");
    }
    set_mode(&world, "project/.assume", 0o644);
    assert_switches(&enter(&world, "project"), "ours alone again");
}

#[test]
fn a_file_of_another_user_is_refused_although_it_was_trusted() {
    if fs::metadata("/proc/self").map_or(true, |me| me.uid() != 0) {
        return skip("only root can give files away");
    }
    let world = trusted();
    let file = world.path("project/.assume");
    chown(&file, Some(12_345), None).unwrap();
    assert_stays_out(&world, "project", "belongs to another user", "another owner");
    let ran = world.assume(&["allow", "project"]);
    assert!(ran.code == 8 && ran.error().contains("belongs to another user"), "{ran:?}");
    chown(&file, Some(0), None).unwrap();
    assert_switches(&enter(&world, "project"), "ours again");
}

#[test]
fn allow_shows_where_the_sign_in_goes_and_which_account_and_role_are_meant() {
    let world = World::new();
    world.sign_in();
    put(&world, "project/.assume");
    let ran = world.ok(&["allow", "project"]);
    for part in ["project/.assume", "prod", "777788889999", "ReadOnlyAccess", &world.aws.start_url()] {
        assert!(ran.stderr.contains(part), "{part}: {ran:?}");
    }
    // Where no name is known the id stands alone.
    let bare = World::new();
    put(&bare, "project/.assume");
    let ran = bare.ok(&["allow", "project"]);
    for part in ["777788889999", "ReadOnlyAccess", &bare.aws.start_url()] {
        assert!(ran.stderr.contains(part), "{part}: {ran:?}");
    }
}

#[test]
fn a_folder_s_name_forges_no_line() {
    let world = World::new();
    world.sign_in();
    let folder = world.path("x\nassume: this shell is now Production\n");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join(".assume"), "dev\n").unwrap();
    for verb in ["allow", "deny"] {
        let ran = run(world.command(&[verb]).current_dir(&folder));
        assert_eq!(ran.code, 0, "{ran:?}");
        assert!(!ran.stderr.contains("\nassume: this shell is now"), "{verb}: {ran:?}");
    }
}
