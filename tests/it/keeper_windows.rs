//! In WSL the vault key may be with Windows, by way of a program that the person names. Here the program is a script that
//! plays `assume.exe`, or something worse; tests/windows has the real one.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::store_child::child;
use crate::terminal::Terminal;
use crate::world::{ASSUME, Ran, World, run};

/// Keeps the key in a file, and notes what it was told.
const GOOD: &str = r#"
{ echo "$0 $*"; /bin/pwd; } >>"$home/asked"
/usr/bin/env | /usr/bin/sort >"$home/given"
case $2 in
keep) /bin/cat >"$home/item.$3" ;;
discard) /bin/rm -f "$home/item.$3" ;;
fetch)
    test ! -f "$home/item.$3" || exec /bin/cat "$home/item.$3"
    echo "assume keeper 1"
    exit 4
    ;;
esac
echo "assume keeper 1"
"#;

const PROCESS: &[&str] = &["--no-input", "process", "dev"];

struct Wsl {
    world: World,
}

impl Wsl {
    fn new() -> Self {
        let wsl = Self { world: World::new() };
        wsl.program(GOOD);
        wsl
    }

    /// A written script is renamed into place: one that is open for writing cannot be started.
    fn program(&self, text: &str) {
        let new = self.world.path("assume.new");
        fs::write(&new, format!("#!/bin/sh\nhome='{}'\n{text}", self.world.home.path().display())).unwrap();
        fs::set_permissions(&new, fs::Permissions::from_mode(0o755)).unwrap();
        fs::rename(new, self.path()).unwrap();
    }

    fn path(&self) -> PathBuf {
        self.world.path("assume.exe")
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = self.world.command(words);
        command.env("ASSUME_STORE", "windows").env("ASSUME_STORE_WINDOWS_PROGRAM", self.path());
        command.env("WSL_DISTRO_NAME", "Ubuntu").env("WSL_INTEROP", "/run/WSL/1_interop");
        command
    }

    fn assume(&self, words: &[&str]) -> Ran {
        run(&mut self.command(words))
    }

    fn ok(&self, words: &[&str]) -> Ran {
        let ran = self.assume(words);
        assert_eq!(ran.code, 0, "assume {words:?}: {ran:?}");
        ran
    }

    fn key_id(&self) -> String {
        fs::read_to_string(self.world.state().join("vault/id")).unwrap().trim().to_owned()
    }

    fn items(&self) -> Vec<String> {
        let names = fs::read_dir(self.world.home.path()).unwrap().map(|file| file.unwrap().file_name());
        names.filter_map(|name| Some(name.to_str()?.strip_prefix("item.")?.to_owned())).collect()
    }
}

#[test]
fn windows_keeps_the_key_of_wsl_and_gives_it_back() {
    let wsl = Wsl::new();
    let first = wsl.ok(&["login"]);
    assert!(
        first.stderr.contains("the key to them is with the Credential Manager of Windows (as was chosen)"),
        "{first:?}"
    );
    let named = format!("the program that is given the vault key: {}", wsl.path().display());
    assert!(first.stderr.contains(&named), "a foreign file may have named it: {first:?}");
    wsl.ok(PROCESS);
    wsl.ok(PROCESS);
    assert_eq!(wsl.world.aws.count("GetRoleCredentials"), 1, "another process opens what the first one sealed");
    let before = wsl.key_id();
    assert_eq!(wsl.items().concat(), before);
    wsl.ok(&["logout", "--all"]);
    assert_eq!(wsl.items().len(), 0);
    wsl.ok(&["login"]);
    assert_ne!(wsl.key_id(), before);
    assert_eq!(wsl.items(), [wsl.key_id()]);
}

#[test]
fn a_locked_vault_asks_windows_for_a_person_only() {
    let wsl = Wsl::new();
    wsl.ok(&["login"]);
    wsl.ok(&["lock"]);
    fs::remove_file(wsl.world.path("asked")).unwrap();
    let ran = wsl.assume(PROCESS);
    assert_eq!(ran.code, 7, "{ran:?}");
    assert!(!wsl.world.path("asked").exists());
    let variables =
        wsl.command(&[]).get_envs().map(|(name, value)| (name.to_owned(), value.unwrap().to_owned())).collect();
    let mut person = Terminal::start(ASSUME.as_ref(), &["login"], &variables, wsl.world.home.path());
    assert_eq!(person.wait_for_end(), 0, "{}", person.screen());
    wsl.ok(PROCESS);
}

