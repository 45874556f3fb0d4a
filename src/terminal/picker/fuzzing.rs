//! The picker, whatever is typed into it and whatever the entries are called.

use super::keys::{Action, Move};
use super::layout::Size;
use super::query::Edit;
use super::{About, Entry, Look, Picker, Preview};
use crate::fuzzing::{assert_clean, texts};

struct Nothing;

impl About for Nothing {
    fn preview(&self, _: usize) -> Preview {
        Vec::new()
    }
    fn is_production(&self, entry: usize) -> bool {
        entry == 1
    }
}

fn edit(letter: char) -> Action {
    match letter {
        '\u{1}' => Action::Edit(Edit::Start),
        '\u{2}' => Action::Edit(Edit::Left),
        '\u{3}' => Action::Edit(Edit::Delete),
        '\u{4}' => Action::Edit(Edit::DeleteWord),
        '\u{5}' => Action::Edit(Edit::End),
        '\u{6}' => Action::Edit(Edit::Right),
        '\u{7}' => Action::Move(Move::PageDown),
        '\u{8}' => Action::Edit(Edit::Backspace),
        '\u{b}' => Action::Move(Move::Up),
        '\u{c}' => Action::Move(Move::Last),
        '\u{15}' => Action::Edit(Edit::DeleteLine),
        c => Action::Edit(Edit::Insert(c)),
    }
}

/// What it writes beside its own escapes is fit for a terminal; nothing is picked that was not there.
pub fn picker_query(data: &[u8]) {
    let [size, typed, pasted, profile, account] = texts(data);
    let mut sizes = size.bytes();
    let mut length = |usual: usize| sizes.next().map_or(usual, |byte| usize::from(byte) + 1);
    let size = Size { columns: length(80), rows: length(24) };
    let entries = [
        Entry { profile, account: account.clone(), ..Entry::default() },
        Entry {
            account,
            role: "Admin".into(),
            account_id: "111122223333".into(),
            is_current: true,
            ..Entry::default()
        },
    ];
    for unicode in [true, false] {
        let mut picker = Picker::new(&entries, &Nothing, Look { colour: unicode, unicode });
        let paste = Action::Edit(Edit::Paste(pasted.clone()));
        for action in typed.chars().map(edit).chain([paste]) {
            assert!(picker.act(action).is_none());
        }
        picker.draw(size).split('\u{1b}').skip(1).for_each(|piece| {
            let own = piece
                .strip_prefix('[')
                .expect("an escape of ours")
                .trim_start_matches(|c: char| !c.is_ascii_alphabetic());
            assert_clean(own);
        });
        if let Some(super::Outcome::Picked(entry)) = picker.act(Action::Accept) {
            assert!(entry < entries.len());
        }
    }
}
