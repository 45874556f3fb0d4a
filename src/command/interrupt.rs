//! Ctrl-C and panics: whoever evaluates our stdout must fail then too, and the terminal must echo again.

#[cfg(unix)]
use std::sync::Mutex;
use std::sync::{Once, OnceLock};

use super::Failing;
use crate::error::{Error, Kind};
use crate::terminal::picker;

static FAILING: OnceLock<Failing> = OnceLock::new();

/// The terminal as it was before a passphrase was asked for, whose echo is off meanwhile.
#[cfg(unix)]
static ECHO: Mutex<Option<rustix::termios::Termios>> = Mutex::new(None);

/// Whether there is a child that decides what Ctrl-C does.
#[cfg(not(unix))]
static HANDED_OVER: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);

/// Says how this run fails; called once, before anything can. A panic prints its place and never its payload, which
/// could hold a secret (security rule 21).
pub(super) fn announce(failing: Failing) {
    // A second call could only come from a second run in one process, which there is not.
    let _ = FAILING.set(failing);
    std::panic::set_hook(Box::new(|panic| {
        picker::restore();
        let place = panic.location().map_or_else(String::new, |at| format!(" at {}:{}", at.file(), at.line()));
        fail(&Error::new(
            Kind::Failure,
            format!("internal error{place}"),
            "please report it with the command you ran; nothing was changed in this shell",
        ));
        // Not by the signal of an abort, whose status none of our exit codes is, nor by a thread while the others go on.
        std::process::exit(Kind::Failure as i32);
    }));
}

/// From here on Ctrl-C, a hang-up and SIGTERM end the run with the text that makes `eval` fail. Not set on the warm path,
/// which is over before a thread could start; nor where the caller ignores one of them (`nohup`, a job in the background of
/// a script), which `exec`'s child must inherit.
pub(super) fn arm() {
    static ARMED: Once = Once::new();
    ARMED.call_once(|| {
        remember_echo();
        // Without a handler the signal still ends the process; only the failing text is missing then.
        let _ = ctrlc::try_set_handler(|| {
            #[cfg(not(unix))]
            if HANDED_OVER.load(std::sync::atomic::Ordering::Relaxed) {
                return;
            }
            restore_echo();
            picker::restore();
            let error =
                Error::new(Kind::Interrupted, "interrupted", "run the command again; nothing is left half-done");
            std::process::exit(fail(&error).into());
        });
    });
}

/// From here on Ctrl-C is for `exec`'s child alone, which says how it ended.
#[cfg(not(unix))]
pub(super) fn hand_over() {
    arm();
    HANDED_OVER.store(true, std::sync::atomic::Ordering::Relaxed);
}

fn fail(error: &Error) -> u8 {
    if let Some(failing) = FAILING.get() {
        failing.fail(error);
    }
    error.exit_code()
}

fn remember_echo() {
    #[cfg(unix)]
    if let (Ok(mut echo), Ok(terminal)) = (ECHO.lock(), std::fs::File::open("/dev/tty")) {
        *echo = rustix::termios::tcgetattr(terminal).ok();
    }
}

fn restore_echo() {
    #[cfg(unix)]
    if let (Ok(echo), Ok(terminal)) = (ECHO.lock(), std::fs::File::open("/dev/tty"))
        && let Some(before) = echo.as_ref()
    {
        let _ = rustix::termios::tcsetattr(terminal, rustix::termios::OptionalActions::Now, before);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environment::Environment;
    use crate::terminal::Paint;

    /// In a process of its own: the hook is the process's.
    #[test]
    fn a_panic_prints_its_place_and_not_its_payload() {
        const PANICS: &str = "ASSUME_TEST_PANICS";
        let environment = Environment::of_process();
        if environment.is_set(PANICS) {
            announce(Failing { evaluated: false, dialect: None, paint: Paint::default(), environment });
            panic!("the-{}-of-a-token", "payload");
        }
        let name = "command::interrupt::tests::a_panic_prints_its_place_and_not_its_payload";
        let output = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", name, "--nocapture"])
            .env(PANICS, "1")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert!(said.contains("internal error at src/command/interrupt.rs:"), "{said}");
        assert!(!said.contains("the-payload-of-a-token"), "{said}");
    }

    /// On a terminal of its own: what is drawn on it must be gone before the message is there to read.
    #[cfg(unix)]
    #[test]
    fn a_panic_while_something_is_picked_puts_the_terminal_back() {
        use crate::terminal::picker::{About, Entry, Look, Preview, pick};
        use std::io::Read;

        struct Panics;

        impl About for Panics {
            fn preview(&self, _: usize) -> Preview {
                panic!("the preview")
            }

            fn is_production(&self, _: usize) -> bool {
                false
            }
        }

        const PANICS: &str = "ASSUME_TEST_PANICS_IN_PICKER";
        let environment = Environment::of_process();
        if environment.is_set(PANICS) {
            announce(Failing { evaluated: false, dialect: None, environment, paint: Paint::NONE });
            let _ = pick(&[Entry::default()], &Panics, Look { colour: true, unicode: true });
            return;
        }
        let pair = portable_pty::native_pty_system().openpty(portable_pty::PtySize::default()).unwrap();
        let mut command = portable_pty::CommandBuilder::new(std::env::current_exe().unwrap());
        let name = "command::interrupt::tests::a_panic_while_something_is_picked_puts_the_terminal_back";
        command.args(["--exact", name, "--nocapture"]);
        command.env(PANICS, "1");
        let mut child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut written = Vec::new();
        // A terminal that nobody has open any more ends in an error.
        let _ = pair.master.try_clone_reader().unwrap().read_to_end(&mut written);
        assert_eq!(child.wait().unwrap().exit_code(), 1);
        let written = String::from_utf8_lossy(&written).into_owned();
        let place = |what: &str| written.find(what).unwrap_or_else(|| panic!("no {what:?} in {written:?}"));
        assert!(place("\x1b[?1049h") < place("\x1b[?1049l"), "{written:?}");
        // Lines end as they do where the terminal is no longer raw.
        assert!(place("\x1b[?1049l") < place("internal error"), "{written:?}");
        assert!(written.contains("this shell\r\n"), "{written:?}");
    }
}
