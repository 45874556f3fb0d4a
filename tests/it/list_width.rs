//! `assume list` with a name of a hundred letters.

use std::num::NonZero;
use std::path::Path;

use crate::terminal::Terminal;
use crate::world::{ASSUME, World};

#[test]
fn a_row_is_a_line_on_a_terminal_and_whole_elsewhere() {
    let world = World::new();
    let long = "x".repeat(100);
    let profile =
        format!("[profile {long}]\nsso_session = main\nsso_account_id = 111122223333\nsso_role_name = {long}\n");
    world.write(".aws/config", &(world.config() + &profile));

    let variables = world.variables().into_iter().map(|(name, value)| (name.into(), value.into())).collect();
    let size = (NonZero::new(80).unwrap(), NonZero::new(24).unwrap());
    let mut terminal = Terminal::sized(size, Path::new(ASSUME), &["list"], &variables, world.home.path());
    assert_eq!(terminal.wait_for_end(), 0);
    let screen = terminal.screen();
    let lines: Vec<&str> = screen.lines().collect();
    assert_eq!(lines.len(), 5, "a heading and four profiles: {screen}");
    assert!(lines[1..].iter().any(|line| line.starts_with("xxx") && line.contains('…')), "{screen}");
    assert!(lines[1..].iter().all(|line| line.contains("  sso ")), "{screen}");

    let piped = world.ok(&["list"]).stdout;
    assert_eq!(piped.lines().filter(|line| line.contains(&long)).count(), 1, "{piped}");
    assert!(!piped.contains('…'), "{piped}");
}
