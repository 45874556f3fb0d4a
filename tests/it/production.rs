//! `[production]`: a switch there wants the name typed, on the terminal itself, in every shell.

use std::fs;
use std::path::Path;

use identity_center::Config;

use crate::shells::run::{Shell, Variables};
use crate::terminal::Terminal;
use crate::world::{World, run};

const RULE: &str = "[production]\nmatch = [\"prod*\"]\nconfirm = true\n";

fn world_with(settings: &str) -> World {
    let world = World::new();
    world.write(".config/assume/config.toml", settings);
    world.sign_in();
    world
}

#[test]
fn without_a_terminal_production_is_refused_until_the_command_line_confirms_it() {
    let world = world_with(RULE);
    let refused = world.assume(&["--shell", "bash", "prod"]);
    assert_eq!((refused.code, refused.stdout.as_str()), (2, "false;\n"), "{refused:?}");
    assert_eq!(
        refused.error(),
        "assume: 'prod' is production and wants a confirmation, and there is nobody to ask\n\
         hint: run it at a terminal, or say that it is meant: assume switch --confirmed prod"
    );
    let no_input = world.assume(&["--shell", "bash", "--no-input", "prod"]);
    assert_eq!((no_input.code, no_input.stdout.as_str()), (2, "false;\n"), "{no_input:?}");
    assert_eq!(world.aws.count("GetRoleCredentials"), 0, "nothing was begun");

    let back = run(world.command(&["--shell", "bash", "-"]).env("ASSUME_PREVIOUS", "prod"));
    assert_eq!((back.code, back.stdout.as_str()), (2, "false;\n"), "the way back is a switch too: {back:?}");

    assert!(world.ok(&["--shell", "bash", "switch", "--confirmed", "prod"]).stdout.contains("AWS_ACCESS_KEY_ID"));
    assert!(world.ok(&["--shell", "bash", "dev"]).stdout.contains("AWS_ACCESS_KEY_ID"), "others need none");
    assert_eq!(world.ok(&["exec", "prod", "--", "printenv", "ASSUME_PROFILE"]).stdout, "prod\n", "it is named there");
}

