//! In WSL: the Credential Manager of Windows, by way of the `assume.exe` that the person named. Nothing is looked for, since
//! whoever is asked is given the key.

use std::ffi::OsString;
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions};
use zeroize::Zeroizing;

use super::keyring::{HURRIED, LIMIT};
use super::{Keeper, Place, wire};
use crate::error::{Error, Kind, Result};
use crate::sanitize;
use crate::store::key::{KeyId, VaultKey};
use crate::store::{Options, errors};

/// Of what the program says on stderr.
const LONGEST_REASON: usize = 4096;

pub(super) struct Windows {
    program: PathBuf,
    interop: Vec<(&'static str, OsString)>,
    limit: Duration,
}

/// What a program that ended has said.
struct Said {
    status: ExitStatus,
    answer: Zeroizing<Vec<u8>>,
    reason: String,
}

impl Windows {
    pub(super) fn new(options: &Options) -> Result<Self> {
        if !options.wsl {
            return Err(errors::not_in_wsl());
        }
        let program = options.windows_program.clone().ok_or_else(|| {
            keeper(
                "the keeper 'windows' was chosen, and nothing says where assume.exe is",
                format!("set it: {SETTING}"),
            )
        })?;
        Ok(Self { program, interop: options.interop.clone(), limit: if options.hurried { HURRIED } else { LIMIT } })
    }

    /// Runs the program; `key` goes to its standard input.
    fn ask(&self, verb: &str, id: KeyId, key: Option<&VaultKey>) -> Result<Said> {
        let mut child = self.start(verb, id).map_err(|error| self.cannot_run(&error))?;
        if let (Some(mut stdin), Some(key)) = (child.stdin.take(), key) {
            // A program that does not read it says why with its end. A pipe takes more than this at once.
            let _ = stdin.write_all(wire::write(Some(key)).expose().as_bytes());
        }
        let pid = Pid::from_child(&child);
        let heard = listen(&mut child, pid).recv_timeout(self.limit);
        match heard {
            Ok((answer, reason)) if answer.len() <= wire::LONGEST => {
                let status = child.wait().map_err(|error| self.cannot_run(&error))?;
                Ok(Said { status, answer, reason: why(&String::from_utf8_lossy(&reason)) })
            }
            too_late_or_too_long => {
                // With what it has started itself, which may hold our pipes.
                let _ = rustix::process::kill_process_group(pid, Signal::KILL);
                let _ = child.wait();
                Err(if too_late_or_too_long.is_ok() { self.not_ours() } else { self.silent() })
            }
        }
    }

    fn start(&self, verb: &str, id: KeyId) -> std::io::Result<Child> {
        let mut command = Command::new(&self.program);
        command.args(["keeper", verb, &id.to_string()]).env_clear().current_dir("/").process_group(0);
        command.envs(self.interop.iter().cloned());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()
    }

    fn done(&self, verb: &str, id: KeyId, key: Option<&VaultKey>) -> Result<()> {
        let said = self.ask(verb, id, key)?;
        match wire::read(&said.answer) {
            Ok(None) if said.status.success() => Ok(()),
            _ => Err(self.refused(&said)),
        }
    }

    fn name(&self) -> std::path::Display<'_> {
        self.program.display()
    }

    fn cannot_run(&self, error: &std::io::Error) -> Error {
        let hint = format!(
            "name the assume.exe of Windows: {SETTING}; and see that Windows programs run here ([interop] in /etc/wsl.conf)"
        );
        keeper(format!("cannot run {}, which keeps the vault key: {error}", self.name()), hint)
    }

    fn silent(&self) -> Error {
        keeper(
            format!("{} did not answer within {} s, and it keeps the vault key", self.name(), self.limit.as_secs()),
            "try again; where no Windows program starts any more: wsl.exe --shutdown",
        )
    }

    fn not_ours(&self) -> Error {
        keeper(
            format!("{} was asked for the vault key, and answered as no assume.exe of this version does", self.name()),
            format!("use the same version on both sides; and see that it is that program: {SETTING}"),
        )
    }

    fn refused(&self, said: &Said) -> Error {
        if said.status.success() || said.reason.is_empty() {
            return self.not_ours();
        }
        keeper(
            format!("{}, which keeps the vault key, says: {}", self.name(), said.reason),
            "see that the same version is on both sides, and that you are logged in at the desktop of Windows",
        )
    }
}

impl Keeper for Windows {
    fn fetch(&self, place: &Place<'_>) -> Result<Option<VaultKey>> {
        let said = self.ask("fetch", place.id, None)?;
        match (said.status.code(), wire::read(&said.answer)) {
            (Some(0), Ok(Some(key))) => Ok(Some(key)),
            // Both, since a lost key is given up: a program that merely fails must not look like one that has none.
            (Some(code), Ok(None)) if code == i32::from(wire::NO_SUCH_KEY) => Ok(None),
            _ => Err(self.refused(&said)),
        }
    }

    fn keep(&self, place: &Place<'_>, key: &VaultKey) -> Result<()> {
        self.done("keep", place.id, Some(key))
    }

    fn discard(&self, place: &Place<'_>) -> Result<()> {
        self.done("discard", place.id, None)
    }
}

const SETTING: &str =
    "windows_program = \"/mnt/c/…/assume.exe\" under [store] in config.toml, or ASSUME_STORE_WINDOWS_PROGRAM";

fn keeper(message: impl Into<String>, hint: impl Into<String>) -> Error {
    Error::new(Kind::Keeper, message, hint)
}

/// What went wrong, of all that came by stderr: the hint is for Windows.
fn why(said: &str) -> String {
    let line = said.lines().rev().find_map(|line| line.strip_prefix("assume: ")).or_else(|| said.lines().next());
    sanitize::line_within(line.unwrap_or_default(), 200)
}

type Heard = (Zeroizing<Vec<u8>>, Vec<u8>);

/// What the child says until it ends, or has said too much. It stays a zombie, so that its id is nobody else's when it is
/// killed by that. A thread that hangs is left behind; it ends with the process.
fn listen(child: &mut Child, pid: Pid) -> mpsc::Receiver<Heard> {
    let (heard, answer) = mpsc::channel();
    let (Some(stdout), Some(stderr)) = (child.stdout.take(), child.stderr.take()) else { return answer };
    std::thread::spawn(move || {
        let reason = std::thread::spawn(move || wire::hear(stderr, LONGEST_REASON));
        let said = wire::hear(stdout, wire::LONGEST);
        if said.len() > wire::LONGEST {
            let _ = heard.send((said, Vec::new()));
            return;
        }
        let _ = rustix::process::waitid(WaitId::Pid(pid), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT);
        let reason = reason.join().map(|reason| reason.to_vec()).unwrap_or_default();
        // Nobody listens any more once the time is up.
        let _ = heard.send((said, reason));
    });
    answer
}
