//! A person at a real shell that has loaded the hook, in front of a stand-in AWS whose keys live for seconds.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use identity_center::Config;

use crate::shells::run::{Shell, Variables};
use crate::terminal::{COLUMNS, Terminal};
use crate::world::{ASSUME, World};

pub(crate) const HOOKED: [Shell; 4] = [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::Pwsh];

/// Longer than anything that is waited for takes on a busy machine.
pub(crate) const DEADLINE: Duration = Duration::from_secs(90);

/// A person who signed in, and whose role keys live for so many seconds.
pub(crate) fn short_lived(seconds: u64) -> World {
    let world = World::with(Config::default().lifetimes(|life| life.role_keys = seconds));
    world.sign_in();
    world
}

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
    /// Tells shells apart.
    pub(crate) prompt: &'a str,
    /// Options of `assume init`.
    pub(crate) options: &'a str,
    pub(crate) binary: &'a str,
    /// How often the hook is loaded.
    pub(crate) loads: usize,
    /// A folder of this shell's own in the person's home, which shells side by side need: its `HOME`.
    pub(crate) home: &'a str,
    /// A program with arguments that starts the shell.
    pub(crate) under: &'a [&'a str],
    pub(crate) columns: u16,
}

impl Default for Start<'_> {
    fn default() -> Self {
        Self {
            before: &[],
            after: &[],
            variables: &[],
            prompt: "ready",
            options: "",
            binary: ASSUME,
            loads: 1,
            home: "",
            under: &[],
            columns: COLUMNS,
        }
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

/// The start file of a shell, and the arguments with which it reads that one alone.
pub(crate) fn start_file(shell: Shell) -> (&'static str, &'static [&'static str]) {
    match shell {
        Shell::Bash => (".bashrc", &["--noprofile", "-i"]),
        Shell::Zsh => (".zshrc", &["-d", "-i"]),
        Shell::Fish => (".config/fish/config.fish", &["-i"]),
        _ => ("profile.ps1", &["-NoProfile", "-NoLogo", "-NoExit", "-Command", ". ./profile.ps1"]),
    }
}

impl Person {
    pub(crate) fn new(shell: Shell, program: &Path, world: &World) -> Self {
        Self::start(shell, program, world, &Start::default())
    }

    /// Writes the start file.
    pub(crate) fn prepare(shell: Shell, world: &World, start: &Start) {
        let home = world.path(start.home);
        let prompt = match shell {
            Shell::Bash | Shell::Zsh => format!("PS1='{}> '", start.prompt),
            Shell::Fish => {
                format!("function fish_prompt; builtin echo -n '{}> '; end; set fish_greeting", start.prompt)
            }
            _ => format!("function prompt {{ '{}> ' }}", start.prompt),
        };
        let loading = load(shell, start.binary, start.options);
        let lines = [prompt.as_str()].into_iter().chain(start.before.iter().copied());
        let lines = lines.chain(std::iter::repeat_n(loading.as_str(), start.loads)).chain(start.after.iter().copied());
        let script = lines.collect::<Vec<_>>().join("\n") + "\n";
        write(&home.join(start_file(shell).0), &script);
        // Where this folder is missing fish fills it, from every manual page, in the background.
        fs::create_dir_all(home.join(".local/share/fish/generated_completions")).unwrap();
    }

    pub(crate) fn start(shell: Shell, program: &Path, world: &World, start: &Start) -> Self {
        Self::prepare(shell, world, start);
        let home = world.path(start.home);
        let mut variables: Variables =
            world.variables().into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        variables.insert("HOME".into(), home.clone().into());
        variables.insert("AWS_CONFIG_FILE".into(), world.path(".aws/config").into());
        variables.insert("XDG_STATE_HOME".into(), world.path(".local/state").into());
        for (name, value) in start.variables {
            variables.insert((*name).into(), (*value).into());
        }
        let words: Vec<&str> = start.under.iter().copied().chain([program.to_str().unwrap()]).collect();
        let arguments: Vec<&str> = words[1..].iter().chain(start_file(shell).1).copied().collect();
        let terminal = Terminal::with_columns(start.columns, Path::new(words[0]), &arguments, &variables, &home);
        terminal.wait_for(&format!("{}>", start.prompt));
        Self { terminal, shell, home, typed: 0 }
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
        let file = self.path("variable");
        // A failure would end a shell under `set -e`.
        self.does(&format!("/bin/sh -c 'printenv {name} >{}; true'", file.display()));
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
            // A command that takes its time, as a person's does: many shells at once would leave no time to what they
            // wait for.
            self.does("/bin/sleep 0.1");
        }
    }

    /// Goes on to other keys than those the shell holds now.
    pub(crate) fn until_renewed(&mut self) {
        let before = self.variable("AWS_ACCESS_KEY_ID");
        assert_ne!(before, "", "{:?} has no keys: {}", self.shell, self.terminal.screen());
        self.until("a renewal", |person| person.variable("AWS_ACCESS_KEY_ID") != before);
    }

    /// How often a text was written to the terminal so far, in lines that nobody typed.
    pub(crate) fn times_written(&self, text: &str) -> usize {
        self.written().matches(text).count()
    }

    pub(crate) fn written(&self) -> String {
        String::from_utf8_lossy(&self.terminal.written()).into_owned()
    }

    /// In this shell's own home.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home.join(name)
    }
}

pub(crate) fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}
