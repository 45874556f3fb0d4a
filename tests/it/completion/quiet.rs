//! What TAB must not do: run what is typed, look a program up on PATH, reach the network, open a key, ask anybody.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::{LOAD, TYPED, interactive, place, script, stand_in};
use crate::shells::run::{Shell, shown, tool};
use crate::terminal::Terminal;
use crate::world::{ASSUME, World, run};

const TYPED_WORDS: [&str; 8] = [
    "$(touch canary)",
    "`touch canary`",
    "\"$(touch canary)",
    "${x:-$(touch canary)}",
    "<(touch canary)",
    "x[$(touch canary)]",
    "$((a[$(touch canary)]))",
    "'$(touch canary)",
];

/// Waits until there is a line that is `text` and nothing else.
fn shows_line(terminal: &Terminal, text: &str) {
    terminal.wait_until(text, |screen| screen.lines().any(|line| line.trim() == text));
}

/// What stands before the word under the cursor is evaluated by nobody. (zsh itself expands the word under the cursor.)
#[test]
fn what_is_typed_is_never_evaluated() {
    Shell::each(&TYPED, |shell, program| {
        let mut place = place(shell, "[profile dev]\n");
        let mut terminal = interactive(&mut place, shell, program, &format!("{LOAD}{}", stand_in(shell)));
        for (index, word) in TYPED_WORDS.iter().enumerate() {
            // Open quotes are closed, so that the next word is one of its own.
            let close = if word.starts_with(['"', '\'']) { &word[..1] } else { "" };
            terminal.keys(&format!("assume show {word}{close} de\t\u{15}"));
            if shell != Shell::Zsh {
                terminal.keys(&format!("assume show {word}\t\t\u{15}"));
            }
            // The shell has taken all of it when it runs the next line.
            terminal.line(&format!("builtin echo after-{index}"));
            shows_line(&terminal, &format!("after-{index}"));
            assert!(!place.path("canary").exists(), "{shell:?} {word}\n{}", terminal.screen());
        }
    });
    Shell::each(&[Shell::Pwsh], |shell, program| {
        let place = place(shell, "[profile dev]\n");
        let more = ["@(touch canary)", "& { touch canary }", "$x.Y((touch canary))"];
        let lines = TYPED_WORDS.iter().chain(&more).map(|word| format!("assume show {word} de").replace('\'', "''"));
        let asks = lines.map(|line| format!("$line = '{line}'; $null = TabExpansion2 $line $line.Length; 'asked'\n"));
        let output = place.run(shell, program, &format!(". ./script.ps1\n{}", asks.collect::<String>()));
        assert_eq!(String::from_utf8_lossy(&output.stdout).matches("asked").count(), 11, "{}", shown(&output));
        assert!(!place.path("canary").exists());
    });
}

/// Programs of these names first on PATH, as a folder with `.` on PATH or a hostile tool would put them there.
#[test]
fn completion_looks_nothing_up_on_path() {
    let names = [
        "assume",
        "complete",
        "sed",
        "awk",
        "cut",
        "sort",
        "head",
        "tr",
        "cat",
        "grep",
        "expr",
        "env",
        "printf",
        "test",
        "[",
        "compgen",
        "math",
        "string",
        "commandline",
        "timeout",
        "dirname",
        "readlink",
    ];
    Shell::each(&super::COMPLETING, |shell, program| {
        let mut place = place(shell, "[profile dev-eu]\n");
        let first = place.path("first");
        fs::create_dir(&first).unwrap();
        for name in names {
            let file = first.join(name);
            fs::write(&file, format!("#!/bin/sh\necho {name} >>'{}'\n", place.path("canary").display())).unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        }
        let path = format!("{}:/usr/bin:/bin", first.display());
        if shell == Shell::Pwsh {
            let asks = &format!(
                "$env:PATH = '{path}'\n. ./script.ps1\n(TabExpansion2 'assume dev' 10).CompletionMatches[0].CompletionText"
            );
            let output = place.run(shell, program, asks);
            assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "dev-eu", "{}", shown(&output));
        } else {
            let set = if shell == Shell::Fish {
                format!("set -gx PATH {} /usr/bin /bin\n", first.display())
            } else {
                format!("PATH={path}\n")
            };
            let mut terminal = interactive(&mut place, shell, program, &format!("{set}{LOAD}{}", stand_in(shell)));
            terminal.line("assume dev\t");
            terminal.wait_for_written("it ran", |written| written.contains("it-ran"));
            assert_eq!(fs::read_to_string(place.path("argv")).unwrap(), "dev-eu\0", "{shell:?}");
            terminal.keys("assume dev\t\t\u{15}");
            terminal.line("builtin echo after-all");
            shows_line(&terminal, "after-all");
        }
        let called = fs::read_to_string(place.path("canary")).unwrap_or_default();
        assert!(called.is_empty(), "{shell:?}: {called}");
    });
}