#[test]
fn the_settings_file_names_keeper_and_program() {
    let wsl = Wsl::new();
    let path = wsl.path();
    let settings = format!("[store]\nkeeper = \"windows\"\nwindows_program = \"{}\"\n", path.display());
    wsl.world.write(".config/assume/config.toml", &settings);
    let mut command = wsl.command(&["login"]);
    let ran = run(command.env_remove("ASSUME_STORE").env_remove("ASSUME_STORE_WINDOWS_PROGRAM"));
    assert_eq!((ran.code, wsl.items()), (0, vec![wsl.key_id()]), "{ran:?}");
    assert!(!ran.stderr.contains("that is given the vault key"), "their own file is not news: {ran:?}");
}

#[test]
fn the_program_of_windows_is_told_the_id_alone_and_gets_nothing_of_the_shell() {
    let wsl = Wsl::new();
    for words in [&["login"][..], PROCESS] {
        let mut command = wsl.command(words);
        command
            .env("WSLENV", "AWS_SECRET_ACCESS_KEY")
            .env("AWS_SECRET_ACCESS_KEY", "a secret")
            .env("ASSUME_PROFILE", "dev");
        let ran = run(&mut command);
        assert_eq!(ran.code, 0, "{ran:?}");
    }
    let (id, program) = (wsl.key_id(), wsl.path().display().to_string());
    let asked = fs::read_to_string(wsl.world.path("asked")).unwrap();
    for (at, line) in asked.lines().enumerate() {
        let known = ["keep", "fetch"].map(|verb| format!("{program} keeper {verb} {id}"));
        let expected = if at % 2 == 0 { known.contains(&line.to_owned()) } else { line == "/" };
        assert!(expected, "{line}");
    }
    let given = fs::read_to_string(wsl.world.path("given")).unwrap();
    // The shell that plays the program adds its own.
    let names = given
        .lines()
        .filter_map(|line| line.split('=').next())
        .filter(|name| !["PWD", "OLDPWD", "SHLVL", "_"].contains(name));
    assert_eq!(names.collect::<Vec<_>>(), ["WSL_DISTRO_NAME", "WSL_INTEROP"], "{given}");
}

#[test]
fn whatever_the_program_of_windows_answers_nothing_is_lost() {
    let wsl = Wsl::new();
    wsl.ok(&["login"]);
    wsl.ok(PROCESS);
    let digits = "07".repeat(32);
    for (case, text, said) in [
        ("none", "echo 'assume keeper 1'; exit 4".to_owned(), "the Credential Manager of Windows does not have it"),
        ("none, in another form", "exit 4".to_owned(), "answered as no assume.exe of this version does"),
        ("nothing", String::new(), "answered as no assume.exe of this version does"),
        ("garbage", "echo 'Hello'; exit 0".to_owned(), "answered as no assume.exe of this version does"),
        ("another version", format!("echo 'assume keeper 2'; echo {digits}"), "answered as no assume.exe"),
        ("a cut key", "echo 'assume keeper 1'; echo 0707".to_owned(), "answered as no assume.exe"),
        ("without end", "exec /bin/cat /dev/zero".to_owned(), "answered as no assume.exe"),
        ("another key", format!("echo 'assume keeper 1'; echo {digits}"), "is another key"),
        ("a key and a failure", format!("echo 'assume keeper 1'; echo {digits}; exit 7"), "answered as no assume.exe"),
        (
            "a reason",
            "printf 'assume: it is \\033[31mlocked\\033]0;x\\007\\nhint: no\\n' >&2; exit 7".to_owned(),
            "says: it is [31mlocked]0;x\n",
        ),
        ("a long reason", "exec /usr/bin/head -c 1000000 /dev/zero >&2".to_owned(), "answered as no assume.exe"),
        ("killed", "kill -9 $$".to_owned(), "answered as no assume.exe"),
    ] {
        wsl.program(&text);
        for words in [PROCESS, &["login", "--force"]] {
            let ran = wsl.assume(words);
            assert_eq!((ran.code, ran.stdout.as_str()), (7, ""), "{case}: {ran:?}");
            assert!(ran.error().contains(said) && ran.error().contains("\nhint: "), "{case}: {ran:?}");
            assert!(!ran.stderr.contains(['\u{1b}', '\u{7}']), "{case}: {ran:?}");
        }
    }
    wsl.program(GOOD);
    wsl.ok(PROCESS);
    assert_eq!(wsl.world.aws.count("GetRoleCredentials"), 1);
}

