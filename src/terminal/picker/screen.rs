//! The terminal while it is drawn on, and as it was before.

use std::io::{self, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crossterm::terminal;

use super::layout::Size;

/// The alternate screen, no wrapping at the edge, and pasted text marked as such.
const ENTER: &str = "\x1b[?1049h\x1b[?7l\x1b[?2004h\x1b[H\x1b[J";
/// A terminal without an alternate screen is left empty.
const LEAVE: &str = "\x1b[0m\x1b[H\x1b[J\x1b[?2004l\x1b[?7h\x1b[?1049l\x1b[?25h";

/// Where to draw, while there is a picker. Whoever takes it puts the terminal back: the picker's end, a signal, a panic.
static OPEN: Mutex<Option<Output>> = Mutex::new(None);

#[cfg(unix)]
type Output = std::fs::File;
#[cfg(not(unix))]
type Output = io::Stderr;

/// Puts the terminal back when dropped.
pub(super) struct Screen;

impl Screen {
    pub(super) fn open() -> io::Result<Self> {
        let mut output = output()?;
        size_of(&output)?;
        terminal::enable_raw_mode()?;
        let entered = output.write_all(ENTER.as_bytes());
        *open() = Some(output);
        // From here on dropping it puts back what was changed.
        let screen = Self;
        entered.map(|()| screen)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        restore();
    }
}

/// Leaves the terminal as it was before a picker was drawn on it; nothing where there is none.
pub fn restore() {
    if let Some(mut output) = open().take() {
        // A terminal that is gone needs nothing put back.
        let _ = output.write_all(LEAVE.as_bytes()).and_then(|()| output.flush());
        let _ = terminal::disable_raw_mode();
    }
}

/// As of now.
pub(super) fn size() -> io::Result<Size> {
    open().as_ref().map_or_else(|| Ok(Size::default()), size_of)
}

/// Where the terminal has been put back, by a signal that ends the program, nothing more is drawn.
pub(super) fn show(drawing: &str) -> io::Result<()> {
    match open().as_mut() {
        Some(output) => output.write_all(drawing.as_bytes()).and_then(|()| output.flush()),
        None => Ok(()),
    }
}

fn open() -> MutexGuard<'static, Option<Output>> {
    OPEN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The terminal of this process, wherever stdin, stdout and stderr go.
#[cfg(unix)]
fn output() -> io::Result<Output> {
    std::fs::File::options().read(true).write(true).open("/dev/tty")
}

/// A console takes text other than ASCII only by way of the standard library's own streams.
#[cfg(not(unix))]
fn output() -> io::Result<Output> {
    use std::io::IsTerminal;
    let stderr = io::stderr();
    if stderr.is_terminal() { Ok(stderr) } else { Err(io::Error::other("stderr is no console")) }
}

#[cfg(unix)]
fn size_of(output: &Output) -> io::Result<Size> {
    let size = rustix::termios::tcgetwinsize(output)?;
    Ok(known(size.ws_col, size.ws_row))
}

#[cfg(not(unix))]
fn size_of(_: &Output) -> io::Result<Size> {
    let (columns, rows) = terminal::size()?;
    Ok(known(columns, rows))
}

fn known(columns: u16, rows: u16) -> Size {
    match (columns, rows) {
        (0, _) | (_, 0) => Size::default(),
        _ => Size { columns: columns.into(), rows: rows.into() },
    }
}
