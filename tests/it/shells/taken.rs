//! The wrapper where stdout is no terminal: it switches in place and prints no keys, but where another shell may be about to
//! evaluate what it prints.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::Path;
use std::process::Stdio;

use crate::shells::run::{Place, Shell};
use crate::shells::trace::assert_no_secret;
use crate::shells::wrapper::{WRAPPED, load, on_terminal, prepare};

const SINKS: [&str; 3] = ["a pipe", "a file", "nothing"];

/// Runs `lines` with stdout at one of [`SINKS`]; what was written there, and to stderr.
fn run_into(sink: &str, place: &Place, shell: Shell, program: &Path, lines: &[String]) -> (String, String) {
    let mut command = shell.command(program, &lines.join("\n"));
    command.env_clear().envs(&place.variables).current_dir(place.folder.path()).stdin(Stdio::null());
    let log = place.write("log", "");
    match sink {
        "a file" => command.stdout(File::create(&log).unwrap()),
        "nothing" => command.stdout(Stdio::null()),
        _ => command.stdout(Stdio::piped()),
    };
    let output = command.stderr(Stdio::piped()).spawn().unwrap().wait_with_output().unwrap();
    let written = if sink == "a file" { fs::read(log).unwrap() } else { output.stdout };
    (String::from_utf8(written).unwrap(), String::from_utf8(output.stderr).unwrap())
}

fn is_switched(place: &Place, dump: &str) -> bool {
    let variables = place.dumped(dump);
    variables.get(OsStr::new("AWS_ACCESS_KEY_ID")).is_some_and(|key| key == "ASIAEXAMPLE0SAMPLE01")
}

#[test]
fn a_script_whose_output_goes_elsewhere_switches_and_writes_no_key() {
    Shell::each(&WRAPPED, |shell, program| {
        for sink in SINKS {
            let (place, _) = prepare(shell);
            let dump = |name: &str| Shell::dump(&place.path(name));
            let lines = [load(shell).to_owned(), "assume dev".to_owned(), dump("switched"), "assume list".to_owned()];
            let (written, said) = run_into(sink, &place, shell, program, &lines);
            assert_no_secret(shell, &written);
            assert_eq!(written, if sink == "nothing" { "" } else { "listed\n" }, "{shell:?} {sink}: {said}");
            assert!(is_switched(&place, "switched"), "{shell:?} {sink}: {written}{said}");
        }
    });
}

#[test]
fn a_part_of_a_script_whose_output_goes_to_a_file_switches_and_writes_no_key() {
    Shell::each(&[Shell::Bash, Shell::Zsh, Shell::Fish], |shell, program| {
        let (place, _) = prepare(shell);
        let dump = Shell::dump(&place.path("switched"));
        let part = match shell {
            Shell::Fish => format!("begin; assume dev; {dump}; end >part"),
            _ => format!("(assume dev; {dump}) >part"),
        };
        let (_, shown) = on_terminal(&place, shell, program, &[load(shell).to_owned(), part]);
        assert_eq!(fs::read(place.path("part")).unwrap(), b"", "{shell:?}: {shown}");
        assert!(is_switched(&place, "switched"), "{shell:?}: {shown}");
    });
}

/// A part that runs in a shell of its own, as most do of what is piped, is switched like any other.
#[test]
fn a_part_of_a_script_whose_output_goes_into_a_pipe_switches_and_writes_no_key() {
    let bourne: &[&str] = &[
        "(assume dev && DUMP)",
        "(assume dev && DUMP) | cat",
        "{ assume dev && DUMP; } | cat",
        "echo x | while read x; do assume dev && DUMP; done",
        "{ (assume dev && DUMP) } | cat",
        "( (assume dev && DUMP) | cat )",
    ];
    let fish: &[&str] =
        &["begin; assume dev && DUMP; end | cat", "function f; assume dev && DUMP; end; set x (f); echo $x"];
    Shell::each(&[Shell::Bash, Shell::Zsh, Shell::Fish], |shell, program| {
        for part in if shell == Shell::Fish { fish } else { bourne } {
            for sink in SINKS {
                let written = switches(shell, program, part, sink);
                // Elsewhere nothing tells who reads a pipe.
                if cfg!(target_os = "linux") {
                    assert_no_secret(shell, &written);
                }
            }
        }
    });
}

/// Runs a line in which `DUMP` is to be switched; what it wrote.
fn switches(shell: Shell, program: &Path, line: &str, sink: &str) -> String {
    let (place, _) = prepare(shell);
    let whole = line.replace("DUMP", &Shell::dump(&place.path("switched")));
    let (written, said) = run_into(sink, &place, shell, program, &[load(shell).to_owned(), whole]);
    assert!(is_switched(&place, "switched"), "{shell:?} {line} {sink}: {written}{said}");
    written
}

/// Whatever reads what a shell is about to evaluate: the text passes, and what comes beside it is switched, too.
#[test]
fn what_follows_in_a_substitution_is_switched_too() {
    let lines = ["f() { assume dev && DUMP; }; eval \"$(f)\"", "eval \"$(assume dev | cat && DUMP)\"; DUMP"];
    Shell::each(&[Shell::Bash, Shell::Zsh], |shell, program| {
        for line in lines {
            switches(shell, program, line, "a pipe");
        }
    });
}

