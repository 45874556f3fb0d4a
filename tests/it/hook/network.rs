//! AWS cannot be reached when keys are due.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use identity_center::{BodyKind, Fault};

use crate::hook::driver::{DEADLINE, HOOKED, Person, Start, short_lived};
use crate::shells::run::Shell;

/// What tells the person that renewals fail.
const SAID: &str = "assume: the keys of dev are not renewed";

#[test]
fn keys_stay_and_one_line_comes_when_they_have_expired() {
    let faults = [
        ("reset", 12, Fault::on("GetRoleCredentials").reset()),
        ("captive portal", 9, Fault::on("GetRoleCredentials").body(BodyKind::Html)),
        // Tried five times before it counts as a failure.
        ("500", 24, Fault::on("GetRoleCredentials").status(500)),
    ];
    thread::scope(|scope| {
        for (what, life, fault) in faults {
            scope.spawn(move || {
                Shell::each(&HOOKED, |shell, program| {
                    let world = short_lived(life);
                    let start = |home| Person::start(shell, program, &world, &Start { home, ..Start::default() });
                    let mut both = [start("one"), start("two")];
                    for person in &mut both {
                        person.does("assume dev");
                    }
                    let keys = both[0].variable("AWS_ACCESS_KEY_ID");
                    world.aws.fault(fault.clone());
                    let backoff = world.state().join("backoff");
                    // The first renewal fails, and all shells know.
                    both[0].until("a failure", |person| {
                        person.does("/bin/true");
                        backoff.read_dir().is_ok_and(|mut files| files.next().is_some())
                    });
                    let before = world.aws.count("GetRoleCredentials");
                    let has_expired = |person: &mut Person| person.variable("ASSUME_SEGMENT").contains("expired");
                    // Every prompt of both is still one with the old keys, in silence and without a request.
                    let mut prompts = 0;
                    both[1].until("the end of the keys", |person| {
                        let (requests, said) = (world.aws.count("GetRoleCredentials"), person.times_written(SAID));
                        let is_over = has_expired(person);
                        if !is_over {
                            prompts += 1;
                            assert_eq!((requests, said), (before, 0), "{shell:?} {what}: {}", person.terminal.screen());
                        }
                        is_over
                    });
                    assert!(prompts > 0, "{shell:?} {what}: no prompt between failure and end");
                    for person in &mut both {
                        person.until("the end", has_expired);
                        // What is there once is there once, however many prompts follow.
                        (0..5).for_each(|_| person.does("/bin/true"));
                        assert_eq!(person.times_written(SAID), 1, "{shell:?} {what}: {}", person.terminal.screen());
                        assert_eq!(person.variable("AWS_ACCESS_KEY_ID"), keys, "{shell:?} {what}");
                    }
                    // Each looked once more at the end, and then the pause holds.
                    let tries = world.aws.count("GetRoleCredentials");
                    for _ in 0..5 {
                        for person in &mut both {
                            person.does("/bin/true");
                        }
                    }
                    assert_eq!(world.aws.count("GetRoleCredentials"), tries, "{shell:?} {what}");
                    // The network is back, and one shell is switched by hand: the other has the keys at its next prompt.
                    world.aws.clear_faults();
                    both[0].does("assume dev");
                    both[1].does("/bin/true");
                    let new = both[0].variable("AWS_ACCESS_KEY_ID");
                    assert_ne!(new, keys, "{shell:?} {what}: {}", both[0].terminal.screen());
                    assert_eq!(
                        both[1].variable("AWS_ACCESS_KEY_ID"),
                        new,
                        "{shell:?} {what}: {}",
                        both[1].terminal.screen()
                    );
                    assert_eq!(world.tabs().len(), 1, "{shell:?} {what}: no browser");
                });
            });
        }
    });
}

/// How long the person waits for the prompt after a command that takes no time to speak of.
fn waits(person: &mut Person) -> Duration {
    let began = Instant::now();
    // Not at once, as a person: many shells at work would leave no time to what they wait for.
    person.does("/bin/sleep 0.1");
    began.elapsed()
}

#[test]
fn a_prompt_waits_for_nothing_while_keys_are_good_and_two_seconds_when_they_are_over() {
    Shell::each(&HOOKED, |shell, program| {
        // A busy machine may hold a prompt up once. What the hook waits for, it waits for each time.
        let tried = (0..3).map(|_| prompts_of_keys_that_end(shell, program));
        let said: Vec<String> = tried.map_while(Result::err).collect();
        assert!(said.len() < 3, "{shell:?}: {said:?}");
    });
}

/// What took too long, if anything did.
fn prompts_of_keys_that_end(shell: Shell, program: &Path) -> Result<(), String> {
    let world = short_lived(15);
    let mut person = Person::new(shell, program, &world);
    person.does("assume dev");
    let end = UNIX_EPOCH + Duration::from_secs(person.variable("ASSUME_EXPIRES").parse().unwrap());
    // Nobody ever answers.
    world.aws.set_latency("GetRoleCredentials", 3_600_000);
    let (mut while_good, mut at_the_end) = (Duration::ZERO, Duration::ZERO);
    let mut in_time = false;
    // Every prompt is looked at: only one of them waits.
    while person.times_written("AWS has not answered yet") == 0 {
        let began = SystemTime::now();
        assert!(began < end + DEADLINE, "{shell:?}: nothing was said; the screen:\n{}", person.terminal.screen());
        let waited = waits(&mut person);
        in_time |= world.aws.count("GetRoleCredentials") > 1 && SystemTime::now() < end;
        // Shells count in whole seconds, and so do the times they are told.
        let longest = if began + Duration::from_millis(2500) < end { &mut while_good } else { &mut at_the_end };
        *longest = waited.max(*longest);
    }
    assert!(in_time, "{shell:?}: the renewal began before the end of the keys");
    let afterwards = waits(&mut person);
    assert_eq!(person.times_written("AWS has not answered yet"), 1, "{shell:?}: {}", person.terminal.screen());
    // The one wait there is tells how long any other would be, however busy the machine.
    let is_one = while_good.max(afterwards) * 2 < at_the_end;
    if is_one && at_the_end < Duration::from_secs(3) {
        return Ok(());
    }
    Err(format!("{while_good:?} while the keys were good, {at_the_end:?} at the end, {afterwards:?} then"))
}
