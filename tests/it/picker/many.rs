//! Ten thousand profiles: found, drawn right, and without lag.

use std::fmt::Write;
use std::time::{Duration, Instant};

use super::{TAKEN, start, variables};
use crate::terminal::Terminal;
use crate::world::World;

/// Beside ten profiles, where a key costs little more than its drawing. A thousand times the profiles, matched one by one
/// by a program that is not optimised, stay below.
const MULTIPLE: u32 = 150;

fn world_of(profiles: usize) -> World {
    let world = World::new();
    let mut config = world.config();
    for n in 0..profiles {
        write!(
            config,
            "[profile team-{}-service-{n}]\nsso_session = main\nsso_account_id = {:012}\nsso_role_name = Admin\n",
            n % 97,
            n + 100_000
        )
        .unwrap();
    }
    world.write(".aws/config", &config);
    world
}

/// The median time from a key to its drawing.
fn time_of_a_key(terminal: &mut Terminal, text: &str) -> Duration {
    let mut times: Vec<Duration> = Vec::new();
    for (index, letter) in text.char_indices() {
        let begun = Instant::now();
        terminal.keys(&letter.to_string());
        let typed = format!("> {}", &text[..=index]);
        terminal.wait_until("the key is drawn", |screen| screen.starts_with(typed.trim_end()));
        times.push(begun.elapsed());
    }
    times.sort();
    times[times.len() / 2]
}

#[test]
fn ten_thousand_profiles_are_searched_without_lag() {
    let query = "team service 9731 a";
    let mut of_a_key = [10, 10_000].map(|profiles| {
        let world = world_of(profiles);
        let mut terminal = start(&world, &variables(&world), (80, 24), TAKEN);
        terminal.wait_for(&format!("{}/{}", profiles + 3, profiles + 3));
        let time = time_of_a_key(&mut terminal, query);
        if profiles == 10_000 {
            terminal.wait_for_pointed("team-31-service-9731");
            terminal.wait_for("  account   000000109731");
            // The last of all, by way of the keyboard.
            terminal.keys("\u{15}\u{1b}[F");
            terminal.wait_for_pointed("team-96-service-9990");
            terminal.keys("\u{1b}[A");
            terminal.wait_for_pointed("team-96-service-9893");
        }
        terminal.keys("\u{1b}");
        assert_eq!(terminal.taken(&world).0, "130");
        time
    });
    of_a_key[0] = of_a_key[0].max(Duration::from_micros(500));
    assert!(of_a_key[1] < of_a_key[0] * MULTIPLE, "{of_a_key:?}");
}
