//! The files of `shell/` as the tools of their languages see them, and what the program renders.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Command;

use aws_assume::environment::Environment;
use aws_assume::shell::{self, Dialect};

use crate::shells::run::{Place, Shell, shown, tool};
use crate::shells::switch::sample;
use crate::shells::wrapper::{WRAPPED, loading};

const BASH: [(&str, &str); 5] = [
    ("assume.bash", include_str!("../../../shell/assume.bash")),
    ("switch.bash", include_str!("../../../shell/switch.bash")),
    ("hook.bash", include_str!("../../../shell/hook.bash")),
    ("folder.bash", include_str!("../../../shell/folder.bash")),
    ("load.bash", include_str!("../../../shell/load.bash")),
];
/// zsh reads the hook and the folders of bash, too.
const ZSH: [(&str, &str); 2] =
    [("assume.zsh", include_str!("../../../shell/assume.zsh")), ("load.zsh", include_str!("../../../shell/load.zsh"))];
const FISH: [(&str, &str); 4] = [
    ("assume.fish", include_str!("../../../shell/assume.fish")),
    ("hook.fish", include_str!("../../../shell/hook.fish")),
    ("folder.fish", include_str!("../../../shell/folder.fish")),
    ("prompt.fish", include_str!("../../../shell/prompt.fish")),
];
const COMPLETIONS: [(&str, &str); 3] = [
    ("_assume", include_str!("../../../completions/_assume")),
    ("completions/assume.bash", include_str!("../../../completions/assume.bash")),
    ("completions/assume.fish", include_str!("../../../completions/assume.fish")),
];
const POWERSHELL: [(&str, &str); 3] = [
    ("assume.ps1", include_str!("../../../shell/assume.ps1")),
    ("hook.ps1", include_str!("../../../shell/hook.ps1")),
    ("folder.ps1", include_str!("../../../shell/folder.ps1")),
];

fn check(name: &str, arguments: &[&str], file: &str) {
    check_in("shell", name, arguments, file);
}

/// Runs a checker over one file; a named skip where there is no such tool.
pub(crate) fn check_in(folder: &str, name: &str, arguments: &[&str], file: &str) {
    let Some(program) = tool(name) else { return };
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(folder);
    let output = Command::new(program).args(arguments).arg(file).current_dir(folder).output().unwrap();
    assert!(output.status.success() && output.stdout.is_empty(), "{name} {file}: {}", shown(&output));
}

#[test]
fn shellcheck_finds_nothing_in_bash() {
    for (file, _) in BASH {
        check("shellcheck", &["--shell=bash", "--enable=all", "--exclude=SC2250,SC2310,SC2312"], file);
    }
}

#[test]
fn shfmt_would_change_nothing_in_bash() {
    for (file, _) in BASH {
        check("shfmt", &["-d", "-i", "4"], file);
    }
}

#[test]
fn zsh_reads_its_files() {
    for (file, _) in ZSH.iter().chain(&BASH[1..3]) {
        check("zsh", &["-n"], file);
    }
}

#[test]
fn fish_reads_its_files_and_would_indent_them_so() {
    for (file, _) in FISH {
        check("fish", &["--no-execute"], file);
        check("fish_indent", &["--check"], file);
    }
}

/// Every file is checked by one of these.
#[test]
fn no_file_is_forgotten() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("shell");
    let known: Vec<&str> = BASH.iter().chain(&ZSH).chain(&FISH).chain(&POWERSHELL).map(|(file, _)| *file).collect();
    for file in std::fs::read_dir(folder).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        assert!(known.contains(&name.as_str()), "{name}");
    }
}

/// Placeholders are no PowerShell: what is rendered is parsed.
#[test]
fn powershell_reads_what_is_rendered() {
    Shell::each(&[Shell::Pwsh], |shell, program| {
        let place = Place::new();
        place.write("init.ps1", init(shell.dialect()));
        let script = "$errors = $null; \
            [void][Management.Automation.Language.Parser]::ParseFile(\"$PWD/init.ps1\", [ref]$null, [ref]$errors); $errors";
        let output = place.run(shell, program, script);
        assert!(output.status.success() && output.stdout.is_empty(), "{}", shown(&output));
    });
}

fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.trim_start().starts_with('#'))
}