/// What reaches the kernel: one program, no socket, no key of the kernel's, no file of the vault's key, nothing written.
#[test]
fn an_answer_asks_nobody_and_opens_no_key() {
    let Some(strace) = tool("strace") else { return };
    let world = World::new();
    world.sign_in();
    world.ok(&["Development/ReadOnlyAccess", "--shell", "bash"]);
    let asked = world.aws.log().len();
    let tabs = world.tabs().len();
    for words in [
        &["complete", "--", ""][..],
        &["complete", "--shell", "zsh", "--", "exec", ""],
        &["complete", "--", "login", ""],
    ] {
        let trace = world.path("trace");
        let watched = "trace=process,network,openat,add_key,request_key,keyctl,unlinkat,renameat,renameat2,mkdirat";
        let strace_words = ["-f", "-qq", "-e", watched, "-o", trace.to_str().unwrap(), ASSUME];
        let mut command = world.program(&strace, &[&strace_words[..], words].concat());
        // Not even where it could: no passphrase, and a keeper that would have to be asked.
        let ran = run(command.env_remove("ASSUME_STORE_PASSPHRASE").env("ASSUME_STORE", "keyring"));
        assert!(ran.code == 0 && !ran.stdout.is_empty() && ran.stderr.is_empty(), "{ran:?}");
        let trace = fs::read_to_string(trace).unwrap();
        let calls = || trace.lines().filter_map(|line| line.split_once(' ').map(|(_, call)| call.trim()));
        assert_eq!(calls().filter(|call| call.starts_with("execve(")).count(), 1);
        for none in [
            "clone",
            "fork",
            "vfork",
            "socket",
            "connect",
            "add_key",
            "request_key",
            "keyctl",
            "unlink",
            "rename",
            "mkdir",
        ] {
            assert!(!calls().any(|call| call.starts_with(none)), "{none} in {trace}");
        }
        for call in calls().filter(|call| call.starts_with("openat(") && !call.contains("ENOENT")) {
            let writes = ["O_WRONLY", "O_RDWR", "O_CREAT"].iter().any(|flag| call.contains(flag));
            assert!(!writes && !call.contains("/dev/tty") && !call.contains("\"key\""), "{call}");
        }
    }
    assert_eq!((world.aws.log().len(), world.tabs().len()), (asked, tabs));
}

/// A path of the program that no shell could take as it is.
#[test]
fn the_path_of_the_program_may_hold_anything() {
    Shell::each(&super::COMPLETING, |shell, program| {
        let mut place = place(shell, "[profile dev-eu]\n");
        let folder = place.path("bin 'dir'$x $(touch canary)*");
        fs::create_dir(&folder).unwrap();
        let binary = folder.join("assume");
        std::os::unix::fs::symlink(ASSUME, &binary).unwrap();
        let state = format!("--at-load=ASSUME_STATE_DIR={}/it's $(touch canary)", place.folder.path().display());
        let text = aws_assume::shell::completion(shell.dialect(), binary.as_os_str(), &[state.into()]).unwrap();
        assert_ne!(text, script(shell));
        place.write("script.ps1", text);
        if shell == Shell::Pwsh {
            let asks = ". ./script.ps1\n(TabExpansion2 'assume dev' 10).CompletionMatches[0].CompletionText";
            let output = place.run(shell, program, asks);
            assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "dev-eu", "{}", shown(&output));
        } else {
            let mut terminal = interactive(&mut place, shell, program, &format!("{LOAD}{}", stand_in(shell)));
            terminal.line("assume dev\t");
            terminal.wait_for_written("it ran", |written| written.contains("it-ran"));
            let argv = fs::read(place.path("argv")).unwrap();
            assert_eq!(String::from_utf8_lossy(&argv), "dev-eu\0", "{shell:?}");
        }
        assert!(!place.path("canary").exists(), "{shell:?}");
    });
}
