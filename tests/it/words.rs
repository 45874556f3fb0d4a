//! What the program says, held to what is so: the message names what is wrong, and the hint is a command that helps.

use identity_center::Config;

use crate::world::{World, run};

/// The error of a command that fails with `code`, and what it leaves a shell to evaluate.
fn fails(world: &World, words: &[&str], code: i32) -> (String, String) {
    let ran = world.assume(&[&["--shell", "bash"], words].concat());
    assert_eq!(ran.code, code, "{words:?}: {ran:?}");
    (ran.error(), ran.stdout)
}

#[test]
fn a_mistyped_verb_is_told_from_a_profile() {
    let world = World::new();
    for (words, code, word, hint) in [
        (&["statsu"][..], 4, "statsu", "assume status"),
        (&["-q", "statsu", "--json"], 2, "statsu", "assume status --json"),
        (&["lgoin", "corp"], 2, "lgoin", "assume login corp"),
        (&["swtich", "dev"], 2, "swtich", "assume switch dev"),
        (&["exce", "dev", "--", "true"], 2, "exce", "assume exec dev -- true"),
        (&["exce", "dev", "--", "$(id)"], 2, "exce", "assume exec"),
        (&["lsit", "--json"], 2, "lsit", "assume list --json"),
        (
            &["frobnicate", "corp"],
            2,
            "frobnicate",
            "assume list shows the profiles there are; assume --help shows the commands",
        ),
        (&["deb", "--json"], 2, "deb", "did you mean 'dev'?; assume --help shows the commands"),
    ] {
        let (error, stdout) = fails(&world, words, code);
        assert_eq!(error, format!("assume: there is no command or profile '{word}'\nhint: {hint}"), "{words:?}");
        assert_eq!(stdout, "false;\n", "{words:?}");
    }
    let (error, _) = fails(&world, &["pord"], 4);
    assert_eq!(error, "assume: there is no profile 'pord'\nhint: did you mean 'prod'?");
    world.write(".aws/config", &world.config().replace("[profile staging]", "[profile statsu-x]"));
    let (error, _) = fails(&world, &["statsu-y"], 4);
    assert!(error.ends_with("did you mean 'statsu-x'?"), "no verb is as near: {error}");
    world.write(".aws/config", &world.config().replace("[profile staging]", "[profile statsu-x]"));
    let (error, _) = fails(&world, &["statsu"], 4);
    assert!(error.contains("'statsu'") && error.contains("assume status"), "the verb is nearer: {error}");
    world.write(".aws/config", &world.config().replace("[profile staging]", "[profile statu]"));
    let (error, _) = fails(&world, &["statux"], 4);
    assert!(error.ends_with("did you mean 'statu'?"), "as near as the verb: {error}");
    world.write(".aws/config", &world.config().replace("[profile staging]", "[profile statsu]"));
    let (error, _) = fails(&world, &["statsu", "corp"], 2);
    assert!(error.contains("unexpected argument 'corp'"), "it is a profile: {error}");
}

/// Two sessions of one start URL, and a profile of old that says the URL itself.
#[test]
fn the_choice_between_sessions_is_in_words_that_every_verb_takes() {
    let world = World::new();
    let start_url = world.aws.start_url();
    let session = |name: &str| format!("[sso-session {name}]\nsso_start_url = {start_url}\nsso_region = us-east-1\n");
    let old = format!(
        "[profile old]\nsso_start_url = {start_url}\nsso_region = us-east-1\nsso_account_id = 111122223333\nsso_role_name = AdministratorAccess\n"
    );
    world.write(".aws/config", &[session("main"), session("main:a"), session("x'y"), old].concat());
    for name in ["main", "main:a", "x'y", &start_url] {
        world.ok(&["login", name]);
    }
    let role = "Development/AdministratorAccess";
    let what = format!("assume: '{role}' is offered by several sessions: main, main:a, x'y, {start_url}");
    // `main:a:…` would be an account of `main`, and no shell is sure to take a quote as it is.
    let error = format!("{what}\nhint: choose one: main:{role}, {start_url}:{role}");
    world.write(".assume", role);
    for words in [&[role][..], &["exec", role, "--", "true"], &["export", role], &["process", role], &["allow"]] {
        assert_eq!(fails(&world, words, 2).0, error, "{words:?}");
    }
    for choice in &[format!("main:{role}"), format!("{start_url}:{role}")] {
        let choice = choice.as_str();
        world.write(".assume", choice);
        for words in
            [&[choice][..], &["exec", choice, "--", "true"], &["export", choice], &["process", choice], &["allow"]]
        {
            world.ok(&[&["--shell", "bash"], words].concat());
        }
    }
}

