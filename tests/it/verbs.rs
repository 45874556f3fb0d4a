//! Each verb as a user meets it: what it prints, how it exits, what it leaves behind.

use serde_json::Value;

use crate::world::{ASSUME, PASSPHRASE, Ran, World, run};

fn json(ran: &Ran) -> Value {
    serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran:?}"))
}

#[test]
fn a_shell_becomes_the_role_and_the_second_time_asks_nobody() {
    let world = World::new();
    let script = "eval $(assume dev) && aws_whoami() { assume whoami --json; } && aws_whoami";
    let first = run(&mut world.program("bash", &["-c", script]));
    assert_eq!(first.code, 0, "{first:?}");
    let caller = json(&first);
    assert_eq!(caller["account_id"], "111122223333");
    assert!(caller["arn"].as_str().unwrap().contains(":assumed-role/AWSReservedSSO_AdministratorAccess_"), "{caller}");
    assert_eq!(world.tabs().len(), 1);

    let asked = world.aws.log().len();
    world.ok(&["dev", "--shell", "bash"]);
    assert_eq!(world.aws.log().len(), asked, "a warm switch asks nobody");
}

#[test]
fn a_failed_switch_fails_the_eval_and_keeps_the_old_identity() {
    let world = World::new();
    world.sign_in();
    for shell in ["bash", "zsh", "dash"] {
        let script = "eval \"$(assume dev --shell sh)\"; before=$AWS_ACCESS_KEY_ID; \
                      if eval \"$(assume nosuch --shell sh)\"; then echo went on; fi; \
                      [ \"$before\" = \"$AWS_ACCESS_KEY_ID\" ] && echo \"kept $ASSUME_PROFILE\"";
        let ran = run(&mut world.program(shell, &["-c", script]));
        assert_eq!(ran.stdout, "kept dev\n", "{shell}: {ran:?}");
    }
}

#[test]
fn leaving_says_what_this_shell_is_no_longer() {
    let world = World::new();
    world.sign_in();
    let left = |off: &str| {
        let script = format!("eval $(assume dev --quiet); {off}; echo \"${{ASSUME_PROFILE-gone}}\"");
        let ran = run(&mut world.program("bash", &["-c", &script]));
        assert_eq!((ran.code, ran.stdout.as_str()), (0, "gone\n"), "{off}: {ran:?}");
        ran.stderr
    };
    let said = left("eval $(assume off)");
    assert!(said.ends_with("this shell is no longer Development/AdministratorAccess\n"), "{said}");
    assert_eq!(left("eval $(assume off --quiet)"), "");
    // Keys that somebody exported since are not left.
    assert!(!left("export AWS_ACCESS_KEY_ID=AKIAEXAMPLE0SAMPLE01; eval $(assume off)").contains("no longer"));
}

/// A shell in a shell knows what it is by its environment alone (security rule 9).
#[test]
fn leaving_in_a_nested_shell_removes_the_keys_of_what_it_says_it_is() {
    let world = World::new();
    world.sign_in();
    let left = |before: &str| {
        let within = format!("{before} eval $(assume off --shell bash --quiet); echo \"${{AWS_ACCESS_KEY_ID-gone}}\"");
        let ran = run(&mut world.program("assume", &["exec", "dev", "--", "bash", "-c", &within]));
        assert_eq!(ran.code, 0, "{ran:?}");
        ran.stdout.trim_end().to_owned()
    };
    assert_eq!(left(""), "gone");
    let staging = world.ok(&["exec", "Staging/AdministratorAccess", "--", "printenv", "AWS_ACCESS_KEY_ID"]).stdout;
    for other in [
        &format!("export AWS_ACCESS_KEY_ID={};", staging.trim_end()),
        "export AWS_ACCOUNT_ID=222233334444;",
        "export ASSUME_ROLE=Other;",
        "export ASSUME_SESSION=other;",
    ] {
        let kept = left(other);
        assert!(kept.starts_with("ASIA"), "{other} {kept}");
    }
}

#[test]
fn an_unknown_profile_gets_the_nearest_names() {
    let world = World::new();
    let ran = world.assume(&["prdo", "--shell", "bash"]);
    assert_eq!((ran.code, ran.stdout.trim_end()), (4, "false;"));
    assert!(ran.error().contains("prdo") && ran.error().contains("prod"), "{ran:?}");
}

