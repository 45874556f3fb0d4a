//! Hostile names and values through every shell's eval: each arrives byte for byte, and nothing in it runs.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

use aws_assume::secret::Secret;
use aws_assume::shell;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use crate::shells::hostile::HOSTILE;
use crate::shells::run::{Place, Shell, shown};

/// A few thousand random values, the same in each run: mostly of the characters that shells act on.
fn random() -> Vec<Vec<u8>> {
    let mut runner = TestRunner::deterministic();
    let nasty = "[ \\t\\n\\r'\"\\\\$`;&|<>(){}\\[\\]*?~=!^%@+#,:./a-fx0-9\u{2018}-\u{201f}é\u{a0}-]{1,24}";
    let any = proptest::collection::vec(1_u8..=255, 1..24);
    let nasty = proptest::string::string_regex(nasty).unwrap().prop_map(String::into_bytes);
    let values = proptest::prop_oneof![3 => nasty, 1 => any];
    (0..3000).map(|_| values.new_tree(&mut runner).unwrap().current()).collect()
}

fn all_values(shell: Shell) -> Vec<Vec<u8>> {
    let listed = HOSTILE.iter().map(|text| text.as_bytes().to_vec());
    let all = listed.chain(random());
    // What comes out of a profile is text; other bytes come only from an environment, which .NET has decoded before.
    let is_text = |value: &Vec<u8>| shell != Shell::Pwsh || std::str::from_utf8(value).is_ok();
    all.filter(is_text).collect()
}

/// How the text may be evaluated, and under which settings. (bash 5.0 alone drops words that hold a backslash under
/// nullglob: see `off::words_that_bash_drops_stop_the_whole_switch`.)
fn ways(shell: Shell) -> Vec<(&'static str, &'static str)> {
    match shell {
        Shell::Bash => vec![
            ("", "eval $(/bin/cat ./text)"),
            ("", "eval \"$(/bin/cat ./text)\""),
            ("set -eu; set -o posix", "eval $(/bin/cat ./text)"),
            ("[[ $BASH_VERSION == 5.0* ]] || shopt -s nullglob; shopt -s extglob", "eval $(/bin/cat ./text)"),
            (
                "[[ $BASH_VERSION == 5.0* ]] || shopt -s failglob; shopt -s nocaseglob dotglob",
                "eval $(/bin/cat ./text)",
            ),
            ("set -a; set -o noglob", "eval $(/bin/cat ./text)"),
            ("IFS=$'\\n'", "eval $(/bin/cat ./text)"),
            ("", "source /dev/stdin <<<\"$(/bin/cat ./text)\""),
        ],
        Shell::Zsh => vec![
            ("", "eval $(/bin/cat ./text)"),
            ("", "eval \"$(/bin/cat ./text)\""),
            ("setopt sh_word_split glob_subst", "eval $(/bin/cat ./text)"),
            ("setopt glob_subst extended_glob ksh_glob null_glob", "eval $(/bin/cat ./text)"),
            ("setopt no_unset err_exit magic_equal_subst glob_assign", "eval $(/bin/cat ./text)"),
            ("emulate sh; setopt glob_subst bang_hist", "eval $(/bin/cat ./text)"),
            ("setopt rc_quotes csh_junkie_quotes ignore_braces glob_subst", "eval $(/bin/cat ./text)"),
        ],
        Shell::Sh => vec![("", "eval \"$(/bin/cat ./text)\""), ("set -eu; set -a", "eval \"$(/bin/cat ./text)\"")],
        Shell::Fish => {
            vec![("", "eval (/bin/cat ./text)"), ("", "/bin/cat ./text | source"), ("", "eval \"$(/bin/cat ./text)\"")]
        }
        Shell::Pwsh => vec![
            ("", "iex (/bin/cat ./text)"),
            ("Set-StrictMode -Version Latest", "/bin/cat ./text | iex"),
            ("", "Invoke-Expression (& /bin/cat ./text | Out-String)"),
        ],
    }
}

