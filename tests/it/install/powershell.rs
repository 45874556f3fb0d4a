//! install.ps1: the same promises for PowerShell and its profile.

use std::fs;
use std::path::Path;

use super::session::{open, upgraded};
use super::{Machine, Tree};
use crate::shells::run::Shell;
use crate::world::{ASSUME, Ran, run};

pub(crate) const PROFILE: &str = ".config/powershell/profile.ps1";

/// A machine, and install.ps1 to run on it.
pub(crate) struct Installer<'a> {
    pub(crate) machine: Machine,
    program: &'a Path,
}

impl<'a> Installer<'a> {
    pub(crate) fn new(program: &'a Path) -> Self {
        Self::on(Machine::new(), program)
    }

    fn on(machine: Machine, program: &'a Path) -> Self {
        fs::create_dir_all(machine.home().join(".local/share")).unwrap();
        Self { machine, program }
    }

    /// HOME without what PowerShell keeps there for itself.
    pub(crate) fn tree(&self) -> Tree {
        let mut tree = self.machine.tree();
        tree.retain(|name, _| !name.starts_with(".cache") && !name.starts_with(".local/share/powershell"));
        tree
    }

    pub(crate) fn run(&self, words: &[&str]) -> Ran {
        let script = self.machine.archive().join("install.ps1");
        let line: Vec<String> = [script.to_str().unwrap()].iter().chain(words).map(|word| quoted(word)).collect();
        self.script(&format!("& {}; exit $LASTEXITCODE", line.join(" ")))
    }

    pub(crate) fn script(&self, script: &str) -> Ran {
        run(&mut self.machine.command(self.program, &["-NoProfile", "-NonInteractive", "-Command", script]))
    }

    pub(crate) fn ok(&self, words: &[&str]) -> Ran {
        let ran = self.run(words);
        assert_eq!(ran.code, 0, "install.ps1 {words:?}: {ran:?}");
        ran
    }

    pub(crate) fn profile(&self) -> Vec<u8> {
        fs::read(self.machine.home().join(PROFILE)).unwrap()
    }

    pub(crate) fn write_profile(&self, content: &[u8]) {
        let path = self.machine.home().join(PROFILE);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
}

fn quoted(word: &str) -> String {
    if word.starts_with('-') {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "''").replace('\u{2019}', "\u{2019}\u{2019}"))
    }
}

pub(crate) fn each(test: impl Fn(&Path) + Sync) {
    Shell::each(&[Shell::Pwsh], |_, program| test(program));
}

#[test]
fn powershell_install_use_upgrade_uninstall_in_an_empty_home() {
    each(|program| {
        let installer = Installer::on(Machine::with_program(ASSUME.as_ref()), program);
        let machine = &installer.machine;
        // The host of the tests reads the profile of this host alone.
        machine.write(
            ".config/powershell/Microsoft.PowerShell_profile.ps1",
            "if (Test-Path ~/.config/powershell/profile.ps1) { . ~/.config/powershell/profile.ps1 }\n",
        );
        let before = installer.tree();
        let used = || {
            let mut terminal = open(machine, program, &["-NoLogo"]);
            terminal.line("assume --version");
            terminal.wait_for(concat!("\nassume ", env!("CARGO_PKG_VERSION")));
            terminal.line("\"<$((Get-Command assume).CommandType)>\"");
            terminal.wait_for("<Function>");
            terminal.line("\"<$(@($env:PATH.Split(':') -like '*/.local/bin').Count) times>\"");
            terminal.wait_for("<1 times>");
            terminal.line("exit");
            terminal.wait_for_end();
        };
        installer.ok(&["-Yes"]);
        let full = installer.tree();
        used();
        upgraded(machine);
        installer.ok(&["-Yes"]);
        assert_ne!(installer.tree()[".local/bin/assume"], full[".local/bin/assume"]);
        used();

        // With the program gone a new PowerShell says nothing.
        fs::remove_file(machine.home().join(".local/bin/assume")).unwrap();
        let mut terminal = open(machine, program, &["-NoLogo"]);
        terminal.line("\"re\" + \"ady\"");
        terminal.wait_for("\nready");
        assert!(!terminal.screen().contains("rror") && !terminal.screen().contains("assume"), "{}", terminal.screen());
        terminal.line("exit");
        terminal.wait_for_end();

        installer.ok(&["-Uninstall"]);
        assert_eq!(installer.tree(), before);
    });
}

