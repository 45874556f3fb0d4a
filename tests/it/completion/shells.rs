//! TAB, pressed in real shells.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::{LOAD, TYPED, interactive, place, stand_in};
use crate::shells::run::{Shell, shown};
use crate::world::ASSUME;

const CONFIG: &str = "\
[sso-session main]\nsso_start_url = https://d-1.awsapps.com/start\nsso_region = us-east-1\n\
[profile dev]\nsso_session = main\nsso_account_id = 111122223333\nsso_role_name = AdministratorAccess\n\
[profile dev-eu]\nsso_session = main\nsso_account_id = 111122223333\nsso_role_name = ReadOnlyAccess\n\
[profile list]\nsso_session = main\nsso_account_id = 444455556666\nsso_role_name = Auditor\n\
[profile \"two words\"]\n[profile main:x]\n[profile me@home=1]\n";

/// The words the stand-in was called with last.
fn argv(place: &crate::shells::run::Place) -> Vec<String> {
    let text = String::from_utf8(fs::read(place.path("argv")).unwrap_or_default()).unwrap();
    text.strip_suffix('\0').unwrap_or_default().split('\0').map(str::to_owned).collect()
}

#[test]
fn tab_inserts_what_is_meant() {
    Shell::each(&TYPED, |shell, program| {
        let mut place = place(shell, CONFIG);
        let mut terminal = interactive(&mut place, shell, program, &format!("{LOAD}{}", stand_in(shell)));
        for (keys, words) in [
            ("assume dev-\t", &["dev-eu"][..]),
            ("assume tw\t", &["two words"]),
            ("assume two\\ w\t", &["two words"]),
            ("assume 'two\t", &["two words"]),
            ("assume \"two\t", &["two words"]),
            ("assume main:\t", &["main:x"]),
            ("assume me@h\t", &["me@home=1"]),
            ("assume me@home=\t", &["me@home=1"]),
            ("assume who\t", &["whoami"]),
            ("assume show tw\t", &["show", "two words"]),
            ("assume switch li\t", &["switch", "list"]),
            ("assume --sh\tf\t dev-\t", &["--shell", "fish", "dev-eu"]),
            ("assume --shell=f\t dev-\t", &["--shell=fish", "dev-eu"]),
            ("assume login --fl\td\t", &["login", "--flow", "device"]),
            ("assume login m\t", &["login", "main"]),
            ("assume export dev-\t --form\tdo\t", &["export", "dev-eu", "--format", "dotenv"]),
            ("assume init f\t", &["init", "fish"]),
            ("true; assume dev-\t", &["dev-eu"]),
        ] {
            let before = String::from_utf8_lossy(&terminal.written()).matches("it-ran").count();
            terminal.line(keys);
            terminal.wait_for_written(&format!("{shell:?} ran {keys:?}"), |written| {
                written.matches("it-ran").count() > before
            });
            assert_eq!(argv(&place), words, "{shell:?} {keys:?}\n{}", terminal.screen());
        }
    });
}

#[test]
fn tab_again_lists_with_descriptions() {
    Shell::each(&TYPED, |shell, program| {
        // bash says what it is about to do since version 4.
        let version = super::files::bash_version();
        let describes = shell != Shell::Bash || version.is_none_or(|version| version >= 4);
        let mut place = place(shell, CONFIG);
        let mut terminal = interactive(&mut place, shell, program, &format!("{LOAD}{}", stand_in(shell)));
        terminal.keys("assume de\t\t\t");
        terminal.wait_until("both are listed", |screen| {
            let rows = screen.lines().skip(1).collect::<Vec<_>>().join("\n");
            let has = |word: &str| rows.split_whitespace().any(|one| one == word);
            has("dev")
                && has("dev-eu")
                && (!describes || ["AdministratorAccess", "ReadOnlyAccess"].iter().all(|role| rows.contains(role)))
        });
        assert!(!place.path("argv").exists(), "{shell:?}");
    });
}

