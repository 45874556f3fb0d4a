//! Whether the terminal is this process's to ask on.

/// Whether stdin, stdout or stderr is the terminal that this process belongs to, and it is in the foreground there: then
/// a person is at its keyboard, wherever the rest goes (`assume 2>errors.txt`). Neither cron nor a detached process has
/// such a terminal, and a job in the background must not take the keys that are typed for another one.
#[cfg(unix)]
pub(super) fn has_terminal() -> bool {
    use rustix::termios::tcgetpgrp;
    let group = rustix::process::getpgrp();
    // Of any other terminal than this process's own they know no group.
    [tcgetpgrp(std::io::stdin()), tcgetpgrp(std::io::stdout()), tcgetpgrp(std::io::stderr())].contains(&Ok(group))
}

/// A console is drawn on by way of stderr alone.
#[cfg(not(unix))]
pub(super) fn has_terminal() -> bool {
    false
}
