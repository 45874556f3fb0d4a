//! The options that completion offers, against `clap_complete`'s own reading of the command line. Its scripts are not the ones
//! to load: they know no profiles, do not quote what they insert, and one of them evaluates what is typed. As an oracle they
//! keep ours from forgetting an option.

use std::collections::BTreeSet;

use aws_assume::cli::Cli;
use clap::CommandFactory;
use clap_complete::{Shell, generate};

use crate::world::{Ran, World};

fn offered(world: &World, words: &[&str]) -> BTreeSet<String> {
    let all: Vec<&str> = ["complete", "--"].into_iter().chain(words.iter().copied()).collect();
    let Ran { stdout, .. } = world.ok(&all);
    stdout.lines().map(|line| line.split('\t').next().unwrap().to_owned()).collect()
}

/// `opts="…"` of each `assume__subcmd__VERB)` in the script for bash.
fn oracle() -> Vec<(String, BTreeSet<String>)> {
    let mut script = Vec::new();
    generate(Shell::Bash, &mut Cli::command(), "assume", &mut script);
    let script = String::from_utf8(script).unwrap();
    let mut found = Vec::new();
    let mut verb = String::new();
    for line in script.lines().map(str::trim) {
        if let Some(label) = line.strip_suffix(')').filter(|label| label.starts_with("assume")) {
            label.rsplit("__").next().unwrap().clone_into(&mut verb);
        } else if let Some(words) = line.strip_prefix("opts=\"").and_then(|rest| rest.strip_suffix('"')) {
            let options = words.split(' ').filter(|word| word.starts_with('-') && word.len() > 1);
            found.push((verb.clone(), options.map(str::to_owned).collect()));
        }
    }
    found
}

#[test]
fn every_option_of_every_verb_is_offered() {
    let world = World::new();
    let command = Cli::command();
    let hidden: Vec<&str> =
        command.get_subcommands().filter(|verb| verb.is_hide_set()).map(clap::Command::get_name).collect();
    let mut compared = 0;
    for (verb, mut known) in oracle() {
        // `help VERB` has none, and nobody completes what is hidden; clap_complete knows no `hide` of options.
        if hidden.contains(&verb.as_str()) || verb == "help" || known.is_empty() {
            continue;
        }
        known.retain(|option| !option.starts_with("--at-load"));
        let mut before: Vec<&str> = if verb == "assume" { Vec::new() } else { vec![&verb] };
        before.push("-");
        let mut ours = offered(&world, &before);
        ours.remove("-");
        if verb == "assume" {
            // Before a verb those of `switch` stand too, which may be what is meant.
            ours.remove("--session");
            ours.remove("--force");
            ours.remove("--confirmed");
        }
        assert_eq!(ours, known, "{verb}");
        compared += 1;
    }
    assert!(compared > 12, "{compared}");
}

/// Values that clap knows, for every option that has some.
#[test]
fn every_value_of_every_option_is_offered() {
    let world = World::new();
    let mut command = Cli::command();
    command.build();
    let mut compared = 0;
    for verb in command.get_subcommands().filter(|verb| !verb.is_hide_set()) {
        for option in verb.get_opts() {
            let values: BTreeSet<String> =
                option.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
            if values.is_empty() {
                continue;
            }
            let long = format!("--{}", option.get_long().unwrap());
            assert_eq!(offered(&world, &[verb.get_name(), &long, ""]), values, "{} {long}", verb.get_name());
            let joined = values.iter().map(|value| format!("{long}={value}")).collect();
            assert_eq!(offered(&world, &[verb.get_name(), &format!("{long}=")]), joined);
            compared += 1;
        }
    }
    assert!(compared > 12, "{compared}");
}
