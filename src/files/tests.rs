//! What a hostile or unlucky folder must not be able to do.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant, SystemTime};

use super::Folder;
use crate::error::Kind;

#[path = "../../tests/it/skip.rs"]
mod skip;

fn private() -> (tempfile::TempDir, Folder) {
    let parent = tempfile::tempdir().unwrap();
    let folder = Folder::open_private(&parent.path().join("a/state")).unwrap();
    (parent, folder)
}

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().permissions().mode() & 0o7777
}

fn kind<T>(result: crate::error::Result<T>) -> Kind {
    result.map(|_| ()).unwrap_err().kind()
}

#[test]
fn everything_made_is_private() {
    let (_parent, folder) = private();
    folder.write("written", b"1").unwrap();
    assert!(folder.create_new("created", b"2").unwrap());
    folder.append_line("lines", "3").unwrap();
    let _lock = folder.try_lock("lock").unwrap().unwrap();
    let inner = folder.subfolder("inner").unwrap();
    assert_eq!(mode(folder.path()), 0o700);
    assert_eq!(mode(inner.path()), 0o700);
    for name in ["written", "created", "lines", "lock"] {
        assert_eq!(mode(&folder.path().join(name)), 0o600, "{name}");
    }
    assert_eq!(folder.names().unwrap(), ["created", "inner", "lines", "lock", "written"]);
}

#[test]
fn links_are_refused_at_every_name() {
    let (parent, folder) = private();
    let elsewhere = parent.path().join("elsewhere");
    fs::write(&elsewhere, "mine").unwrap();
    fs::set_permissions(&elsewhere, fs::Permissions::from_mode(0o600)).unwrap();
    symlink(&elsewhere, folder.path().join("link")).unwrap();
    symlink(parent.path(), folder.path().join("inner")).unwrap();
    assert_eq!(kind(folder.read("link", 100)), Kind::Keeper);
    assert_eq!(kind(folder.append_line("link", "x")), Kind::Keeper);
    assert_eq!(kind(folder.try_lock("link")), Kind::Keeper);
    assert!(!folder.create_new("link", b"x").unwrap());
    assert_eq!(kind(folder.subfolder("inner")), Kind::Keeper);
    // A write takes the place of the link; what it pointed to stays.
    folder.write("link", b"new").unwrap();
    assert_eq!(fs::read(&elsewhere).unwrap(), b"mine");
    assert_eq!(folder.read("link", 100).unwrap().unwrap(), b"new");
}

#[test]
fn the_folder_itself_may_not_be_a_link_but_those_above_it_may() {
    let (parent, folder) = private();
    let link = parent.path().join("link");
    symlink(folder.path(), &link).unwrap();
    for name in ["link", "link/", "link/."] {
        assert_eq!(kind(Folder::open_private(&parent.path().join(name))), Kind::Keeper, "{name}");
    }
    symlink(parent.path().join("nowhere"), parent.path().join("dangling")).unwrap();
    assert_eq!(kind(Folder::open_private(&parent.path().join("dangling"))), Kind::Keeper);
    assert!(Folder::open_private(&link.join("state")).is_ok());
    assert!(Folder::open_existing(&link.join("none")).unwrap().is_none());
}

#[test]
fn what_others_may_touch_is_refused_with_the_fix_and_left_as_it_is() {
    let (_parent, folder) = private();
    folder.write("file", b"x").unwrap();
    let file = folder.path().join("file");
    for bits in [0o640, 0o604, 0o620, 0o601] {
        fs::set_permissions(&file, fs::Permissions::from_mode(bits)).unwrap();
        let error = folder.read("file", 10).unwrap_err();
        assert_eq!((error.kind(), error.hint()), (Kind::Keeper, format!("chmod 600 {}", file.display()).as_str()));
        assert_eq!(mode(&file), bits);
    }
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o750)).unwrap();
    let error = Folder::open_private(folder.path()).map(|_| ()).unwrap_err();
    assert_eq!((error.kind(), error.hint()), (Kind::Keeper, format!("chmod 700 {}", folder.path().display()).as_str()));
    assert_eq!(mode(folder.path()), 0o750);
}

#[test]
fn what_belongs_to_another_user_is_refused() {
    if !rustix::process::geteuid().is_root() {
        skip::skip("only root can give files away");
        return;
    }
    let (_parent, folder) = private();
    folder.write("file", b"x").unwrap();
    std::os::unix::fs::chown(folder.path().join("file"), Some(12_345), None).unwrap();
    let error = folder.read("file", 10).unwrap_err();
    assert!(error.hint().contains("sudo chown"), "{error}");
    assert_eq!(error.kind(), Kind::Keeper);
    std::os::unix::fs::chown(folder.path(), Some(12_345), None).unwrap();
    assert_eq!(kind(Folder::open_private(folder.path())), Kind::Keeper);
}

#[test]
fn neither_a_pipe_nor_a_folder_is_a_file() {
    let (_parent, folder) = private();
    folder.subfolder("inner").unwrap();
    let made = Command::new("mkfifo").args(["-m", "600"]).arg(folder.path().join("pipe")).status();
    assert!(made.unwrap().success());
    assert_eq!(kind(folder.read("pipe", 10)), Kind::Keeper);
    assert_eq!(kind(folder.read("inner", 10)), Kind::Keeper);
    folder.write("file", b"x").unwrap();
    assert_eq!(kind(Folder::open_private(&folder.path().join("file"))), Kind::Failure);
    assert_eq!(kind(Folder::open_private(&folder.path().join("file/below"))), Kind::Failure);
}

