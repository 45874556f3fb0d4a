//! What a shell was given ends otherwise than by the clock: the sign-in, the role, the lock, the profile.

use std::time::UNIX_EPOCH;

use identity_center::Config;

use crate::hook::driver::{HOOKED, Person, short_lived};
use crate::shells::run::Shell;
use crate::world::World;

/// In each shell a person who has just switched.
fn each(seconds: u64, test: impl Fn(&mut Person, &World) + Sync) {
    Shell::each(&HOOKED, |shell, program| {
        let world = short_lived(seconds);
        let mut person = Person::new(shell, program, &world);
        person.does("assume dev");
        test(&mut person, &world);
        assert_eq!(world.tabs().len(), 1, "{shell:?}: no browser but for the first sign-in");
    });
}

fn assert_said_once(person: &mut Person, text: &str) {
    (0..5).for_each(|_| person.does("/bin/true"));
    assert_eq!(person.times_written(text), 1, "{:?}: {text}: {}", person.shell, person.terminal.screen());
    assert_eq!(person.times_written("assume: "), 2, "{:?}: {}", person.shell, person.terminal.screen());
}

/// Whatever way a session ends: one line says so and names the command, and after a sign-in elsewhere this shell goes on.
fn assert_needs_sign_in_and_is_revived(person: &mut Person, world: &World) {
    person.until("a sign-in is needed", |person| person.variable("ASSUME_SEGMENT").contains("sign in"));
    assert_said_once(person, "assume login main");
    let keys = person.variable("AWS_ACCESS_KEY_ID");
    assert_ne!(keys, "");
    world.ok(&["login"]);
    person.until("a renewal", |person| person.variable("AWS_ACCESS_KEY_ID") != keys);
    assert!(!person.variable("ASSUME_SEGMENT").contains("sign in"), "{:?}", person.shell);
}

#[test]
fn a_session_that_is_over_by_the_clock_is_said_once_and_a_sign_in_elsewhere_revives_the_shell() {
    Shell::each(&HOOKED, |shell, program| {
        let world = World::with(Config::default().lifetimes(|life| {
            life.role_keys = 9;
            life.access_token = 5;
            life.refresh_token = 5;
        }));
        world.sign_in();
        let mut person = Person::new(shell, program, &world);
        person.does("assume dev");
        assert_needs_sign_in_and_is_revived(&mut person, &world);
        assert_eq!(world.tabs().len(), 2, "{shell:?}: one sign-in, and the one elsewhere");
    });
}

#[test]
fn a_session_that_aws_ended_is_said_once_and_a_sign_in_elsewhere_revives_the_shell() {
    Shell::each(&HOOKED, |shell, program| {
        let world = short_lived(9);
        let mut person = Person::new(shell, program, &world);
        person.does("assume dev");
        world.aws.end_sessions();
        assert_needs_sign_in_and_is_revived(&mut person, &world);
        assert_eq!(world.tabs().len(), 2, "{shell:?}: one sign-in, and the one elsewhere");
    });
}

#[test]
fn a_role_that_was_taken_away_is_said_once() {
    each(6, |person, world| {
        let keys = person.variable("AWS_ACCESS_KEY_ID");
        assert!(world.aws.remove_role("111122223333", "AdministratorAccess"));
        person.until("a line", |person| {
            person.does("/bin/true");
            person.times_written("are not renewed") > 0
        });
        assert_said_once(person, "are not renewed");
        assert_eq!(person.variable("AWS_ACCESS_KEY_ID"), keys, "the old keys go on until they end");
    });
}

#[test]
fn a_lock_elsewhere_takes_the_keys_at_the_next_prompt() {
    each(3600, |person, world| {
        world.ok(&["lock"]);
        person.does("/bin/true");
        for gone in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "ASSUME_EXPIRES"] {
            assert_eq!(person.variable(gone), "", "{:?}: {gone}", person.shell);
        }
        assert!(person.variable("ASSUME_SEGMENT").contains("locked"), "{:?}", person.shell);
        assert_said_once(person, "to come back: assume dev");
        person.does("assume dev");
        assert_ne!(person.variable("AWS_ACCESS_KEY_ID"), "", "{:?}: {}", person.shell, person.terminal.screen());
        assert!(!person.variable("ASSUME_SEGMENT").contains("locked"), "{:?}", person.shell);
    });
}

