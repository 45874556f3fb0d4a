//! Signing in with a code.

use aws_assume::error::Kind;
use aws_assume::sso::{Flow, SignedIn, known_accounts};
use identity_center::{Approval, Config};

use crate::sso_support::{ACCOUNT, ROLE, Scene, sign_in};

#[test]
fn a_code_brings_keys_and_the_next_process_asks_nobody() {
    let scene = Scene::new(Config::default());
    let device = sign_in(Some(Flow::Device));
    let keys = scene.center().role_keys(ACCOUNT, ROLE, &device).unwrap();
    assert!(keys.access_key_id.expose().starts_with("ASIA"));
    assert!(keys.expires > keys.issued.unwrap());
    let names = known_accounts(&scene.store(), &scene.id());
    assert!(names.iter().any(|account| account.id == ACCOUNT && account.name == "Development"));

    scene.aws.clear_log();
    assert_eq!(scene.center().ensure_signed_in(&sign_in(None)).unwrap(), SignedIn::Already);
    assert!(scene.aws.log().is_empty());
}

#[test]
fn the_code_is_shown_with_its_host_before_anything_is_asked_again() {
    let scene = Scene::new(Config::default().approval(Approval::Never));
    let center = scene.center();
    let person = scene.person.clone();
    let signing_in = std::thread::spawn(move || center.ensure_signed_in(&sign_in(Some(Flow::Device))));
    assert!(scene.aws.wait_for("CreateToken", 2, std::time::Duration::from_secs(10)));
    let heard = person.heard();
    let code = scene.aws.state()["devices"][0]["user_code"].as_str().map(ToOwned::to_owned);
    assert!(code.is_some_and(|code| heard.contains(&code)), "{heard}");
    assert!(heard.contains("Approve only if the page shows this code and you started this."), "{heard}");
    assert!(heard.contains("AWS_ENDPOINT_URL_SSO_OIDC"), "an override is named: {heard}");
    scene.aws.approve();
    assert_eq!(signing_in.join().unwrap().unwrap(), SignedIn::Anew);
}

#[test]
fn without_leave_nobody_is_signed_in() {
    let scene = Scene::new(Config::default());
    let error = scene.center().role_keys(ACCOUNT, ROLE, &sign_in(None)).unwrap_err();
    assert_eq!((error.kind(), error.hint()), (Kind::SignInNeeded, "assume login dev"));
    assert!(scene.aws.log().is_empty());
}