/// macOS has bash 3.2: what came later is a syntax error there, or silently something else.
#[test]
fn the_bash_file_keeps_to_bash_3_2() {
    let later = [
        "declare -g",
        "declare -A",
        "local -n",
        "local -A",
        "local -",
        "mapfile",
        "readarray",
        "coproc",
        "EPOCH",
        "-v ",
        "@Q}",
        "@a}",
        "^^}",
        ",,}",
        "|&",
        "&>>",
        ";&",
        ";;&",
        "%(",
        "<(",
        "PROMPT_DIRTRIM",
        "wait -n",
        "BASH_ARGV0",
    ];
    for (file, text) in BASH {
        for line in code(text) {
            // As old as the shell, but for the clock, which is empty where there is none, and what only 5.1 gets to.
            let old = ["set -v", "unset -v", "${EPOCHSECONDS-}", "< <(", "${PROMPT_COMMAND@a}"];
            let line = old.iter().fold(line.to_owned(), |line, old| line.replace(old, ""));
            for one in later {
                assert!(!line.contains(one), "{file}: {one} in {line}");
            }
        }
    }
}

/// bash, zsh and fish evaluate what they calculate with: an inherited `ASSUME_EXPIRES='x[$(cmd)]'` would run. So nothing with
/// a name of the environment stands where something is calculated, only variables of ours, which `__assume_number` has proved.
#[test]
fn nothing_of_the_environment_is_calculated_with() {
    let calculates =
        ["((", "$[", " -gt ", " -lt ", " -ge ", " -le ", " -eq ", "let ", "printf -v", "math ", "typeset -i", "/2-1"];
    // Numbers that the shells themselves make, and a fixed subscript.
    let own = ["BASH_VERSINFO", "${PROMPT_COMMAND[1]+set}", "__ASSUME_CONTRACT__", "CURRENT"];
    let mut found = 0;
    for (file, text) in BASH.iter().chain(&ZSH).chain(&FISH).chain(&COMPLETIONS) {
        for line in code(text).filter(|line| calculates.iter().any(|one| line.contains(one))) {
            found += 1;
            let line = own.iter().fold(line.to_owned(), |line, own| line.replace(own, ""));
            // Proved on the same line.
            if line.contains("__assume_number \"$COLUMNS\"") || line.contains("builtin math -s0 $COLUMNS / 2") {
                continue;
            }
            let words = line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            let foreign: Vec<&str> = words
                .filter(|word| word.len() > 2 && word.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
                .collect();
            assert!(foreign.is_empty(), "{file}: {foreign:?} in {line}");
        }
    }
    assert!(found > 20, "{found}: the hook calculates");
    for (file, text) in POWERSHELL {
        for line in code(text) {
            for one in ["Invoke-Expression ", "iex ", "ExpandString"] {
                assert!(!line.contains(one), "{file}: {one} in {line}");
            }
        }
    }
}

/// What stands between brackets behind a name, with that name.
fn subscripts(line: &str) -> Vec<&str> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let name_before = |at: usize| line[..at].rfind(|c| !is_name(c)).map_or(0, |before| before + 1);
    let opened = line.match_indices('[').map(|(at, _)| (name_before(at), at));
    let to_end = |(name, at): (usize, usize)| &line[name..line[at..].find(']').map_or(line.len(), |end| at + end)];
    // Not an escape, such as that of a color.
    opened.map(to_end).filter(|whole| !whole.starts_with(|c: char| c == '[' || c.is_ascii_digit())).collect()
}

/// bash and zsh calculate a subscript, so the same holds there: fixed ones, and variables of ours that were proved.
#[test]
fn nothing_of_the_environment_is_a_subscript() {
    // What shells count themselves, a fixed word, and a number that the line above has proved.
    let own = ["words[2,CURRENT-1", "compstate[quote", "COMPREPLY[${#COMPREPLY[@", "words[1..(builtin math $from + 1)"];
    let mut found = 0;
    for (file, text) in BASH.iter().chain(&ZSH).chain(&FISH).chain(&COMPLETIONS) {
        for line in code(text) {
            for whole in subscripts(line).into_iter().filter(|whole| !own.contains(whole)) {
                found += 1;
                let (_, subscript) = whole.split_once('[').unwrap();
                let words = subscript.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
                let is_safe =
                    |word: &str| word.starts_with("__assume_") || word.bytes().all(|byte| byte.is_ascii_digit());
                assert!(words.into_iter().all(is_safe), "{file}: {whole}] in {line}");
            }
        }
    }
    assert!(found > 150, "{found}: the hook keeps what it knows in arrays");
}

