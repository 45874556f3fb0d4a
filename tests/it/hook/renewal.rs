//! Keys are replaced before they expire.

use crate::hook::driver::{HOOKED, Person, short_lived};
use crate::shells::run::Shell;
use crate::world::ASSUME;

#[test]
fn a_shell_left_open_through_three_expiries_never_has_a_call_fail() {
    Shell::each(&HOOKED, |shell, program| {
        let world = short_lived(9);
        let mut person = Person::new(shell, program, &world);
        person.does("assume dev");
        let answers = world.path("answers");
        // As a call of aws: signed with what the shell's environment holds.
        let call = format!("/bin/sh -c '{ASSUME} whoami --json >>{}'", answers.display());
        let mut calls = 0;
        person.until("the third renewal", |person| {
            person.does(&call);
            calls += 1;
            world.aws.count("GetRoleCredentials") >= 4
        });
        person.does(&call);
        let answers = std::fs::read_to_string(answers).unwrap();
        assert_eq!(answers.lines().count(), calls + 1, "{shell:?}: {}", person.terminal.screen());
        assert!(answers.lines().all(|line| line.contains("111122223333")), "{shell:?}: {answers}");
        // One process asks, one at a time.
        assert!(world.aws.count("GetRoleCredentials") <= 5, "{shell:?}");
        assert_eq!(world.tabs().len(), 1, "{shell:?}: no browser but for the first sign-in");
    });
}
