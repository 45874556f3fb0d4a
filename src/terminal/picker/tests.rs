//! The picker's drawings on a screen, and what keys change of them.

use std::num::NonZero;

use super::query::Edit;
use super::*;

fn nonzero(cells: u16) -> NonZero<u16> {
    NonZero::new(cells).unwrap()
}

const LOOK: Look = Look { colour: true, unicode: true };

fn entries(count: usize) -> Vec<Entry> {
    let names = ["dev", "staging", "prod"];
    (0..count)
        .map(|n| Entry {
            profile: names.get(n).map_or_else(|| format!("team-{n}"), |&name| name.to_owned()),
            account: format!("Account {n}"),
            role: "AdministratorAccess".into(),
            account_id: format!("{n:012}"),
            is_current: n == 1,
        })
        .collect()
}

struct Said;

impl About for Said {
    fn preview(&self, entry: usize) -> Preview {
        vec![("profile", format!("the one at {entry}")), ("region", "eu-central-1".into())]
    }

    fn is_production(&self, entry: usize) -> bool {
        entry == 2
    }
}

/// A terminal's screen with a picker on it.
struct Shown<'a> {
    picker: Picker<'a>,
    screen: vt100::Parser,
    size: Size,
}

impl Shown<'_> {
    fn new(entries: &[Entry], columns: u16, rows: u16, look: Look) -> Self {
        let size = Size { columns: columns.into(), rows: rows.into() };
        let mut shown = Self {
            picker: Picker::new(entries, &Said, look),
            screen: vt100::Parser::new(nonzero(rows), nonzero(columns), 0),
            size,
        };
        shown.draw();
        shown
    }

    fn draw(&mut self) {
        let drawing = self.picker.draw(self.size);
        self.screen.process(drawing.as_bytes());
    }

    fn act(&mut self, actions: &[Action]) -> Option<usize> {
        let mut picked = None;
        for action in actions {
            if let Some(Outcome::Picked(entry)) = self.picker.act(action.clone()) {
                picked = Some(entry);
            }
            self.draw();
        }
        picked
    }

    fn types(&mut self, text: &str) {
        let typed: Vec<Action> = text.chars().map(|c| Action::Edit(Edit::Insert(c))).collect();
        self.act(&typed);
    }

    fn text(&self) -> String {
        self.screen.screen().contents()
    }

    fn lines(&self) -> Vec<String> {
        self.text().lines().map(|line| line.trim_end().to_owned()).collect()
    }

    /// The line that the pointer is at.
    fn pointed(&self) -> String {
        let pointed = self.lines().into_iter().filter(|line| line.starts_with('▌')).collect::<Vec<_>>();
        assert_eq!(pointed.len(), 1, "{}", self.text());
        pointed[0].clone()
    }
}

#[test]
fn list_and_preview_stand_in_their_lines() {
    let shown = Shown::new(&entries(4), 80, 24, LOOK);
    let lines = shown.lines();
    assert!(lines[0].starts_with('>') && lines[0].ends_with("4/4"), "{}", shown.text());
    assert_eq!(lines[1], "  PROFILE  ACCOUNT    ROLE                 ID");
    assert_eq!(lines[2], "▌ dev      Account 0  AdministratorAccess  000000000000");
    assert_eq!(lines[3], " *staging  Account 1  AdministratorAccess  000000000001");
    assert_eq!(lines[16], "─".repeat(80));
    assert_eq!(lines[17], "  profile   the one at 0");
    assert_eq!(lines[18], "  region    eu-central-1");
}

#[test]
fn what_is_typed_narrows_the_list_and_enter_tells_the_place() {
    let mut shown = Shown::new(&entries(10_000), 80, 24, LOOK);
    shown.types("774 'm-77");
    assert!(shown.pointed().contains("team-774 "), "{}", shown.text());
    assert!(shown.lines()[0].starts_with("> 774 'm-77"));
    assert!(shown.text().contains("the one at 774"), "{}", shown.text());
    assert_eq!(shown.act(&[Action::Accept]), Some(774));
    shown.types("nothing like it");
    assert!(shown.text().contains("no match") && shown.text().contains("0/10000"), "{}", shown.text());
    assert!(!shown.text().contains("the one at"), "{}", shown.text());
    assert_eq!(shown.act(&[Action::Accept]), None);
    shown.act(&[Action::Edit(Edit::DeleteLine)]);
    assert!(shown.pointed().contains("dev"), "{}", shown.text());
}

#[test]
fn the_pointer_stays_on_the_screen_and_in_the_list() {
    let mut shown = Shown::new(&entries(100), 80, 24, LOOK);
    let go = |shown: &mut Shown, to: &[Move]| {
        shown.act(&to.iter().map(|&to| Action::Move(to)).collect::<Vec<_>>());
        shown.act(&[Action::Accept]).unwrap()
    };
    assert_eq!(go(&mut shown, &[Move::Up]), 0);
    assert_eq!(go(&mut shown, &[Move::Down; 20]), 20);
    assert!(shown.pointed().contains("team-20"), "{}", shown.text());
    assert_eq!(go(&mut shown, &[Move::PageDown]), 34);
    assert_eq!(go(&mut shown, &[Move::Last]), 99);
    assert!(shown.pointed().contains("team-99"), "{}", shown.text());
    assert_eq!(go(&mut shown, &[Move::Down, Move::PageDown]), 99);
    assert_eq!(go(&mut shown, &[Move::PageUp]), 85);
    assert_eq!(go(&mut shown, &[Move::First, Move::PageUp]), 0);
    assert!(shown.pointed().contains("dev"), "{}", shown.text());
}

