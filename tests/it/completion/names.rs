//! Names that would do something to a shell, inserted by TAB and run: what arrives is the very name.

use std::path::Path;

use aws_assume::config::Config;
use aws_assume::sanitize;

use super::{LOAD, TYPED, configure, interactive, place, stand_in};
use crate::shells::hostile::HOSTILE;
use crate::shells::run::{Place, Shell, shown};

/// A config that has this one profile, as the AWS CLI reads quotes; `None` for a name that no config can hold, or that is
/// not offered since it does not show.
fn config_with(name: &str) -> Option<String> {
    let text = format!("[profile \"{}\"]\n", name.replace('\\', "\\\\").replace('"', "\\\""));
    let place = Place::new();
    configure(&place, &text);
    let config = Config::load(&place.environment()).unwrap();
    (config.has_profile(name) && name != "-" && !name.chars().any(sanitize::is_hidden)).then_some(text)
}

fn names() -> Vec<(&'static str, String)> {
    let names: Vec<_> = HOSTILE.iter().filter_map(|name| Some((*name, config_with(name)?))).collect();
    assert!(names.len() > 100, "{} names", names.len());
    names
}

/// Files that patterns would match, in the folder of the shell.
fn bait(place: &Place) {
    for file in ["a", "ab", "x", "aXb", "canary-not", "-n", "--erase", "plainer"] {
        place.write(file, "");
    }
}

fn arrived(place: &Place) -> Vec<u8> {
    std::fs::read(place.path("argv")).unwrap_or_default()
}

fn wanted(words: &[&str]) -> Vec<u8> {
    words.iter().flat_map(|word| word.bytes().chain([0])).collect()
}

/// Types `before`, TAB and `after`, Enter, for each name, and looks at what the stand-in was called with.
fn type_all(shell: Shell, program: &Path, quote: &str, skip: impl Fn(&str) -> bool) {
    let mut place = place(shell, "");
    bait(&place);
    let mut terminal = interactive(&mut place, shell, program, &format!("{LOAD}{}", stand_in(shell)));
    let mut runs = 0;
    for (name, config) in names().iter().filter(|(name, _)| !skip(name)) {
        configure(&place, config);
        let dashes = if name.starts_with('-') { "-- " } else { "" };
        // An empty line in between: zsh would show a list over what is typed next.
        terminal.line(&format!("assume switch {dashes}{quote}\t"));
        runs += 1;
        terminal.wait_for_written(&format!("{shell:?} took {name:?} behind {quote:?}"), |written| {
            written.matches("it-ran").count() == runs
        });
        let words = if dashes.is_empty() { vec!["switch", name] } else { vec!["switch", "--", name] };
        assert_eq!(
            String::from_utf8_lossy(&arrived(&place)),
            String::from_utf8_lossy(&wanted(&words)),
            "{shell:?} {name:?} behind {quote:?}\n{}",
            terminal.screen()
        );
    }
    assert!(runs > 90, "{runs}");
    assert!(!place.path("canary").exists(), "{shell:?}");
}

/// Not offered, since the shell could not insert it: zsh has a use of its own for a range of characters, and fish leaves a
/// tilde as it is. What begins with a dot fish shows only once that is typed.
fn is_foreign(shell: Shell, name: &str) -> bool {
    match shell {
        Shell::Zsh => name.contains('\u{e000}'),
        Shell::Fish => name.starts_with(['~', '.']),
        _ => false,
    }
}

/// Behind these fish expects more of the word, and leaves the quote open.
fn stays_open(shell: Shell, name: &str) -> bool {
    shell == Shell::Fish && name.ends_with(['/', '=', '@', ':', '.', ',', '-'])
}

#[test]
fn hostile_names_are_inserted_as_they_are() {
    Shell::each(&TYPED, |shell, program| type_all(shell, program, "", |name| is_foreign(shell, name)));
}

#[test]
fn hostile_names_are_inserted_into_open_single_quotes() {
    Shell::each(&TYPED, |shell, program| {
        type_all(shell, program, "'", |name| is_foreign(shell, name) || stays_open(shell, name));
    });
}

#[test]
fn hostile_names_are_inserted_into_open_double_quotes() {
    Shell::each(&TYPED, |shell, program| {
        type_all(shell, program, "\"", |name| is_foreign(shell, name) || stays_open(shell, name));
    });
}

#[test]
fn hostile_names_are_inserted_into_powershell_as_they_are() {
    Shell::each(&[Shell::Pwsh], |shell, program| {
        let mut place = place(shell, "");
        bait(&place);
        // The names come by files: the test itself must not have to quote them.
        let names: Vec<_> = names().into_iter().filter(|(name, _)| !name.starts_with('-')).collect();
        for (index, (_, config)) in names.iter().enumerate() {
            place.write(&format!("config-{index}"), config);
        }
        place.set("AWS_CONFIG_FILE", "");
        let script = format!(
            ". ./script.ps1\n{}\nforeach ($i in 0..{}) {{\n\
             $env:AWS_CONFIG_FILE = \"$PWD/config-$i\"\n\
             $matches = (TabExpansion2 'assume switch ' 14).CompletionMatches\n\
             if ($matches.Count -ne 1) {{ \"$i has $($matches.Count) candidates\"; continue }}\n\
             Invoke-Expression \"assume switch $($matches[0].CompletionText)\"\n\
             [IO.File]::Move(\"$PWD/argv\", \"$PWD/argv-$i\") }}",
            stand_in(shell),
            names.len() - 1
        );
        let output = place.run(shell, program, &script);
        assert!(output.status.success() && output.stdout.is_empty(), "{}", shown(&output));
        for (index, (name, _)) in names.iter().enumerate() {
            let arrived = std::fs::read(place.path(&format!("argv-{index}"))).unwrap_or_default();
            assert_eq!(String::from_utf8_lossy(&arrived), format!("switch\0{name}\0"), "{name:?}");
        }
        assert!(!place.path("canary").exists());
    });
}