#[test]
fn a_state_folder_that_is_removed_is_not_told_by_the_shell_at_a_prompt() {
    each(3600, |person, world| {
        world.ok(&["lock"]);
        person.does("/bin/true");
        person.does("assume dev");
        std::fs::remove_dir_all(world.path(".local/state/assume")).unwrap();
        person.does("/bin/true");
        person.does("/bin/true");
        let screen = person.terminal.screen();
        for noise in ["o such file", "redirect", "cannot"] {
            assert!(!screen.contains(noise), "{:?}: {screen}", person.shell);
        }
    });
}

/// The name is shown as it could be typed, or not at all.
#[test]
fn the_way_back_from_a_lock_is_safe_to_show_and_to_paste() {
    Shell::each(&HOOKED, |shell, program| {
        for (name, shown) in [("Team Blue", "assume 'Team Blue'"), ("\u{1b}[31mx;touch canary", "assume PROFILE")] {
            let world = World::new();
            world.write(".aws/config", &world.config().replace("[profile dev]", &format!("[profile '{name}']")));
            world.sign_in();
            world.write("name", name);
            let mut person = Person::new(shell, program, &world);
            // Read from a file, since a terminal would take the escape for a key.
            person.does(match shell {
                Shell::Fish => "assume (cat name)",
                Shell::Pwsh => "assume ([IO.File]::ReadAllText(\"$PWD/name\"))",
                _ => "assume \"$(cat name)\"",
            });
            assert_ne!(person.variable("AWS_ACCESS_KEY_ID"), "", "{shell:?}: {}", person.terminal.screen());
            world.ok(&["lock"]);
            person.does("/bin/true");
            let line = format!("to come back: {shown}\r");
            person.terminal.wait_for_written(&format!("{shell:?} says {shown}"), |written| written.contains(&line));
        }
    });
}

#[test]
fn a_sign_out_elsewhere_is_said_once_when_keys_are_due() {
    each(6, |person, world| {
        let keys = person.variable("AWS_ACCESS_KEY_ID");
        world.ok(&["logout"]);
        person.until("a line", |person| {
            person.does("/bin/true");
            person.times_written("somebody signed out") > 0
        });
        assert_said_once(person, "somebody signed out");
        assert_eq!(person.variable("AWS_ACCESS_KEY_ID"), keys, "{:?}", person.shell);
        assert_eq!(world.aws.count("GetRoleCredentials"), 1, "{:?}", person.shell);
    });
}

#[test]
fn a_shell_stays_what_it_is_whatever_becomes_of_its_profile() {
    each(6, |person, world| {
        let moved = world.config().replace("111122223333", "444455556666");
        let gone = world.config().replace("[profile dev]", "[profile other]");
        let broken = format!("{}\n[profile dev", world.config());
        for config in [moved, gone, broken] {
            world.write(".aws/config", &config);
            person.until_renewed();
            assert_eq!(person.variable("AWS_ACCOUNT_ID"), "111122223333");
        }
        world.write(".aws/config", &world.config());
        let answer = person.path("answer");
        person.does(&format!("/bin/sh -c '{} whoami --json >{}'", crate::world::ASSUME, answer.display()));
        let answer = std::fs::read_to_string(answer).unwrap();
        assert!(answer.contains("111122223333"), "{:?}: {answer}", person.shell);
        assert_eq!(person.times_written("assume: "), 1, "{:?}: {}", person.shell, person.terminal.screen());
    });
}

#[test]
fn keys_that_a_person_exported_are_left_alone() {
    each(6, |person, world| {
        let export = match person.shell {
            Shell::Fish => "set -gx AWS_ACCESS_KEY_ID AKIABYHAND",
            Shell::Pwsh => "$env:AWS_ACCESS_KEY_ID = 'AKIABYHAND'",
            _ => "export AWS_ACCESS_KEY_ID=AKIABYHAND",
        };
        person.does(export);
        assert_eq!(person.variable("ASSUME_SEGMENT"), "", "{:?}", person.shell);
        let requests = world.aws.count("GetRoleCredentials");
        let end: u64 = person.variable("ASSUME_EXPIRES").parse().unwrap();
        person.until("the end of the keys from before", |_| UNIX_EPOCH.elapsed().unwrap().as_secs() > end);
        (0..5).for_each(|_| person.does("/bin/true"));
        assert_eq!(person.variable("AWS_ACCESS_KEY_ID"), "AKIABYHAND", "{:?}", person.shell);
        assert_eq!(world.aws.count("GetRoleCredentials"), requests, "{:?}", person.shell);
    });
}
