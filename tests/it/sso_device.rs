//! Signing in with a code.

use std::time::Duration;

use aws_assume::error::{Error, Kind};
use aws_assume::sso::{Flow, SignIn, SignedIn, known_accounts};
use identity_center::{Approval, Config, Fault, What};

use crate::sso_support::{ACCOUNT, ROLE, Scene, browser, center, sign_in, visited};

const PATIENCE: Duration = Duration::from_secs(20);

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
    assert!(scene.aws.wait_for("CreateToken", 2, PATIENCE));
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

/// Begins a sign-in with a code, waits until the code was polled for, lets `happen` happen.
fn meanwhile(scene: &Scene, happen: impl FnOnce(&Scene)) -> Result<SignedIn, Error> {
    let center = scene.center();
    let signing_in = std::thread::spawn(move || center.ensure_signed_in(&sign_in(Some(Flow::Device))));
    assert!(scene.aws.wait_for("CreateToken", 2, PATIENCE));
    happen(scene);
    signing_in.join().unwrap()
}

fn pending(scene: &Scene) -> bool {
    scene.store().headers().unwrap().iter().any(|header| header.kind == "pending-sign-in")
}

#[test]
fn a_code_that_is_denied_or_expires_ends_the_sign_in() {
    let scene = Scene::new(Config::default().approval(Approval::Never));
    let error = meanwhile(&scene, |scene| drop(scene.aws.deny())).unwrap_err();
    assert_eq!(error.kind(), Kind::SignInNeeded);
    assert!(error.message().contains("denied in the browser"), "{}", error.message());
    assert!(!pending(&scene));

    scene.aws.clear_log();
    let error = meanwhile(&scene, |scene| scene.aws.expire(What::DeviceCodes)).unwrap_err();
    assert!(error.message().contains("not approved in time"), "{}", error.message());
    assert!(!pending(&scene));
}

#[test]
fn who_is_told_to_slow_down_does() {
    let scene = Scene::new(Config::default().approval(Approval::Never));
    scene.aws.fault(Fault::on("CreateToken").error("SlowDownException").skip(1).times(1));
    assert_eq!(
        meanwhile(&scene, |scene| {
            scene.aws.approve();
        })
        .unwrap(),
        SignedIn::Anew
    );
    let polls: Vec<i64> =
        scene.aws.log().iter().filter(|it| it.operation == "CreateToken").map(|it| it.time_ms).collect();
    assert!(polls[2] - polls[1] >= 6000, "an interval of one second and five more: {polls:?}");
}

#[test]
fn a_registration_aws_has_forgotten_is_made_anew() {
    let scene = Scene::new(Config::default());
    let anew = SignIn { force: true, ..sign_in(Some(Flow::Device)) };
    scene.center().ensure_signed_in(&anew).unwrap();
    scene.aws.revoke(What::Registrations);
    scene.center().ensure_signed_in(&anew).unwrap();
    assert_eq!(scene.aws.count("RegisterClient"), 2);
}

#[test]
fn a_code_outlives_the_network_also_where_the_clock_is_off() {
    for offset in [0, 3600, -3600] {
        let scene = Scene::new(Config::default().approval(Approval::Never).clock_offset(offset));
        scene.aws.fault(Fault::on("CreateToken").reset().skip(1));
        let error = scene.center().ensure_signed_in(&sign_in(Some(Flow::Device))).unwrap_err();
        assert_eq!(error.kind(), Kind::Network, "{offset}");
        assert!(pending(&scene), "{offset}");
        scene.aws.clear_faults();
        scene.aws.approve();
        scene.aws.set_approval(Approval::After(0));
        assert_eq!(scene.center().ensure_signed_in(&sign_in(Some(Flow::Device))).unwrap(), SignedIn::Anew, "{offset}");
        assert_eq!(scene.aws.count("StartDeviceAuthorization"), 1, "{offset}");
        assert!(!pending(&scene), "{offset}");
    }
}

/// Kept for who goes on with it, and then refused: nobody waits until it expires.
#[test]
fn a_code_that_aws_refuses_gives_way_to_a_new_one() {
    let scene = Scene::new(Config::default().approval(Approval::Never));
    scene.aws.fault(Fault::on("CreateToken").status(400).error("InvalidRequestException"));
    assert_eq!(scene.center().ensure_signed_in(&sign_in(Some(Flow::Device))).unwrap_err().kind(), Kind::Refused);
    assert!(pending(&scene));
    scene.aws.clear_faults();
    scene.aws.fault(Fault::on("CreateToken").status(400).error("InvalidRequestException").times(1));
    scene.aws.set_approval(Approval::After(0));
    scene.center().ensure_signed_in(&sign_in(Some(Flow::Device))).unwrap();
    assert_eq!(scene.aws.count("StartDeviceAuthorization"), 2);
}

#[test]
fn a_page_of_a_stranger_is_shown_with_a_warning_and_not_opened() {
    // The page is on 127.0.0.1, the session's endpoint on localhost, and no start URL names either.
    let scene = Scene::new(Config::default().start_url("https://d-1234567890.awsapps.com/start"));
    let url = scene.aws.url().replace("127.0.0.1", "localhost");
    let center = center(scene.state.path(), &url, &scene.aws.start_url(), scene.person.clone()).drawing(true);
    scene.aws.set_approval(Approval::Never);
    let device = SignIn { browser: browser(&scene.visits()), ..sign_in(Some(Flow::Device)) };
    let signing_in = std::thread::spawn(move || center.ensure_signed_in(&device));
    assert!(scene.aws.wait_for("CreateToken", 3, PATIENCE));
    assert!(scene.person.heard().contains("WARNING: 127.0.0.1 does not belong to AWS"), "{}", scene.person.heard());
    assert!(!scene.person.heard().contains("draw: "), "{}", scene.person.heard());
    scene.aws.approve();
    signing_in.join().unwrap().unwrap();
    assert_eq!((visited(&scene.visits()).len(), scene.aws.opened().device), (0, 0));
}