#[test]
fn account_and_role_need_no_profile() {
    let world = World::new();
    world.sign_in();
    for word in ["444455556666/AdministratorAccess", "Staging/AdministratorAccess", "main:Staging/AdministratorAccess"]
    {
        let ran = world.ok(&["export", word, "--format", "json"]);
        assert_eq!(json(&ran)["AccountId"], "444455556666", "{word}");
    }
}

#[test]
fn an_account_nobody_offers_is_told_what_is_offered() {
    let world = World::new();
    world.sign_in();
    let ran = world.assume(&["nowhere/Admin", "--shell", "bash"]);
    assert_eq!(ran.code, 4, "{ran:?}");
    assert!(ran.error().contains("hint: what is offered there: Development, "), "{ran:?}");
}

#[test]
fn no_access_names_account_and_role_and_what_can_be_used_instead() {
    let world = World::new();
    world.sign_in();
    let ran = world.assume(&["process", "Production/AdministratorAccess"]);
    assert_eq!(ran.code, 5, "{ran:?}");
    let error = ran.error();
    for name in ["AdministratorAccess", "777788889999", "ReadOnlyAccess"] {
        assert!(error.contains(name), "{name}: {error}");
    }
}

#[test]
fn exec_gives_keys_and_mirrors_status_and_signals() {
    let world = World::new();
    world.sign_in();
    let status = |words: &[&str]| world.assume(&[&["exec", "dev", "--"], words].concat()).code;
    assert_eq!(status(&["sh", "-c", "exit 42"]), 42);
    assert_eq!(status(&["sh", "-c", "kill -TERM $$"]), 128 + 15);
    assert_eq!(status(&["/no/such/program"]), 127);
    assert_eq!(status(&["/etc/passwd"]), 126);
    let ran = world.ok(&["exec", "dev", "--", "env"]);
    assert!(ran.stdout.contains("AWS_ACCOUNT_ID=111122223333\n"), "{ran:?}");
    assert!(ran.stdout.contains("AWS_REGION=eu-central-1\n"), "{ran:?}");
    assert!(!ran.stdout.contains(PASSPHRASE), "the passphrase of the vault is not the child's");
}

#[test]
fn what_the_caller_ignores_the_command_ignores_too() {
    let world = World::new();
    // Cold: the way that answers Ctrl-C and hang-ups itself until the command begins.
    let script = "trap '' HUP; assume exec dev -- sh -c 'kill -HUP $$; echo alive'";
    let ran = run(&mut world.program("sh", &["-c", script]));
    assert_eq!((ran.stdout.as_str(), ran.code), ("alive\n", 0), "{ran:?}");
}

#[test]
fn exec_without_dashes_and_with_options_of_the_command() {
    let world = World::new();
    world.sign_in();
    assert_eq!(world.ok(&["exec", "dev", "echo", "-n", "--help"]).stdout, "--help");
}

#[test]
fn process_is_what_an_sdk_reads() {
    let world = World::new();
    world.sign_in();
    let answer = json(&world.ok(&["process", "dev"]));
    assert_eq!(answer["Version"], 1);
    assert_eq!(answer["AccountId"], "111122223333");
    assert!(answer["Expiration"].as_str().unwrap().ends_with('Z'));
}

#[test]
fn a_second_login_does_nothing_and_logout_ends_it() {
    let world = World::new();
    world.sign_in();
    world.sign_in();
    assert_eq!(world.tabs().len(), 1);
    assert_eq!(world.assume(&["status"]).code, 0);
    world.ok(&["process", "dev"]);
    world.ok(&["logout"]);
    assert_eq!(world.assume(&["status"]).code, 3);
    let ran = world.assume(&["process", "dev", "--no-input"]);
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(ran.error().contains("assume login main"), "{ran:?}");
}

#[test]
fn logout_all_revokes_what_the_config_no_longer_names() {
    let world = World::new();
    world.sign_in();
    world.write(".aws/config", "");
    world.ok(&["logout", "--all"]);
    assert_eq!(world.aws.count("Logout"), 1);
}

#[test]
fn list_and_status_speak_json() {
    let world = World::new();
    world.sign_in();
    world.ok(&["process", "dev"]);
    let list = json(&world.ok(&["list", "--json"]));
    let dev = &list[0];
    assert_eq!(dev["profile"], "dev");
    assert_eq!(dev["session"], "main");
    assert_eq!(dev["account_id"], "111122223333");
    assert_eq!(dev["account_name"], "Development");
    assert_eq!(dev["role"], "AdministratorAccess");
    assert_eq!(dev["region"], "eu-central-1");
    assert_eq!(dev["state"], "fine");
    assert!(dev["expires_at"].as_str().unwrap().ends_with('Z'));
    assert_eq!(list[2]["state"], "none");
    let status = json(&world.ok(&["status", "--json"]));
    assert_eq!(status["sessions"][0]["state"], "fine");
    assert_eq!(status["shell"]["profile"], Value::Null);
}

