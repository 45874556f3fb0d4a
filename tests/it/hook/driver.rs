//! A person at a real shell that has loaded the hook, in front of a stand-in AWS whose keys live for seconds.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::shells::run::{Shell, Variables};
use crate::terminal::Terminal;
use crate::world::{ASSUME, World};

pub(crate) const HOOKED: [Shell; 4] = [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::Pwsh];

/// Longer than anything that is waited for takes on a busy machine.
const DEADLINE: Duration = Duration::from_secs(90);

pub(crate) struct Person {
    pub(crate) terminal: Terminal,
    pub(crate) shell: Shell,
    home: PathBuf,
    typed: usize,
}

/// How a shell is started.
pub(crate) struct Start<'a> {
    /// Lines of the start file, before the hook is loaded and after it.
    pub(crate) before: &'a [&'a str],
    pub(crate) after: &'a [&'a str],
    pub(crate) variables: &'a [(&'a str, &'a str)],
    /// Options of `assume init`.
    pub(crate) options: &'a str,
    pub(crate) binary: &'a str,
}

impl Default for Start<'_> {
    fn default() -> Self {
        Self { before: &[], after: &[], variables: &[], options: "", binary: ASSUME }
    }
}

/// What loads the hook, as README has it.
pub(crate) fn load(shell: Shell, binary: &str, options: &str) -> String {
    match shell {
        Shell::Bash => format!("\\builtin eval \"$({binary} init bash {options})\""),
        Shell::Zsh => format!("\\builtin eval \"$({binary} init zsh {options})\""),
        Shell::Fish => format!("{binary} init fish {options} | source"),
        _ => format!("& {binary} init powershell {options} | Out-String | Invoke-Expression"),
    }
}

impl Person {
    pub(crate) fn new(shell: Shell, program: &Path, world: &World) -> Self {
        Self::start(shell, program, world, &Start::default())
    }

    pub(crate) fn start(shell: Shell, program: &Path, world: &World, start: &Start) -> Self {
        let prompt = match shell {
            Shell::Bash | Shell::Zsh => "PS1='ready> '",
            Shell::Fish => "function fish_prompt; echo -n 'ready> '; end",
            _ => "function prompt { 'ready> ' }",
        };
        let loading = load(shell, start.binary, start.options);
        let lines = [prompt].into_iter().chain(start.before.iter().copied());
        let lines = lines.chain([loading.as_str()]).chain(start.after.iter().copied());
        let script = lines.map(|line| format!("{line}\n")).collect::<String>();
        let (name, arguments) = match shell {
            Shell::Bash => (".bashrc", vec!["--noprofile", "-i"]),
            Shell::Zsh => (".zshrc", vec!["-d", "-i"]),
            Shell::Fish => (".config/fish/config.fish", vec!["-i"]),
            _ => ("profile.ps1", vec!["-NoProfile", "-NoLogo", "-NoExit", "-Command", ". ./profile.ps1"]),
        };
        world.write(name, &script);
        // Where this folder is missing fish fills it, from every manual page, in the background.
        fs::create_dir_all(world.path(".local/share/fish/generated_completions")).unwrap();
        let mut variables: Variables =
            world.variables().into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        for (name, value) in start.variables {
            variables.insert((*name).into(), (*value).into());
        }
        let terminal = Terminal::start(program, &arguments, &variables, world.home.path());
        terminal.wait_for("ready>");
        Self { terminal, shell, home: world.home.path().to_owned(), typed: 0 }
    }

    /// Types a line and waits until it has been carried out.
    pub(crate) fn does(&mut self, line: &str) {
        self.typed += 1;
        let mark = self.home.join(format!("done-{}", self.typed));
        self.terminal.line(line);
        // A child writes it: the words on the screen could be those typed.
        self.terminal.line(&format!("/usr/bin/touch {}", mark.display()));
        self.terminal.wait_until(&format!("an end of: {line}"), |_| mark.exists());
    }

    /// What a variable of the contract holds for the children of this shell; empty where it is not set.
    pub(crate) fn variable(&mut self, name: &str) -> String {
        let file = self.home.join("variable");
        self.does(&format!("/bin/sh -c 'printenv {name} >{}'", file.display()));
        fs::read_to_string(file).unwrap().trim_end_matches('\n').to_owned()
    }

    /// All that children of this shell get, but for the folder they are in.
    pub(crate) fn environment(&mut self, name: &str) -> Vec<String> {
        let file = self.home.join(name);
        self.does(&format!("/bin/sh -c 'env -0 | sort -z >{}'", file.display()));
        let text = fs::read(file).unwrap();
        let pairs = text.split(|&byte| byte == 0).map(|pair| String::from_utf8_lossy(pair).into_owned());
        let own = ["PWD=", "OLDPWD=", "_=", "ASSUME_SEGMENT=", "SHLVL="];
        pairs.filter(|pair| !own.iter().any(|name| pair.starts_with(name))).collect()
    }

    /// Does something again and again until `done` says so: what is waited for is a state of the world.
    pub(crate) fn until(&mut self, what: &str, mut done: impl FnMut(&mut Self) -> bool) {
        let end = Instant::now() + DEADLINE;
        while !done(self) {
            assert!(
                Instant::now() < end,
                "{:?}: {what} did not happen; the screen:\n{}",
                self.shell,
                self.terminal.screen()
            );
        }
    }

    /// How often a text was written to the terminal so far, in lines that nobody typed.
    pub(crate) fn times_written(&self, text: &str) -> usize {
        String::from_utf8_lossy(&self.terminal.written()).matches(text).count()
    }
}
