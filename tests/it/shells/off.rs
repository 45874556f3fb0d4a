//! What `off` knows and what it can't know: nested shells, texts that came from elsewhere, variables that refuse.

use std::ffi::OsStr;

use aws_assume::secret::Secret;
use aws_assume::shell;

use crate::shells::run::{Place, Shell, Variables, shown};
use crate::shells::switch::sample;

fn value<'a>(variables: &'a Variables, name: &str) -> Option<&'a OsStr> {
    variables.get(OsStr::new(name)).map(std::ffi::OsString::as_os_str)
}

/// Runs lines in `shell`; what children see in the end, and what was said.
fn run(place: &Place, shell: Shell, program: &std::path::Path, lines: &[String]) -> (Variables, String, bool) {
    let mut lines = lines.to_vec();
    lines.push(Shell::dump(&place.path("end")));
    let output = place.run(shell, program, &lines.join("\n"));
    (place.dumped("end"), shown(&output), output.status.success())
}

fn switch_text(place: &Place, shell: Shell, profile: &str) -> String {
    let text = shell::switch(shell.dialect(), &sample(profile), &place.environment());
    shell.evaluate(&place.write(&format!("switch-{profile}"), text.expose()))
}

fn off_text(place: &Place, shell: Shell, keys_are_ours: bool) -> String {
    shell.evaluate(&place.write("off", shell::off(shell.dialect(), &place.environment(), keys_are_ours)))
}

