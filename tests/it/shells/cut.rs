//! A text that was cut short, by a full pipe or a killed program, changes nothing and fails.

use std::path::Path;

use aws_assume::shell;

use crate::shells::run::{Place, Shell, shown};
use crate::shells::switch::sample;

/// One process evaluates every prefix of the text, the shortest last, and names the first that succeeds or changes
/// something. `sh` ends at a syntax error in `eval`: there each prefix has a subshell.
fn script(shell: Shell) -> &'static str {
    match shell {
        Shell::Bash | Shell::Zsh => {
            r#"text=$(/bin/cat ./text)
            while text=${text%?}; [[ -n $text ]]; do
                eval "$text" 2>/dev/null && echo "succeeded: $text"
                [[ $AWS_PROFILE,$AWS_REGION,${ASSUME_PROFILE-},${__assume_off-} == before,eu-west-1,, ]] || echo "changed: $text"
            done; echo tried"#
        }
        Shell::Sh => {
            r#"text=$(/bin/cat ./text)
            check() { [ "$AWS_PROFILE,$AWS_REGION,${ASSUME_PROFILE-},${__assume_off-}" = before,eu-west-1,, ] || echo "changed: $text"; }
            while text=${text%?}; [ -n "$text" ]; do
                (trap check EXIT; eval "$text") 2>/dev/null && echo "succeeded: $text"
            done; echo tried"#
        }
        Shell::Fish => {
            r#"set text (/bin/cat ./text)
            for length in (seq (math (string length -- $text) - 1) -1 1)
                eval (string sub -l $length -- $text) 2>/dev/null; and echo "succeeded: $length"
                test "$AWS_PROFILE,$AWS_REGION,$ASSUME_PROFILE,$__assume_off" = before,eu-west-1,,; or echo "changed: $length"
            end; echo tried"#
        }
        Shell::Pwsh => {
            r#"$text = /bin/cat ./text
            for ($length = $text.Length - 1; $length -gt 0; $length--) {
                try { iex $text.Substring(0, $length); "succeeded: $length" } catch { }
                $kept = Test-Path -LiteralPath Variable:global:__assume_off
                if ("$env:AWS_PROFILE,$env:AWS_REGION,$env:ASSUME_PROFILE,$kept" -cne 'before,eu-west-1,,False') { "changed: $length" }
            }
            'tried'"#
        }
    }
}

/// Runs `script`, which says what it finds wrong, over the text of a switch and of `off`.
fn nothing_comes_of_parts(shell: Shell, program: &Path, script: &str) {
    let mut place = Place::new();
    place.set("AWS_PROFILE", "before").set("AWS_REGION", "eu-west-1");
    for text in [
        shell::switch(shell.dialect(), &sample("dev"), &place.environment()).expose().to_owned(),
        shell::off(shell.dialect(), &place.environment(), true),
    ] {
        place.write("text", text.trim_end());
        let output = place.run(shell, program, script);
        assert_eq!(output.stdout, b"tried\n", "{shell:?}: {}\n{text}", shown(&output));
    }
}

#[test]
fn a_switch_cut_at_any_byte_changes_nothing_and_fails() {
    Shell::each(&Shell::ALL, |shell, program| nothing_comes_of_parts(shell, program, script(shell)));
}

/// An unquoted `eval $(assume dev)` is torn apart wherever `IFS` says, in the words of the shell as in the values.
#[test]
fn a_switch_torn_apart_by_any_character_changes_nothing_and_fails() {
    let script = r#"for c in {0..9} {a..z} {A..Z} : , . / = + @ % _ -; do (
            IFS=$c
            eval $(/bin/cat ./text) >/dev/null 2>&1 && echo "succeeded: $c"
            [[ $AWS_PROFILE,$AWS_REGION,${ASSUME_PROFILE-},${AWS_SECRET_ACCESS_KEY-} == before,eu-west-1,, ]] || echo "changed: $c"
        ); done; echo tried"#;
    Shell::each(&[Shell::Bash, Shell::Zsh], |shell, program| nothing_comes_of_parts(shell, program, script));
}

#[test]
fn a_shell_whose_export_does_nothing_has_no_keys_and_says_so() {
    Shell::each(&[Shell::Bash, Shell::Zsh], |shell, program| {
        let mut place = Place::new();
        place.set("AWS_ACCESS_KEY_ID", "old").set("A_PASSPHRASE", "never printed");
        place.write("text", shell::switch(shell.dialect(), &sample("dev"), &place.environment()).expose());
        // In zsh an alias counts from the next line on.
        for way in ["set -k", "shopt -s expand_aliases 2>/dev/null\nalias export=false"] {
            let script =
                format!("{way}\neval $(/bin/cat ./text) && echo went-on\necho \"id=${{AWS_ACCESS_KEY_ID-}}.\"");
            let output = place.run(shell, program, &script);
            let said = String::from_utf8_lossy(&output.stderr);
            if way == "set -k" && shell == Shell::Zsh {
                // There it lets comments be typed, and nothing else.
                assert_eq!(output.stdout, b"went-on\nid=ASIAEXAMPLE0SAMPLE01.\n", "{}", shown(&output));
                continue;
            }
            assert_eq!(output.stdout, b"id=.\n", "{shell:?} {way}: {}", shown(&output));
            assert!(said.contains("export does not work in this shell"), "{shell:?} {way}: {said}");
        }
    });
}

#[test]
fn a_failure_fails_in_every_shell() {
    Shell::each(&Shell::ALL, |shell, program| {
        let place = Place::new();
        let failure = shell::failure(Some(shell.dialect()), "no profile named 'x\u{2019}; touch canary\n'");
        let failure = place.write("failure", failure);
        let evaluate = shell.evaluate(&failure);
        let script = match shell {
            Shell::Fish => format!("{evaluate}; and echo went-on"),
            _ => format!("{evaluate} && echo went-on"),
        };
        let output = place.run(shell, program, &script);
        assert!(
            !String::from_utf8_lossy(&output.stdout).contains("went-on") && !place.path("canary").exists(),
            "{shell:?}: {}",
            shown(&output)
        );
        assert!(!output.status.success(), "{shell:?}: {}", shown(&output));
    });
}
