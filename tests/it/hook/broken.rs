//! A program that is removed, replaced or hangs while shells that call it are open.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, UNIX_EPOCH};

use crate::hook::driver::{HOOKED, Person, Start, short_lived};
use crate::shells::run::Shell;
use crate::world::{ASSUME, World};

/// A shell whose hook calls a program of its own, which is ours so far.
fn start(shell: Shell, program: &Path, world: &World, home: &str) -> (Person, PathBuf) {
    let binary = world.path(home).join("bin/assume");
    fs::create_dir_all(binary.parent().unwrap()).unwrap();
    symlink(ASSUME, &binary).unwrap();
    let start = Start { binary: binary.to_str().unwrap(), home, ..Start::default() };
    (Person::start(shell, program, world, &start), binary)
}

fn replace(binary: &Path, text: &str) {
    fs::remove_file(binary).unwrap();
    fs::write(binary, text).unwrap();
    fs::set_permissions(binary, fs::Permissions::from_mode(0o755)).unwrap();
}

fn script(line: &str) -> String {
    format!("#!/bin/sh\n{line}\n")
}

/// Lines of the screen that neither the person nor the prompt wrote.
fn strangers(person: &Person) -> Vec<String> {
    let screen = person.terminal.screen();
    let is_typed = |line: &str| {
        ["ready>", "/usr/bin/touch", "/bin/", "this shell is now", "assume dev"].iter().any(|one| line.contains(one))
    };
    screen.lines().filter(|line| !line.trim().is_empty() && !is_typed(line)).map(str::to_owned).collect()
}

/// What stands in the place of the program.
fn breakages(shell: Shell) -> Vec<(&'static str, Option<String>)> {
    // By an older version, and cut: each would leave its mark if it were carried out.
    let (old, cut) = match shell {
        Shell::Fish => ("begin; : assume/0; touch canary; end", "begin; : assume/1; touch canary; "),
        Shell::Pwsh => ("assume/0\n+AWS_ACCESS_KEY_ID eA==\n.", "assume/1\n+AWS_ACCESS_KEY_ID eA=="),
        _ => ("{ if test assume/0:; then touch canary; fi; }", "{ if test assume/1:; then touch canary; "),
    };
    let print = |text: &str| script(&format!("cat <<'END'\n{text}\nEND"));
    vec![
        ("removed", None),
        ("no program", Some("\u{7f}ELF\0\0\0\u{1}\0garbage".to_owned())),
        ("garbage", Some(print("hello; touch canary"))),
        ("an older version", Some(print(old))),
        ("a text that is cut", Some(print(cut))),
        ("a text after another", Some(print(&format!("hello\n{old}")))),
        ("a failure with a text", Some(script(&format!("{ASSUME} \"$@\"; exit 3")))),
        ("nothing", Some(script(":"))),
        ("a line that never ends", Some(script("printf 'assume/1'"))),
        ("a failure that is told", Some(script("echo it failed >&2; exit 101"))),
        ("a crash", Some(script("kill -SEGV $$"))),
    ]
}

#[test]
fn a_broken_program_disturbs_no_open_shell_and_a_mended_one_goes_on() {
    Shell::each(&HOOKED, |shell, program| {
        let world = short_lived(12);
        let mut people: Vec<_> = breakages(shell)
            .into_iter()
            .enumerate()
            .map(|(index, (what, text))| {
                let (mut person, binary) = start(shell, program, &world, &format!("shell-{index}"));
                person.does("assume dev");
                match text {
                    Some(text) => replace(&binary, &text),
                    None => fs::remove_file(&binary).unwrap(),
                }
                (what, person, binary)
            })
            .collect();
        for (what, person, _) in &mut people {
            let keys = person.variable("AWS_ACCESS_KEY_ID");
            let end: u64 = person.variable("ASSUME_EXPIRES").parse().unwrap();
            // Past the time when they are due, and past their end.
            person.until("the end of the keys", |_| UNIX_EPOCH.elapsed().unwrap().as_secs() > end);
            (0..3).for_each(|_| person.does("/bin/true"));
            assert_eq!(person.variable("AWS_ACCESS_KEY_ID"), keys, "{shell:?} {what}");
            assert!(person.variable("ASSUME_SEGMENT").contains("expired"), "{shell:?} {what}");
            assert_eq!(strangers(person), [""; 0], "{shell:?} {what}: {}", person.terminal.screen());
            assert!(!person.path("canary").exists(), "{shell:?} {what}");
            if shell == Shell::Pwsh {
                let errors = person.path("errors");
                person.does(&format!("[IO.File]::WriteAllText('{}', \"$Error\")", errors.display()));
                assert_eq!(fs::read_to_string(errors).unwrap(), "", "{shell:?} {what}: in the person's list of errors");
            }
        }
        for (_, person, binary) in &mut people {
            let _ = fs::remove_file(&*binary);
            symlink(ASSUME, binary).unwrap();
            person.until_renewed();
        }
    });
}

