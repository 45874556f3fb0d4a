//! A variable that is set for one command, or local to a function, comes back as that ends: such a shell would be half switched.

use crate::hook::driver::{Person, Start, short_lived};
use crate::shells::run::Shell;

const REFUSED: &str = "set for this command or function alone: nothing was changed";

#[test]
fn a_switch_that_would_come_undone_with_its_command_or_function_is_refused_whole() {
    Shell::each(&[Shell::Bash, Shell::Zsh], |shell, program| {
        let world = short_lived(3600);
        let start = Start { variables: &[("AWS_PROFILE", "old"), ("AWS_REGION", "before")], ..Start::default() };
        let mut person = Person::start(shell, program, &world, &start);
        let identity = |person: &mut Person| {
            ["ASSUME_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_REGION"].map(|name| person.variable(name))
        };
        for (profile, before) in [("dev", "AWS_PROFILE=x"), ("prod", "AWS_REGION=q")] {
            let was = identity(&mut person);
            let own = match shell {
                Shell::Bash => format!("IFS=x; {before} assume {profile}; unset IFS"),
                _ => format!("{} noglob assume {profile}", before.replace('=', "+=")),
            };
            for line in [
                format!("{before} assume {profile} && ASSUME_PROFILE=went-on"),
                format!("f() {{ local {before}; assume {profile}; }}; f && ASSUME_PROFILE=went-on"),
                format!("true && {before} 2>errors \\assume {profile}; cat errors"),
                own,
            ] {
                let said = person.times_written(REFUSED);
                person.does(&line);
                person.terminal.wait_for_another(REFUSED, said);
                assert_eq!(identity(&mut person), was, "{shell:?}: {line}");
            }
            person.does(&format!("assume {profile}"));
            assert_eq!(person.variable("ASSUME_PROFILE"), profile, "{shell:?}: {}", person.terminal.screen());
        }
        // What is no part of a switch is for that command alone, as ever; and a verb that is none changes nothing.
        let said = person.times_written(REFUSED);
        for (line, profile) in [
            ("NO_COLOR=1 assume dev", "dev"),
            ("AWS_REGION=q assume status; assume prod", "prod"),
            ("AWS_REGION=q assume list && echo AWS_REGION=q assume dev && assume dev", "dev"),
            ("AWS_REGION=q true; assume prod", "prod"),
        ] {
            person.does(line);
            assert_eq!(person.variable("ASSUME_PROFILE"), profile, "{shell:?} {line}: {}", person.terminal.screen());
        }
        assert_eq!(person.times_written(REFUSED), said, "{shell:?}: {}", person.terminal.screen());
        person.does("AWS_REGION=q assume off && ASSUME_PROFILE=went-on");
        person.terminal.wait_for_another(REFUSED, said);
        assert_eq!(person.variable("ASSUME_PROFILE"), "prod", "{shell:?}");
        person.does("assume off");
        assert_eq!(identity(&mut person), ["", "", "old", "before"], "{shell:?}: {}", person.terminal.screen());
    });
}