#[test]
fn of_several_accounts_with_one_name_the_choice_is_by_id() {
    let config =
        Config::empty().account("111122223333", "Shared", &["Admin"]).account("444455556666", "Shared", &["Admin"]);
    let world = World::with(config);
    world.sign_in();
    let (error, _) = fails(&world, &["export", "Shared/Admin"], 2);
    assert!(error.ends_with("hint: choose one: main:111122223333/Admin, main:444455556666/Admin"), "{error}");
    world.ok(&["export", "main:444455556666/Admin"]);
}

#[test]
fn a_session_that_is_not_there_is_looked_up_where_sessions_are_shown() {
    let world = World::new();
    for verb in ["login", "logout"] {
        let (error, _) = fails(&world, &[verb, "nosuch"], 4);
        assert_eq!(error, "assume: there is no session 'nosuch'\nhint: assume status shows the sessions there are");
        let (error, _) = fails(&world, &[verb, "mian"], 4);
        assert!(error.ends_with("hint: did you mean 'main'?"), "{error}");
    }
    world.write(".aws/config", "");
    let (error, _) = fails(&world, &["login", "nosuch"], 4);
    assert!(error.contains("hint: your AWS config has none: add an [sso-session NAME]"), "{error}");
}

#[test]
fn a_profile_whose_name_begins_with_a_dash_runs_a_command_behind_a_second_separator() {
    let world = World::new();
    world.write(".aws/config", &world.config().replace("[profile dev]", "[profile -dash]"));
    world.sign_in();
    for words in [&["exec", "--", "-dash", "--"][..], &["exec", "--", "-dash"]] {
        let ran = world.ok(&[words, &["printenv", "ASSUME_PROFILE"]].concat());
        assert_eq!(ran.stdout, "-dash\n", "{words:?}");
    }
    let (error, _) = fails(&world, &["exec", "--", "-dash", "--"], 2);
    assert!(error.starts_with("assume: no command was named"), "{error}");
}

#[test]
fn a_sign_in_that_was_asked_for_anew_is_not_said_to_be_missing() {
    let world = World::new();
    world.sign_in();
    for (words, why) in [
        (&["login", "--force", "--no-input"][..], "--no-input lets nobody sign in"),
        (&["login", "--force", "--flow", "device"], "without a terminal nobody would see the page or the code"),
    ] {
        let (error, _) = fails(&world, words, 3);
        assert!(
            error.starts_with(&format!("assume: 'main' needs a sign-in: a new one was asked for; {why}")),
            "{error}"
        );
    }
    world.ok(&["logout"]);
    let (error, _) = fails(&world, &["login", "--force", "--no-input"], 3);
    assert!(error.contains("nobody is signed in"), "{error}");
}

#[test]
fn what_is_trusted_is_the_path_that_was_named_or_nothing() {
    let world = World::new();
    world.write(".assume", "dev\n");
    world.write("README", "");
    let hint = "hint: name a folder, or the .assume file in it";
    for verb in ["allow", "deny"] {
        for path in ["some/path/that/is/absent", "absent"] {
            assert_eq!(fails(&world, &[verb, path], 4).0, format!("assume: there is no {path}\n{hint}"));
        }
        let (error, _) = fails(&world, &[verb, "README"], 2);
        assert_eq!(error, format!("assume: README is neither a folder nor a .assume file\n{hint}"));
        let (error, _) = fails(&world, &[verb, "gone/.assume"], 4);
        assert!(error.contains("gone/.assume"), "{error}");
    }
    for path in [&["."][..], &[".assume"], &[]] {
        world.ok(&[&["allow"], path].concat());
    }
}

