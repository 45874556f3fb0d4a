//! What the program answers when TAB is pressed.

use std::fs;

use identity_center::Config;

use crate::world::{Ran, World, run};

fn answer(world: &World, words: &[&str]) -> Vec<String> {
    let all: Vec<&str> = ["complete", "--"].into_iter().chain(words.iter().copied()).collect();
    let Ran { stdout, .. } = world.ok(&all);
    stdout.lines().map(str::to_owned).collect()
}

fn names(lines: &[String]) -> Vec<&str> {
    lines.iter().map(|line| line.split('\t').next().unwrap()).collect()
}

#[test]
fn profiles_come_first_with_account_and_role_and_by_use() {
    let world = World::new();
    world.sign_in();
    let lines = answer(&world, &[""]);
    assert_eq!(
        &lines[..4],
        [
            "dev\tDevelopment AdministratorAccess\t",
            "prod\tProduction ReadOnlyAccess\t",
            "staging\tStaging ReadOnlyAccess\t",
            "switch\tSwitch this shell to a profile, or to ACCOUNT/ROLE\t"
        ]
    );
    world.ok(&["staging", "--shell", "bash"]);
    world.ok(&["staging", "--shell", "bash"]);
    world.ok(&["exec", "prod", "--", "true"]);
    assert_eq!(names(&answer(&world, &[""]))[..3], ["staging", "prod", "dev"]);
    // What an SDK asks for is no use of a person's.
    for _ in 0..4 {
        world.ok(&["process", "dev"]);
    }
    assert_eq!(names(&answer(&world, &[""]))[..3], ["staging", "prod", "dev"]);
    // Nor is what failed.
    assert_ne!(world.assume(&["nope", "--shell", "bash"]).code, 0);
    let uses = fs::read_to_string(world.state().join("uses")).unwrap();
    assert_eq!(uses.lines().count(), 3, "{uses}");
}

#[test]
fn accounts_and_roles_that_are_known_are_offered() {
    let world = World::new();
    world.sign_in();
    assert!(answer(&world, &["Dev"]).iter().all(|line| !line.contains('/')));
    world.ok(&["Development/ReadOnlyAccess", "--shell", "bash"]);
    let line = "Development/ReadOnlyAccess\t111122223333 main\t".to_owned();
    for words in [&["Dev"][..], &["switch", "Dev"], &["exec", "Dev"], &["export", "Dev"], &["process", "Dev"]] {
        assert!(answer(&world, words).contains(&line), "{words:?} {:?}", answer(&world, words));
    }
    assert_eq!(names(&answer(&world, &["show", "Dev"])), ["dev"], "show takes profiles alone");
    // The use tells it also when its keys are gone.
    world.ok(&["lock"]);
    assert!(answer(&world, &["Dev"]).contains(&line));
}

#[test]
fn what_is_offered_fits_the_place() {
    let world = World::new();
    for (words, wanted) in [
        (&["switch", "d"][..], &["dev"][..]),
        (&["show", "d"], &["dev"]),
        (&["login", ""], &["main"]),
        (&["logout", ""], &["main"]),
        (&["dev", "--session", ""], &["main"]),
        (&["init", ""], &["bash", "zsh", "fish", "powershell"]),
        (&["--shell", ""], &["bash", "zsh", "fish", "powershell", "sh", "json"]),
        (&["help", "lo"], &["login", "logout", "lock"]),
        (&["DEV"], &["dev"]),
        (&["setu"], &[]),
        (&["refr"], &[]),
        (&["compl"], &[]),
        (&["dev", ""], &[]),
        (&["nonsense", "more", "of", "it"], &[]),
        (&["--no-such-option=x"], &[]),
        (&["complete", ""], &[]),
    ] {
        assert_eq!(names(&answer(&world, words)), wanted, "{words:?}");
    }
    let back = run(world.command(&["complete", "--", "-"]).env("ASSUME_PREVIOUS", "prod\u{1b}[31m"));
    assert!(back.stdout.starts_with("-\tback to prod[31m\t\n"), "{back:?}");
}

/// zsh and fish choose among what they get, by rules that a person may have set.
#[test]
fn shells_that_match_by_themselves_get_whatever_could_match() {
    let world = World::new();
    for shell in ["zsh", "fish"] {
        for (typed, wanted) in [
            ("sta", &["staging", "status"][..]),
            ("STG", &["staging"]),
            ("'tg", &["staging"]),
            ("s*g", &["staging"]),
            ("xyz", &[]),
            ("--col=", &[]),
            ("--color=AY", &["--color=always"]),
        ] {
            let ran = world.ok(&["complete", "--shell", shell, "--", typed]);
            let lines: Vec<String> = ran.stdout.lines().map(str::to_owned).collect();
            assert_eq!(names(&lines), wanted, "{shell} {typed}");
        }
    }
}

