//! `install.sh` and `install.ps1`: what they put into a HOME, what they refuse, and that all of it goes again.

mod archive;
mod asking;
mod checkout;
mod links;
mod other_assume;
mod powershell;
mod powershell_profile;
mod record;
mod session;
mod start_files;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::world::{Ran, run};

/// A program of a few bytes in place of the real one, where only its being installed matters.
const PROGRAM: &str = r#"#!/bin/sh
case "$*" in
--version) echo assume 0.1.0 ;;
*--completions) echo "completion of $2 for $0" ;;
'init fish') echo 'set -g LOADED fish' ;;
'init powershell') echo '$LOADED = 1' ;;
init*) echo "LOADED=$2" ;;
esac
"#;

/// Around the lines that load it.
const BEGIN: &str = "# >>> assume >>>";
const END: &str = "# <<< assume <<<";

/// A person's HOME, and an unpacked release archive beside it.
pub(crate) struct Machine {
    folder: tempfile::TempDir,
    pub(crate) variables: Vec<(String, String)>,
}

impl Machine {
    pub(crate) fn new() -> Self {
        let machine = Self::bare();
        machine.put("archive/assume", PROGRAM, 0o755);
        machine.sum();
        machine
    }

    /// The same with the real program.
    pub(crate) fn with_program(program: &Path) -> Self {
        let machine = Self::bare();
        let inside = machine.archive().join("assume");
        // A debug build is large; a second name for it is not.
        fs::hard_link(program, &inside).or_else(|_| fs::copy(program, &inside).map(drop)).unwrap();
        machine.sum();
        machine
    }

    fn bare() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join("home");
        fs::create_dir(&home).unwrap();
        let variables = [
            ("HOME", home.to_str().unwrap()),
            ("PATH", "/usr/bin:/bin"),
            ("SHELL", "/bin/bash"),
            ("LC_ALL", "C.UTF-8"),
            ("TERM", "xterm-256color"),
            ("NO_COLOR", "1"),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let machine = Self { folder, variables };
        for script in ["install.sh", "install.ps1"] {
            let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(script)).unwrap();
            machine.put(&format!("archive/{script}"), &text, 0o755);
        }
        for (name, text) in [("man/assume.1", ".TH assume 1\n"), ("man/assume-exec.1", ".TH assume-exec 1\n")] {
            machine.put(&format!("archive/{name}"), text, 0o644);
        }
        machine
    }

    /// Writes the checksums of what is in the archive.
    fn sum(&self) {
        let mut lines = Vec::new();
        for name in tree(&self.archive()).into_keys() {
            let path = self.archive().join(&name);
            if path.is_file() && !name.starts_with("install.") && name != "SHA256SUMS" {
                let sum = HEXLOWER.encode(&Sha256::digest(fs::read(path).unwrap()));
                lines.push(format!("{sum}  {name}\n"));
            }
        }
        self.put("archive/SHA256SUMS", &lines.concat(), 0o644);
    }

    fn put(&self, name: &str, text: &str, mode: u32) {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    }

    pub(crate) fn archive(&self) -> PathBuf {
        self.folder.path().join("archive")
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// A file of HOME.
    pub(crate) fn write(&self, name: &str, text: &str) {
        self.put(&format!("home/{name}"), text, 0o644);
    }

    pub(crate) fn read(&self, name: &str) -> String {
        let path = self.home().join(name);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.variables.retain(|(one, _)| one != name);
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    /// install.sh with these words and no terminal.
    pub(crate) fn install(&self, words: &[&str]) -> Ran {
        run(&mut self.command(&self.archive().join("install.sh"), words))
    }

    /// A run that must end well.
    pub(crate) fn ok(&self, words: &[&str]) -> Ran {
        let ran = self.install(words);
        assert_eq!(ran.code, 0, "install.sh {words:?}: {ran:?}");
        ran
    }

    pub(crate) fn command(&self, program: &Path, words: &[&str]) -> Command {
        // In a session of its own there is no terminal, also where the tests are run at one.
        let mut command = Command::new("setsid");
        command.arg(program).args(words).env_clear().envs(self.variables.clone());
        command.current_dir(self.folder.path()).stdin(Stdio::null());
        command
    }

    pub(crate) fn tree(&self) -> Tree {
        tree(&self.home())
    }
}

/// Every name under a folder, with what a person would call a change: kind, mode, content or where a link leads.
pub(crate) type Tree = BTreeMap<String, String>;

pub(crate) fn tree(folder: &Path) -> Tree {
    let mut found = Tree::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(one) = folders.pop() {
        for entry in fs::read_dir(one).unwrap() {
            let path = entry.unwrap().path();
            let metadata = path.symlink_metadata().unwrap();
            let mode = metadata.permissions().mode() & 0o7777;
            let what = if metadata.is_symlink() {
                format!("link to {}", fs::read_link(&path).unwrap().display())
            } else if metadata.is_dir() {
                folders.push(path.clone());
                format!("folder {mode:o}")
            } else {
                format!("file {mode:o}: {}", String::from_utf8_lossy(&fs::read(&path).unwrap()))
            };
            found.insert(path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned(), what);
        }
    }
    found
}