/// A place as a shell finds it that was started in a switched one.
fn nested() -> Place {
    let mut place = Place::new();
    for (name, value) in [
        ("AWS_ACCESS_KEY_ID", "ASIAEXAMPLE0SAMPLE01"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_REGION", "eu-north-1"),
        ("AWS_SSO_PROFILE", "outer"),
        ("ASSUME_PROFILE", "outer"),
        ("ASSUME_ROLE", "ReadOnly"),
        ("EDITOR", "vi"),
    ] {
        place.set(name, value);
    }
    place
}

#[test]
fn off_in_a_nested_shell_removes_what_is_ours_and_says_what_it_cannot_do() {
    Shell::each(&Shell::ALL, |shell, program| {
        let place = nested();
        let left = |keys_are_ours| {
            let (end, shown, success) = run(&place, shell, program, &[off_text(&place, shell, keys_are_ours)]);
            let said = if keys_are_ours { "removed, not restored" } else { "the keys stay" };
            assert!(success && shown.contains(said), "{shell:?}: {shown}");
            end
        };
        let names: Vec<_> = left(true)
            .into_keys()
            .filter(|name| name.as_encoded_bytes().starts_with(b"A") || name == "EDITOR")
            .collect();
        assert_eq!(names, ["EDITOR"], "{shell:?}");
        let kept = left(false);
        assert_eq!(value(&kept, "AWS_ACCESS_KEY_ID").unwrap(), "ASIAEXAMPLE0SAMPLE01", "{shell:?}: not ours to remove");
        assert_eq!(value(&kept, "AWS_REGION").unwrap(), "eu-north-1", "{shell:?}: not ours to remove");
        assert_eq!(value(&kept, "ASSUME_PROFILE"), None, "{shell:?}");
    });
}

#[test]
fn a_switch_in_a_nested_shell_saves_nothing() {
    Shell::each(&Shell::ALL, |shell, program| {
        let place = nested();
        let mut switch = sample("inner");
        switch.region = None;
        switch.previous = Some("outer".to_owned());
        let text = shell::switch(shell.dialect(), &switch, &place.environment());
        let text = shell.evaluate(&place.write("switch", text.expose()));
        let (end, shown, success) = run(&place, shell, program, std::slice::from_ref(&text));
        assert!(success, "{shell:?}: {shown}");
        assert_eq!(value(&end, "ASSUME_PREVIOUS").unwrap(), "outer", "{shell:?}");
        assert_eq!(value(&end, "AWS_REGION"), None, "{shell:?}: the outer profile's region");
        let (_, shown, _) = run(&place, shell, program, &[text, off_text(&place, shell, true)]);
        assert!(shown.contains("not restored"), "{shell:?}: {shown}");
    });
}

#[test]
fn a_text_that_came_by_the_environment_is_not_run_and_not_kept() {
    Shell::each(&Shell::ALL, |shell, program| {
        let mut place = Place::new();
        place.set("AWS_PROFILE", "mine").set("__assume_off", "touch canary").set("__assume_region", "touch canary");
        let off = off_text(&place, shell, true);
        let (end, shown, _) = run(&place, shell, program, std::slice::from_ref(&off));
        assert_eq!(value(&end, "__assume_off"), None, "{shell:?}: {shown}");

        let mut regionless = sample("dev");
        regionless.region = None;
        let text = shell::switch(shell.dialect(), &regionless, &place.environment());
        let switch = shell.evaluate(&place.write("switch", text.expose()));
        let mut switched = Place::new();
        switched.set("ASSUME_PROFILE", "dev");
        let off = off_text(&switched, shell, true);
        let (end, shown, success) = run(&place, shell, program, &[switch, off]);
        assert!(success && !place.path("canary").exists(), "{shell:?}: {shown}");
        assert_eq!(value(&end, "AWS_PROFILE").unwrap(), "mine", "{shell:?}: saved afresh");
        assert_eq!(value(&end, "__assume_off"), None, "{shell:?}");
    });
}

/// `set -a` would hand the earlier environment to every child, and a child's `off` would restore it.
#[test]
fn what_off_keeps_is_never_exported_and_other_variables_stay_unexported() {
    Shell::each(&Shell::ALL, |shell, program| {
        let mut place = Place::new();
        place.set("AWS_VAULT", "before");
        let settings = match shell {
            Shell::Bash | Shell::Zsh | Shell::Sh => "AWS_PROFILE=unexported\nAWS_REGION=unexported\nset -a",
            Shell::Fish => "set -g AWS_PROFILE unexported\nset -g AWS_REGION unexported",
            Shell::Pwsh => "$AWS_PROFILE = 'unexported'",
        };
        let switch = switch_text(&place, shell, "dev");
        let dump = Shell::dump(&place.path("switched"));
        let mut switched = Place::new();
        switched.set("ASSUME_PROFILE", "dev");
        let off = off_text(&switched, shell, true);
        let (end, shown, success) = run(&place, shell, program, &[settings.into(), switch, dump, off]);
        assert!(success, "{shell:?}: {shown}");
        let switched = place.dumped("switched");
        assert!(!switched.keys().any(|name| name.as_encoded_bytes().starts_with(b"__assume")), "{shell:?}");
        assert_eq!(value(&end, "AWS_VAULT").unwrap(), "before", "{shell:?}");
        for name in ["AWS_PROFILE", "AWS_REGION"] {
            assert_eq!(value(&end, name), None, "{shell:?}: {name} came out exported");
        }
    });
}

#[test]
fn a_read_only_variable_stops_the_whole_switch() {
    Shell::each(&[Shell::Bash, Shell::Zsh, Shell::Sh], |shell, program| {
        let place = Place::new();
        let switch = switch_text(&place, shell, "dev");
        let lines = ["readonly ASSUME_SEGMENT=mine".to_owned(), format!("{switch} || echo it failed >&2")];
        let (end, shown, _) = run(&place, shell, program, &lines);
        let hint = "nothing was changed\nhint: put no assignment before the command, nor a local of that name around it; readonly -p shows what is read-only\n";
        assert!(shown.contains("read-only here") && shown.contains("it failed"), "{shell:?}: {shown}");
        assert!(shown.contains(hint), "{shell:?}: {shown}");
        assert!(!end.keys().any(|name| name.as_encoded_bytes().starts_with(b"A")), "{shell:?}: {end:?}");

        // Meanwhile in a switched shell: nothing is put back half.
        let mut switched = Place::new();
        switched.set("ASSUME_PROFILE", "dev");
        let off = off_text(&switched, shell, true);
        let lines = [switch, "readonly AWS_VAULT".to_owned(), format!("{off} || echo it failed >&2")];
        let (end, shown, _) = run(&place, shell, program, &lines);
        assert!(shown.contains("it failed") && shown.contains(hint), "{shell:?}: {shown}");
        assert_eq!(value(&end, "ASSUME_PROFILE").unwrap(), "dev", "{shell:?}");
        assert_eq!(value(&end, "AWS_SESSION_TOKEN").unwrap(), sample("").session_token.unwrap().expose(), "{shell:?}");
    });
}

#[test]
fn an_ifs_that_cuts_values_stops_the_whole_switch() {
    Shell::each(&[Shell::Bash, Shell::Zsh], |shell, program| {
        for separator in [":", "/", "=", ",", ".", "-", "_", "@", "%", "+", ":/"] {
            let place = Place::new();
            let switch = switch_text(&place, shell, "dev");
            let lines = [format!("IFS='{separator}'"), format!("{switch} || echo it failed >&2")];
            let (end, shown, _) = run(&place, shell, program, &lines);
            assert!(shown.contains("it failed"), "{shell:?} {separator}: {shown}");
            assert!(
                !end.keys().any(|name| name.as_encoded_bytes().starts_with(b"A")),
                "{shell:?} {separator}: {end:?}"
            );
        }
    });
}

/// bash 5.0 takes a word with a backslash for a pattern, and under nullglob drops it; what is left must not be an error in
/// whose message bash shows the keys.
#[test]
fn words_that_bash_drops_stop_the_whole_switch() {
    Shell::each(&[Shell::Bash], |shell, program| {
        let place = Place::new();
        for text in [
            shell::switch(shell.dialect(), &sample("dev"), &place.environment()).expose().to_owned(),
            shell::off(shell.dialect(), &nested().environment(), true),
        ] {
            let kept: Vec<&str> = text.split_whitespace().filter(|word| !word.contains('\\')).collect();
            let line = format!("{} || echo it failed >&2", shell.evaluate(&place.write("text", kept.join(" "))));
            let (end, shown, _) = run(&place, shell, program, &[line]);
            let hint = "nothing was changed\nhint: put the command substitution in double quotes\n";
            assert!(shown.contains(hint) && shown.contains("it failed"), "{shown}");
            assert!(!shown.contains("AWS_") && !end.contains_key(OsStr::new("ASSUME_PROFILE")), "{shown}");
        }
    });
}

/// Attributes would change the value on its way in: evaluate it as arithmetic, or turn it into capitals.
#[test]
fn attributes_of_a_variable_do_not_touch_the_value() {
    Shell::each(&[Shell::Bash, Shell::Zsh], |shell, program| {
        let place = Place::new();
        let mut switch = sample("dev");
        switch.secret_access_key = Secret::from("x[$(touch canary)]");
        let text = shell::switch(shell.dialect(), &switch, &place.environment());
        let evaluate = shell.evaluate(&place.write("switch", text.expose()));
        let odd = "typeset -i AWS_SECRET_ACCESS_KEY ASSUME_EXPIRES; typeset -u ASSUME_ROLE; typeset -a ASSUME_PROFILE";
        let (end, shown, success) = run(&place, shell, program, &[odd.to_owned(), evaluate]);
        assert!(success && !place.path("canary").exists(), "{shell:?}: {shown}");
        for (name, expected) in [
            ("AWS_SECRET_ACCESS_KEY", "x[$(touch canary)]"),
            ("ASSUME_ROLE", "AdministratorAccess"),
            ("ASSUME_PROFILE", "dev"),
        ] {
            assert_eq!(value(&end, name), Some(OsStr::new(expected)), "{shell:?} {name}");
        }
    });
}

#[test]
fn hostile_variables_of_the_contract_run_nowhere() {
    Shell::each(&Shell::ALL, |shell, program| {
        let mut place = Place::new();
        for name in ["PROFILE", "PREVIOUS", "SESSION", "ACCOUNT", "ROLE", "EXPIRES", "SEGMENT"] {
            place.set(&format!("ASSUME_{name}"), "x[$(touch canary)]`touch canary`;touch canary");
        }
        place.set("AWS_ACCOUNT_ID", "a[$(touch canary)]").set("AWS_CREDENTIAL_EXPIRATION", "$(touch canary)");
        let lines = [switch_text(&place, shell, "dev"), off_text(&place, shell, true)];
        let (_, shown, success) = run(&place, shell, program, &lines);
        assert!(success && !place.path("canary").exists(), "{shell:?}: {shown}");
    });
}

#[test]
fn universal_variables_of_fish_are_left_alone_and_named() {
    Shell::each(&[Shell::Fish], |shell, program| {
        let place = Place::new();
        let make = "set -Ux AWS_PROFILE universal; set -Ux AWS_VAULT vault; set -Ux AWS_REGION eu-west-3";

        // The program sees them in its environment like any other.
        let mut seen = Place::new();
        seen.variables.clone_from(&place.variables);
        seen.set("AWS_PROFILE", "universal").set("AWS_VAULT", "vault").set("AWS_REGION", "eu-west-3");
        let switch = switch_text(&seen, shell, "dev");
        let mut switched = Place::new();
        switched.set("ASSUME_PROFILE", "dev");
        let off = off_text(&switched, shell, true);
        let dump = Shell::dump(&place.path("switched"));
        let globals = "set -qg AWS_REGION; and echo a global copy >&2";
        let end = Shell::dump(&place.path("end"));
        let script = [make, &switch, &dump, &off, globals, &end].join("\n");
        // `--no-config` is without universal variables.
        let mut command = std::process::Command::new(program);
        command.args(["-c", &script]).env_clear().envs(&place.variables).current_dir(place.folder.path());
        let output = command.output().unwrap();
        let (end, shown, success) = (place.dumped("end"), shown(&output), output.status.success());
        assert!(success && shown.contains("the universal variable AWS_PROFILE is still set"), "{shown}");
        assert!(!shown.contains("variable AWS_REGION") && !shown.contains("a global copy"), "{shown}");
        assert_eq!(value(&place.dumped("switched"), "AWS_REGION").unwrap(), "eu-central-1");
        assert_eq!(value(&end, "AWS_REGION").unwrap(), "eu-west-3");
        assert_eq!(value(&end, "AWS_PROFILE").unwrap(), "universal");
    });
}
