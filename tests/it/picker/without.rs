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
fn stderr_may_be_anything_where_stdin_is_the_terminal() {
    let world = World::new();
    world.sign_in();
    world.write(".config/assume/config.toml", "[production]\nmatch = [\"prod*\"]\nconfirm = true\n");
    for stderr in ["2>errors", "2>/dev/null", "2>&-"] {
        let script = TAKEN.replace(">answer", &format!(">answer {stderr}"));
        let mut terminal = start(&world, &variables(&world), (100, 24), &script);
        terminal.searches("prod", "prod");
        let is_red = |screen: &vt100::Screen| screen.cell(2, 6).unwrap().fgcolor() != vt100::Color::Default;
        assert!(terminal.look(is_red), "{stderr}: no colours");
        terminal.keys("\n");
        // What was picked is confirmed where it was picked.
        terminal.wait_for("type its name");
        terminal.line("prod");
        let (code, answer) = terminal.taken(&world);
        assert_eq!(code, "0", "{stderr}: {answer}");
        assert!(answer.contains("ASSUME_PROFILE=prod"), "{stderr}: {answer}");
    }
}

#[test]
fn where_only_a_terminal_of_others_is_near_nothing_is_drawn_on_it() {
    let world = World::new();
    world.sign_in();
    for taken in ["</dev/null 2>errors", "2>errors &"] {
        // In the background, by a shell with job control; `wait` is for its end.
        let job = TAKEN.replace(">answer", &format!(">answer {}", taken.trim_end_matches('&')));
        let job = job.replace("; echo it has en''ded", "");
        let script = if taken.ends_with('&') {
            format!("set -m; {{ {job}; }} & wait; echo it has en''ded")
        } else {
            format!("{job}; echo it has en''ded")
        };
        let terminal = start(&world, &variables(&world), (100, 24), &script);
        let (code, answer) = terminal.taken(&world);
        assert_eq!((code.as_str(), answer.as_str()), ("2", "false;\n"), "{taken}");
        let errors = std::fs::read_to_string(world.path("errors")).unwrap();
        assert!(errors.ends_with(&format!("{WAY}\n")), "{taken}: {errors}");
        let written = String::from_utf8(terminal.written()).unwrap();
        assert!(!written.contains("\u{1b}[?1049h"), "{taken}: something was drawn");
    }
}

/// A code that is told into a file signs nobody in.
#[test]
fn a_sign_in_whose_words_nobody_sees_is_not_begun() {
    let world = World::new();
    let mut variables = variables(&world);
    variables.remove(std::ffi::OsStr::new("BROWSER"));
    let script = TAKEN.replace(">answer", ">answer 2>errors");
    let mut terminal = start(&world, &variables, (100, 24), &script);
    terminal.searches("dev", "dev");
    terminal.keys("\n");
    let (code, answer) = terminal.taken(&world);
    assert_eq!((code.as_str(), answer.as_str()), ("3", "false;\n"));
    let errors = std::fs::read_to_string(world.path("errors")).unwrap();
    assert!(errors.contains("assume login main"), "{errors}");
    assert_eq!(world.aws.count("StartDeviceAuthorization"), 0);
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