#[test]
fn a_subscript_is_found_wherever_it_stands() {
    let found = |line| subscripts(line).join(" ");
    assert_eq!(found("if [[ $a == [0-9] && -n ${x[$COLUMNS]} ]]; then y[i]=1; fi"), "x[$COLUMNS y[i");
    assert_eq!(found("z[open"), "z[open");
}

fn init(dialect: Dialect) -> String {
    shell::init(dialect, &loading(OsStr::new("/opt/my tools/assume"))).unwrap()
}

#[test]
fn no_placeholder_is_left() {
    for shell in WRAPPED {
        assert!(!init(shell.dialect()).contains("__ASSUME"), "{shell:?}");
    }
    assert!(shell::init(Dialect::Json, &loading(OsStr::new("/x"))).is_none());
}

#[test]
fn rendered_texts_are_as_reviewed() {
    let fresh = Environment::from_pairs([("AWS_PROFILE", "old one"), ("AWS_REGION", "eu-west-1"), ("GRANTED_X", "y")]);
    let nested =
        Environment::from_pairs([("ASSUME_PROFILE", "outer"), ("AWS_REGION", "us-east-1"), ("__assume_off", "x")]);
    let mut regionless = sample("dev");
    regionless.region = None;
    regionless.previous = Some("outer".to_owned());
    for (name, dialect) in [
        ("bash", Dialect::Bash),
        ("zsh", Dialect::Zsh),
        ("fish", Dialect::Fish),
        ("sh", Dialect::Sh),
        ("powershell", Dialect::PowerShell),
        ("powershell-list", Dialect::PowerShellList),
        ("json", Dialect::Json),
    ] {
        let text = [
            ("a first switch", shell::switch(dialect, &sample("dev"), &fresh).expose().to_owned()),
            (
                "a switch in a nested shell, without a region",
                shell::switch(dialect, &regionless, &nested).expose().to_owned(),
            ),
            ("off with nothing to leave", shell::off(dialect, &fresh, false)),
            ("off in a nested shell, keys not ours", shell::off(dialect, &nested, false)),
            ("a failure", shell::failure(Some(dialect), "no profile named 'x'")),
        ];
        let text: Vec<String> = text.into_iter().map(|(what, text)| format!("# {what}\n{text}")).collect();
        insta::assert_snapshot!(format!("text-{name}"), text.join("\n"));
    }
    for shell in WRAPPED {
        insta::assert_snapshot!(format!("init-{shell:?}"), init(shell.dialect()));
    }
}

#[test]
fn exec_gets_the_contract_and_nothing_of_ours() {
    let nested = Environment::from_pairs([
        ("ASSUME_PROFILE", "outer"),
        ("AWS_REGION", "us-east-1"),
        ("__assume_off", "x"),
        ("ASSUME_SHELL", "zsh"),
        ("GRANTED_ODD", "x"),
    ]);
    let mut regionless = sample("dev");
    regionless.region = None;
    regionless.previous = Some("outer".to_owned());
    let changes = shell::environment_changes(&regionless, &nested);
    let find = |name: &str| {
        let found: Vec<_> = changes.iter().filter(|(one, _)| one == name).map(|(_, value)| value.as_ref()).collect();
        assert!(found.len() < 2, "{name} twice");
        found.first().copied()
    };
    for removed in
        ["AWS_PROFILE", "AWS_REGION", "__assume_off", "ASSUME_SHELL", "ASSUME_STORE_PASSPHRASE", "GRANTED_ODD"]
    {
        assert_eq!(find(removed), Some(None), "{removed}");
    }
    assert_eq!(find("ASSUME_PREVIOUS").flatten().map(aws_assume::secret::Secret::expose), Some("outer"));

    // Outside of any switch the region is the caller's.
    let changes = shell::environment_changes(&regionless, &Environment::from_pairs([("AWS_REGION", "eu-west-1")]));
    assert!(!changes.iter().any(|(name, _)| name == "AWS_REGION"));
}
