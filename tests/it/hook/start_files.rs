//! Whatever a start file does to a shell: the hook loads in silence, renews, and changes nothing else.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::hook::driver::{Person, Start, short_lived};
use crate::hook::state::{State, assert_nothing_of_ours_is_exported, statuses};
use crate::shells::run::Shell;
use crate::world::World;

/// How many shells run at a time.
const AT_ONCE: usize = 8;

/// A start file, and how the shell is started.
#[derive(Clone, Copy, Default)]
struct Row {
    before: &'static [&'static str],
    after: &'static [&'static str],
    variables: &'static [(&'static str, &'static str)],
    options: &'static str,
    loads: usize,
    /// A command that fails ends this shell.
    careful: bool,
    /// The start file itself writes at each command.
    noisy: bool,
    columns: u16,
}

const fn row(before: &'static [&'static str]) -> Row {
    Row { before, after: &[], variables: &[], options: "", loads: 1, careful: false, noisy: false, columns: 160 }
}

const fn careful(before: &'static [&'static str]) -> Row {
    Row { careful: true, ..row(before) }
}

const fn with(variables: &'static [(&'static str, &'static str)]) -> Row {
    Row { variables, ..row(&[]) }
}

const EVERYWHERE: &[Row] = &[
    row(&[]),
    Row { loads: 2, ..row(&[]) },
    Row { options: "--prompt", ..row(&[]) },
    Row { columns: 20, ..row(&[]) },
    with(&[("TERM_PROGRAM", "vscode"), ("VSCODE_INJECTION", "1")]),
    with(&[("LANG", "C"), ("LC_ALL", "C")]),
    with(&[("TERM", "dumb"), ("NO_COLOR", "1")]),
];

const BASH: &[Row] = &[
    with(&[
        ("__assume_is", "x"),
        ("__assume_at", "x"),
        ("__assume_shown", "x"),
        ("__assume_text", "x"),
        ("__assume_flags", "x"),
    ]),
    careful(&["set -eu"]),
    careful(&["set -euo pipefail"]),
    row(&["set -a"]),
    row(&["set -C"]),
    row(&["set -o posix"]),
    careful(&["set -o posix -eu"]),
    row(&["IFS=:"]),
    row(&["IFS="]),
    row(&["IFS=0123456789"]),
    row(&["shopt -s nullglob"]),
    row(&["shopt -s failglob extglob dotglob"]),
    row(&[
        "shopt -s expand_aliases; alias read=false printf=false eval=false local=false builtin=false set=false return=false echo=false unset=false export=false true=false test=false typeset=false exit=false shopt=false",
    ]),
    Row { noisy: true, ..row(&["trap 'echo trapped' ERR; set -E"]) },
    Row { noisy: true, ..row(&["trap 'echo trapped' DEBUG; set -T"]) },
    Row { noisy: true, ..row(&["trap 'echo trapped' DEBUG ERR RETURN; set -E -T"]) },
    row(&["trap ': debugged' DEBUG; trap ': interrupted' INT; trap ': resized' WINCH"]),
    row(&["PROMPT_COMMAND='seen=$?;'"]),
    // bash says that it is wrong, where there is no hook in front of it.
    Row { noisy: true, ..row(&["seen=; PROMPT_COMMAND=' ; seen=$?'"]) },
    row(&["PROMPT_COMMAND=$'seen=$?\\n'"]),
    row(&["PROMPT_COMMAND=('seen=$?' 'again=$?')"]),
    row(&["PROMPT_COMMAND=('seen=$?')"]),
    row(&["readonly status=x text=y word=z now=1 lock=2"]),
    row(&["export PROMPT_COMMAND='seen=$?'"]),
    Row { after: &["PROMPT_COMMAND=\"$PROMPT_COMMAND; seen=\\$?\""], ..row(&["PROMPT_COMMAND=:"]) },
    Row { after: &["PROMPT_COMMAND+=('seen=$?')"], ..row(&[]) },
    Row { after: &["}", "load_it"], ..row(&["load_it() {", "local status=1 text=2"]) },
    Row { after: &[PREEXEC], ..row(&[]) },
    row(&[PREEXEC]),
];

/// As bash-preexec has it: a function before each command by a DEBUG trap, and its own place first among what runs before
/// a prompt, which it takes at the first prompt.
const PREEXEC: &str = r#"
bash_preexec_imported=defined
precmd_functions=(noted)
noted() { noted=$?; }
hand_on() { return "$1"; }
run_precmds() {
    local last=$? one
    for one in "${precmd_functions[@]}"; do
        hand_on "$last"
        "$one"
    done
    at_prompt=1
    hand_on "$last"
}
run_preexecs() { if [[ -n ${at_prompt-} ]]; then at_prompt=; fi; }
take_place() {
    PROMPT_COMMAND="run_precmds"$'\n'"${PROMPT_COMMAND/take_place/:}"
    trap 'run_preexecs "$_"' DEBUG
    run_precmds
}
PROMPT_COMMAND="${PROMPT_COMMAND:+$PROMPT_COMMAND$'\n'}take_place"
"#;

