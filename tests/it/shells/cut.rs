//! A text that was cut short, by a full pipe or a killed program, changes nothing and fails.

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

#[test]
fn a_switch_cut_at_any_byte_changes_nothing_and_fails() {
    Shell::each(&Shell::ALL, |shell, program| {
        let mut place = Place::new();
        place.set("AWS_PROFILE", "before").set("AWS_REGION", "eu-west-1");
        for text in [
            shell::switch(shell.dialect(), &sample("dev"), &place.environment()).expose().to_owned(),
            shell::off(shell.dialect(), &place.environment(), true),
        ] {
            place.write("text", text.trim_end());
            let output = place.run(shell, program, script(shell));
            assert_eq!(output.stdout, b"tried\n", "{shell:?}: {}\n{text}", shown(&output));
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
