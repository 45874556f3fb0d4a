//! Where there is no picker: exit 2, and how to go without.

use super::{TAKEN, start, variables};
use crate::world::World;

const WAY: &str = "hint: name one: assume PROFILE (assume list shows them)";

#[test]
fn with_no_terminal_or_none_that_can_draw_the_way_without_is_told() {
    let world = World::new();
    let ran = world.assume(&["--shell", "fish"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, "false;\n"));
    assert!(ran.error().ends_with(WAY), "{ran:?}");

    for (term, words) in [("dumb", ""), ("", ""), ("xterm", "--no-input")] {
        let mut variables = variables(&world);
        variables.insert("TERM".into(), term.into());
        let script = TAKEN.replace("--shell bash", &format!("--shell bash {words}"));
        let terminal = start(&world, &variables, (100, 24), &script);
        let (code, answer) = terminal.taken(&world);
        assert_eq!((code.as_str(), answer.as_str()), ("2", "false;\n"), "{term} {words}");
        assert!(terminal.screen().contains(WAY), "{}", terminal.screen());
        let written = String::from_utf8(terminal.written()).unwrap();
        assert!(!written.contains("\u{1b}[?1049h"), "something was drawn");
    }
}

/// A picker whose answer would go to the screen switches nothing.
#[test]
fn with_stdout_on_the_terminal_the_hook_is_named_and_nothing_is_picked() {
    let world = World::new();
    let terminal =
        start(&world, &variables(&world), (100, 24), "assume --shell bash; echo \"$?\" >code; echo it has en''ded");
    terminal.wait_for("it has ended");
    assert_eq!(std::fs::read_to_string(world.path("code")).unwrap(), "2\n");
    assert!(terminal.screen().contains("hint: eval $(assume), or once and for all"), "{}", terminal.screen());
    let written = String::from_utf8(terminal.written()).unwrap();
    assert!(!written.contains("\u{1b}[?1049h"), "something was drawn");
}

#[test]
fn with_nothing_to_pick_the_ways_to_something_are_told() {
    let world = World::new();
    world.write(".aws/config", "");
    let terminal = start(&world, &variables(&world), (100, 24), TAKEN);
    let (code, answer) = terminal.taken(&world);
    assert_eq!((code.as_str(), answer.as_str()), ("4", "false;\n"));
    assert!(terminal.screen().contains("there is nothing to pick"), "{}", terminal.screen());
}

#[test]
fn stdin_may_be_anything() {
    let world = World::new();
    world.sign_in();
    for stdin in ["</dev/null", "<&-", "<.aws/config"] {
        let script = TAKEN.replace(">answer", &format!(">answer {stdin}"));
        let mut terminal = start(&world, &variables(&world), (100, 24), &script);
        terminal.searches("prod", "prod");
        terminal.keys("\n");
        let (code, answer) = terminal.taken(&world);
        assert_eq!(code, "0", "{stdin}: {answer}");
        assert!(answer.contains("ASSUME_PROFILE=prod"), "{stdin}: {answer}");
    }
}