#[test]
fn wrong_input_is_answered_with_nothing() {
    let world = World::new();
    let cases: [&[&str]; 10] = [
        &["complete"],
        &["complete", "--shell", "bash"],
        &["complete", "--shell", "bash", "--", "9", "80", "x", "assume d", "d"],
        &["complete", "--shell", "bash", "--", "9", "80", "8", "assume d", "zzz"],
        &["complete", "--shell", "bash", "--", "9", "80", "99", "", ""],
        &["complete", "--shell", "powershell", "--", "no base64"],
        &["complete", "--shell", "powershell", "--", "/w=="],
        &["complete", "--shell", "powershell"],
        &["complete", "--shell", "zsh", "--", "login", "login", "--no", "--such", ""],
        &["complete", "--", "x", "\t", "\n", ""],
    ];
    for words in cases {
        let ran = world.assume(words);
        assert!(ran.code == 0 && ran.stdout.trim_end().is_empty() && ran.stderr.is_empty(), "{words:?} {ran:?}");
    }
}

/// A broken file costs what it would have said.
#[test]
fn broken_files_cost_themselves() {
    let world = World::new();
    world.sign_in();
    world.write(".config/assume/config.toml", "nonsense = [\n");
    assert_eq!(answer(&world, &["dev"]), ["dev\tDevelopment AdministratorAccess\t"]);
    fs::write(world.state().join("uses"), b"\xff\n1 1 \"prod\n\0").unwrap();
    assert_eq!(names(&answer(&world, &[""]))[0], "dev");
    fs::remove_dir_all(world.state()).unwrap();
    assert_eq!(answer(&world, &["dev"]), ["dev\t111122223333 AdministratorAccess\t"]);
    assert!(!world.state().exists(), "what only reads makes no folder");
    world.write(".aws/config", "[profile dev\n\u{fffd}");
    assert!(answer(&world, &["dev"]).is_empty() && names(&answer(&world, &["lis"])) == ["list"]);
    fs::remove_file(world.path(".aws/config")).unwrap();
    fs::create_dir(world.path(".aws/config")).unwrap();
    assert_eq!(names(&answer(&world, &["lis"])), ["list"]);
}

/// A `.env` that chooses another state folder must not choose what is offered (security rule 19).
#[test]
fn only_the_settings_of_the_load_count() {
    let world = World::new();
    world.sign_in();
    world.ok(&["prod", "--shell", "bash"]);
    let foreign = world.path("foreign");
    let asks = |words: &[&str], variable: bool| {
        let mut command = world.command(words);
        if variable {
            command.env("ASSUME_STATE_DIR", &foreign).env("ASSUME_CONFIG", "relative").env("ASSUME_STORE", "nonsense");
        }
        run(&mut command).stdout.lines().next().unwrap_or_default().to_owned()
    };
    let prod = "prod\tProduction ReadOnlyAccess\t";
    assert_eq!(asks(&["complete", "--", ""], false), prod);
    assert_eq!(asks(&["complete", "--", ""], true), prod);
    assert!(!foreign.exists());
    let at_load = format!("--at-load=ASSUME_STATE_DIR={}", foreign.display());
    assert_eq!(asks(&["complete", &at_load, "--", ""], false), "dev\t111122223333 AdministratorAccess\t");
}

#[test]
fn no_name_forges_a_line_or_hides_what_it_is() {
    let world = World::with(Config::default());
    let hidden = "[profile \"a\tb\"]\n[profile e\u{1b}[31m]\n[profile rtl\u{202e}gnp]\n[profile zero\u{200b}width]\n";
    let shown = "[profile ünïcödé]\n[profile -x]\n[profile \"-\"]\n[profile list]\n";
    world.write(".aws/config", &format!("{hidden}{shown}"));
    let lines = answer(&world, &["switch", ""]);
    assert_eq!(lines, ["-x\tprofile\t--", "list\tprofile\t", "ünïcödé\tprofile\t"]);
    assert_eq!(answer(&world, &["switch", "--", ""])[0], "-x\tprofile\t");
    assert_eq!(answer(&world, &["li"])[0], "list\tprofile\tswitch");

    let roles = "[profile x]\nsso_account_id = 1\u{1b}]0;pwned\u{7}\nsso_role_name = a\tb\u{202e}\n";
    world.write(".aws/config", roles);
    assert_eq!(answer(&world, &["x"]), ["x\t1]0;pwned a b\t"]);
}

/// Names are kept by AWS's administrators: what they write is offered by the account's id where it could mislead.
#[test]
fn a_hostile_account_name_is_offered_by_its_id() {
    for name in ["-rf", "a\u{1b}[31m", "rtl\u{202e}", "new\nline", "\t"] {
        let mut config = Config::default();
        config.instances[0].accounts[0].name = name.into();
        let world = World::with(config);
        world.sign_in();
        world.ok(&["111122223333/ReadOnlyAccess", "--shell", "bash"]);
        let lines = answer(&world, &["switch", "111"]);
        assert_eq!(names(&lines), ["111122223333/ReadOnlyAccess"], "{name:?} {lines:?}");
        let all = answer(&world, &[""]);
        let whole = |line: &String| line.matches('\t').count() == 2 && !line.contains(['\u{1b}', '\u{202e}']);
        assert!(all.iter().all(whole), "{all:?}");
    }
}