#[test]
fn hostile_values_arrive_byte_for_byte_and_nothing_in_them_runs() {
    Shell::each(&Shell::ALL, |shell, program| {
        let values = all_values(shell);
        let place = Place::new();
        // More variables at once than a kernel takes as one environment would fail the shell's children.
        for (number, batch) in values.chunks(1200).enumerate() {
            let pairs: Vec<(String, Secret)> = batch
                .iter()
                .enumerate()
                .filter_map(|(index, value)| {
                    Some((format!("V{index}"), Secret::from(std::str::from_utf8(value).ok()?)))
                })
                .collect();
            let pairs: Vec<(&str, &Secret)> = pairs.iter().map(|(name, value)| (name.as_str(), value)).collect();
            place.write("text", shell::env_lines(shell.dialect(), &pairs).expose());
            let mut ways = ways(shell);
            if shell == Shell::Pwsh {
                // It takes seconds to start and to compile: each batch goes one way.
                ways = vec![ways[number % ways.len()]];
            }
            for (settings, evaluate) in ways {
                let dump = Shell::dump(&place.path("arrived"));
                let output = place.run(shell, program, &format!("{settings}\n{evaluate}\n{dump}"));
                assert!(output.status.success(), "{shell:?} {settings} {evaluate}: {}", shown(&output));
                let arrived = place.dumped("arrived");
                for (name, value) in &pairs {
                    assert_eq!(
                        arrived.get(OsStr::new(name)).map(OsString::as_os_str),
                        Some(OsStr::new(value.expose())),
                        "{shell:?} {settings} {evaluate}"
                    );
                }
                let files: Vec<_> =
                    std::fs::read_dir(place.folder.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
                assert!(
                    files.iter().all(|file| file == "text" || file == "arrived" || file.as_bytes().starts_with(b".")),
                    "{shell:?} {settings} {evaluate}: {files:?}"
                );
            }
        }
    });
}

/// The environment from before holds bytes, not text: they go through two layers, the text that puts them back inside the
/// text of the switch.
#[test]
fn hostile_environments_come_back_byte_for_byte() {
    Shell::each(&Shell::ALL, |shell, program| {
        let mut place = Place::new();
        for (index, value) in all_values(shell).into_iter().enumerate().take(700) {
            place.set(&format!("AWSUME_V{index}"), OsString::from_vec(value));
        }
        let mut switched = Place::new();
        switched.set("ASSUME_PROFILE", "dev");
        let switch = shell::switch(shell.dialect(), &crate::shells::switch::sample("dev"), &place.environment());
        let switch = place.write("switch", switch.expose());
        let off = place.write("off", shell::off(shell.dialect(), &switched.environment(), true));
        for (settings, _) in ways(shell).into_iter().take(if shell == Shell::Pwsh { 1 } else { 9 }) {
            let script = [
                settings.to_owned(),
                Shell::dump(&place.path("before")),
                shell.evaluate(&switch),
                Shell::dump(&place.path("switched")),
                shell.evaluate(&off),
                Shell::dump(&place.path("after")),
            ];
            let output = place.run(shell, program, &script.join("\n"));
            assert!(output.status.success() && output.stderr.is_empty(), "{shell:?} {settings}: {}", shown(&output));
            let switched = place.dumped("switched");
            assert!(!switched.keys().any(|name| name.as_bytes().starts_with(b"AWSUME_")), "{shell:?} {settings}");
            assert!(place.dumped("after") == place.dumped("before"), "{shell:?} {settings}: {:?}", {
                let (before, mut after) = (place.dumped("before"), place.dumped("after"));
                before
                    .into_iter()
                    .filter(|(name, value)| after.remove(name).as_ref() != Some(value))
                    .collect::<Vec<_>>()
            });
            assert!(!place.path("canary").exists(), "{shell:?} {settings}");
        }
    });
}
