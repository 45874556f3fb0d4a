//! The wrapper function on a terminal, in front of a stand-in for the program that notes how it was called.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use aws_assume::shell::{self, Colors, Load};

use crate::shells::run::{Place, Shell};
use crate::shells::switch::sample;
use crate::terminal::Terminal;

pub(crate) const VERBS: [&str; 6] = ["switch", "off", "exec", "list", "status", "help"];
pub(crate) const VALUED: [&str; 3] = ["--shell", "--color", "--session"];

/// Notes each call as `words|ASSUME_SHELL|what stdout is` and answers with the text that was prepared for this dialect.
const STAND_IN: &str = r#"#!/bin/sh
cd "${0%/*}" || exit 1
words=
for word in "$@"; do words="$words<$word>"; done
if [ -t 1 ]; then out=terminal; else out=taken; fi
[ -t 0 ] || out="$out, no keyboard"
echo "$words|${ASSUME_SHELL-}|$out" >>calls
case " $* " in
*' missing '*) echo 'assume: no such profile' >&2; echo 'false;'; exit 4 ;;
*' other-version '*) echo 'export ASSUME_PROFILE=x' ;;
' switch '* | *' --session '*) cat "switch-${ASSUME_SHELL:-bare}" ;;
*' list '* | *' status '* | *' exec '* | *' --help '*) echo listed; exit 3 ;;
*' off '*) cat "off-${ASSUME_SHELL:-bare}" ;;
*) cat "switch-${ASSUME_SHELL:-bare}" ;;
esac
"#;

/// What `init` writes down, with nothing inherited and no colours.
pub(crate) fn loading(binary: &OsStr) -> Load<'_> {
    Load {
        binary,
        verbs: &VERBS,
        valued: &VALUED,
        at_load: &[],
        timeout: None,
        prompt: false,
        colors: Colors::default(),
        adopted: None,
    }
}

/// A place with the stand-in as `bin dir/assume` (a path that needs encoding), and its answers beside it.
pub(crate) fn prepare(shell: Shell) -> (Place, PathBuf) {
    let mut place = Place::new();
    place.set("AWS_PROFILE", "before");
    let folder = place.path("bin 'dir'$x");
    fs::create_dir(&folder).unwrap();
    let binary = folder.join("assume");
    fs::write(&binary, STAND_IN).unwrap();
    fs::set_permissions(&binary, fs::Permissions::from_mode(0o755)).unwrap();

    let mut switched = Place::new();
    switched.variables.clone_from(&place.variables);
    switched.set("ASSUME_PROFILE", "dev");
    for (name, dialect) in [(name(shell), wrapper_dialect(shell)), ("bare", shell.dialect())] {
        let switch = shell::switch(dialect, &sample("dev"), &place.environment());
        fs::write(folder.join(format!("switch-{name}")), switch.expose()).unwrap();
        let off = shell::off(dialect, &switched.environment(), true);
        fs::write(folder.join(format!("off-{name}")), off).unwrap();
    }
    place.write("init", shell::init(shell.dialect(), &loading(binary.as_os_str())).unwrap());
    (place, folder.join("calls"))
}

fn name(shell: Shell) -> &'static str {
    match shell {
        Shell::Bash => "bash",
        Shell::Zsh => "zsh",
        Shell::Fish => "fish",
        Shell::Sh => "sh",
        Shell::Pwsh => "powershell-list",
    }
}

fn wrapper_dialect(shell: Shell) -> shell::Dialect {
    shell::Dialect::parse(name(shell)).unwrap()
}

pub(crate) fn load(shell: Shell) -> &'static str {
    match shell {
        Shell::Fish => "source ./init",
        Shell::Pwsh => "iex (/bin/cat ./init | Out-String)",
        _ => "\\builtin eval \"$(/bin/cat ./init)\"",
    }
}

/// Runs `lines` in a shell whose stdout is a terminal; what it wrote there, and its exit code.
pub(crate) fn on_terminal(place: &Place, shell: Shell, program: &Path, lines: &[String]) -> (u32, String) {
    let script = place.write("script.ps1", lines.join("\n") + "\n");
    let script = script.to_str().unwrap();
    let arguments = match shell {
        Shell::Bash => vec!["--noprofile", "--norc", script],
        Shell::Zsh => vec!["-f", script],
        Shell::Fish => vec!["--no-config", script],
        Shell::Sh => vec![script],
        Shell::Pwsh => vec!["-NoProfile", "-NonInteractive", "-File", script],
    };
    let mut terminal = Terminal::start(program, &arguments, &place.variables, place.folder.path());
    let code = terminal.wait_for_end();
    (code, String::from_utf8_lossy(&terminal.written()).into_owned())
}

