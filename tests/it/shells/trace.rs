//! No secret in what a traced shell prints, through the wrapper (security rule 12); and the wrapper at a real prompt.

use std::ffi::OsStr;
use std::fs;

use aws_assume::shell;

use crate::shells::run::{Place, Shell, Variables};
use crate::shells::switch::sample;
use crate::shells::wrapper::{WRAPPED, load, on_terminal, prepare};
use crate::terminal::Terminal;

/// Starts of every secret of the sample, also as base64 and as octal digits would show them.
pub(crate) fn assert_no_secret(shell: Shell, text: &str) {
    let switch = sample("dev");
    let token = switch.session_token.unwrap();
    for secret in [switch.access_key_id.expose(), switch.secret_access_key.expose(), token.expose()] {
        let base64 = data_encoding::BASE64.encode(secret.as_bytes());
        for form in [&secret[..12], &base64[..16]] {
            assert!(!text.contains(form), "{shell:?}: {form} in\n{text}");
        }
    }
}

#[test]
fn a_trace_shows_no_secret_and_goes_on_afterwards() {
    Shell::each(&WRAPPED, |shell, program| {
        let tracing: &[&str] = match shell {
            Shell::Bash => &["set -x", "set -xv", "set -x; set -T; PS4='${FUNCNAME[0]-}+ '"],
            Shell::Zsh => &["setopt xtrace", "setopt xtrace verbose", "functions -t assume; setopt xtrace"],
            Shell::Fish => &["set -g fish_trace 1", "set -gx fish_trace 1"],
            _ => &["Set-PSDebug -Trace 1", "Set-PSDebug -Trace 2"],
        };
        for trace in tracing {
            let (place, _) = prepare(shell);
            let mut lines = vec![load(shell).to_owned()];
            lines.extend(
                [*trace, "assume dev", "assume missing", "assume other-version", "assume off"].map(str::to_owned),
            );
            // Prints nothing: only a trace shows this word.
            lines.push(if shell == Shell::Pwsh { "$still = 'traced'".into() } else { ": still-traced".into() });
            let (_, shown) = on_terminal(&place, shell, program, &lines);
            assert!(
                shown.contains(if shell == Shell::Pwsh { "$still" } else { "still-traced" }),
                "{shell:?} {trace}: {shown}"
            );
            assert!(shown.contains("open a new shell"), "{shell:?} {trace}: {shown}");
            assert_no_secret(shell, &shown);
        }
    });
}

/// Without the wrapper the keys stand in the text that is evaluated, and Windows may have been told to log that.
#[test]
fn where_script_blocks_are_logged_a_bare_iex_says_so_and_shows_no_key() {
    let asked = "[Microsoft.Win32.Registry]::GetValue($_, 'EnableScriptBlockLogging', 0)";
    let said = "script block logging is on, so these keys are in the event log";
    Shell::each(&[Shell::Pwsh], |shell, program| {
        let mut place = Place::new();
        place.set("OS", "Windows_NT");
        let text = shell::switch(shell.dialect(), &sample("dev"), &place.environment());
        assert_eq!(text.expose().matches(asked).count(), 1, "the policy is looked up");
        for (system, policy, warnings) in [("Windows_NT", "1", 1), ("Windows_NT", "0", 0), ("", "1", 0)] {
            place.set("OS", system);
            let file = place.write("switch", text.expose().replace(asked, policy));
            let script = format!("{}\n{}", shell.evaluate(&file), Shell::dump(&place.path("switched")));
            let output = place.run(shell, program, &script);
            let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            assert!(output.status.success() && stdout.is_empty(), "{system} {policy}: {stdout}{stderr}");
            assert_eq!(stderr.matches(said).count(), warnings, "{system} {policy}: {stderr}");
            assert_eq!(stderr.lines().count(), warnings, "{system} {policy}: {stderr}");
            assert_no_secret(shell, &stderr);
            let switched = place.dumped("switched");
            assert_eq!(switched[OsStr::new("AWS_ACCESS_KEY_ID")], "ASIAEXAMPLE0SAMPLE01", "it goes on all the same");
        }
    });
}

/// The variables and arguments of a shell at a plain prompt, with no startup files.
fn interactive(shell: Shell, place: &mut Place) -> (Vec<&'static str>, Variables) {
    place.set("PS1", "ready> ").set("TERM", "xterm");
    let arguments = match shell {
        Shell::Bash => vec!["--noprofile", "--norc", "-i"],
        Shell::Zsh => vec!["-f", "-i", "-o", "no_prompt_sp"],
        Shell::Fish => vec!["--no-config", "-i", "-C", "function fish_prompt; echo -n 'ready> '; end"],
        _ => vec!["-NoProfile", "-NoLogo", "-NoExit", "-Command", "function prompt { 'ready> ' }"],
    };
    (arguments, place.variables.clone())
}

#[test]
fn at_a_prompt_a_person_switches_fails_and_leaves() {
    Shell::each(&WRAPPED, |shell, program| {
        let (mut place, _) = prepare(shell);
        let (arguments, variables) = interactive(shell, &mut place);
        let mut terminal = Terminal::start(program, &arguments, &variables, place.folder.path());
        terminal.wait_for("ready>");
        terminal.line(load(shell));
        let show = match shell {
            Shell::Pwsh => "\"now:$($env:ASSUME_PROFILE),$($env:AWS_PROFILE).\"",
            _ => "echo \"now:$ASSUME_PROFILE,$AWS_PROFILE.\"",
        };
        terminal.line("assume dev");
        terminal.line(show);
        terminal.wait_for("now:dev,.");
        let failing = if shell == Shell::Fish {
            "assume missing; and echo went''-on"
        } else {
            "assume missing && echo went''-on"
        };
        terminal.line(failing);
        terminal.wait_for("no such profile");
        terminal.line("assume off");
        terminal.line(show);
        terminal.wait_for("now:,before.");
        assert!(!terminal.screen().contains("went-on"), "{shell:?}: {}", terminal.screen());
        assert_no_secret(shell, &String::from_utf8_lossy(&terminal.written()));
        terminal.keys("exit\n");
        terminal.wait_for_end();
        // The history a shell keeps is what was typed, not what was evaluated.
        for file in
            fs::read_dir(place.folder.path()).unwrap().map(|file| file.unwrap().path()).filter(|file| file.is_file())
        {
            assert_no_secret(shell, &String::from_utf8_lossy(&fs::read(&file).unwrap()));
        }
    });
}