#[test]
fn zsh_shows_no_sign_of_a_description_that_there_is_not() {
    Shell::each(&[Shell::Zsh], |shell, program| {
        let mut place = place(shell, CONFIG);
        let mut terminal = interactive(&mut place, shell, program, &format!("{LOAD}{}", stand_in(shell)));
        terminal.keys("assume list --color \t\t");
        terminal.wait_until("all three are listed", |screen| {
            let rows = screen.lines().skip(1).flat_map(str::split_whitespace);
            let mut words: Vec<&str> = rows.collect();
            words.sort_unstable();
            words == ["always", "auto", "never"]
        });
    });
}

/// In bash and PowerShell the word goes before the name; zsh inserts it with the one that is chosen.
#[test]
fn a_profile_named_like_a_verb_is_inserted_with_switch() {
    Shell::each(&[Shell::Bash, Shell::Zsh], |shell, program| {
        let mut place = place(shell, "[profile whoami]\nsso_account_id = 111122223333\nsso_role_name = Auditor\n");
        let start_file = match shell {
            Shell::Zsh => "zstyle ':completion:*' menu select=1; setopt menu_complete\n",
            _ => "bind 'TAB:menu-complete'\n",
        };
        let start_file = format!("{start_file}{LOAD}{}", stand_in(shell));
        let mut terminal = interactive(&mut place, shell, program, &start_file);
        let tabs = if shell == Shell::Zsh { "\t\t" } else { "\t" };
        terminal.keys(&format!("assume who{tabs}"));
        terminal.wait_for("switch whoami");
        terminal.keys("\n\n");
        terminal.wait_for_written("it ran", |written| written.contains("it-ran"));
        assert_eq!(argv(&place), ["switch", "whoami"], "{shell:?}");
    });
}

/// `init` puts a function of that name before the program.
#[test]
fn completion_works_behind_the_wrapper() {
    Shell::each(&TYPED, |shell, program| {
        let mut place = place(shell, CONFIG);
        let load = match shell {
            Shell::Fish => format!("{ASSUME} init fish | source\n"),
            _ => format!("eval \"$({ASSUME} init {})\"\n", shell_name(shell)),
        };
        let mut terminal = interactive(&mut place, shell, program, &format!("{load}{LOAD}{load}{LOAD}"));
        terminal.line("assume sho\ttw\t --js\t");
        terminal.wait_for("\"profile\":\"two words\"");
    });
}

#[test]
fn completion_loads_whatever_the_start_file_has_set() {
    Shell::each(&TYPED, |shell, program| {
        let settings: &[&str] = match shell {
            Shell::Bash => &[
                "set -eu; set -o pipefail; trap 'exit 9' ERR",
                "set -o posix; set -C; IFS=:",
                "shopt -s nullglob extglob dotglob; set -f",
                "shopt -s failglob; alias local=false read=false builtin=false complete=false ",
            ],
            Shell::Zsh => &[
                "setopt err_exit no_unset",
                "setopt err_return sh_word_split glob_subst ksh_arrays; IFS=:",
                "alias local=false builtin=false typeset=false",
                "emulate sh; setopt ksh_glob sh_glob",
                "setopt warn_create_global xtrace no_xtrace",
            ],
            _ => &["set -g words x; set -g current y"],
        };
        for set in settings {
            let mut place = place(shell, CONFIG);
            let load = if shell == Shell::Bash { "source ./script.ps1 || true\n" } else { LOAD };
            let mut terminal = interactive(&mut place, shell, program, &format!("{set}\n{load}{}", stand_in(shell)));
            terminal.line("assume dev-\t");
            terminal.wait_for_written(&format!("{shell:?} {set}"), |written| written.contains("it-ran"));
            assert_eq!(argv(&place), ["dev-eu"], "{shell:?} {set}\n{}", terminal.screen());
        }
    });
}

