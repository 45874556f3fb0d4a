//! The terminal afterwards is as it was before, however the picker ends.

use std::process::Command;

use super::{size, start, variables};
use crate::terminal::Terminal;
use crate::world::World;

/// Says its process id, and how the terminal was before and after.
const SCRIPT: &str = r#"trap : INT TERM HUP
printf 'before the picker\n'
stty -g >before
sh -c 'trap - INT TERM HUP; echo "$$" >id; exec assume --shell bash' >answer
echo "$?" >code
stty -g >after
echo it has en''ded
read -r typed && echo "<$typed>""#;

fn ends(how: impl FnOnce(&mut Terminal, &str), code: &str) {
    let world = World::new();
    let mut terminal = start(&world, &variables(&world), (80, 24), SCRIPT);
    terminal.wait_for_pointed("dev");
    assert!(terminal.look(vt100::Screen::alternate_screen) && terminal.look(vt100::Screen::bracketed_paste));
    let read = |name: &str| std::fs::read_to_string(world.path(name)).unwrap();
    how(&mut terminal, read("id").trim());
    let (ended, answer) = terminal.taken(&world);
    assert_eq!((ended.as_str(), answer.as_str()), (code, "false;\n"));
    assert_eq!(read("after"), read("before"), "modes of the terminal");
    assert!(terminal.screen().starts_with("before the picker\nassume: "), "{}", terminal.screen());
    for (what, is_so) in [
        ("the alternate screen", terminal.look(vt100::Screen::alternate_screen)),
        ("no cursor", terminal.look(vt100::Screen::hide_cursor)),
        ("marked pasting", terminal.look(vt100::Screen::bracketed_paste)),
    ] {
        assert!(!is_so, "{what} stayed");
    }
    // What is typed is read by who comes next, and echoed.
    terminal.line("hello");
    terminal.wait_for("<hello>");
}

fn signal(name: &'static str) -> impl FnOnce(&mut Terminal, &str) {
    move |_, id| assert!(Command::new("kill").args(["-s", name, id]).status().unwrap().success())
}

#[test]
fn keys_that_leave_put_the_terminal_back() {
    for key in ["\u{1b}", "\u{3}", "\u{7}"] {
        ends(|terminal, _| terminal.keys(key), "130");
    }
}

#[test]
fn signals_that_end_it_put_the_terminal_back() {
    for name in ["TERM", "HUP", "INT"] {
        ends(signal(name), "130");
    }
}

#[test]
fn a_resized_window_is_drawn_anew_and_put_back() {
    ends(
        |terminal, _| {
            for (columns, rows) in [(20, 10), (120, 40), (20, 2), (80, 24)] {
                terminal.resize(size(columns, rows));
                let first = |screen: &str| screen.lines().next().unwrap_or_default().to_owned();
                let wanted = |screen: &str| {
                    first(screen).ends_with("3/3") && (rows == 2) != screen.contains(&"─".repeat(columns.into()))
                };
                terminal.wait_until(&format!("{columns}x{rows} is drawn"), wanted);
            }
            terminal.keys("\u{1b}");
        },
        "130",
    );
}

/// An arrow key over a slow line may come in pieces; its first byte is that of Esc.
#[test]
fn an_arrow_key_in_pieces_is_no_esc() {
    ends(
        |terminal, _| {
            terminal.keys("\u{1b}");
            terminal.keys("[B");
            terminal.wait_for_pointed("prod");
            terminal.keys("\u{1b}OA");
            terminal.wait_for_pointed("dev");
            terminal.keys("\u{1b}");
        },
        "130",
    );
}

/// Whoever pastes a line with its end has not decided yet.
#[test]
fn a_pasted_line_is_searched_for_and_not_switched_to() {
    ends(
        |terminal, _| {
            terminal.keys("\u{1b}[200~stag\n\u{1b}[201~");
            terminal.wait_for_pointed("staging");
            terminal.keys("\u{1b}");
        },
        "130",
    );
}
