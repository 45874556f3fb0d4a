//! What each key means: as in fzf, with the keys of readers and editors for moving.

use std::io;
use std::time::Duration;

use crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::query::Edit;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Edit(Edit),
    Move(Move),
    Accept,
    Leave,
    /// At most another drawing.
    Nothing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Move {
    Up,
    Down,
    PageUp,
    PageDown,
    First,
    Last,
}

/// How long after an Esc the rest of a key's sequence may come, over a slow line.
const REST_OF_SEQUENCE: Duration = Duration::from_millis(50);

/// Waits for the next key.
pub(super) fn read() -> io::Result<Action> {
    let event = event::read()?;
    if !matches!(event, Event::Key(KeyEvent { code: KeyCode::Esc, .. })) {
        return Ok(action(event));
    }
    // An arrow key that came in two pieces begins like Esc, and must not end the picker.
    let mut sequence = String::new();
    while event::poll(REST_OF_SEQUENCE)? {
        let Event::Key(KeyEvent { code: KeyCode::Char(c), .. }) = event::read()? else { break };
        sequence.push(c);
        match sequence.as_bytes() {
            [b'[' | b'O'] | [b'[', .., b'0'..=b'9' | b';'] => {}
            sequence => return Ok(of_sequence(sequence)),
        }
    }
    Ok(Action::Leave)
}

/// What comes after Esc.
fn of_sequence(sequence: &[u8]) -> Action {
    match sequence {
        [b'[' | b'O', b'A'] => Action::Move(Move::Up),
        [b'[' | b'O', b'B'] => Action::Move(Move::Down),
        [b'[' | b'O', ..] => Action::Nothing,
        _ => Action::Leave,
    }
}

fn action(event: Event) -> Action {
    match event {
        Event::Paste(text) => Action::Edit(Edit::Paste(text)),
        // Windows tells of keys that are let go, too.
        Event::Key(key) if key.kind != KeyEventKind::Release => of_key(key),
        _ => Action::Nothing,
    }
}

fn of_key(key: KeyEvent) -> Action {
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    let alt = key.modifiers.contains(KeyModifiers::ALT);
    match key.code {
        // AltGr comes as both on Windows.
        KeyCode::Char(c) if control == alt => Action::Edit(Edit::Insert(c)),
        KeyCode::Char(c) if control => of_control(c),
        KeyCode::Enter => Action::Accept,
        KeyCode::Esc => Action::Leave,
        KeyCode::Up | KeyCode::BackTab => Action::Move(Move::Up),
        KeyCode::Down | KeyCode::Tab => Action::Move(Move::Down),
        KeyCode::PageUp => Action::Move(Move::PageUp),
        KeyCode::PageDown => Action::Move(Move::PageDown),
        KeyCode::Home => Action::Move(Move::First),
        KeyCode::End => Action::Move(Move::Last),
        KeyCode::Left => Action::Edit(Edit::Left),
        KeyCode::Right => Action::Edit(Edit::Right),
        KeyCode::Backspace if alt || control => Action::Edit(Edit::DeleteWord),
        KeyCode::Backspace => Action::Edit(Edit::Backspace),
        KeyCode::Delete => Action::Edit(Edit::Delete),
        _ => Action::Nothing,
    }
}

fn of_control(c: char) -> Action {
    match c.to_ascii_lowercase() {
        'c' | 'g' => Action::Leave,
        'p' | 'k' => Action::Move(Move::Up),
        'n' | 'j' => Action::Move(Move::Down),
        'm' => Action::Accept,
        'u' => Action::Edit(Edit::DeleteLine),
        'w' => Action::Edit(Edit::DeleteWord),
        'h' => Action::Edit(Edit::Backspace),
        'd' => Action::Edit(Edit::Delete),
        'a' => Action::Edit(Edit::Start),
        'e' => Action::Edit(Edit::End),
        'b' => Action::Edit(Edit::Left),
        'f' => Action::Edit(Edit::Right),
        _ => Action::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(code: KeyCode, modifiers: KeyModifiers) -> Action {
        action(Event::Key(KeyEvent::new(code, modifiers)))
    }

    #[test]
    fn keys_mean_what_they_mean_in_fzf() {
        let control = |c| of(KeyCode::Char(c), KeyModifiers::CONTROL);
        assert_eq!(control('c'), Action::Leave);
        assert_eq!(control('n'), Action::Move(Move::Down));
        assert_eq!(control('k'), Action::Move(Move::Up));
        assert_eq!(control('u'), Action::Edit(Edit::DeleteLine));
        assert_eq!(of(KeyCode::Char('c'), KeyModifiers::NONE), Action::Edit(Edit::Insert('c')));
        assert_eq!(of(KeyCode::Char('C'), KeyModifiers::SHIFT), Action::Edit(Edit::Insert('C')));
        assert_eq!(of(KeyCode::Char('x'), KeyModifiers::ALT), Action::Nothing);
    }

    #[test]
    fn a_key_that_is_let_go_is_none() {
        let mut key = KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE);
        key.kind = KeyEventKind::Release;
        assert_eq!(action(Event::Key(key)), Action::Nothing);
    }

    #[test]
    fn an_arrow_in_two_pieces_is_an_arrow() {
        assert_eq!(of_sequence(b"[A"), Action::Move(Move::Up));
        assert_eq!(of_sequence(b"OB"), Action::Move(Move::Down));
        assert_eq!(of_sequence(b"[3~"), Action::Nothing);
        assert_eq!(of_sequence(b"x"), Action::Leave);
    }
}
