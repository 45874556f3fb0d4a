//! A start in two steps on Windows. There a child gets every handle that its parent has inherited, such as the pipe in which
//! a shell takes our output: the shell would wait for the end of that pipe as long as a detached process lives, and no
//! prompt would come. So the first step is a process of ours without any handle; it starts the second one, with the
//! environment that a detached process has, and waits for it.

use std::ffi::OsStr;
use std::io;
use std::path::Path;

use data_encoding::BASE64;
use winsafe::{CreateProcess, STARTUPINFO, co, guard::CloseHandlePiGuard};

use super::{Answer, detached};
use crate::environment::Environment;
use crate::error::{Error, Kind, Result};

/// The first step, while it lives.
pub(super) struct Started(CloseHandlePiGuard);

impl Started {
    pub(super) fn wait(&mut self) -> io::Result<()> {
        self.0.hProcess.WaitForSingleObject(None).map(drop).map_err(failed)
    }
}

pub(super) fn start<W: AsRef<OsStr>>(words: &[W]) -> io::Result<Started> {
    let no_text = || io::Error::new(io::ErrorKind::InvalidInput, "a word or a path is no text");
    let words: Option<Vec<&str>> = words.iter().map(|word| word.as_ref().to_str()).collect();
    // It runs in another folder, and says to the second step in which this one was.
    let folder = std::env::current_dir().unwrap_or_default();
    let folder = folder.to_str().ok_or_else(no_text)?;
    let packed = [&[folder], &*words.ok_or_else(no_text)?].concat().join("\0");
    let packed = BASE64.encode(packed.as_bytes());
    let program = std::env::current_exe()?;
    let program = program.to_str().ok_or_else(no_text)?;
    let line = format!("\"{program}\" refresh --hand-over {packed}");
    // No handles, but our own environment: it takes the passphrase from there, and withholds from the second step what that
    // one must not have.
    let started = CreateProcess(
        Some(program),
        Some(&line),
        None,
        None,
        false,
        co::CREATE::DETACHED_PROCESS,
        &[],
        Some("C:\\"),
        &mut STARTUPINFO::default(),
    );
    started.map(Started).map_err(failed)
}

/// What the first step does.
pub(super) fn run(packed: &str, environment: &Environment) -> Result<Answer> {
    let wrong = || Error::new(Kind::Usage, "these are not words that were handed over", "it is for assume itself");
    let words = BASE64.decode(packed.as_bytes()).map_err(|_| wrong())?;
    let words = String::from_utf8(words).map_err(|_| wrong())?;
    let (folder, words) = words.split_once('\0').ok_or_else(wrong)?;
    let words: Vec<&str> = words.split('\0').collect();
    let passphrase = environment.text("ASSUME_STORE_PASSPHRASE").filter(|_| words.contains(&"--passphrase"));
    let started = detached::spawn_with_handles(&words, passphrase, environment, Path::new(folder));
    let ended = started.and_then(|mut child| child.wait());
    // Nobody is there to be told.
    Ok(Answer::nothing().with_code(u8::from(ended.is_err())))
}

fn failed(error: co::ERROR) -> io::Error {
    i32::try_from(error.raw()).map_or_else(|_| io::Error::other("Windows refused"), io::Error::from_raw_os_error)
}