/// Prints `label=` and the exit status of the line before.
fn status(shell: Shell, label: &str) -> String {
    match shell {
        Shell::Fish => format!("echo {label}=$status."),
        Shell::Pwsh => format!("\"{label}=$(if ($?) {{ 0 }} else {{ $LASTEXITCODE }}).\""),
        _ => format!("echo {label}=$?."),
    }
}

pub(crate) const WRAPPED: [Shell; 4] = [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::Pwsh];

#[test]
fn the_wrapper_acts_in_place_and_leaves_every_other_verb_alone() {
    Shell::each(&WRAPPED, |shell, program| {
        let (place, calls) = prepare(shell);
        let own = name(shell);
        let dump = |name: &str| Shell::dump(&place.path(name));
        let bare = match shell {
            Shell::Pwsh => "iex (assume dev)",
            Shell::Fish => "eval (assume dev)",
            _ => "eval $(assume dev)",
        };
        let bare_call = format!("<dev>|{}|taken", if shell == Shell::Pwsh { "" } else { own });
        // PowerShell swallows the first `--`.
        let dashes = if shell == Shell::Pwsh { "" } else { "<-->" };
        let steps: [(&str, String, u8); 15] = [
            ("assume missing", format!("<missing>|{own}|taken"), 4),
            ("assume other-version", format!("<other-version>|{own}|taken"), 1),
            ("assume dev", format!("<dev>|{own}|taken"), 0),
            ("assume -", format!("<->|{own}|taken"), 0),
            ("assume", format!("|{own}|taken"), 0),
            ("assume --quiet --session list dev", format!("<--quiet><--session><list><dev>|{own}|taken"), 0),
            ("assume switch status", format!("<switch><status>|{own}|taken"), 0),
            ("assume switch -- prod", format!("<switch>{dashes}<prod>|{own}|taken"), 0),
            ("assume off", format!("<off>|{own}|taken"), 0),
            ("assume list --json", "<list><--json>||terminal".to_owned(), 3),
            ("assume --color always list 'a b' '*'", "<--color><always><list><a b><*>||terminal".to_owned(), 3),
            ("assume dev --help", "<dev><--help>||terminal".to_owned(), 3),
            ("assume exec dev -- env -i -v", format!("<exec><dev>{dashes}<env><-i><-v>||terminal"), 3),
            (bare, bare_call, 0),
            ("assume 'Team Blue/Admin Role'", format!("<Team Blue/Admin Role>|{own}|taken"), 0),
        ];
        let mut lines = vec![load(shell).to_owned()];
        for (index, (step, ..)) in steps.iter().enumerate() {
            lines.push((*step).to_owned());
            lines.push(status(shell, &format!("s{index}")));
            lines.push(dump(&format!("after-{index}")));
        }
        let (_, shown) = on_terminal(&place, shell, program, &lines);

        let calls = fs::read_to_string(&calls).unwrap_or_default();
        let calls: Vec<&str> = calls.lines().collect();
        for (index, (step, call, code)) in steps.iter().enumerate() {
            assert_eq!(calls.get(index), Some(&call.as_str()), "{shell:?} {step}\n{shown}");
            assert!(shown.contains(&format!("s{index}={code}.")), "{shell:?} {step}: not {code}\n{shown}");
            let switched = place.dumped(&format!("after-{index}")).contains_key(OsStr::new("AWS_ACCESS_KEY_ID"));
            assert_eq!(switched, (2..8).contains(&index) || index >= 13, "{shell:?} {step}\n{shown}");
        }
        assert_eq!(place.dumped("after-8"), place.dumped("after-0"), "{shell:?}");
    });
}

/// What rc files do to a shell, one line each, before the wrapper is loaded.
fn odd_settings(shell: Shell) -> &'static [&'static str] {
    match shell {
        Shell::Bash => &[
            "set -eu",
            "set -euo pipefail; set -a",
            "set -o posix",
            "set -C; IFS=:",
            "IFS=; shopt -s nullglob",
            "shopt -s failglob extglob dotglob",
            "shopt -s expand_aliases; alias assume=false builtin=false eval=false local=false set=false return=false echo=false",
            "readonly status=x text=y word=z",
            "assume() { false; }; text=$'\\n'; trap 'exit 9' ERR",
        ],
        Shell::Zsh => &[
            "setopt err_exit no_unset",
            "setopt err_return all_export",
            "setopt sh_word_split glob_subst extended_glob ksh_arrays",
            "setopt no_clobber csh_null_glob; IFS=:",
            "setopt warn_create_global ksh_glob sh_glob",
            "alias assume=false builtin=false eval=false local=false return=false echo=false",
            "emulate sh; set -eu",
            "readonly text=y word=z",
        ],
        Shell::Fish => &["set -g status_x 1", "function assume; false; end; function echo; false; end"],
        Shell::Sh => &[],
        Shell::Pwsh => &[
            "Set-StrictMode -Version Latest; $ErrorActionPreference = 'Stop'",
            "$PSNativeCommandUseErrorActionPreference = $true; $PSDefaultParameterValues = @{ '*:ErrorAction' = 'Stop' }",
        ],
    }
}