#[test]
fn every_size_is_drawn_within_its_edges() {
    let entries = entries(100);
    for (columns, rows) in [(3, 1), (4, 2), (5, 3), (20, 10), (20, 2), (45, 8), (46, 8), (200, 60)] {
        let mut shown = Shown::new(&entries, columns, rows, LOOK);
        shown.types("tea");
        shown.act(&[Action::Move(Move::Last), Action::Move(Move::PageUp)]);
        // A screen that scrolls has lost its first line.
        let first = shown.screen.screen().contents_between(0, 0, 0, columns);
        assert!(first.starts_with("> "), "{columns}x{rows}: {first:?}");
    }
}

#[test]
fn twenty_columns_show_name_and_role() {
    let mut shown = Shown::new(&entries(100), 20, 10, LOOK);
    assert_eq!(shown.pointed(), "▌ dev  Account …cess");
    shown.types("prod");
    assert_eq!(shown.pointed(), "▌ prod  Account …ess");
    assert_eq!(shown.lines()[7], "  the one at 2");
}

#[test]
fn a_resized_terminal_keeps_the_pointer_in_sight() {
    let mut shown = Shown::new(&entries(100), 80, 40, LOOK);
    shown.act(&vec![Action::Move(Move::Down); 20]);
    shown.screen.screen_mut().set_size(nonzero(12), nonzero(50));
    shown.size = Size { columns: 50, rows: 12 };
    shown.draw();
    assert!(shown.pointed().contains("team-20"), "{}", shown.text());
}

#[test]
fn hostile_names_reach_no_terminal_and_move_nothing() {
    let mut hostile = entries(3);
    hostile[1].profile = "pro\u{1b}[2J\u{1b}]0;owned\u{7}\u{202e}d\u{200b}\n\u{9b}31m".into();
    hostile[1].account = "日本の本番環境\u{0}\r".into();
    hostile[1].role = "a\u{301}\u{1b}[999C".into();
    let mut shown = Shown::new(&hostile, 80, 24, LOOK);
    let drawing = shown.picker.draw(shown.size);
    assert!(!drawing.contains(['\u{202e}', '\u{200b}', '\u{7}', '\u{9b}', '\r', '\n', '\0']), "{drawing:?}");
    assert!(!drawing.contains("\u{1b}[2J") && !drawing.contains("\u{1b}]"), "{drawing:?}");
    let lines = shown.lines();
    assert_eq!(lines[2], "▌ dev                  Account 0        AdministratorAccess  000000000000");
    assert_eq!(lines[3], " *pro[2J]0;ownedd 31m  日本の本番環境   a\u{301}[999C               000000000001");
    assert_eq!(lines[4], "  prod                 Account 2        AdministratorAccess  000000000002");
    shown.types("owned");
    assert_eq!(shown.act(&[Action::Accept]), Some(1));
}

#[test]
fn without_colour_the_pointed_line_is_reversed_and_matches_are_underlined() {
    let mut shown = Shown::new(&entries(3), 80, 24, Look { colour: false, unicode: true });
    shown.types("stag");
    let screen = shown.screen.screen();
    assert!(screen.cell(2, 2).unwrap().inverse() && screen.cell(2, 2).unwrap().underline());
    assert!(screen.cell(2, 8).unwrap().inverse() && !screen.cell(2, 8).unwrap().underline());
    let coloured = (0..24).flat_map(|row| (0..80).map(move |column| (row, column)));
    assert!(
        coloured.into_iter().all(|(row, column)| {
            screen.cell(row, column).is_none_or(|cell| cell.fgcolor() == vt100::Color::Default)
        })
    );
}

#[test]
fn without_utf_8_everything_is_ascii() {
    let mut entries = entries(3);
    entries[0].profile = "développement-日本".into();
    let mut shown = Shown::new(&entries, 20, 10, Look { colour: true, unicode: false });
    assert!(shown.picker.draw(shown.size).is_ascii());
    assert_eq!(shown.lines()[1], "> d?veloppement-??");
}

#[test]
fn production_is_red_and_what_was_typed_green() {
    let mut shown = Shown::new(&entries(3), 80, 24, LOOK);
    shown.types("od");
    let cell = |column| shown.screen.screen().cell(2, column).unwrap().fgcolor();
    assert_eq!(shown.pointed(), "▌ prod     Account 2  AdministratorAccess  000000000002");
    assert_eq!((cell(2), cell(4)), (vt100::Color::Idx(1), vt100::Color::Idx(2)));
    shown.act(&[Action::Edit(Edit::DeleteLine)]);
    assert_eq!(shown.screen.screen().cell(2, 2).unwrap().fgcolor(), vt100::Color::Default);
    assert_eq!(shown.screen.screen().cell(4, 2).unwrap().fgcolor(), vt100::Color::Idx(1));
}
