//! Folders and files by Windows' rules.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::world::{Ran, World, built, run, windows};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn folders_are_where_windows_has_them() {
    let world = World::new();
    let at = |name: &str, folder: &str| format!("{name}={}", windows(&world.path(folder)));
    let variables = [at("USERPROFILE", ""), at("LOCALAPPDATA", "local"), at("APPDATA", "roaming")];
    let variables: Vec<&str> = variables.iter().map(String::as_str).collect();
    let unset = ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "ASSUME_STATE_DIR", "ASSUME_CONFIG"];
    let assume = |words: &[&str]| {
        let mut command = world.under("parent.exe", &variables, &built("assume.exe"), words);
        for name in unset {
            command.env_remove(name);
        }
        run(&mut command)
    };
    fs::create_dir(world.path("local")).unwrap();
    set_mode(&world.path("local"), 0o700);
    let ran = assume(&["login"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(world.path("local/assume/vault/id").is_file());
    world.write("roaming/assume/config.toml", "[segment]\nwidth = \"wide\"\n");
    let ran = assume(&["list"]);
    assert_eq!(ran.code, 8, "{ran:?}");
    assert!(ran.stderr.contains(r"roaming\assume\config.toml"), "{ran:?}");
}

/// Wine has modes for access lists; what it takes for the user's own groups is the user's.
#[test]
fn the_state_folder_lets_no_other_user_in() {
    let world = World::new();
    world.ok(&["login"]);
    for folder in [world.state(), world.state().join("vault"), world.vault()] {
        assert_eq!(mode(&folder) & 0o707, 0o700, "{}: {:o}", folder.display(), mode(&folder));
    }
}

#[test]
fn a_state_folder_open_to_others_is_refused_with_the_fix() {
    let world = World::new();
    world.ok(&["login"]);
    for folder in [world.state(), world.vault()] {
        let before = mode(&folder);
        set_mode(&folder, 0o755);
        let ran = world.assume(&["export", "dev"]);
        assert_eq!(ran.code, 7, "{ran:?}");
        assert!(ran.stderr.contains("is open to other users (Everyone)"), "{ran:?}");
        assert!(ran.stderr.contains("hint: icacls \"Z:\\"), "{ran:?}");
        assert_eq!(mode(&folder), 0o755, "it is left as it is");
        set_mode(&folder, before);
    }
    world.ok(&["export", "dev"]);
}

#[test]
fn a_config_with_the_line_ends_of_windows_is_read_and_left_as_it_is() {
    let world = World::new();
    let path = world.path(".aws/config");
    let before = fs::read_to_string(&path).unwrap();
    assert!(before.contains("\r\n"));
    let shown: serde_json::Value = serde_json::from_str(&world.ok(&["show", "dev", "--json"]).stdout).unwrap();
    assert_eq!(shown["region"], "eu-central-1");
    assert_eq!(shown["start_url"], world.aws.start_url());
    world.ok(&["login"]);
    assert_eq!(fs::read_to_string(&path).unwrap(), before);
}

/// A program that has these files open, and lets nobody replace them.
fn holder(world: &World, files: &[PathBuf]) -> Child {
    let names: Vec<String> = files.iter().map(|file| windows(file)).collect();
    let words: Vec<&str> = std::iter::once("hold").chain(names.iter().map(String::as_str)).collect();
    let mut command: Command = world.program(&built("actor.exe"), &words);
    let mut holder = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(holder.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line.trim_end(), "held");
    holder
}

fn let_go(mut holder: Child) {
    drop(holder.stdin.take());
    assert!(holder.wait().unwrap().success());
}

fn records(world: &World) -> Vec<PathBuf> {
    let files = fs::read_dir(world.vault()).unwrap().map(|file| file.unwrap().path());
    files.filter(|path| path.is_file()).collect()
}

fn unfinished(world: &World) -> bool {
    let mut files = fs::read_dir(world.vault()).unwrap();
    files.any(|file| file.unwrap().file_name().to_str().unwrap().starts_with(".new-"))
}

#[test]
fn a_write_waits_for_a_reader_that_blocks_it() {
    let world = World::new();
    world.ok(&["login"]);
    world.ok(&["export", "dev"]);
    let holder = holder(&world, &records(&world));
    let writing = world.command(&["export", "dev", "--force"]).stdout(Stdio::piped()).spawn().unwrap();
    // Once what is to take the place of the old record lies there for longer than it takes to write, only the reader stands
    // in its way.
    let end = Instant::now() + Duration::from_secs(30);
    let mut since = None;
    while since.is_none_or(|since: Instant| since.elapsed() < Duration::from_millis(300)) {
        assert!(Instant::now() < end, "nothing is written");
        since = unfinished(&world).then(|| since.unwrap_or_else(Instant::now));
        std::thread::yield_now();
    }
    let_go(holder);
    let output = writing.wait_with_output().unwrap();
    assert!(output.status.success());
    assert!(!unfinished(&world));
    let written = String::from_utf8(output.stdout).unwrap();
    assert_eq!(world.ok(&["export", "dev"]).stdout, written);
}

#[test]
fn a_reader_that_never_lets_go_costs_an_error_and_nothing_that_was_saved() {
    let world = World::new();
    world.ok(&["login"]);
    let before = world.ok(&["export", "dev"]).stdout;
    let holder = holder(&world, &records(&world));
    let ran = world.assume(&["export", "dev", "--force"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stderr.contains("cannot write Z:\\"), "{ran:?}");
    let_go(holder);
    assert_eq!(world.ok(&["export", "dev"]).stdout, before);
    assert!(!unfinished(&world));
}

/// An id without its text would be a vault that no run opens again.
#[test]
fn the_id_of_a_new_vault_is_never_there_in_part() {
    let world = World::new();
    let id = world.state().join("vault/id");
    let mut login = world.command(&["login"]).stderr(Stdio::null()).spawn().unwrap();
    let end = Instant::now() + Duration::from_secs(30);
    let first = loop {
        assert!(Instant::now() < end, "no vault is made");
        match fs::read_to_string(&id) {
            Ok(text) => break text,
            Err(_) => std::hint::spin_loop(),
        }
    };
    assert!(login.wait().unwrap().success());
    assert_eq!(first, fs::read_to_string(&id).unwrap());
    assert!(!first.is_empty());
}

#[test]
fn what_mends_a_damaged_vault_is_a_command_of_windows() {
    let world = World::new();
    world.ok(&["login"]);
    world.ok(&["export", "dev"]);
    for record in records(&world).into_iter().filter(|file| !file.ends_with("keeper")) {
        fs::write(record, "no record").unwrap();
    }
    let hint_of =
        |ran: &Ran| ran.stderr.lines().find_map(|line| Some(line.strip_prefix("hint: ")?.to_owned())).unwrap();
    let ran = world.assume(&["export", "dev"]);
    assert_eq!(ran.code, 7, "{ran:?}");
    let hint = hint_of(&ran);
    let (_, removal) = hint.split_once(": ").unwrap();
    let file = removal.strip_prefix("del \"Z:").and_then(|rest| rest.strip_suffix('"')).expect(&hint);
    assert!(Path::new(&file.replace('\\', "/")).is_file(), "{hint}");
    let id = world.state().join("vault/id");
    let text = fs::read_to_string(&id).unwrap();
    fs::remove_file(&id).unwrap();
    let hint = hint_of(&world.assume(&["export", "dev"]));
    let writing = format!("powershell -Command \"Set-Content -LiteralPath '{}' '{}'\"", windows(&id), text.trim_end());
    assert_eq!(hint, format!("put it back: {writing}"));
}
