//! Signing in through the browser.

use std::thread;
use std::time::Duration;

use aws_assume::error::{Error, Kind};
use aws_assume::sso::{Browser, Flow, SignIn, SignedIn};
use identity_center::{Approval, Button, Config, browse};

use crate::sso_support::{ACCOUNT, Listener, ROLE, Scene, browser, center, sign_in, visited};

const PATIENCE: Duration = Duration::from_secs(20);

fn pkce() -> SignIn {
    sign_in(Some(Flow::Pkce))
}

/// The page that a person without a browser is told to open.
fn told_url(person: &Listener) -> String {
    loop {
        let heard = person.heard();
        if let Some(url) = heard.lines().map(str::trim).find(|line| line.starts_with("http://127.0.0.1:")) {
            return url.to_owned();
        }
        thread::yield_now();
    }
}

#[cfg(unix)]
#[test]
fn the_browser_brings_keys_and_its_command_line_holds_no_secret() {
    let scene = Scene::new(Config::default());
    let keys =
        scene.center().role_keys(ACCOUNT, ROLE, &SignIn { browser: browser(&scene.visits()), ..pkce() }).unwrap();
    assert!(keys.access_key_id.expose().starts_with("ASIA"));
    assert_eq!(scene.aws.opened().authorize, 1);
    let visits = visited(&scene.visits());
    assert_eq!(visits.len(), 1, "{visits:?}");
    for secret in scene.aws.issued_secrets() {
        assert!(!visits[0].contains(&secret.value), "{}", secret.kind);
    }
    let path = visits[0].rsplit('/').next().unwrap();
    assert!(path.len() == 32 && path.bytes().all(|byte| byte.is_ascii_hexdigit()), "{path}");

    scene.aws.clear_log();
    assert_eq!(scene.center().ensure_signed_in(&pkce()).unwrap(), SignedIn::Already);
    assert!(scene.aws.log().is_empty());
}

#[test]
fn the_page_says_in_words_what_was_approved() {
    let scene = Scene::new(Config::default().approval(Approval::Person));
    let center = scene.center();
    let signing_in = thread::spawn(move || center.ensure_signed_in(&pkce()));
    let page = browse(&told_url(&scene.person), Some(Button::Approve)).unwrap();
    assert_eq!(page.status, 200);
    assert!(page.body.contains("session dev") && page.body.contains("list your accounts and roles"), "{}", page.body);
    let (_, query) = page.url.split_once('?').unwrap();
    for (_, value) in url::form_urlencoded::parse(query.as_bytes()) {
        assert!(!page.body.contains(&*value), "{value}");
    }
    assert_eq!(signing_in.join().unwrap().unwrap(), SignedIn::Anew);
}

fn denied(scene: &Scene) -> Error {
    let center = scene.center();
    let signing_in = thread::spawn(move || center.ensure_signed_in(&pkce()));
    let page = browse(&told_url(&scene.person), Some(Button::Deny)).unwrap();
    assert!(page.body.contains("Not approved"), "{}", page.body);
    signing_in.join().unwrap().unwrap_err()
}

#[test]
fn after_a_denial_nobody_without_a_terminal_opens_another_tab() {
    let scene = Scene::new(Config::default().approval(Approval::Person));
    let error = denied(&scene);
    assert_eq!(error.kind(), Kind::SignInNeeded);
    assert!(error.message().contains("not approved in the browser"), "{}", error.message());

    scene.aws.clear_log();
    let nobody = Listener::new(false);
    let center = center(scene.state.path(), scene.aws.url(), &scene.aws.start_url(), nobody.clone());
    assert_eq!(center.ensure_signed_in(&pkce()).unwrap_err().kind(), Kind::SignInNeeded);
    assert!(scene.aws.log().is_empty());
    assert_eq!(nobody.heard(), "");
}