#[test]
fn powershell_installs_nothing_of_an_archive_that_is_not_whole() {
    each(|program| {
        let refused = |spoil: &dyn Fn(&Machine), says: &str| {
            let installer = Installer::new(program);
            let before = installer.tree();
            spoil(&installer.machine);
            let ran = installer.run(&["-Yes"]);
            assert!(ran.code == 1 && ran.stderr.contains(says), "{says}: {ran:?}");
            assert_eq!(installer.tree(), before, "{says}");
        };
        let sums = |machine: &Machine| machine.archive().join("SHA256SUMS");
        refused(&|machine| fs::remove_file(sums(machine)).unwrap(), "there is no SHA256SUMS");
        refused(&|machine| fs::write(sums(machine), "").unwrap(), "has no single line for assume");
        refused(&|machine| machine.put("archive/assume", "#!/bin/sh\n", 0o755), "is not what SHA256SUMS says");
        refused(
            &|machine| fs::remove_file(machine.archive().join("assume")).unwrap(),
            "neither a Cargo.toml nor assume",
        );
        let foreign = |machine: &Machine| {
            machine.put("archive/assume", "#!/nowhere/interpreter\n", 0o755);
            machine.sum();
        };
        refused(&foreign, "does not run on this machine");
        let script = |machine: &Machine| {
            machine.put("home/.local/bin/assume", "#!/bin/sh\n# Granted's\n", 0o755);
        };
        let installer = Installer::new(program);
        script(&installer.machine);
        let before = installer.tree();
        let ran = installer.run(&["-Yes"]);
        assert!(ran.code == 1 && ran.stderr.contains("is there already"), "{ran:?}");
        assert_eq!(installer.tree(), before);
    });
}

#[test]
fn a_powershell_script_cut_anywhere_does_nothing() {
    each(|program| {
        let installer = Installer::new(program);
        let archive = installer.machine.archive();
        let whole = fs::read(archive.join("install.ps1")).unwrap();
        let before = installer.tree();
        let last = whole.len() - 1;
        for length in (0..20).map(|part| whole.len() * part / 20).chain(last - 10..last) {
            fs::write(archive.join(format!("cut-{length:06}.ps1")), &whole[..length]).unwrap();
        }
        let each = "try { & $_ -Yes } catch { $global:refused++ }";
        let script = format!(
            "$refused = 0; [IO.Directory]::GetFiles({}, 'cut-*') | ForEach-Object {{ {each} }}; \"<$refused>\"",
            quoted(archive.to_str().unwrap())
        );
        let ran = installer.script(&script);
        assert!(ran.stdout.contains("<2") || ran.stdout.contains("<1"), "most are no script: {ran:?}");
        assert_eq!(installer.tree(), before, "{ran:?}");
        installer.ok(&["-Yes"]);
        assert_ne!(installer.tree(), before);
    });
}

#[test]
fn powershell_asks_and_a_dry_run_touches_nothing() {
    each(|program| {
        let installer = Installer::new(program);
        let machine = &installer.machine;
        let before = installer.tree();
        let ran = installer.ok(&["-Yes", "-DryRun"]);
        assert!(ran.stderr.contains("would install") && ran.stderr.contains("would add these lines"), "{ran:?}");
        assert_eq!(installer.tree(), before);

        let ran = installer.ok(&[]);
        assert!(ran.stderr.contains("there is no terminal to ask at"), "{ran:?}");
        assert!(!installer.tree().contains_key(PROFILE));
        let script = machine.archive().join("install.ps1");
        for (answer, wanted) in [("n\n", false), ("\n", true)] {
            let mut terminal = open(machine, program, &["-NoProfile", "-File", script.to_str().unwrap()]);
            terminal.wait_for("Do that? [Y/n]");
            terminal.keys(answer);
            assert_eq!(terminal.wait_for_end(), 0, "{}", terminal.screen());
            assert_eq!(installer.tree().contains_key(PROFILE), wanted, "{answer:?}: {}", terminal.screen());
        }
        let full = installer.tree();
        installer.ok(&["-Uninstall", "-DryRun"]);
        assert_eq!(installer.tree(), full);
        installer.ok(&["-Uninstall"]);
        assert_eq!(installer.tree(), before);
    });
}

#[test]
fn a_prefix_of_any_name_is_loaded_by_powershell() {
    each(|program| {
        let installer = Installer::new(program);
        let before = installer.tree();
        for above in [installer.machine.home(), installer.machine.archive().with_file_name("opt")] {
            let prefix = above.join("it's \"my\" $HOME \u{2019}é\u{1f600} `x` [a]");
            installer.ok(&["-Yes", "-Prefix", prefix.to_str().unwrap()]);
            let profile = installer.machine.read(PROFILE);
            assert!(profile.is_ascii(), "{profile}");
            let script = format!(". ~/{PROFILE}; . ~/{PROFILE}; \"<$LOADED>\"; $env:PATH; assume --version");
            let ran = run(&mut installer.machine.command(program, &["-NoProfile", "-Command", &script]));
            assert!(ran.stdout.contains("<1>") && ran.stdout.contains("assume 0.1.0"), "{ran:?}");
            assert_eq!(ran.stdout.matches(prefix.join("bin").to_str().unwrap()).count(), 1, "{ran:?}");
            installer.ok(&["-Uninstall", "-Prefix", prefix.to_str().unwrap()]);
            assert!(!prefix.exists());
        }
        assert_eq!(installer.tree(), before);
    });
}