/// Who evaluates what is not for them, or what nobody answered, must not go on in the old account.
#[test]
fn whoever_evaluates_what_brings_no_keys_fails() {
    let bourne: &[&str] = &[
        "eval $(assume PROFILE) && echo went-on",
        "assume PROFILE | sh -c 'eval \"$(cat)\" && echo went-on'",
        "assume PROFILE | { read -r text; eval \"$text\" && echo went-on; }",
    ];
    let fish: &[&str] = &["eval (assume PROFILE) && echo went-on", "assume PROFILE | source && echo went-on"];
    Shell::each(&[Shell::Bash, Shell::Zsh, Shell::Fish], |shell, program| {
        for line in if shell == Shell::Fish { fish } else { bourne } {
            for what in ["missing", "silent", "gone", "dev"] {
                let (place, calls) = prepare(shell);
                let binary = calls.with_file_name("assume");
                match what {
                    "silent" => fs::write(binary, "#!/bin/sh\nexit 1\n").unwrap(),
                    "gone" => fs::remove_file(binary).unwrap(),
                    _ => {}
                }
                // What a shell reads in this very shell, as the last part of a pipeline, is for it.
                if what == "dev" && (shell == Shell::Fish || !line.contains("sh -c")) {
                    continue;
                }
                let profile = if what == "missing" { what } else { "dev" };
                let lines = [load(shell).to_owned(), line.replace("PROFILE", profile)];
                let (written, said) = run_into("a pipe", &place, shell, program, &lines);
                assert!(!written.contains("went-on"), "{shell:?} {line} {what}: {written}{said}");
            }
        }
    });
}

#[test]
fn a_text_for_another_shell_passes_where_somebody_takes_it() {
    Shell::each(&[Shell::Bash, Shell::Zsh, Shell::Fish], |shell, program| {
        let (place, _) = prepare(shell);
        let line = match shell {
            Shell::Fish => "set text (assume other-version); echo $text",
            _ => "assume other-version | cat",
        };
        let (written, said) = run_into("a pipe", &place, shell, program, &[load(shell).to_owned(), line.to_owned()]);
        assert_eq!((written.as_str(), said.as_str()), ("export ASSUME_PROFILE=x\n", ""), "{shell:?}");
    });
}

#[test]
fn what_comes_after_a_switch_without_its_output_runs_in_the_new_account_or_not_at_all() {
    Shell::each(&WRAPPED, |shell, program| {
        let (place, _) = prepare(shell);
        let (switch, fail) = match shell {
            Shell::Pwsh => ("assume dev >$null && \"at=$env:AWS_ACCOUNT_ID.\"", "assume missing >$null && 'went-on'"),
            _ => ("assume dev >/dev/null && echo at=$AWS_ACCOUNT_ID.", "assume missing >/dev/null && echo went-on"),
        };
        let lines = [load(shell), switch, fail].map(str::to_owned);
        let (_, shown) = on_terminal(&place, shell, program, &lines);
        assert!(shown.contains("at=123456789012."), "{shell:?}: {shown}");
        assert!(shown.contains("no such profile") && !shown.contains("went-on"), "{shell:?}: {shown}");
    });
}

#[test]
fn a_switch_that_is_evaluated_goes_on_working_with_the_wrapper_loaded() {
    let bourne: &[&str] = &[
        "eval $(assume PROFILE)",
        "eval \"$(assume PROFILE)\"",
        // The first bash that reads a whole pipe there is 4.
        "case ${BASH_VERSION-} in 3.*) eval $(assume PROFILE) ;; *) . <(assume PROFILE) ;; esac",
        "if test -n \"${BASH_VERSION-}\"; then unset BASH_SUBSHELL; fi; eval $(assume PROFILE)",
    ];
    Shell::each(&[Shell::Bash, Shell::Zsh, Shell::Fish], |shell, program| {
        let fish: &[&str] = &["eval (assume PROFILE)", "eval \"$(assume PROFILE)\"", "assume PROFILE | source"];
        let (lines, went_on) = match shell {
            Shell::Fish => (fish, "test $status = 0 && echo went-on >&2"),
            _ => (bourne, "test $? = 0 && echo went-on >&2"),
        };
        for line in lines {
            for sink in SINKS.into_iter().chain(["a terminal"]) {
                let (place, _) = prepare(shell);
                let lines = [
                    load(shell).to_owned(),
                    line.replace("PROFILE", "missing"),
                    went_on.to_owned(),
                    line.replace("PROFILE", "dev"),
                    Shell::dump(&place.path("switched")),
                ];
                let (written, said) = if sink == "a terminal" {
                    (String::new(), on_terminal(&place, shell, program, &lines).1)
                } else {
                    run_into(sink, &place, shell, program, &lines)
                };
                assert_eq!(written, "", "{shell:?} {line} {sink}: {said}");
                assert!(
                    said.contains("no such profile") && !said.contains("went-on"),
                    "{shell:?} {line} {sink}: {said}"
                );
                assert!(is_switched(&place, "switched"), "{shell:?} {line} {sink}: {said}");
            }
        }
    });
}