/// Settings that are elsewhere than the variable says would ask nobody.
#[test]
fn no_shell_is_switched_by_settings_that_are_named_and_absent() {
    let world = world_with("");
    let named = |words: &[&str]| run(world.command(words).env("ASSUME_CONFIG", world.path("typo.toml")));
    let ran = named(&["--shell", "bash", "prod"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (8, "false;\n"), "{ran:?}");
    assert!(named(&["complete", "--", "pro"]).stdout.starts_with("prod\t"), "completion goes by no settings");
    let loaded = named(&["init", "bash"]);
    assert!(loaded.code == 0 && loaded.stderr.contains("typo.toml"), "the shell starts, and says so: {loaded:?}");
    fs::remove_dir_all(world.path(".config/assume")).unwrap();
    std::os::unix::fs::symlink(world.path("unmounted"), world.path(".config/assume")).unwrap();
    let ran = world.assume(&["--shell", "bash", "prod"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (8, "false;\n"), "{ran:?}");
}

#[test]
fn colour_alone_asks_nobody() {
    let world = world_with("[production]\nmatch = [\"prod*\"]\n");
    assert!(world.ok(&["--shell", "bash", "prod"]).stdout.contains("AWS_ACCESS_KEY_ID"));
}

#[test]
fn an_account_whose_name_is_learnt_only_by_the_sign_in_is_production_all_the_same() {
    let config = Config::empty().account("111122223333", "Development", &["AdministratorAccess"]).account(
        "777788889999",
        "Big Money",
        &["ReadOnlyAccess"],
    );
    let world = World::with(config);
    world.write(".config/assume/config.toml", "[production]\nmatch = [\"*money*\"]\nconfirm = true\n");
    // With a browser at hand a switch signs in by itself.
    let refused = world.assume(&["--shell", "bash", "prod"]);
    assert_eq!((refused.code, refused.stdout.as_str()), (2, "false;\n"), "{refused:?}");
    assert_eq!(world.tabs().len(), 1, "{refused:?}");
    assert!(world.ok(&["--shell", "bash", "dev"]).stdout.contains("AWS_ACCESS_KEY_ID"));

    // Forgotten, as by a logout in the middle: asked of AWS again.
    fs::remove_dir_all(world.state().join("accounts")).unwrap();
    assert!(world.ok(&["--shell", "bash", "dev"]).stdout.contains("AWS_ACCESS_KEY_ID"));
    fs::remove_dir_all(world.state().join("accounts")).unwrap();
    assert_eq!(world.assume(&["--shell", "bash", "prod"]).code, 2);
}

struct Habits {
    start: &'static [&'static str],
    switch: &'static str,
    /// Says how a statement ended, in words that were not typed, and where the shell is then.
    outcome: fn(&str) -> String,
}

fn habits(shell: Shell) -> Habits {
    match shell {
        Shell::Bash | Shell::Zsh | Shell::Sh => Habits {
            start: if shell == Shell::Bash { &["--noprofile", "--norc", "-i"] } else { &["-f", "-i"] },
            switch: "eval $(assume prod)",
            outcome: |statement| format!("{statement} && echo at-$ASSUME_PROFILE || echo fai''led-at-$ASSUME_PROFILE"),
        },
        Shell::Fish => Habits {
            start: &["--no-config", "-i"],
            switch: "eval (assume prod)",
            outcome: |statement| {
                format!("{statement}; and echo at-$ASSUME_PROFILE; or echo fai''led-at-$ASSUME_PROFILE")
            },
        },
        Shell::Pwsh => Habits {
            start: &["-NoProfile", "-NoLogo"],
            switch: "iex (assume prod)",
            outcome: |statement| {
                format!(
                    "try {{ {statement}; \"at-$env:ASSUME_PROFILE\" }} catch {{ \"fai\" + \"led-at-$env:ASSUME_PROFILE\" }}"
                )
            },
        },
    }
}

fn asked(shell: Shell, program: &Path) {
    let world = world_with(RULE);
    let mut variables: Variables =
        world.variables().into_iter().map(|(name, value)| (name.into(), value.into())).collect();
    variables.insert("ASSUME_PROFILE".into(), "dev".into());
    let Habits { start, switch, outcome } = habits(shell);
    let mut terminal = Terminal::start(program, start, &variables, world.home.path());
    let asks = |terminal: &Terminal, times: usize| {
        let question = "type its name to switch this shell to it:";
        terminal.wait_until(&format!("question {times}"), |screen| screen.matches(question).count() == times);
    };
    terminal.line(&outcome(switch));
    asks(&terminal, 1);
    let screen = terminal.screen();
    let facts = "prod is production: account Production (777788889999), role ReadOnlyAccess";
    assert!(screen.contains(facts), "{shell:?}: {screen}");
    let red = b"\x1b[1m\x1b[31mprod is production";
    assert!(terminal.written().windows(red.len()).any(|window| window == red), "{shell:?}: in red");
    terminal.line("dev");
    terminal.wait_for("failed-at-dev");
    terminal.wait_for("assume: 'prod' was not confirmed: nothing was changed");
    assert_eq!(world.aws.count("GetRoleCredentials"), 0, "{shell:?}");

    terminal.line(&outcome(switch));
    asks(&terminal, 2);
    terminal.line("prod");
    terminal.wait_until("the switch", |screen| screen.lines().any(|line| line.trim_end() == "at-prod"));
}

#[test]
fn in_every_shell_the_name_is_asked_for_within_an_eval() {
    Shell::each(&[Shell::Bash, Shell::Zsh, Shell::Fish, Shell::Pwsh], asked);
}

#[test]
fn neither_what_was_typed_before_the_question_nor_giving_up_confirms() {
    let Some(bash) = Shell::Bash.program() else { return };
    let world = world_with(RULE);
    let mut variables: Variables =
        world.variables().into_iter().map(|(name, value)| (name.into(), value.into())).collect();
    variables.insert("ASSUME_PROFILE".into(), "dev".into());
    let mut terminal = Terminal::start(&bash, &["--noprofile", "--norc", "-i"], &variables, world.home.path());
    terminal.line("eval \"$(assume init bash)\"; PS1='re''ady-$?-$ASSUME_PROFILE> '");
    let times = |terminal: &Terminal, text: &str, times: usize| {
        terminal.wait_until(&format!("{text} {times} times"), |screen| screen.matches(text).count() == times);
    };
    terminal.wait_for("ready-0-dev>");
    // The first waits until something was typed ahead of it.
    terminal.line("mkfifo gate; echo wai''ting; : <gate; assume prod");
    terminal.wait_for("waiting");
    terminal.line("prod");
    terminal.wait_until("an echo", |screen| screen.lines().last().is_some_and(|line| line.trim() == "prod"));
    fs::write(world.path("gate"), "").unwrap();
    for (count, key) in [(1, "no\n"), (2, "\x04"), (3, "\x03"), (4, "\n")] {
        if count > 1 {
            terminal.line("assume prod");
        }
        times(&terminal, "type its name to switch this shell to it:", count);
        terminal.keys(key);
        times(&terminal, "ready-130-dev>", count);
    }
    assert_eq!(terminal.screen().matches("'prod' was not confirmed").count(), 3, "{}", terminal.screen());
    assert_eq!(world.aws.count("GetRoleCredentials"), 0);
}