const ZSH: &[Row] = &[
    with(&[("__assume_is", "x"), ("__assume_at", "x"), ("__assume_shown", "x"), ("__assume_text", "x")]),
    careful(&["setopt err_exit no_unset"]),
    row(&["setopt err_return all_export"]),
    row(&["setopt sh_word_split glob_subst extended_glob ksh_arrays"]),
    row(&["setopt no_clobber csh_null_glob; IFS=:"]),
    row(&["setopt warn_create_global warn_nested_var ksh_glob sh_glob"]),
    row(&["setopt posix_builtins posix_identifiers ignore_braces rc_quotes csh_junkie_quotes"]),
    row(&["IFS="]),
    row(&[
        "alias read=false printf=false eval=false local=false builtin=false emulate=false setopt=false return=false echo=false unset=false export=false true=false test=false typeset=false exit=false",
    ]),
    careful(&["emulate sh; set -eu"]),
    Row { options: "--prompt", ..row(&["emulate ksh"]) },
    row(&["readonly status_x=x text=y word=z now=1 lock=2"]),
    row(&["precmd_functions=(one two); one() { seen=$? }; two() { again=$? }"]),
    Row { after: &["autoload -Uz add-zsh-hook; one() { seen=$? }; add-zsh-hook precmd one"], ..row(&[]) },
    Row { after: &["}", "load_it"], ..row(&["load_it() {", "local status_x=1 text=2"]) },
    Row { noisy: true, ..row(&["TRAPZERR() { print trapped }"]) },
    Row { noisy: true, ..row(&["TRAPDEBUG() { print trapped }"]) },
    row(&["trap ': interrupted' INT; trap ': ended' EXIT"]),
];

const FISH: &[Row] = &[
    with(&[("__assume_is", "x"), ("__assume_at", "x"), ("__assume_shown", "x"), ("__assume_state", "x")]),
    row(&["function other --on-event fish_prompt; set -g seen $status; end"]),
    Row { after: &["function other --on-event fish_prompt; set -g seen $status; end"], ..row(&[]) },
    row(&["for name in math echo printf true cat timeout; alias $name=false; end"]),
    Row { after: &["end", "load_it"], ..row(&["function load_it", "set -l text 2"]) },
];

const PWSH: &[Row] = &[
    row(&["Set-StrictMode -Version Latest; $ErrorActionPreference = 'Stop'"]),
    row(&[
        "$PSNativeCommandUseErrorActionPreference = $true; $PSDefaultParameterValues = @{ '*:ErrorAction' = 'Stop' }",
    ]),
    row(&["$OFS = ':'; $at = 1; $is = 2; $Words = 3"]),
    Row { after: &["}", "load-it"], ..row(&["function load-it {", "$is = 1"]) },
];

fn rows(shell: Shell) -> Vec<Row> {
    let own = match shell {
        Shell::Bash => BASH,
        Shell::Zsh => ZSH,
        Shell::Fish => FISH,
        _ => PWSH,
    };
    EVERYWHERE.iter().chain(own).copied().collect()
}

fn check(shell: Shell, program: &Path, world: &World, number: usize, row: &Row) {
    let what = format!("{shell:?} {} {:?} {:?} {}", row.options, row.before, row.variables, row.columns);
    let home = format!("{shell:?}-{number}");
    let Row { before, after, variables, options, loads, columns, .. } = *row;
    let start = Start { before, after, variables, options, loads, columns, home: &home, ..Start::default() };
    let without = format!("{home}-without");
    let mut bare = Person::start(shell, program, world, &Start { loads: 0, home: &without, ..start });
    let shown = bare.terminal.screen();
    let (expected, without) = (statuses(&mut bare, row.careful), State::of(&mut bare));
    drop(bare);

    let mut person = Person::start(shell, program, world, &start);
    if !row.noisy {
        assert_eq!(person.terminal.screen(), shown, "{what}: loading is silent");
    }
    assert_eq!(statuses(&mut person, row.careful), expected, "{what}: loaded");
    assert_eq!(State::of(&mut person).difference(&without), [""; 0], "{what}: loaded");
    person.does("assume dev");
    assert_eq!(person.variable("ASSUME_PROFILE"), "dev", "{what}: {}", person.terminal.screen());
    let keys = person.variable("AWS_ACCESS_KEY_ID");
    person.until(&format!("{what}: a renewal"), |person| {
        // The prompt that takes the new keys is one of these.
        assert_eq!(statuses(person, row.careful), expected, "{what}: switched");
        person.variable("AWS_ACCESS_KEY_ID") != keys
    });
    assert_eq!(State::of(&mut person).difference(&without), [""; 0], "{what}: renewed");
    assert_nothing_of_ours_is_exported(&mut person, &what);
    person.does("assume off");
    assert_eq!(person.variable("AWS_ACCESS_KEY_ID"), "", "{what}");
    assert_eq!(State::of(&mut person).difference(&without), [""; 0], "{what}: left");
}

fn check_all(shell: Shell) {
    Shell::each(&[shell], |shell, program| {
        let world = short_lived(6);
        let rows = Mutex::new(rows(shell).into_iter().enumerate().collect::<VecDeque<_>>());
        // Each row is tried, also after one that failed.
        let failed = AtomicUsize::new(0);
        let next = || rows.lock().unwrap().pop_front();
        thread::scope(|scope| {
            for _ in 0..AT_ONCE {
                scope.spawn(|| {
                    while let Some((number, row)) = next() {
                        let ran = catch_unwind(AssertUnwindSafe(|| check(shell, program, &world, number, &row)));
                        failed.fetch_add(usize::from(ran.is_err()), Ordering::Relaxed);
                    }
                });
            }
        });
        assert_eq!(failed.into_inner(), 0, "{shell:?}: so many start files above");
    });
}

#[test]
fn bash_with_any_start_file() {
    check_all(Shell::Bash);
}

#[test]
fn zsh_with_any_start_file() {
    check_all(Shell::Zsh);
}

#[test]
fn fish_with_any_start_file() {
    check_all(Shell::Fish);
}

#[test]
fn powershell_with_any_profile() {
    check_all(Shell::Pwsh);
}
