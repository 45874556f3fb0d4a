//! Processes that outlive the command, with nobody to ask or tell.

use std::ffi::OsStr;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::environment::Environment;
use crate::secret::Secret;
use crate::sso;

/// A longer one was not typed by anybody.
const LONGEST_PASSPHRASE: u64 = 4096;

/// Starts this program with these words, in `/`, with nothing of the contract in its environment and nothing of this
/// terminal (security rule 19). The passphrase of the vault, where there is one, goes through a pipe.
#[cfg(not(windows))]
pub(super) fn spawn<W: AsRef<OsStr>>(
    words: &[W],
    passphrase: Option<&str>,
    environment: &Environment,
) -> std::io::Result<Child> {
    spawn_with_handles(words, passphrase, environment, &std::env::current_dir().unwrap_or_default())
}

/// The same, by way of a process that has none of our handles: see [`handed_over`](super::handed_over).
#[cfg(windows)]
pub(super) fn spawn<W: AsRef<OsStr>>(
    words: &[W],
    _passphrase: Option<&str>,
    _environment: &Environment,
) -> std::io::Result<super::handed_over::Started> {
    super::handed_over::start(words)
}

/// What this process has inherited for its children stays open in the new one. `folder` is where the person was, and where
/// `environment` may name files from.
pub(super) fn spawn_with_handles<W: AsRef<OsStr>>(
    words: &[W],
    passphrase: Option<&str>,
    environment: &Environment,
    folder: &Path,
) -> std::io::Result<Child> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(words).stdout(Stdio::null()).stderr(Stdio::null());
    command.stdin(if passphrase.is_some() { Stdio::piped() } else { Stdio::null() });
    command.current_dir(if cfg!(windows) { "C:\\" } else { "/" });
    for name in sso::WITHHELD {
        command.env_remove(name);
    }
    command.envs(environment.files_named_from(folder));
    #[cfg(windows)]
    {
        const DETACHED_PROCESS: u32 = 0x8;
        std::os::windows::process::CommandExt::creation_flags(&mut command, DETACHED_PROCESS);
    }
    let mut child = command.spawn()?;
    if let (Some(mut pipe), Some(passphrase)) = (child.stdin.take(), passphrase) {
        pipe.write_all(passphrase.as_bytes())?;
    }
    Ok(child)
}

/// The passphrase that [`spawn`] handed over; standard input is empty from then on.
pub(super) fn take_passphrase() -> Option<Secret> {
    let mut text = zeroize::Zeroizing::new(String::with_capacity(usize::try_from(LONGEST_PASSPHRASE).unwrap_or(0)));
    let read = std::io::stdin().lock().take(LONGEST_PASSPHRASE).read_to_string(&mut text);
    #[cfg(unix)]
    if let Ok(nothing) = std::fs::File::open("/dev/null") {
        // Where this fails it is an exhausted pipe, which says as little.
        let _ = rustix::stdio::dup2_stdin(&nothing);
    }
    read.ok().filter(|length| *length > 0).map(|_| Secret::from(text.as_str()))
}

/// A session of its own: neither Ctrl-C nor a closed terminal ends it.
pub(super) fn leave_the_terminal() {
    #[cfg(unix)]
    // Refused to a leader of a process group, which then is none of the shell's job already.
    let _ = rustix::process::setsid();
}