#[test]
fn zsh_finds_the_file_in_fpath_and_completes_when_compinit_comes_late() {
    Shell::each(&[Shell::Zsh], |shell, program| {
        let mut place = place(shell, CONFIG);
        fs::create_dir(place.path("site")).unwrap();
        place.write("site/_assume", super::script(shell));
        for start_file in
            ["fpath=(./site $fpath); compinit -u -D\n", "unfunction compdef\nsource ./script.ps1\ncompinit -u -D\n"]
        {
            let _ = fs::remove_file(place.path("argv"));
            let mut terminal = interactive(&mut place, shell, program, &format!("{start_file}{}", stand_in(shell)));
            terminal.line("assume dev-\t");
            terminal.wait_for_written(start_file, |written| written.contains("it-ran"));
            assert_eq!(argv(&place), ["dev-eu"], "{start_file}{}", terminal.screen());
        }
    });
}

/// Behind `exec PROFILE --` it is any command's turn.
#[test]
fn the_command_of_exec_is_completed_as_any_other() {
    Shell::each(&TYPED, |shell, program| {
        let mut place = place(shell, CONFIG);
        let folder = place.path("programs");
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("frobnicate"), "#!/bin/sh\n").unwrap();
        fs::set_permissions(folder.join("frobnicate"), fs::Permissions::from_mode(0o755)).unwrap();
        place.write("a file with blanks", "");
        place.set("PATH", format!("{}:/usr/bin:/bin", folder.display()));
        let mut terminal = interactive(&mut place, shell, program, &format!("{LOAD}{}", stand_in(shell)));
        terminal.line("assume exec dev -- frobn\t a\\ fi\t");
        terminal.wait_for_written("it ran", |written| written.contains("it-ran"));
        assert_eq!(argv(&place), ["exec", "dev", "--", "frobnicate", "a file with blanks"], "{shell:?}");
    });
}

/// PowerShell's own completion, asked as its line editor asks it.
#[test]
fn powershell_completes_what_is_meant() {
    Shell::each(&[Shell::Pwsh], |shell, program| {
        let place = place(shell, CONFIG);
        for wrapper in ["", stand_in(shell), &format!("Invoke-Expression ({ASSUME} init powershell | Out-String)\n")] {
            let lines = [
                ("assume dev-", "dev-eu|dev-eu|111122223333 ReadOnlyAccess"),
                ("assume DEV-E", "dev-eu|dev-eu|111122223333 ReadOnlyAccess"),
                ("assume tw", "'two words'|two words|profile"),
                ("assume 'two w", "'two words'|two words|profile"),
                ("assume two` w", "'two words'|two words|profile"),
                ("assume main:", "main:x|main:x|profile"),
                ("assume me@", "me@home=1|me@home=1|profile"),
                ("assume switch li", "list|list|444455556666 Auditor"),
                ("assume login ", "main|main|https://d-1.awsapps.com/start"),
                ("assume --shell=f", "--shell=fish|--shell=fish|--shell=fish"),
                ("assume exec dev -- Get-Locati", "Get-Location|Get-Location|"),
                ("true; assume dev-", "dev-eu|dev-eu|111122223333 ReadOnlyAccess"),
            ];
            let typed: Vec<String> = lines.iter().map(|(line, _)| format!("'{}'", line.replace('\'', "''"))).collect();
            let script = format!(
                "Set-StrictMode -Version Latest; $ErrorActionPreference = 'Stop'\n{wrapper}. ./script.ps1\n\
                 foreach ($line in {}) {{ foreach ($m in (TabExpansion2 $line $line.Length).CompletionMatches) \
                 {{ \"$line=$($m.CompletionText)|$($m.ListItemText)|$($m.ToolTip.Trim().Split([char]10)[0])\" }} }}",
                typed.join(", ")
            );
            let output = place.run(shell, program, &script);
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            let said: Vec<&str> = said.lines().collect();
            for (index, (line, wanted)) in lines.iter().enumerate() {
                let found = said.get(index).copied().unwrap_or_default();
                assert!(found.starts_with(&format!("{line}={wanted}")), "{line}: {found}\n{wrapper}{}", shown(&output));
            }
            assert_eq!(said.len(), lines.len(), "{}", shown(&output));
        }
    });
}

fn shell_name(shell: Shell) -> &'static str {
    match shell {
        Shell::Bash => "bash",
        _ => "zsh",
    }
}
