//! Runs scripts in real shells, and looks at the environment they end with.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;

use aws_assume::environment::Environment;
use aws_assume::shell::Dialect;

use crate::skip::lacks;

pub(crate) type Variables = BTreeMap<OsString, OsString>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shell {
    Bash,
    Zsh,
    Fish,
    Sh,
    Pwsh,
}

impl Shell {
    pub(crate) const ALL: [Self; 5] = [Self::Bash, Self::Zsh, Self::Fish, Self::Sh, Self::Pwsh];

    pub(crate) fn dialect(self) -> Dialect {
        match self {
            Self::Bash => Dialect::Bash,
            Self::Zsh => Dialect::Zsh,
            Self::Fish => Dialect::Fish,
            Self::Sh => Dialect::Sh,
            Self::Pwsh => Dialect::PowerShell,
        }
    }

    /// The program, or `None`, said by name, where this machine has none. `ASSUME_TEST_BASH` and `ASSUME_TEST_PWSH` name
    /// others than those on PATH: the bash of macOS is 3.2.
    pub(crate) fn program(self) -> Option<PathBuf> {
        let (name, other) = match self {
            Self::Bash => ("bash", std::env::var_os("ASSUME_TEST_BASH")),
            Self::Zsh => ("zsh", None),
            Self::Fish => ("fish", None),
            Self::Sh => ("dash", None),
            Self::Pwsh => ("pwsh", std::env::var_os("ASSUME_TEST_PWSH")),
        };
        other.map_or_else(|| tool(name), |path| Some(path.into()))
    }

    /// Runs a test in each of `shells` that this machine has, all at once.
    pub(crate) fn each(shells: &[Self], test: impl Fn(Self, &Path) + Sync) {
        let name = thread::current().name().unwrap_or_default().to_owned();
        thread::scope(|scope| {
            for &shell in shells {
                let test = &test;
                // A skip goes by the thread's name.
                let builder = thread::Builder::new().name(name.clone());
                let run = move || shell.program().map(|program| test(shell, &program));
                builder.spawn_scoped(scope, run).unwrap();
            }
        });
    }

    /// A command that runs `script` with no startup files.
    pub(crate) fn command(self, program: &Path, script: &str) -> Command {
        let mut command = Command::new(program);
        match self {
            Self::Bash => command.args(["--noprofile", "--norc", "-c", script]),
            Self::Zsh => command.args(["-f", "-c", script]),
            Self::Fish => command.args(["--no-config", "-c", script]),
            Self::Sh => command.args(["-c", script]),
            Self::Pwsh => command.args(["-NoProfile", "-NonInteractive", "-Command", script]),
        };
        command
    }

    /// Evaluates what a program printed, as a person types it. `path` is a file that holds what it printed.
    pub(crate) fn evaluate(self, path: &Path) -> String {
        let path = path.display();
        match self {
            Self::Bash | Self::Zsh => format!("eval $(/bin/cat {path})"),
            Self::Sh => format!("eval \"$(/bin/cat {path})\""),
            Self::Fish => format!("eval (/bin/cat {path})"),
            Self::Pwsh => format!("iex (/bin/cat {path})"),
        }
    }

    /// Writes the environment as children of the shell see it.
    pub(crate) fn dump(path: &Path) -> String {
        // PowerShell would decode the bytes of a redirection; `sh` opens the file itself.
        format!("/bin/sh -c 'env -0 > {}'", path.display())
    }
}

/// Where a program is on PATH; a named skip where it is not.
pub(crate) fn tool(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file());
    if found.is_none() {
        lacks(&format!("no {name} on PATH"));
    }
    found
}

/// A folder of its own to run shells in, with the variables they start with.
pub(crate) struct Place {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) variables: Variables,
}

impl Place {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut variables = Variables::new();
        for (name, value) in [("PATH", "/usr/bin:/bin"), ("LC_ALL", "C.UTF-8"), ("TERM", "dumb")] {
            variables.insert(name.into(), value.into());
        }
        variables.insert("HOME".into(), folder.path().into());
        Self { folder, variables }
    }

    pub(crate) fn set(&mut self, name: &str, value: impl AsRef<OsStr>) -> &mut Self {
        self.variables.insert(name.into(), value.as_ref().into());
        self
    }

    pub(crate) fn environment(&self) -> Environment {
        Environment::from_pairs(self.variables.clone())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        fs::write(self.path(name), text).unwrap();
        self.path(name)
    }

    pub(crate) fn run(&self, shell: Shell, program: &Path, script: &str) -> Output {
        let mut command = shell.command(program, script);
        command.env_clear().envs(&self.variables).current_dir(self.folder.path()).stdin(Stdio::null());
        command.output().unwrap()
    }

    /// The environment written by [`Shell::dump`], without what shells set by themselves.
    pub(crate) fn dumped(&self, name: &str) -> Variables {
        let bytes = fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let pairs = bytes.split(|&byte| byte == 0).filter(|pair| !pair.is_empty()).map(|pair| {
            let equals = pair.iter().position(|&byte| byte == b'=').unwrap();
            let (name, value) = (pair[..equals].to_vec(), pair[equals + 1..].to_vec());
            (OsString::from_vec(name), OsString::from_vec(value))
        });
        let own = [
            "_",
            "PWD",
            "OLDPWD",
            "SHLVL",
            "LINES",
            "COLUMNS",
            "PSModulePath",
            "POWERSHELL_TELEMETRY_OPTOUT",
            "DOTNET_TieredPGO",
        ];
        pairs.filter(|(name, _)| !own.iter().any(|one| name.as_bytes() == one.as_bytes())).collect()
    }
}

/// What a person would read of a failed run.
pub(crate) fn shown(output: &Output) -> String {
    format!(
        "{}\nstdout: {}\nstderr: {}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}