#[test]
fn a_sign_in_nobody_approves_ends_and_is_noted() {
    let scene = Scene::new(Config::default().approval(Approval::Never));
    let error = scene.center().within(Duration::from_secs(1)).ensure_signed_in(&pkce()).unwrap_err();
    assert_eq!(error.kind(), Kind::SignInNeeded);
    assert!(error.message().contains("not approved in time"), "{}", error.message());
    let nobody = center(scene.state.path(), scene.aws.url(), &scene.aws.start_url(), Listener::new(false));
    let error = nobody.ensure_signed_in(&pkce()).unwrap_err();
    assert!(error.message().contains("not approved in time"), "{}", error.message());
}

#[test]
fn a_page_opened_twice_ends_the_sign_in() {
    let scene = Scene::new(Config::default().approval(Approval::Never));
    let center = scene.center();
    let signing_in = thread::spawn(move || center.ensure_signed_in(&pkce()));
    let url = told_url(&scene.person);
    let first = {
        let url = url.clone();
        thread::spawn(move || browse(&url, None))
    };
    assert!(scene.aws.wait_for("Authorize", 1, PATIENCE));
    assert_eq!(browse(&url, None).unwrap().status, 400);
    let error = signing_in.join().unwrap().unwrap_err();
    assert!(error.message().contains("someone else may have opened it"), "{}", error.message());
    scene.aws.deny();
    let _ = first.join().unwrap();
}

#[test]
fn without_a_terminal_a_code_is_not_shown_to_nobody() {
    let scene = Scene::new(Config::default());
    let nobody = center(scene.state.path(), scene.aws.url(), &scene.aws.start_url(), Listener::new(false));
    assert_eq!(nobody.ensure_signed_in(&sign_in(Some(Flow::Device))).unwrap_err().kind(), Kind::SignInNeeded);
    assert!(scene.aws.log().is_empty());
}

#[test]
fn registrations_are_kept_for_each_flow() {
    let scene = Scene::new(Config::default());
    let visits = scene.visits();
    for flow in [Flow::Device, Flow::Pkce, Flow::Device, Flow::Pkce] {
        let browser = if cfg!(unix) && flow == Flow::Pkce { browser(&visits) } else { Browser::None };
        let anew = SignIn { browser, force: true, ..sign_in(Some(flow)) };
        assert_eq!(scene.center().ensure_signed_in(&anew).unwrap(), SignedIn::Anew);
    }
    assert_eq!(scene.aws.count("RegisterClient"), 2);
    let registrations: Vec<_> = scene.aws.log().into_iter().filter(|it| it.operation == "RegisterClient").collect();
    assert!(
        registrations.iter().all(|it| it.body.contains("\"assume-dev\"") && it.body.contains("sso:account:access"))
    );
    assert!(registrations[1].body.contains("http://127.0.0.1/oauth/callback"), "{}", registrations[1].body);
}

/// 32 random bytes each time: who guesses an earlier one, or learns it, has nothing.
#[cfg(unix)]
#[test]
fn the_state_of_each_sign_in_is_32_bytes_that_never_come_again() {
    let scene = Scene::new(Config::default());
    for _ in 0..3 {
        let anew = SignIn { browser: browser(&scene.visits()), force: true, ..pkce() };
        assert_eq!(scene.center().ensure_signed_in(&anew).unwrap(), SignedIn::Anew);
    }
    for (name, characters) in [("state", 43), ("code_challenge", 43)] {
        let asked = scene.aws.log().into_iter().filter(|it| it.operation == "Authorize");
        let mut values: Vec<String> = asked
            .filter_map(|it| {
                let mut pairs = url::form_urlencoded::parse(it.query.as_bytes());
                pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
            })
            .collect();
        for value in &values {
            let is_base64url = value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
            assert!(value.len() == characters && is_base64url, "{name}: {value}");
        }
        values.sort();
        values.dedup();
        assert_eq!(values.len(), 3, "{name}: {values:?}");
    }
}
