//! AWS cannot be reached when keys are due.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use identity_center::{BodyKind, Fault};

use crate::hook::driver::{HOOKED, Person, Start, short_lived};
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

/// How long the person waits for the prompt after an empty line, or after a command that does nothing.
fn waits(person: &mut Person) -> Duration {
    let began = Instant::now();
    person.does("/bin/true");
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
    let world = short_lived(9);
    let mut person = Person::new(shell, program, &world);
    person.does("assume dev");
    let idle = waits(&mut person);
    // Nobody ever answers.
    world.aws.set_latency("GetRoleCredentials", 3_600_000);
    let mut longest = Duration::ZERO;
    person.until("a renewal under way", |person| {
        longest = longest.max(waits(person));
        world.aws.count("GetRoleCredentials") > 1
    });
    let is_good = !person.variable("ASSUME_SEGMENT").contains("expired");
    assert!(is_good, "{shell:?}: the renewal began before the end of the keys");
    let mut at_the_end = Duration::ZERO;
    person.until("the end of the keys", |person| {
        let waited = waits(person);
        let is_over = person.variable("ASSUME_SEGMENT").contains("expired");
        if is_over {
            at_the_end = waited;
        } else {
            longest = longest.max(waited);
        }
        is_over
    });
    let afterwards = waits(&mut person);
    // A busy machine makes all of them longer, and a look at the vault takes its time: none of that is seconds.
    let slack = Duration::from_secs(1) + idle * 4;
    assert_eq!(person.times_written("AWS has not answered yet"), 1, "{shell:?}: {}", person.terminal.screen());
    if longest < slack && at_the_end < Duration::from_secs(2) + slack && afterwards < slack {
        return Ok(());
    }
    Err(format!(
        "{longest:?} while the keys were good, {at_the_end:?} at the end, {afterwards:?} then, {idle:?} when idle"
    ))
}
