//! A question whose answer must be typed in full.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};

use super::color::{ALARM, Paint};
use crate::error::{Error, Kind, Result};
use crate::sanitize;

/// On the terminal itself: stdout may be taken by an `eval`, and stdin by a pipe.
pub(super) fn ask(facts: &str, question: &str, expected: &str, paint: Paint) -> Result<()> {
    let facts = paint.paint(ALARM, &sanitize::line(facts));
    let answer = answer(&facts, question).map_err(|error| {
        Error::new(
            Kind::Interrupted,
            format!("cannot ask for the confirmation of '{expected}': {error}"),
            "run the command at a terminal",
        )
    })?;
    let clean = |text: &str| sanitize::line(text).trim().to_owned();
    if clean(&answer) == clean(expected) { Ok(()) } else { Err(not_given(expected)) }
}

pub(super) fn not_given(expected: &str) -> Error {
    Error::new(
        Kind::Interrupted,
        format!("'{expected}' was not confirmed: nothing was changed"),
        format!("to go there, run the command again and type {expected} when asked"),
    )
}

fn answer(facts: &str, question: &str) -> io::Result<String> {
    let (input, mut output) = open()?;
    forget_typed(&input);
    write!(output, "{facts}\n{}: ", sanitize::line(question))?;
    output.flush()?;
    let mut answer = String::new();
    let read = BufReader::new(input).read_line(&mut answer);
    if !answer.ends_with('\n') {
        // Ctrl-D leaves the cursor behind the question.
        writeln!(output)?;
    }
    match read {
        Err(error) if error.kind() == io::ErrorKind::InvalidData => Ok(String::new()),
        read => read.map(|_| answer),
    }
}

#[cfg(unix)]
fn open() -> io::Result<(File, File)> {
    let terminal = OpenOptions::new().read(true).write(true).open("/dev/tty")?;
    Ok((terminal.try_clone()?, terminal))
}

#[cfg(windows)]
fn open() -> io::Result<(File, File)> {
    // A console wants both rights, also for one of the two.
    let console = |name: &str| OpenOptions::new().read(true).write(true).open(name);
    Ok((console("CONIN$")?, console("CONOUT$")?))
}

/// What was typed before the question was seen is no answer to it.
fn forget_typed(input: &File) {
    #[cfg(unix)]
    let _ = rustix::termios::tcflush(input, rustix::termios::QueueSelector::IFlush);
    #[cfg(not(unix))]
    let _ = input;
}
