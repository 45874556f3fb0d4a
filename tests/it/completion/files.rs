//! The files of `completions/` as the tools of their languages see them, and as they are rendered.

use std::ffi::{OsStr, OsString};
use std::process::Command;

use aws_assume::shell::{self, Dialect};

use super::{COMPLETING, script};
use crate::shells::files::check_in;
use crate::shells::run::{Place, Shell, shown};

fn check(name: &str, arguments: &[&str], file: &str) {
    check_in("completions", name, arguments, file);
}

/// The first number of the version of the bash that is tested.
pub(super) fn bash_version() -> Option<u32> {
    let output = Command::new(Shell::Bash.program()?).args(["-c", "echo ${BASH_VERSINFO[0]}"]).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

#[test]
fn linters_find_nothing_in_the_completions() {
    check("shellcheck", &["--shell=bash", "--enable=all", "--exclude=SC2250,SC2310,SC2312"], "assume.bash");
    check("shfmt", &["-d", "-i", "4"], "assume.bash");
    check("zsh", &["-n"], "_assume");
    check("fish", &["--no-execute"], "assume.fish");
    check("fish_indent", &["--check"], "assume.fish");
    Shell::each(&[Shell::Pwsh], |shell, program| {
        let place = Place::new();
        place.write("completion.ps1", script(shell));
        let parse = "$errors = $null; \
            [void][Management.Automation.Language.Parser]::ParseFile(\"$PWD/completion.ps1\", [ref]$null, [ref]$errors); $errors";
        let output = place.run(shell, program, parse);
        assert!(output.status.success() && output.stdout.is_empty(), "{}", shown(&output));
    });
}

/// What is typed must reach nothing that evaluates it.
#[test]
fn nothing_in_the_completions_evaluates() {
    for shell in COMPLETING {
        for line in script(shell).lines().filter(|line| !line.trim_start().starts_with('#')) {
            for one in [
                "eval",
                "Invoke-Expression",
                "iex ",
                "ExpandString",
                "Create(",
                " -P)",
                "(e)",
                "COMPREPLY=($",
                "compgen -W",
            ] {
                assert!(!line.contains(one), "{shell:?}: {one} in {line}");
            }
        }
    }
}

/// A path may hold anything, also what stands for another.
#[test]
fn the_path_and_the_settings_of_the_load_are_encoded() {
    let words = [OsString::from("--at-load=ASSUME_STATE_DIR=/a 'b'$(touch canary)")];
    for shell in COMPLETING {
        let text =
            shell::completion(shell.dialect(), OsStr::new("/x y/$(touch canary)/__ASSUME_AT_LOAD__"), &words).unwrap();
        assert!(!text.contains("__ASSUME_BINARY__"), "{shell:?}");
        assert_eq!(text.matches("__ASSUME_AT_LOAD__").count(), 1, "{shell:?}: {text}");
    }
    assert!(shell::completion(Dialect::Json, OsStr::new("/x"), &[]).is_none());
}

#[test]
fn init_prints_the_completion_as_a_file() {
    let world = crate::world::World::new();
    for (name, begins) in [
        ("bash", "# Completion"),
        ("zsh", "#compdef assume\n"),
        ("fish", "# Completion"),
        ("powershell", "# Completion"),
    ] {
        let ran = world.ok(&["init", name, "--completions"]);
        assert!(ran.stdout.starts_with(begins) && ran.stdout.contains(crate::world::ASSUME), "{name}: {ran:?}");
        assert!(!ran.stdout.contains("--at-load") && !ran.stdout.contains("__ASSUME"), "{name}");
    }
    assert_eq!(world.assume(&["init", "sh", "--completions"]).code, 2);
}
