//! How wide the terminal is.

use terminal_size::{Height, Width};

/// Columns of the terminal: asked of stderr, else (Unix) of the terminal itself, since stdout and stderr may both lead
/// elsewhere. `None` where there is no terminal.
#[must_use]
pub fn columns() -> Option<usize> {
    let size = terminal_size::terminal_size_of(std::io::stderr());
    #[cfg(unix)]
    let size = size.or_else(|| terminal_size::terminal_size_of(std::fs::File::open("/dev/tty").ok()?));
    known(size)
}

/// Columns of the terminal that stdout is; `None` where it is a file or a pipe.
#[must_use]
pub fn columns_of_stdout() -> Option<usize> {
    known(terminal_size::terminal_size_of(std::io::stdout()))
}

fn known(size: Option<(Width, Height)>) -> Option<usize> {
    // Some pseudo-terminals say nothing: 0.
    size.map(|(width, _)| usize::from(width.0)).filter(|columns| *columns > 0)
}
