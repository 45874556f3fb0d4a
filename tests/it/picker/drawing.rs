//! What is on the screen: previews, narrow windows, hostile names, no colour, no UTF-8.

use super::{TAKEN, start, variables};
use crate::world::World;

/// An account and role with no profile is known from the last listing.
fn listed() -> World {
    let world = World::new();
    world.ok(&["Development/ReadOnlyAccess", "--shell", "bash"]);
    world
}

#[test]
fn the_preview_says_what_a_profile_resolves_to_with_no_network_and_no_keeper() {
    let world = World::new();
    world.sign_in();
    world.ok(&["dev", "--shell", "bash"]);
    let asked = world.aws.log().len();
    let mut variables = variables(&world);
    // Without it the vault could only be opened by asking for it.
    variables.remove(std::ffi::OsStr::new("ASSUME_STORE_PASSPHRASE"));
    let mut terminal = start(&world, &variables, (100, 30), TAKEN);
    terminal.wait_for_pointed("dev");
    let screen = terminal.screen();
    for (label, value) in [
        ("profile", "dev"),
        ("account", "Development  111122223333"),
        ("role", "AdministratorAccess"),
        ("region", "eu-central-1"),
        ("session", &format!("main  {}", world.aws.start_url())),
        ("source", "sso"),
        ("keys", "good for "),
    ] {
        let line = screen.lines().find(|line| line.starts_with(&format!("  {label:<10}{value}")));
        assert!(line.is_some(), "{label}: {screen}");
    }
    terminal.searches("taging", "staging");
    terminal.wait_for("  keys      none yet");
    terminal.keys("\u{1b}");
    let (code, answer) = terminal.taken(&world);
    assert_eq!((code.as_str(), answer.as_str()), ("130", "false;\n"));
    assert_eq!(world.aws.log().len(), asked, "nothing was asked of AWS");
}

#[test]
fn an_account_and_role_without_a_profile_is_picked_like_one() {
    let world = listed();
    let mut terminal = start(&world, &variables(&world), (100, 30), TAKEN);
    terminal.searches("develop read", "Development");
    terminal.wait_for("  name      Development/ReadOnlyAccess");
    terminal.keys("\n");
    let (code, answer) = terminal.taken(&world);
    assert_eq!(code, "0", "{answer}");
    assert!(answer.contains("ASSUME_PROFILE=Development/ReadOnlyAccess"), "{answer}");
}

#[test]
fn a_named_session_narrows_the_list() {
    let world = World::new();
    let other = "[sso-session other]\nsso_start_url = https://other.awsapps.com/start\nsso_region = us-east-1\n\
        [profile elsewhere]\nsso_session = other\nsso_account_id = 111122223333\nsso_role_name = Admin\n";
    world.write(".aws/config", &(world.config() + other));
    let script = TAKEN.replace("--shell bash", "--shell bash --session other");
    let mut terminal = start(&world, &variables(&world), (100, 30), &script);
    terminal.wait_for_pointed("elsewhere");
    assert!(terminal.screen().contains("1/1"), "{}", terminal.screen());
    terminal.keys("\u{1b}");
    assert_eq!(terminal.taken(&world).0, "130");
}

#[test]
fn it_works_on_twenty_columns() {
    let world = World::new();
    world.sign_in();
    let mut terminal = start(&world, &variables(&world), (20, 10), TAKEN);
    terminal.wait_for_pointed("▌ dev  Dev");
    terminal.searches("stag", "▌ staging  Stag");
    // The first line would be gone, had anything scrolled.
    terminal.wait_until("all is typed", |screen| screen.starts_with("> stag "));
    terminal.keys("\n");
    let (code, answer) = terminal.taken(&world);
    assert_eq!(code, "0", "{answer}");
    assert!(answer.contains("ASSUME_PROFILE=staging"), "{answer}");
}

#[test]
fn hostile_names_are_cleaned_and_switched_to_exactly() {
    let world = World::new();
    world.sign_in();
    let hostile = "pro\u{1b}]0;owned\u{7}\u{1b}[2J\u{202e}日本\u{200b}";
    let profile = format!(
        "[profile {hostile}]\nsso_session = main\nsso_account_id = 777788889999\nsso_role_name = ReadOnlyAccess\n"
    );
    world.write(".aws/config", &(world.config() + &profile));
    let mut terminal = start(&world, &variables(&world), (80, 24), TAKEN);
    terminal.searches("owned日", "pro]0;owned[2J日本");
    let written = String::from_utf8(terminal.written()).unwrap();
    for hostile in ["\u{1b}]0;", "\u{7}", "\u{1b}[2J", "\u{202e}", "\u{200b}"] {
        assert!(!written.contains(hostile), "{hostile:?} on the terminal");
    }
    terminal.keys("\n");
    let (code, answer) = terminal.taken(&world);
    assert_eq!(code, "0", "{answer}");
    let mut shell = world.program("bash", &["-c", "eval \"$(cat answer)\"; printf %s \"$ASSUME_PROFILE\""]);
    assert_eq!(crate::world::run(&mut shell).stdout, hostile);
}

#[test]
fn colour_is_left_out_where_it_is_not_wanted() {
    let world = World::new();
    let is_coloured = |variable: &str, words: &str| {
        let mut variables = variables(&world);
        variables.insert("NO_COLOR".into(), variable.into());
        let script = TAKEN.replace("--shell bash", &format!("--shell bash {words}"));
        let mut terminal = start(&world, &variables, (80, 24), &script);
        terminal.searches("dev", "dev");
        let coloured = terminal.look(|screen| {
            let cells = (0..24).flat_map(|row| (0..80).map(move |column| (row, column)));
            let shown = cells.filter_map(|(row, column)| screen.cell(row, column));
            shown.into_iter().any(|cell| cell.fgcolor() != vt100::Color::Default)
        });
        terminal.keys("\u{1b}");
        terminal.taken(&world);
        coloured
    };
    assert!(is_coloured("", ""));
    assert!(!is_coloured("1", ""));
    assert!(!is_coloured("", "--color never"));
    assert!(is_coloured("1", "--color always"));
}

#[test]
fn without_a_utf_8_locale_all_is_ascii() {
    let world = World::new();
    world.write(".aws/config", &(world.config() + "[profile développement]\nregion = eu-west-1\n"));
    let mut variables = variables(&world);
    variables.insert("LANG".into(), "C".into());
    let mut terminal = start(&world, &variables, (80, 24), TAKEN);
    terminal.searches("velop", "d?veloppement");
    assert!(terminal.written().is_ascii());
    terminal.keys("\u{1b}");
    assert_eq!(terminal.taken(&world).0, "130");
}
