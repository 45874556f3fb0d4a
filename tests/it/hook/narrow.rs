//! A window that is made narrower after the switch: the segment keeps to half of it, and its end says what it said.

use std::num::NonZero;

use crate::hook::driver::{HOOKED, Person, Start, short_lived, write};
use crate::shells::run::Shell;
use crate::world::World;

fn narrow(person: &mut Person, columns: u16) {
    person.terminal.resize((NonZero::new(columns).unwrap(), NonZero::new(50).unwrap()));
}

/// Runs `test` in each shell, which has switched on 160 columns and shows what `format` says, for keys of a minute.
fn each(format: &str, test: impl Fn(&mut Person, &World) + Sync) {
    Shell::each(&HOOKED, |shell, program| {
        let world = short_lived(58);
        write(&world.path(".config/assume/config.toml"), &format!("[segment]\nformat = \"{format}\"\nwidth = 60\n"));
        let mut person = Person::start(shell, program, &world, &Start::default());
        person.does("assume dev");
        // Renewed keys would bring a segment that fits.
        world.aws.set_latency("GetRoleCredentials", 3_600_000);
        test(&mut person, &world);
    });
}

fn segment_within(cells: usize, person: &mut Person) -> String {
    let mut segment = String::new();
    person.until(&format!("a segment of {cells} cells"), |person| {
        segment = person.variable("ASSUME_SEGMENT");
        segment.chars().count() <= cells
    });
    segment
}

#[test]
fn the_names_are_cut_and_the_time_left_and_the_state_stay() {
    each("{profile} {account}/{role} {left}", |person, world| {
        let shell = person.shell;
        for (columns, wanted) in [(60, "dev Development/Administ~"), (24, "dev Dev~")] {
            narrow(person, columns);
            let cells = usize::from(columns / 2);
            let segment = segment_within(cells, person);
            assert!(segment.ends_with('s'), "{shell:?} {columns}: {segment:?}");
            // Of one digit more or less of the time, one letter less or more.
            let (before, left) = segment.rsplit_once(' ').unwrap();
            assert_eq!(before.chars().count(), cells - left.len() - 1, "{shell:?} {columns}: {segment:?}");
            assert!(before.ends_with('~') && before.starts_with(&wanted[..6]), "{shell:?} {columns}: {segment:?}");
        }
        world.ok(&["lock"]);
        person.does("/bin/true");
        assert_eq!(person.variable("ASSUME_SEGMENT"), "dev ~ locked", "{shell:?}");
    });
}

#[test]
fn what_stands_behind_the_time_left_is_cut_before_what_stands_before_it() {
    each("({left}) {account}/{role}", |person, _| {
        narrow(person, 40);
        let segment = segment_within(20, person);
        assert!(segment.starts_with('(') && segment.contains("s) Development/A"), "{:?}: {segment:?}", person.shell);
        assert!(segment.ends_with('~'), "{:?}: {segment:?}", person.shell);
    });
    each("{account} [{left}]", |person, _| {
        narrow(person, 26);
        let segment = segment_within(13, person);
        assert!(segment.starts_with("Develop") && segment.ends_with("s]"), "{:?}: {segment:?}", person.shell);
        assert!(segment.contains('~'), "{:?}: {segment:?}", person.shell);
    });
}