#[test]
fn every_reserved_verb_says_that_it_is_not_built_yet() {
    let world = World::new();
    for verb in ["setup", "console", "serve", "keys", "doctor"] {
        let ran = world.assume(&[verb, "--any", "word"]);
        assert_eq!(ran.code, 1, "{verb}: {ran:?}");
        assert!(ran.stderr.contains("not built yet"), "{verb}: {ran:?}");
        assert_eq!(ran.stdout, "", "{verb}");
    }
}

#[test]
fn wrong_usage_of_an_evaluated_verb_fails_the_eval_too() {
    let world = World::new();
    for words in [&["dev", "--nosuch"][..], &["off", "word"], &["switch", "--help"], &["dev", "--shell", "tcsh"]] {
        let ran = run(world.program("bash", &["-c", "eval $(assume \"$@\") && echo went on", "bash"]).args(words));
        assert_eq!(ran.stdout, "", "{words:?}: {ran:?}");
    }
    let usage = world.assume(&["list", "--nosuch"]);
    assert_eq!((usage.code, usage.stdout.as_str()), (2, ""));
}

#[test]
fn the_program_says_where_it_is_when_the_wrapper_is_printed() {
    let world = World::new();
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let ran = world.ok(&["init", shell]);
        assert!(ran.stdout.contains(ASSUME), "{shell}");
    }
}

#[test]
fn the_previous_profile_is_a_word_away_also_where_it_is_an_account_and_role() {
    let world = World::new();
    world.sign_in();
    let script = "eval $(assume Staging/AdministratorAccess); echo $ASSUME_PROFILE; eval $(assume dev); echo $ASSUME_PREVIOUS; \
                  eval $(assume -); echo $AWS_ACCOUNT_ID $ASSUME_PREVIOUS; eval $(assume -); echo $ASSUME_PROFILE";
    let ran = run(&mut world.program("bash", &["-c", script]));
    let lines: Vec<&str> = ran.stdout.lines().collect();
    let expected = ["Staging/AdministratorAccess", "main:Staging/AdministratorAccess", "444455556666 dev", "dev"];
    assert_eq!(lines, expected, "{ran:?}");
}

#[test]
fn names_that_take_long_are_fetched_after_the_sign_in_and_nobody_waits() {
    let world = World::new();
    // A sign-in gives the names two seconds.
    world.aws.set_latency("ListAccounts", 2500);
    let kernel = |words: &[&str]| {
        let mut command = world.command(words);
        run(command.env_remove("ASSUME_STORE_PASSPHRASE").env("ASSUME_STORE", "keyutils").env_remove("CI"))
    };
    let signed_in = kernel(&["login"]);
    if signed_in.code == 7 {
        return crate::skip::skip("the kernel refuses its keyring here");
    }
    assert_eq!(signed_in.code, 0, "{signed_in:?}");
    assert!(kernel(&["list"]).stdout.contains("111122223333"), "until then the id stands in");
    assert!(world.aws.wait_for("ListAccounts", 2, std::time::Duration::from_secs(20)), "a second process asks");
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while !kernel(&["list"]).stdout.contains("Development") {
        assert!(std::time::Instant::now() < deadline, "the names do not come");
    }
}

#[test]
fn a_failed_export_fails_the_eval_too_and_other_formats_print_nothing() {
    let world = World::new();
    let ran = run(&mut world.program("bash", &["-c", "eval \"$(assume export nosuch)\" && echo went on"]));
    assert_eq!(ran.stdout, "", "{ran:?}");
    assert_eq!(world.assume(&["export", "nosuch"]).stdout, "false;\n");
    assert_eq!(world.assume(&["export", "nosuch", "--format", "json"]).stdout, "");
    assert_eq!(world.assume(&["export", "nosuch", "--format=dotenv"]).stdout, "");
}

#[test]
fn reading_verbs_make_nothing_in_an_empty_home() {
    let world = World::new();
    world.ok(&["list"]);
    world.ok(&["show", "dev"]);
    assert_eq!(world.assume(&["status"]).code, 3);
    assert!(!world.path(".local").exists(), "no state folder for what only reads");
}
