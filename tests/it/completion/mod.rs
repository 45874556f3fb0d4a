//! What TAB does, in the real shells, and what the program answers them.

mod answers;
mod candidates;
mod files;
mod names;
mod options;
mod pages;
mod quiet;
mod shells;

use std::fs;
use std::path::Path;

use aws_assume::shell;

use crate::shells::run::{Place, Shell};
use crate::terminal::Terminal;
use crate::world::ASSUME;

pub(crate) const COMPLETING: [Shell; 4] = [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::Pwsh];

/// Those whose keys can be pressed here: PowerShell's line editor is no part of its engine.
pub(crate) const TYPED: [Shell; 3] = [Shell::Bash, Shell::Zsh, Shell::Fish];

/// The completion as it is loaded, of the program under test.
pub(crate) fn script(shell: Shell) -> String {
    shell::completion(shell.dialect(), ASSUME.as_ref(), &[]).unwrap()
}

/// A place with this AWS config, and the completion in `script`.
pub(crate) fn place(shell: Shell, config: &str) -> Place {
    let mut place = Place::new();
    place.set("TERM", "xterm-256color").set("COLUMNS", "160");
    configure(&place, config);
    place.write("script.ps1", script(shell));
    place
}

pub(crate) fn configure(place: &Place, config: &str) {
    fs::create_dir_all(place.path(".aws")).unwrap();
    place.write(".aws/config", config);
}

/// What a start file holds before completion is loaded.
pub(crate) fn prelude(shell: Shell) -> &'static str {
    match shell {
        Shell::Zsh => "autoload -Uz compinit; compinit -u -D\n",
        Shell::Fish => "function fish_prompt; builtin echo 'ready> '; end; set -g fish_greeting\n",
        _ => "",
    }
}

/// In the place of the program: notes its arguments, and says so. What completion asks goes to the program by its path.
pub(crate) fn stand_in(shell: Shell) -> &'static str {
    match shell {
        Shell::Fish => {
            "function assume; printf '%s\\0' $argv >argv.new; command mv argv.new argv; builtin echo it-ran; end\n"
        }
        Shell::Pwsh => {
            "function global:assume { [IO.File]::WriteAllText(\"$PWD/argv\", ($args -join \"`0\") + \"`0\") }\n"
        }
        _ => {
            "assume() { \\builtin printf '%s\\0' \"$@\" >|argv.new; \\builtin command mv -f argv.new argv; \\builtin echo it-ran; }\n"
        }
    }
}

/// An interactive shell with this start file.
pub(crate) fn interactive(place: &mut Place, shell: Shell, program: &Path, start_file: &str) -> Terminal {
    let prompt = match shell {
        Shell::Bash | Shell::Zsh => "PS1='ready> '\n",
        _ => "",
    };
    let text = format!("{prompt}{}{start_file}", prelude(shell));
    let file = match shell {
        Shell::Zsh => place.write(".zshrc", text),
        _ => place.write("start", text),
    };
    let folder = place.folder.path().to_owned();
    place.set("ZDOTDIR", &folder);
    let source = format!("source {}", file.display());
    let arguments = match shell {
        Shell::Bash => vec!["--noprofile", "--rcfile", file.to_str().unwrap(), "-i"],
        Shell::Fish => vec!["--no-config", "-C", &source],
        _ => vec!["-i"],
    };
    let terminal = Terminal::start(program, &arguments, &place.variables, &folder);
    terminal.wait_for("ready>");
    terminal
}

/// Loads what [`place`] wrote.
pub(crate) const LOAD: &str = "source ./script.ps1\n";
