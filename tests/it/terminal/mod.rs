//! A terminal for tests: a program on a pseudo-terminal, keys typed into it, and the screen as a person sees it.
//!
//! Nothing here sleeps: every wait is for a condition of the screen, within a deadline, and a failed one shows the screen.

use std::io::{Read, Write};
use std::num::NonZero;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use crate::shells::run::Variables;

const ROWS: NonZero<u16> = NonZero::new(50).unwrap();
pub(crate) const COLUMNS: u16 = 160;
const DEADLINE: Duration = Duration::from_mins(1);

pub(crate) struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    keyboard: Box<dyn Write + Send>,
    master: Box<dyn MasterPty + Send>,
    display: Arc<Display>,
}

struct Display {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    screen: vt100::Parser,
    /// Every byte that was written, for what scrolled away and what no screen shows.
    written: Vec<u8>,
    closed: bool,
}

impl Terminal {
    /// Starts `program` with exactly these variables.
    pub(crate) fn start(program: &Path, arguments: &[&str], variables: &Variables, folder: &Path) -> Self {
        Self::with_columns(COLUMNS, program, arguments, variables, folder)
    }

    pub(crate) fn with_columns(
        columns: u16,
        program: &Path,
        arguments: &[&str],
        variables: &Variables,
        folder: &Path,
    ) -> Self {
        Self::sized((NonZero::new(columns).unwrap(), ROWS), program, arguments, variables, folder)
    }

    /// On a terminal of so many columns and rows.
    pub(crate) fn sized(
        size: (NonZero<u16>, NonZero<u16>),
        program: &Path,
        arguments: &[&str],
        variables: &Variables,
        folder: &Path,
    ) -> Self {
        let pair = native_pty_system().openpty(of(size)).unwrap();
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.cwd(folder);
        command.env_clear();
        for (name, value) in variables {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        // Ours would keep the terminal open after the child has gone.
        drop(pair.slave);

        let screen = vt100::Parser::new(size.1, size.0, 0);
        let state = State { screen, written: Vec::new(), closed: false };
        let display = Arc::new(Display { state: Mutex::new(state), changed: Condvar::new() });
        let mut reader = pair.master.try_clone_reader().unwrap();
        let shown = Arc::clone(&display);
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(read @ 1..) = reader.read(&mut buffer) {
                let mut state = shown.lock();
                state.screen.process(&buffer[..read]);
                state.written.extend_from_slice(&buffer[..read]);
                shown.changed.notify_all();
            }
            shown.lock().closed = true;
            shown.changed.notify_all();
        });
        Self { child, keyboard: pair.master.take_writer().unwrap(), master: pair.master, display }
    }

    /// Makes the window so many columns wide and so many rows high.
    pub(crate) fn resize(&mut self, size: (NonZero<u16>, NonZero<u16>)) {
        self.display.lock().screen.screen_mut().set_size(size.1, size.0);
        self.master.resize(of(size)).unwrap();
    }

    /// What of the screen its text does not show.
    pub(crate) fn look<T>(&self, at: impl FnOnce(&vt100::Screen) -> T) -> T {
        at(self.display.lock().screen.screen())
    }

    /// Presses the keys of `text`; a newline is Enter.
    pub(crate) fn keys(&mut self, text: &str) {
        self.keyboard.write_all(text.replace('\n', "\r").as_bytes()).unwrap();
        self.keyboard.flush().unwrap();
    }

    /// Types a line and presses Enter.
    pub(crate) fn line(&mut self, text: &str) {
        self.keys(&format!("{text}\n"));
    }

    /// Waits until the screen shows `text`.
    pub(crate) fn wait_for(&self, text: &str) {
        self.wait_until(&format!("the screen shows {text:?}"), |screen| screen.contains(text));
    }

    /// Waits until the screen is as `is_so` wants it; `what` says it for the message of a failure.
    pub(crate) fn wait_until(&self, what: &str, is_so: impl Fn(&str) -> bool) {
        self.wait(what, |state| is_so(&state.screen.screen().contents()));
    }

    /// Waits until `text` was written more often than `before`.
    pub(crate) fn wait_for_another(&self, text: &str, before: usize) {
        let is_so = |state: &State| String::from_utf8_lossy(&state.written).matches(text).count() > before;
        self.wait(&format!("another {text:?}"), is_so);
    }

    fn wait(&self, what: &str, is_so: impl Fn(&State) -> bool) {
        let end = Instant::now() + DEADLINE;
        let mut state = self.display.lock();
        while !is_so(&state) {
            let left = end.saturating_duration_since(Instant::now());
            assert!(
                !left.is_zero() && !state.closed,
                "waited in vain until {what}; the screen:\n{}",
                state.screen.screen().contents()
            );
            // What is waited for may be a file too, of which no display tells.
            let left = left.min(Duration::from_millis(50));
            state = self.display.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// As [`Terminal::wait_until`], of all that was written, for what has scrolled away.
    pub(crate) fn wait_for_written(&self, what: &str, is_so: impl Fn(&str) -> bool) {
        let end = Instant::now() + DEADLINE;
        let mut state = self.display.lock();
        while !is_so(&String::from_utf8_lossy(&state.written)) {
            let left = end.saturating_duration_since(Instant::now());
            assert!(
                !left.is_zero() && !state.closed,
                "waited in vain until {what}; the screen:\n{}",
                state.screen.screen().contents()
            );
            state = self.display.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// What a person sees now.
    pub(crate) fn screen(&self) -> String {
        self.display.lock().screen.screen().contents()
    }

    /// The process that was started.
    pub(crate) fn process(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Every byte that was written to this terminal so far.
    pub(crate) fn written(&self) -> Vec<u8> {
        self.display.lock().written.clone()
    }

    /// Waits until the program has ended and all it wrote is here: its exit code.
    pub(crate) fn wait_for_end(&mut self) -> u32 {
        let end = Instant::now() + DEADLINE;
        let mut state = self.display.lock();
        while !state.closed {
            let left = end.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "it does not end; the screen:\n{}", state.screen.screen().contents());
            state = self.display.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        drop(state);
        self.child.wait().unwrap().exit_code()
    }
}

fn of((columns, rows): (NonZero<u16>, NonZero<u16>)) -> PtySize {
    PtySize { rows: rows.get(), cols: columns.get(), pixel_width: 0, pixel_height: 0 }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Display {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