#[test]
fn the_wrapper_works_whatever_rc_files_have_set() {
    Shell::each(&WRAPPED, |shell, program| {
        for settings in odd_settings(shell) {
            let (place, _) = prepare(shell);
            let (failing, reached) = match shell {
                Shell::Fish => ("assume missing; or builtin echo it-failed", "builtin echo reached-the-end"),
                Shell::Pwsh => ("try { assume missing; 'it went on' } catch { 'it-failed' }", "'reached-the-end'"),
                _ => ("assume missing || \\builtin echo it-failed", "\\builtin echo reached-the-end"),
            };
            let lines = [
                (*settings).to_owned(),
                load(shell).to_owned(),
                Shell::dump(&place.path("before")),
                "assume dev".to_owned(),
                Shell::dump(&place.path("switched")),
                failing.to_owned(),
                "assume off".to_owned(),
                Shell::dump(&place.path("after")),
                reached.to_owned(),
            ];
            let (_, shown) = on_terminal(&place, shell, program, &lines);
            assert!(shown.contains("reached-the-end") && shown.contains("it-failed"), "{shell:?} {settings}\n{shown}");
            let switched = place.dumped("switched");
            assert_eq!(switched.get(OsStr::new("ASSUME_PROFILE")).unwrap(), "dev", "{shell:?} {settings}\n{shown}");
            for kept in ["__assume_off", "__assume_region"] {
                assert!(!switched.contains_key(OsStr::new(kept)), "{shell:?} {settings}");
            }
            assert_eq!(place.dumped("after"), place.dumped("before"), "{shell:?} {settings}\n{shown}");
        }
    });
}

/// Programs of these names first on PATH, as a folder with `.` on PATH or a hostile tool would put them there.
#[test]
fn the_wrapper_looks_nothing_up_on_path() {
    Shell::each(&WRAPPED, |shell, program| {
        let (mut place, calls) = prepare(shell);
        let folder = place.path("first");
        fs::create_dir(&folder).unwrap();
        for name in ["assume", "timeout", "test", "[", "date", "isatty", "env", "echo", "printf", "tty", "uname"] {
            let file = folder.join(name);
            fs::write(&file, format!("#!/bin/sh\n: >'{}'\n", place.path("canary").display())).unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        }
        place.set("PATH", format!("{}:/usr/bin:/bin", folder.display()));
        let lines = [load(shell), "assume dev", "assume missing", "assume list", "assume off"].map(str::to_owned);
        let (_, shown) = on_terminal(&place, shell, program, &lines);
        assert_eq!(fs::read_to_string(calls).unwrap().lines().count(), 4, "{shell:?}: {shown}");
        assert!(!place.path("canary").exists(), "{shell:?}: {shown}");
    });
}

/// The program's own verbs and options, as `init` writes them down.
#[test]
fn the_program_loads_its_own_wrapper() {
    let binary = env!("CARGO_BIN_EXE_assume");
    Shell::each(&WRAPPED, |shell, program| {
        let mut place = Place::new();
        place.set("AWS_CONFIG_FILE", place.write("config", "[profile dev]\nregion = eu-west-1\n"));
        let (load, dialect) = match shell {
            Shell::Fish => (format!("{binary} init fish | source"), "fish"),
            Shell::Pwsh => (format!("Invoke-Expression ({binary} init powershell | Out-String)"), "powershell"),
            _ => (format!("eval \"$({binary} init {})\"", name(shell)), name(shell)),
        };
        let steps = [
            ("assume nope", 4),
            ("assume --color never --session x nope", 4),
            ("assume off", 0),
            ("assume list", 0),
            ("assume --quiet show nope", 4),
            ("assume exec nope -- true", 4),
            ("assume exec --help", 0),
            ("assume --shell json off", 1),
        ];
        let mut lines = vec![load];
        for (index, (step, _)) in steps.iter().enumerate() {
            lines.push((*step).to_owned());
            lines.push(status(shell, &format!("s{index}")));
        }
        let (_, shown) = on_terminal(&place, shell, program, &lines);
        for (index, (step, code)) in steps.iter().enumerate() {
            assert!(shown.contains(&format!("s{index}={code}.")), "{dialect} {step}: not {code}\n{shown}");
        }
        // Of the last one, whose text is no text of this shell.
        let said = "hint: leave --shell out; after an upgrade of assume, open a new shell";
        assert_eq!(shown.matches("open a new shell").count(), 1, "{dialect}: {shown}");
        assert!(
            shown.contains("assume: what came is not for this shell") && shown.contains(said),
            "{dialect}: {shown}"
        );
    });
}