#[test]
fn names_cannot_lead_out_of_the_folder() {
    let (_parent, folder) = private();
    for name in ["", ".", "..", "../x", "/etc/passwd", "a/b", "a\0b", "file:stream", "a\\b"] {
        assert!(folder.write(name, b"x").is_err(), "{name:?}");
        assert!(folder.read(name, 10).is_err(), "{name:?}");
    }
}

#[test]
fn larger_than_allowed_is_an_error_and_never_cut() {
    let (_parent, folder) = private();
    folder.write("file", &[7; 100]).unwrap();
    assert_eq!(kind(folder.read("file", 99)), Kind::Keeper);
    assert_eq!(folder.read("file", 100).unwrap().unwrap().len(), 100);
    assert!(folder.read("none", 100).unwrap().is_none());
}

#[test]
fn a_new_file_never_replaces_one() {
    let (_parent, folder) = private();
    assert!(folder.create_new("id", b"first").unwrap());
    assert!(!folder.create_new("id", b"second").unwrap());
    assert_eq!(folder.read("id", 10).unwrap().unwrap(), b"first");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    assert!(folder.remove("id").unwrap());
    assert!(!folder.remove("id").unwrap());
}

/// Whoever may rename what is above it puts another folder in its place: nothing is written or read there.
#[test]
fn an_open_folder_stays_the_one_that_was_opened() {
    let (parent, folder) = private();
    folder.write("file", b"ours").unwrap();
    let moved = parent.path().join("moved");
    fs::rename(folder.path(), &moved).unwrap();
    let planted = Folder::open_private(folder.path()).unwrap();
    planted.write("file", b"planted").unwrap();

    assert_eq!(folder.read("file", 10).unwrap().unwrap(), b"ours");
    folder.write("file", b"again").unwrap();
    assert!(folder.create_new("new", b"1").unwrap());
    folder.append_line("lines", "1").unwrap();
    let _lock = folder.try_lock("lock").unwrap().unwrap();
    folder.subfolder("inner").unwrap().write("deep", b"1").unwrap();
    assert!(folder.remove("file").unwrap());

    assert_eq!(planted.names().unwrap(), ["file"]);
    assert_eq!(planted.read("file", 10).unwrap().unwrap(), b"planted");
    assert_eq!(folder.names().unwrap(), ["inner", "lines", "lock", "new"]);
    assert_eq!(fs::read(moved.join("inner/deep")).unwrap(), b"1");
    // A link in its place leads nowhere either.
    fs::remove_dir_all(planted.path()).unwrap();
    symlink(parent.path(), folder.path()).unwrap();
    folder.write("file", b"still").unwrap();
    assert!(!parent.path().join("file").exists());
    assert_eq!(fs::read(moved.join("file")).unwrap(), b"still");
}

#[test]
fn readers_see_the_old_file_or_the_new_one() {
    let (_parent, folder) = private();
    let texts = [vec![b'a'; 100_000], vec![b'b'; 50_000]];
    folder.write("file", &texts[0]).unwrap();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for round in 0..100 {
                folder.write("file", &texts[round % 2]).unwrap();
            }
        });
        while !writer.is_finished() {
            let seen = folder.read("file", 1 << 20).unwrap().unwrap();
            assert!(texts.contains(&seen), "{} bytes", seen.len());
        }
    });
}

#[test]
fn what_killed_writers_left_is_swept_when_it_is_old() {
    let (_parent, folder) = private();
    let leftover = |name: &str, age: u64| {
        let file = fs::File::create(folder.path().join(name)).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(age)).unwrap();
    };
    leftover(".new-old", 3600);
    leftover(".new-fresh", 5);
    leftover("other", 3600);
    assert_eq!(folder.names().unwrap(), ["other"]);
    folder.write("file", b"x").unwrap();
    assert!(!folder.path().join(".new-old").exists());
    assert!(folder.path().join(".new-fresh").exists());
    assert!(folder.path().join("other").exists());
}

#[test]
fn lines_are_appended_whole() {
    let (_parent, folder) = private();
    folder.append_line("uses", "one").unwrap();
    folder.append_line("uses", "two\nhalves").unwrap();
    assert_eq!(folder.read("uses", 100).unwrap().unwrap(), b"one\ntwo halves\n");
}

#[test]
fn a_lock_is_waited_for_until_the_deadline_and_passed_on() {
    let (_parent, folder) = private();
    let held = folder.try_lock("lock").unwrap().unwrap();
    assert!(folder.try_lock("lock").unwrap().is_none());
    let mut told = 0;
    let deadline = Instant::now() + Duration::from_millis(50);
    assert!(folder.lock("lock", Some(deadline), &mut || told += 1).unwrap().is_none());
    assert!(Instant::now() >= deadline);
    assert_eq!(told, 1);
    std::thread::scope(|scope| {
        // The lock is let go only once the other one is known to wait.
        let (waits, waiting) = std::sync::mpsc::channel();
        let folder = &folder;
        let other = scope.spawn(move || folder.lock("lock", None, &mut || waits.send(()).unwrap()).unwrap());
        waiting.recv().unwrap();
        drop(held);
        assert!(other.join().unwrap().is_some());
    });
    assert!(folder.path().join("lock").exists());
}
