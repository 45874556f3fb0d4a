//! Colours are for a person at a terminal, and change no word.

use crate::shells::run::Variables;
use crate::terminal::Terminal;
use crate::world::{ASSUME, World, run};

const RED: &str = "\u{1b}[31m";
const GREEN: &str = "\u{1b}[32m";

fn world() -> World {
    let world = World::new();
    world.write(".config/assume/config.toml", "[production]\nmatch = [\"prod*\"]\n[segment.color]\nfine = \"green\"\n");
    world.sign_in();
    world.ok(&["process", "dev"]);
    world.ok(&["process", "prod"]);
    world
}

/// Every byte that a run on a terminal writes.
fn on_a_terminal(world: &World, words: &[&str], more: &[(&str, &str)]) -> String {
    let pairs = world.variables();
    let pairs = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain(more.iter().copied());
    let variables: Variables = pairs.map(|(name, value)| (name.into(), value.into())).collect();
    let mut terminal = Terminal::start(ASSUME.as_ref(), words, &variables, world.home.path());
    terminal.wait_for_end();
    String::from_utf8(terminal.written()).unwrap().replace("\r\n", "\n")
}

/// Without colours.
fn bare(text: &str) -> String {
    let mut rest = text;
    let mut bare = String::new();
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        bare.push_str(before);
        rest = after.split_once('m').unwrap().1;
    }
    bare + rest
}

#[test]
fn states_and_production_are_coloured_on_a_terminal_and_nowhere_else() {
    let world = world();
    for verb in ["list", "status"] {
        let shell = [("ASSUME_PROFILE", "prod"), ("ASSUME_ROLE", "ReadOnlyAccess"), ("ASSUME_ACCOUNT", "Production")];
        let shown = on_a_terminal(&world, &[verb], &shell);
        let piped = run(world.command(&[verb]).envs(shell));
        assert_eq!(bare(&shown), piped.stdout, "{verb}");
        assert!(!piped.stdout.contains('\u{1b}'), "{verb}");
        assert!(shown.contains(&format!("{GREEN}fine\u{1b}[0m")), "{verb}: {shown:?}");
        let production = if verb == "list" { "prod\u{1b}[0m" } else { "prod, Production/ReadOnlyAccess\u{1b}[0m" };
        assert!(shown.contains(&format!("\u{1b}[1m{RED}{production}")), "{verb}: {shown:?}");
        assert!(!shown.contains(&format!("{RED}dev")), "{verb}: {shown:?}");

        for (words, more) in [
            (vec![verb], &[("NO_COLOR", "1")][..]),
            (vec![verb], &[("TERM", "dumb")]),
            (vec![verb, "--color", "never"], &[]),
            (vec![verb, "--json"], &[]),
            (vec![verb, "--json", "--color=always"], &[]),
        ] {
            let shown = on_a_terminal(&world, &words, more);
            assert!(!shown.contains('\u{1b}'), "{words:?} {more:?}: {shown:?}");
        }
        assert!(world.ok(&[verb, "--color", "always"]).stdout.contains(GREEN), "{verb}");
    }
}

#[test]
fn an_error_is_the_same_two_lines_in_colour() {
    let world = World::new();
    let shown = on_a_terminal(&world, &["show", "nosuch"], &[]);
    let piped = world.assume(&["show", "nosuch"]);
    assert_eq!(bare(&shown), piped.stderr);
    assert_eq!(piped.stderr.lines().count(), 2);
    assert!(!piped.stderr.contains('\u{1b}'));
    assert!(shown.starts_with(&format!("\u{1b}[1m{RED}assume:\u{1b}[0m ")), "{shown:?}");
    assert!(shown.contains("\n\u{1b}[1m\u{1b}[33mhint:\u{1b}[0m "), "{shown:?}");
    for words in [&["--color", "never", "show", "nosuch"][..], &["shwo", "--color=never", "--nosuch"]] {
        assert!(!on_a_terminal(&world, words, &[]).contains('\u{1b}'), "{words:?}");
    }
    // Also where the words are wrong, and never by an option that is the child's.
    assert!(world.assume(&["list", "--nosuch", "--color", "always"]).stderr.contains(RED));
    assert!(!world.assume(&["exec", "nosuch", "ls", "--color=always"]).stderr.contains(RED));
}