fn waits(person: &mut Person) -> Duration {
    let began = Instant::now();
    person.does("/bin/true");
    began.elapsed()
}

#[test]
fn a_program_that_hangs_costs_one_prompt_two_seconds() {
    let ways = ["exec /bin/sleep 60", "trap '' TERM INT HUP; /bin/sleep 60", "echo assume/1; exec /bin/sleep 60"];
    Shell::each(&HOOKED, |shell, program| {
        let world = short_lived(9);
        let mut people: Vec<_> = ways
            .into_iter()
            .enumerate()
            .map(|(index, way)| {
                let (mut person, binary) = start(shell, program, &world, &format!("shell-{index}"));
                person.does("assume dev");
                let idle = waits(&mut person);
                replace(&binary, &script(&format!("echo $$ >>{}\n{way}", person.path("hung").display())));
                (way, person, idle)
            })
            .collect();
        for (way, person, idle) in &mut people {
            let slack = Duration::from_secs(1) + *idle * 4;
            let mut longest = Duration::ZERO;
            let calls = person.path("hung");
            person.until("a call", |person| {
                longest = longest.max(waits(person));
                calls.exists()
            });
            assert!(longest < Duration::from_secs(2) + slack, "{shell:?} {way}: {longest:?}");
            let end: u64 = person.variable("ASSUME_EXPIRES").parse().unwrap();
            let mut afterwards = Duration::ZERO;
            person.until("the end of the keys", |person| {
                afterwards = afterwards.max(waits(person));
                UNIX_EPOCH.elapsed().unwrap().as_secs() > end
            });
            assert!(afterwards < slack, "{shell:?} {way}: {afterwards:?} afterwards");
            assert_eq!(fs::read_to_string(calls).unwrap().lines().count(), 1, "{shell:?} {way}: called once");
            assert_eq!(strangers(person), [""; 0], "{shell:?} {way}: {}", person.terminal.screen());
        }
    });
}

#[test]
fn ctrl_c_while_the_program_hangs_brings_the_prompt_back_and_it_is_not_called_again() {
    Shell::each(&HOOKED, |shell, program| {
        let world = short_lived(9);
        let (mut person, binary) = start(shell, program, &world, "shell");
        let traced = match shell {
            Shell::Bash => "set -x",
            Shell::Zsh => "setopt xtrace",
            Shell::Fish => "set -g fish_trace 1",
            _ => "$null = 1",
        };
        person.does("assume dev");
        person.does(traced);
        let began = Instant::now();
        person.does("/bin/true before");
        let idle = began.elapsed();
        let calls = person.path("hung");
        replace(&binary, &script(&format!("echo $$ >>{}\nexec /bin/sleep 60", calls.display())));
        // Its line is written, not only its file made.
        let is_called = || fs::read_to_string(&calls).is_ok_and(|line| line.ends_with('\n'));
        // One line at a time, until the prompt after one does not come: nothing else is typed when Ctrl-C is pressed.
        let mut lines = 0;
        person.until("a call", |person| {
            lines += 1;
            let mark = person.path(&format!("line-{lines}"));
            person.terminal.line(&format!("/usr/bin/touch {}", mark.display()));
            person.terminal.wait_until("the line or a call", |_| mark.exists() || is_called());
            is_called()
        });
        let began = Instant::now();
        person.terminal.keys("\u{3}");
        person.does("/bin/true first");
        // fish and PowerShell can't be interrupted while they wait: there the two seconds are the limit. A busy machine makes
        // all of it longer; the program itself goes on for a minute.
        let waits = Duration::from_secs(if matches!(shell, Shell::Bash | Shell::Zsh) { 0 } else { 2 });
        let limit = waits + Duration::from_secs(1) + idle * 4;
        assert!(began.elapsed() < limit, "{shell:?}: {:?}, {idle:?} when idle", began.elapsed());
        (0..3).for_each(|_| person.does("/bin/true"));
        assert_eq!(fs::read_to_string(calls).unwrap().lines().count(), 1, "{shell:?}: called once");
        // A trace that was on is on: only it shows the word in one.
        if shell != Shell::Pwsh {
            person.does(": still-''traced");
            assert!(person.times_written("still-traced") > 0, "{shell:?}: {}", person.terminal.screen());
        }
    });
}
