//! The echo of the terminal, off from before a secret is asked for until it has been read: whoever types or pastes at the
//! sight of the question must not see it on the screen.

#[cfg(unix)]
use std::fs::File;

#[cfg(unix)]
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

/// Put back as it was when dropped.
pub(super) struct NoEcho {
    #[cfg(unix)]
    before: Option<(File, Termios)>,
}

impl NoEcho {
    /// Where the terminal cannot be had, whoever reads from it says so.
    #[cfg(unix)]
    pub(super) fn new() -> Self {
        let silence = || {
            let terminal = File::open("/dev/tty").ok()?;
            let before = tcgetattr(&terminal).ok()?;
            let mut silent = before.clone();
            silent.local_modes.remove(LocalModes::ECHO | LocalModes::ECHONL);
            tcsetattr(&terminal, OptionalActions::Now, &silent).ok()?;
            Some((terminal, before))
        };
        Self { before: silence() }
    }

    #[cfg(not(unix))]
    pub(super) fn new() -> Self {
        Self {}
    }
}

#[cfg(unix)]
impl Drop for NoEcho {
    fn drop(&mut self) {
        if let Some((terminal, before)) = &self.before {
            let _ = tcsetattr(terminal, OptionalActions::Now, before);
        }
    }
}
