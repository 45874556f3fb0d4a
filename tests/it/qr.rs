//! `assume login --qr`: what a camera reads on the screen is the page to approve at.

use std::time::Duration;

use identity_center::{Approval, Config};

use crate::shells::run::Variables;
use crate::terminal::Terminal;
use crate::world::{ASSUME, World};

/// Upper and lower half of each cell, light or dark, for a code drawn dark on light.
fn modules(line: &str) -> [Vec<bool>; 2] {
    let half = |drawn: [char; 2]| line.chars().map(|c| drawn.contains(&c)).collect();
    [half(['█', '▀']), half(['█', '▄'])]
}

fn read(screen: &str) -> Option<String> {
    const SCALE: usize = 4;
    let rows: Vec<Vec<bool>> = screen.lines().flat_map(modules).collect();
    let width = rows.iter().map(Vec::len).max()?;
    let is_dark = |x: usize, y: usize| rows[y / SCALE].get(x / SCALE).copied().unwrap_or(false);
    let mut image = rqrr::PreparedImage::prepare_from_bitmap(width * SCALE, rows.len() * SCALE, is_dark);
    Some(image.detect_grids().first()?.decode().ok()?.1)
}

#[test]
fn the_code_on_the_screen_leads_to_the_page_and_the_code_to_compare_stands_above_it() {
    let world = World::with(Config::default().approval(Approval::Never));
    let variables: Variables = world.variables().into_iter().map(|(name, value)| (name.into(), value.into())).collect();
    let mut terminal = Terminal::start(ASSUME.as_ref(), &["login", "--qr"], &variables, world.home.path());
    terminal.wait_until("a QR code", |screen| read(screen).is_some());
    let screen = terminal.screen();
    let url =
        screen.lines().map(str::trim).find(|line| line.starts_with("http://127.0.0.1:") && line.contains("user_code="));
    assert_eq!(read(&screen).as_deref(), url, "{screen}");
    let at = |text: &str| screen.find(text).unwrap_or_else(|| panic!("{text}: {screen}"));
    let code = world.aws.state()["devices"][0]["user_code"].as_str().unwrap().to_owned();
    assert!(at(&code) < at("▀") && at("Approve only if the page shows this code") < at("▀"), "{screen}");
    assert!(world.aws.wait_for("CreateToken", 2, Duration::from_secs(20)));
    assert_eq!(world.tabs(), [""; 0], "another device opens it");
    world.aws.approve();
    assert_eq!(terminal.wait_for_end(), 0, "{}", terminal.screen());
}

#[test]
fn a_flow_that_ends_on_this_machine_has_no_qr_code() {
    let world = World::new();
    let ran = world.assume(&["login", "--qr", "--flow", "pkce"]);
    assert_eq!(
        (ran.code, ran.stderr.as_str()),
        (
            2,
            "assume: --flow pkce ends in a browser of this machine: another device can't do it by a QR code\n\
             hint: leave --flow out: assume login --qr\n"
        )
    );
    // Nobody would see it.
    assert_eq!(world.assume(&["login", "--qr"]).code, 3);
    assert_eq!(world.aws.log().len(), 0);
}
