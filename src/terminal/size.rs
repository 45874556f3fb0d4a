//! How wide the terminal is.

/// Columns of the terminal: asked of stderr, else (Unix) of the terminal itself, since stdout and stderr may both lead
/// elsewhere. `None` where there is no terminal.
#[must_use]
pub fn columns() -> Option<usize> {
    let size = terminal_size::terminal_size_of(std::io::stderr());
    #[cfg(unix)]
    let size = size.or_else(|| terminal_size::terminal_size_of(std::fs::File::open("/dev/tty").ok()?));
    // Some pseudo-terminals say nothing: 0.
    size.map(|(width, _)| usize::from(width.0)).filter(|columns| *columns > 0)
}