#[test]
fn who_was_not_signed_in_is_not_signed_out() {
    let world = World::new();
    assert_eq!(world.ok(&["logout", "main"]).stderr, "assume: nobody was signed in to main\n");
    assert_eq!(world.ok(&["logout", "--all"]).stderr, "assume: nobody was signed in\n");
    world.sign_in();
    assert!(world.ok(&["logout"]).stderr.starts_with("assume: signed out; "));
    assert_eq!(world.ok(&["logout"]).stderr, "assume: nobody was signed in to main\n");
}

#[test]
fn show_and_switch_say_the_same_of_a_profile_that_has_no_keys() {
    let world = World::new();
    world.write(
        ".aws/config",
        &format!("{}[profile bare]\nregion = us-east-1\n[profile token]\nsso_session = main\n", world.config()),
    );
    let says = "says nowhere where its keys come from";
    assert!(fails(&world, &["bare"], 8).0.contains(says));
    let shown = world.ok(&["show", "bare"]).stdout;
    assert!(shown.contains(says) && !shown.contains("can't get keys"), "{shown}");
    let shown = world.ok(&["show", "token"]).stdout;
    assert!(shown.contains("no account and role are named") && !shown.contains("can't get keys"), "{shown}");
}

#[test]
fn keys_with_a_session_token_are_not_called_long_term() {
    let world = World::new();
    let keys = |id: &str| format!("aws_access_key_id = {id}\naws_secret_access_key = s\n");
    let lent = format!("{}aws_session_token = t\n", keys("ASIAEXAMPLE"));
    world.write(".aws/credentials", &format!("[lent]\n{lent}[mine]\n{}", keys("AKIAEXAMPLE")));
    assert!(world.ok(&["show", "lent"]).stdout.contains("1. use the temporary key ASIAEXAMPLE that lies in clear"));
    assert!(world.ok(&["show", "mine"]).stdout.contains("1. use the long-term key AKIAEXAMPLE that lies in clear"));
    assert!(world.ok(&["list", "--json"]).stdout.contains("temporary-key"));
}

#[test]
fn a_section_of_keys_by_the_name_of_a_profile_is_said_to_do_nothing_for_the_aws_cli() {
    let world = World::new();
    world.sign_in();
    let note = "the AWS CLI takes the sign-in of profile 'dev' and not these keys";
    let ran = world.ok(&["export", "dev", "--format", "ini"]);
    assert!(ran.stderr.contains(note) && ran.stdout.starts_with("[dev]\n"), "{ran:?}");
    for words in [["export", "dev", "--format", "dotenv"], ["export", "Staging/ReadOnlyAccess", "--format", "ini"]] {
        assert_eq!(world.ok(&words).stderr, "", "{words:?}");
    }
}

#[test]
fn a_hint_is_another_command_than_the_one_that_failed() {
    let world = World::new();
    for words in [["help", "--help"], ["help", "nosuch"]] {
        assert!(fails(&world, &words, 2).0.ends_with("\nhint: assume --help"), "{words:?}");
    }
    for again in [false, true] {
        let ran = run(world.command(&["login", "main"]).env("BROWSER", "/nonexistent"));
        assert_eq!(ran.code, 3, "{ran:?}");
        let error = ran.error();
        assert!(error.contains("no browser could be started (/nonexistent)"), "{again}: {error}");
        let hint = "hint: let BROWSER or login.browser name one that starts, then: assume login main --force";
        assert!(error.ends_with(hint), "{again}: {error}");
    }
    world.ok(&["login", "main", "--force"]);
}
