//! A console for tests: Wine's own, on a pseudo-terminal, and what it shows.

use std::io::{Read, Write};
use std::num::NonZero;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, PtySize, native_pty_system};

use crate::world::{World, built};

const ROWS: NonZero<u16> = NonZero::new(50).unwrap();
const COLUMNS: NonZero<u16> = NonZero::new(160).unwrap();
const DEADLINE: Duration = Duration::from_mins(1);

pub(crate) struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    keyboard: Box<dyn Write + Send>,
    pieces: Receiver<Vec<u8>>,
    screen: vt100::Parser,
}

impl Terminal {
    /// `assume.exe` with these words.
    pub(crate) fn start(world: &World, words: &[&str]) -> Self {
        Self::of(world, built("assume.exe").to_str().unwrap(), words)
    }

    pub(crate) fn of(world: &World, program: &str, words: &[&str]) -> Self {
        let size = PtySize { rows: ROWS.get(), cols: COLUMNS.get(), pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let command = world.program(program.as_ref(), words);
        let mut builder = CommandBuilder::new(command.get_program());
        builder.args(command.get_args());
        builder.cwd(world.folder.path());
        builder.env_clear();
        for (name, value) in world.variables() {
            builder.env(name, value);
        }
        let child = pair.slave.spawn_command(builder).unwrap();
        drop(pair.slave);
        let (sender, pieces) = channel();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let keyboard = pair.master.take_writer().unwrap();
        thread::spawn(move || {
            // The terminal stays open as long as it is read.
            let _master = pair.master;
            let mut buffer = [0; 4096];
            while let Ok(read @ 1..) = reader.read(&mut buffer) {
                if sender.send(buffer[..read].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self { child, keyboard, pieces, screen: vt100::Parser::new(ROWS, COLUMNS, 0) }
    }

    pub(crate) fn keys(&mut self, text: &str) {
        self.keyboard.write_all(text.as_bytes()).unwrap();
        self.keyboard.flush().unwrap();
    }

    pub(crate) fn wait_for(&mut self, text: &str) {
        self.wait_until(text, |screen| screen.contains(text));
    }

    fn wait_until(&mut self, what: &str, is_so: impl Fn(&str) -> bool) {
        let end = Instant::now() + DEADLINE;
        while !is_so(&self.screen.screen().contents()) {
            let left = end.saturating_duration_since(Instant::now());
            let piece = self.pieces.recv_timeout(left);
            let piece = piece.unwrap_or_else(|_| panic!("not {what:?}:\n{}", self.screen.screen().contents()));
            self.screen.process(&piece);
        }
    }

    /// Its exit code, once it has ended.
    pub(crate) fn wait_for_end(&mut self) -> u32 {
        let end = Instant::now() + DEADLINE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.exit_code();
            }
            assert!(Instant::now() < end, "it does not end:\n{}", self.screen.screen().contents());
            // What nobody reads could hold it up.
            if let Ok(piece) = self.pieces.recv_timeout(Duration::from_millis(20)) {
                self.screen.process(&piece);
            }
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn what_is_no_ascii_reaches_the_console_in_any_code_page() {
    let world = World::new();
    let assume = crate::world::windows(&built("assume.exe"));
    for page in ["437", "1252"] {
        let mut terminal =
            Terminal::of(&world, "cmd", &["/c", &format!("chcp {page} & {assume} list & {assume} show größ")]);
        terminal.wait_for("größe");
        // Of an error, too.
        terminal.wait_for("there is no profile 'größ'");
        terminal.wait_for_end();
    }
}

#[test]
fn the_picker_draws_and_is_typed_into_on_a_console() {
    let world = World::new();
    world.ok(&["login"]);
    let assume = crate::world::windows(&built("assume.exe"));
    let mut terminal = Terminal::of(&world, "cmd", &["/c", &format!("{assume} --shell powershell >picked.txt")]);
    terminal.wait_for("größe");
    terminal.keys("dev");
    terminal.wait_until("dev alone is left", |screen| screen.contains("dev") && !screen.contains("größe"));
    terminal.keys("\r");
    terminal.wait_for_end();
    let picked = std::fs::read_to_string(world.path("picked.txt")).unwrap();
    assert!(picked.contains("$env:ASSUME_PROFILE='dev'") || picked.contains("$env:ASSUME_PROFILE = 'dev'"), "{picked}");
}
