//! Clocks that jump, shells that sleep, renewals that are killed, and many shells at once.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, UNIX_EPOCH};

use crate::hook::driver::{HOOKED, Person, Start, short_lived};
use crate::shells::run::Shell;
use crate::world::World;

#[test]
fn a_clock_of_bash_that_jumps_or_is_gone_only_makes_the_hook_look() {
    // bash 3.2 has no other clock than this one.
    let has_another = |program: &Path| {
        let output = Command::new(program).args(["-c", "echo ${EPOCHSECONDS-}"]).output().unwrap();
        output.stdout.len() > 1
    };
    Shell::each(&[Shell::Bash], |shell, program| {
        let world = short_lived(6);
        let jumps =
            ["SECONDS=0", "SECONDS=99999", "SECONDS=-50", "SECONDS=x", "unset SECONDS", "unset SECONDS; SECONDS=x"];
        let mut people: Vec<_> = jumps
            .into_iter()
            .filter(|jump| !jump.contains("unset") || has_another(program))
            .map(|jump| {
                let home: String = jump.chars().filter(char::is_ascii_alphanumeric).collect();
                let mut person = Person::start(shell, program, &world, &Start { home: &home, ..Start::default() });
                person.does("assume dev");
                let keys = person.variable("AWS_ACCESS_KEY_ID");
                person.does(jump);
                (jump, keys, person)
            })
            .collect();
        for (jump, keys, person) in &mut people {
            person.until("new keys", |person| person.variable("AWS_ACCESS_KEY_ID") != *keys);
            assert_eq!(person.times_written("assume: "), 1, "{jump}: {}", person.terminal.screen());
            // Not once more at each prompt.
            let requests = world.aws.count("GetRoleCredentials");
            (0..5).for_each(|_| person.does(":"));
            assert!(world.aws.count("GetRoleCredentials") <= requests + 1, "{jump}");
        }
    });
}

#[test]
fn a_shell_that_was_stopped_past_the_end_of_its_keys_has_new_ones_at_its_next_prompt() {
    Shell::each(&HOOKED, |shell, program| {
        let world = short_lived(6);
        let mut person = Person::new(shell, program, &world);
        person.does("assume dev");
        let keys = person.variable("AWS_ACCESS_KEY_ID");
        let end: u64 = person.variable("ASSUME_EXPIRES").parse().unwrap();
        let signal = |name: &str| {
            let status = Command::new("kill").args([name, &person.terminal.process().to_string()]).status().unwrap();
            assert!(status.success());
        };
        signal("-STOP");
        // Somebody else's prompts pass the time.
        let mut other = Person::start(
            Shell::Bash,
            &Shell::Bash.program().unwrap(),
            &world,
            &Start { home: "other", loads: 0, ..Start::default() },
        );
        other.until("the end of the keys", |_| UNIX_EPOCH.elapsed().unwrap().as_secs() > end);
        signal("-CONT");
        person.does("/bin/true");
        person.until("new keys", |person| person.variable("AWS_ACCESS_KEY_ID") != keys);
        assert_eq!(person.times_written("assume: "), 1, "{shell:?}: {}", person.terminal.screen());
    });
}

#[test]
fn twenty_shells_that_are_due_at_once_make_one_request() {
    let world = short_lived(15);
    let Some(program) = Shell::Bash.program() else { return };
    let mut people: Vec<_> = (0..20)
        .map(|index| {
            let home = format!("shell-{index}");
            Person::start(Shell::Bash, &program, &world, &Start { home: &home, ..Start::default() })
        })
        .collect();
    // The newest keys, for all of them alike.
    for person in &mut people {
        person.does("assume dev");
    }
    for person in &mut people {
        person.does("assume dev");
    }
    let keys = people[0].variable("AWS_ACCESS_KEY_ID");
    for person in &mut people {
        assert_eq!(person.variable("AWS_ACCESS_KEY_ID"), keys);
    }
    let requests = world.aws.count("GetRoleCredentials");
    // The answer takes as long as all of them need to come to a prompt.
    world.aws.set_latency("GetRoleCredentials", 1000);
    let due: u64 = people[0].variable("ASSUME_EXPIRES").parse::<u64>().unwrap() - 5;
    people[0].until("the keys are due", |_| UNIX_EPOCH.elapsed().unwrap().as_secs() > due);
    // Typed at all of them at the same moment.
    for person in &mut people {
        person.terminal.keys("\n\n");
    }
    for person in &mut people {
        person.until("new keys", |person| person.variable("AWS_ACCESS_KEY_ID") != keys);
    }
    assert_eq!(world.aws.count("GetRoleCredentials"), requests + 1);
}

/// The detached process that renews, as soon as its request has come.
fn renewal(world: &World) -> Option<u32> {
    let state = world.path("");
    let is_ours = |process: &str| {
        let words = fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
        let words = String::from_utf8_lossy(&words).into_owned();
        let environment = fs::read(format!("/proc/{process}/environ")).unwrap_or_default();
        let home = format!("HOME={}", state.display());
        words.contains("--background") && String::from_utf8_lossy(&environment).contains(home.trim_end_matches('/'))
    };
    let processes = fs::read_dir("/proc").unwrap().filter_map(|entry| entry.unwrap().file_name().into_string().ok());
    processes.filter(|name| name.bytes().all(|byte| byte.is_ascii_digit())).find(|name| is_ours(name))?.parse().ok()
}

#[test]
fn a_renewal_that_is_killed_is_begun_again() {
    Shell::each(&HOOKED, |shell, program| {
        let world = short_lived(15);
        let mut person = Person::new(shell, program, &world);
        person.does("assume dev");
        let keys = person.variable("AWS_ACCESS_KEY_ID");
        world.aws.set_latency("GetRoleCredentials", 3_600_000);
        person.until("a renewal under way", |_| world.aws.count("GetRoleCredentials") == 2);
        let process = renewal(&world).expect("it waits for its answer");
        assert!(Command::new("kill").args(["-9", &process.to_string()]).status().unwrap().success());
        world.aws.set_latency("GetRoleCredentials", 0);
        person.until("new keys", |person| person.variable("AWS_ACCESS_KEY_ID") != keys);
        assert_eq!(person.times_written("assume: "), 1, "{shell:?}: {}", person.terminal.screen());
        assert!(world.aws.wait_for("GetRoleCredentials", 3, Duration::ZERO));
    });
}
