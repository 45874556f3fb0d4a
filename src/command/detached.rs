//! Processes that outlive the command, with nobody to ask or tell.

use std::ffi::OsStr;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::secret::Secret;
use crate::sso;

/// Files that a person may name from the folder they are in.
const PATHS: [&str; 6] = [
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_CA_BUNDLE",
    "REQUESTS_CA_BUNDLE",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
];

/// A longer one was not typed by anybody.
const LONGEST_PASSPHRASE: u64 = 4096;

/// Starts this program with these words, in `/`, with nothing of the contract in its environment and nothing of this
/// terminal (security rule 19). The passphrase of the vault, where there is one, goes through a pipe.
#[cfg(not(windows))]
pub(super) fn spawn<W: AsRef<OsStr>>(words: &[W], passphrase: Option<&str>) -> std::io::Result<Child> {
    spawn_with_handles(words, passphrase)
}

/// The same, by way of a process that has none of our handles: see [`handed_over`](super::handed_over).
#[cfg(windows)]
pub(super) fn spawn<W: AsRef<OsStr>>(
    words: &[W],
    _passphrase: Option<&str>,
) -> std::io::Result<super::handed_over::Started> {
    super::handed_over::start(words)
}

/// AWS's rules put the home in place of a `~`.
fn is_relative(path: &Path) -> bool {
    path.is_relative() && !path.as_os_str().is_empty() && !path.starts_with("~")
}

/// What this process has inherited for its children stays open in the new one.
pub(super) fn spawn_with_handles<W: AsRef<OsStr>>(words: &[W], passphrase: Option<&str>) -> std::io::Result<Child> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(words).stdout(Stdio::null()).stderr(Stdio::null());
    command.stdin(if passphrase.is_some() { Stdio::piped() } else { Stdio::null() });
    command.current_dir(if cfg!(windows) { "C:\\" } else { "/" });
    for name in sso::WITHHELD {
        command.env_remove(name);
    }
    for name in PATHS {
        if let Some(path) = std::env::var_os(name).filter(|path| is_relative(Path::new(path))) {
            command.env(name, std::path::absolute(path)?);
        }
    }
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