#[test]
fn a_first_run_that_windows_does_not_keep_signs_nobody_in() {
    let wsl = Wsl::new();
    for (text, said) in [
        ("/bin/cat >/dev/null; echo 'assume keeper 1'; exit 0", "answered as no assume.exe"),
        ("echo 'assume: there is no room' >&2; exit 7", "says: there is no room"),
    ] {
        // What is kept is read back.
        wsl.program(&format!("test $2 = fetch && exit 0\n{text}\n"));
        let ran = wsl.assume(&["login"]);
        assert_eq!(ran.code, 7, "{ran:?}");
        assert!(ran.error().contains(said), "{ran:?}");
    }
    assert_eq!(wsl.world.tabs().len(), 0);
    wsl.program(GOOD);
    wsl.ok(&["login"]);
}

#[test]
fn only_the_program_that_was_named_is_run() {
    let wsl = Wsl::new();
    let canary = wsl.world.path("bin");
    fs::create_dir(&canary).unwrap();
    fs::copy(wsl.path(), canary.join("assume.exe")).unwrap();
    let path = format!("{}:/usr/bin:/bin", canary.display());
    let failed = |code, said: &str, changed: &[(&str, Option<&str>)]| {
        let mut command = wsl.command(&["login"]);
        for (name, value) in [&[("PATH", Some(path.as_str()))], changed].concat() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        let ran = run(&mut command);
        assert_eq!(ran.code, code, "{ran:?}");
        assert!(ran.error().contains(said) && ran.error().contains("\nhint: "), "{ran:?}");
    };
    let named = |program| [("ASSUME_STORE_WINDOWS_PROGRAM", program)];
    failed(7, "nothing says where assume.exe is", &named(None));
    failed(8, "ASSUME_STORE_WINDOWS_PROGRAM is 'assume.exe'", &named(Some("assume.exe")));
    failed(8, "ASSUME_STORE_WINDOWS_PROGRAM is 'bin/assume.exe'", &named(Some("bin/assume.exe")));
    failed(7, "cannot run /nowhere/assume.exe", &named(Some("/nowhere/assume.exe")));
    failed(7, "cannot run /,", &named(Some("/")));
    failed(7, "says that this is WSL", &[("WSL_DISTRO_NAME", None), ("WSL_INTEROP", None)]);
    fs::set_permissions(wsl.path(), fs::Permissions::from_mode(0o644)).unwrap();
    failed(7, "Permission denied", &[]);
    assert!(!wsl.world.path("asked").exists(), "nobody was asked");
    assert_eq!(wsl.world.tabs().len(), 0);
}

#[test]
fn a_program_of_windows_that_hangs_is_killed_after_five_seconds_and_one_in_a_hurry() {
    let wsl = Wsl::new();
    wsl.ok(&["login"]);
    wsl.ok(PROCESS);
    wsl.program("/bin/sleep 600 &\necho $! $$ >>\"$home/processes\"\nwait\n");
    let (begun, ran) = (Instant::now(), wsl.assume(PROCESS));
    assert!(ran.error().contains("did not answer within 5 s"), "{ran:?}");
    assert_eq!(ran.code, 7);
    assert!(begun.elapsed() >= Duration::from_secs(5));
    let mut hurried = child(&wsl.world.state(), "windows", "save x");
    let hurried = run(hurried.env("STORE_PROGRAM", wsl.path()).env("STORE_HURRIED", "1"));
    assert!(hurried.stdout.contains("error 7") && hurried.stdout.contains("did not answer within 1 s"), "{hurried:?}");
    for process in fs::read_to_string(wsl.world.path("processes")).unwrap().split_whitespace() {
        let stat = PathBuf::from(format!("/proc/{process}/stat"));
        let lives = || fs::read_to_string(&stat).is_ok_and(|stat| !stat.contains(") Z "));
        let patience = Instant::now() + Duration::from_mins(1);
        while lives() {
            assert!(Instant::now() < patience, "it lives");
            std::thread::yield_now();
        }
    }
    wsl.program(GOOD);
    wsl.ok(PROCESS);
}

#[test]
fn elsewhere_than_on_windows_the_verb_keeps_nothing() {
    let ran = World::new().assume(&["keeper", "fetch", &"0".repeat(32)]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{ran:?}");
}
