//! A sign-in that would go elsewhere than the last one, in front of a person: what is said of it, and which verb may do it
//! (security rules 1, 2 and 19).

use crate::shells::run::Variables;
use crate::terminal::Terminal;
use crate::world::{ASSUME, Ran, World, run};

use identity_center::Config;

const ENDPOINTS: [&str; 2] = ["AWS_ENDPOINT_URL_SSO_OIDC", "AWS_ENDPOINT_URL_SSO"];

/// Under another name, which makes it another place, and answered by the same stand-in.
fn by_name(world: &World) -> String {
    world.aws.url().replace("127.0.0.1", "localhost")
}

fn with(world: &World, words: &[&str], variables: &[(&str, &str)]) -> Ran {
    run(world.command(words).envs(variables.iter().copied()))
}

/// A person with a browser, and these variables beside their own; what a shell would evaluate goes to a file, since a
/// switch to a terminal is none.
fn at_a_terminal(world: &World, words: &[&str], variables: &[(&str, &str)]) -> Terminal {
    let added = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let all: Variables =
        world.variables().into_iter().chain(added).map(|(name, value)| (name.into(), value.into())).collect();
    let words = [&["-c", "exec \"$0\" \"$@\" >\"$HOME/out\"", ASSUME], words].concat();
    Terminal::start("/bin/sh".as_ref(), &words, &all, world.home.path())
}

/// Signed in here, and a second AWS for the same session at which somebody points the program now.
fn moved() -> (World, World) {
    let world = World::new();
    world.sign_in();
    // A container counts as far from the person's browser, and would show a code.
    world.write(".config/assume/config.toml", "[login]\nflow = \"pkce\"\n");
    let other = World::with(Config::default().start_url(&world.aws.start_url()));
    (world, other)
}

#[test]
fn at_a_terminal_only_login_signs_in_at_a_new_place() {
    for name in ENDPOINTS {
        let (world, other) = moved();
        let there = [(name, other.aws.url())];
        for words in [
            &["dev", "--shell", "bash"][..],
            &["export", "dev"],
            &["export", "dev", "--force"],
            &["exec", "dev", "--", "true"],
            &["process", "dev"],
        ] {
            let mut person = at_a_terminal(&world, words, &there);
            assert_eq!(person.wait_for_end(), 3, "{name} {words:?}: {}", person.screen());
            let screen = person.screen().replace('\n', "");
            assert!(screen.contains(other.aws.url()) && screen.contains(world.aws.url()), "{words:?}: {screen}");
        }
        assert_eq!(world.tabs().len(), 1, "{name}: a page was opened");
        assert!(other.aws.log().is_empty(), "{name}: it was asked");
    }

    let (world, other) = moved();
    let there = ENDPOINTS.map(|name| (name, other.aws.url()));
    let mut person = at_a_terminal(&world, &["login"], &there);
    assert_eq!(person.wait_for_end(), 0, "{}", person.screen());
    assert!(person.screen().contains(&format!("signing in through {}", other.aws.url())), "{}", person.screen());
    assert_eq!(world.tabs().len(), 2);
    assert_eq!(other.aws.count("Authorize"), 1, "at the new place");
    let asked = world.aws.log().len();
    assert_eq!(with(&world, &["process", "dev"], &there).code, 0, "the new sign-in serves there");
    assert_eq!(world.aws.log().len(), asked, "and no more here");
}

#[test]
fn without_a_terminal_login_signs_in_at_no_new_place() {
    for name in ENDPOINTS {
        let (world, other) = moved();
        for words in [&["login"][..], &["login", "--force"], &["login", "--flow", "pkce"]] {
            let ran = with(&world, words, &[(name, other.aws.url())]);
            assert_eq!(ran.code, 3, "{name} {words:?}: {ran:?}");
            assert!(ran.stderr.contains(other.aws.url()) && ran.stderr.contains(world.aws.url()), "{words:?}: {ran:?}");
        }
        assert_eq!(world.tabs().len(), 1, "{name}: a page was opened");
        assert!(other.aws.log().is_empty(), "{name}: it was asked");
    }
}

#[test]
fn an_endpoint_by_variable_is_named_at_each_sign_in_in_the_browser() {
    // A person who signs in, and a program that makes them do so.
    for words in [&["login"][..], &["login", "--quiet"], &["process", "dev"], &["dev", "--shell", "bash"]] {
        for name in ENDPOINTS {
            let world = World::new();
            let there = by_name(&world);
            let ran = with(&world, words, &[(name, &there)]);
            assert_eq!(ran.code, 0, "{name} {words:?}: {ran:?}");
            assert_eq!(world.tabs().len(), 1, "{name} {words:?}");
            let what = if name == "AWS_ENDPOINT_URL_SSO" { "asking for keys at" } else { "signing in through" };
            assert!(ran.stderr.contains(&format!("{what} {there} ({name})")), "{words:?}: {ran:?}");
        }
    }
}

#[test]
fn an_endpoint_by_the_config_is_named_at_a_sign_in_in_the_browser() {
    for (service, what) in [("sso_oidc", "signing in through"), ("sso", "asking for keys at")] {
        let world = World::new();
        let there = by_name(&world);
        let services = format!("[services s]\n{service} =\n  endpoint_url = {there}\n");
        let config = world.config().replace("[profile dev]\n", "[profile dev]\nservices = s\n") + &services;
        world.write(".aws/config", &config);
        // What the config does not say, the variable does.
        let gone = if service == "sso" { "AWS_ENDPOINT_URL_SSO" } else { "AWS_ENDPOINT_URL_SSO_OIDC" };
        let ran = run(world.command(&["process", "dev"]).env_remove(gone));
        assert_eq!(ran.code, 0, "{service}: {ran:?}");
        assert!(ran.stderr.contains(&format!("{what} {there} (")), "{service}: {ran:?}");
        assert!(ran.stderr.contains("[services s]"), "{service}: {ran:?}");
    }
}

#[test]
fn a_state_folder_and_a_config_by_variable_are_named_at_each_sign_in() {
    for words in [&["login"][..], &["login", "--quiet"], &["process", "dev"], &["dev", "--shell", "bash"]] {
        let world = World::new();
        world.write("own.toml", "");
        let (state, config) = (world.path("elsewhere"), world.path("own.toml"));
        let (state, config) = (state.to_str().unwrap(), config.to_str().unwrap());
        let plain = with(&World::new(), words, &[]);
        assert!(!plain.stderr.contains("ASSUME_STATE_DIR") && !plain.stderr.contains("ASSUME_CONFIG"), "{plain:?}");
        let ran = with(&world, words, &[("ASSUME_STATE_DIR", state), ("ASSUME_CONFIG", config)]);
        assert_eq!(ran.code, 0, "{words:?}: {ran:?}");
        for (name, value) in [("ASSUME_STATE_DIR", state), ("ASSUME_CONFIG", config), ("ASSUME_STORE", "file")] {
            assert!(ran.stderr.contains(&format!("{name} says: {value}")), "{words:?} {name}: {ran:?}");
        }
        assert!(!world.state().exists() && world.path("elsewhere").exists(), "{words:?}: that is where it went");
    }
}
