//! The life of a token: refreshed, rotated, revoked, and never sent elsewhere than it came from.

use std::thread;
use std::time::Duration;

use aws_assume::clock::Clock;
use aws_assume::error::Kind;
use aws_assume::identity::Session;
use aws_assume::sso::{Flow, IdentityCenter, SignIn, SignedIn};
use identity_center::{BodyKind, Config, Fault, What};

use crate::sso_support::{ACCOUNT, Listener, ROLE, Scene, center, place, sign_in};

const PATIENCE: Duration = Duration::from_secs(20);

fn device() -> SignIn {
    sign_in(Some(Flow::Device))
}

fn silent() -> SignIn {
    sign_in(None)
}

/// Signed in, with the log of that forgotten.
fn signed_in(config: Config) -> Scene {
    let scene = Scene::new(config);
    assert_eq!(scene.center().ensure_signed_in(&device()).unwrap(), SignedIn::Anew);
    scene.aws.clear_log();
    scene
}

/// A minute before the token expires, by this machine's clock and AWS's.
fn due(scene: &Scene) -> IdentityCenter {
    let session = Session { id: scene.id(), scopes: Vec::new() };
    let clock = Clock::stopped(|| aws_assume::clock::Timestamp::now() + Duration::from_mins(479));
    scene.aws.set_clock_offset(479 * 60);
    IdentityCenter::new(session, place(scene.aws.url()), scene.store(), clock, scene.person.clone())
}

#[test]
fn a_due_token_is_refreshed_and_rotated_in_silence() {
    let scene = signed_in(Config::default());
    assert_eq!(due(&scene).ensure_signed_in(&silent()).unwrap(), SignedIn::Refreshed);
    assert_eq!(due(&scene).ensure_signed_in(&silent()).unwrap(), SignedIn::Already);
    // The rotated refresh token is the one that was kept.
    scene.aws.expire(What::AccessTokens);
    due(&scene).role_keys(ACCOUNT, ROLE, &silent()).unwrap();
    assert_eq!(scene.aws.count("CreateToken"), 2);
    assert_eq!(scene.aws.count("StartDeviceAuthorization"), 0);
}

#[test]
fn a_token_aws_refuses_is_refreshed_once() {
    let scene = signed_in(Config::default());
    scene.aws.expire(What::AccessTokens);
    scene.center().role_keys(ACCOUNT, ROLE, &silent()).unwrap();
    assert_eq!((scene.aws.count("GetRoleCredentials"), scene.aws.count("CreateToken")), (2, 1));

    scene.aws.fault(Fault::on("GetRoleCredentials").error("UnauthorizedException"));
    let error = scene.center().role_keys(ACCOUNT, ROLE, &silent()).unwrap_err();
    assert_eq!((error.kind(), error.hint()), (Kind::SignInNeeded, "sign in anew: assume login dev --force"));
    assert_eq!(scene.aws.count("CreateToken"), 2);
}

#[test]
fn a_token_fresh_from_a_refresh_is_not_refreshed_again() {
    let scene = signed_in(Config::default());
    scene.aws.fault(Fault::on("GetRoleCredentials").error("UnauthorizedException"));
    assert_eq!(due(&scene).role_keys(ACCOUNT, ROLE, &silent()).unwrap_err().kind(), Kind::SignInNeeded);
    assert_eq!(scene.aws.count("CreateToken"), 1);
}

#[test]
fn an_ended_session_is_said_and_begins_anew_where_a_person_may() {
    let scene = signed_in(Config::default());
    scene.aws.end_sessions();
    let error = scene.center().role_keys(ACCOUNT, ROLE, &silent()).unwrap_err();
    assert_eq!(error.kind(), Kind::SignInNeeded);
    // The next one need not ask to know.
    scene.aws.clear_log();
    assert_eq!(scene.center().ensure_signed_in(&silent()).unwrap_err().kind(), Kind::SignInNeeded);
    assert!(scene.aws.log().is_empty());
    scene.center().role_keys(ACCOUNT, ROLE, &device()).unwrap();
}

#[test]
fn a_refresh_that_fails_keeps_the_token() {
    let each = |fault: Fault| {
        let scene = signed_in(Config::default());
        scene.aws.fault(fault.clone());
        // Still valid: used, with one note.
        assert_eq!(due(&scene).ensure_signed_in(&silent()).unwrap(), SignedIn::Already, "{fault:?}");
        assert!(scene.person.heard().contains("the present token is used"), "{fault:?}");
        // No longer valid: the network is at fault, not the session.
        scene.aws.expire(What::AccessTokens);
        let error = due(&scene).role_keys(ACCOUNT, ROLE, &silent()).unwrap_err();
        assert_eq!(error.kind(), Kind::Network, "{fault:?}");
        scene.aws.clear_faults();
        due(&scene).role_keys(ACCOUNT, ROLE, &silent()).unwrap();
        assert_eq!(scene.aws.count("StartDeviceAuthorization"), 0);
    };
    thread::scope(|scope| {
        for fault in [
            Fault::on("CreateToken").status(500).error("InternalServerException"),
            Fault::on("CreateToken").body(BodyKind::Html),
            Fault::on("CreateToken").body(BodyKind::Garbage),
            Fault::on("CreateToken").reset(),
        ] {
            scope.spawn(move || each(fault));
        }
    });
}

/// A filter of the network says `error` in JSON like AWS does; that is not the end of a refresh token.
#[test]
fn a_refusal_that_does_not_end_the_token_keeps_it() {
    let keys_after = |code: &str| {
        let scene = signed_in(Config::default());
        scene.aws.expire(What::AccessTokens);
        scene.aws.fault(Fault::on("CreateToken").status(403).error(code));
        let error = due(&scene).role_keys(ACCOUNT, ROLE, &silent()).unwrap_err();
        assert_eq!(error.kind(), Kind::SignInNeeded, "{code}: {error}");
        scene.aws.clear_faults();
        due(&scene).role_keys(ACCOUNT, ROLE, &silent())
    };
    for code in ["BlockedException", "AccessDeniedException", "InvalidRequestException"] {
        keys_after(code).unwrap_or_else(|error| panic!("{code}: {error}"));
    }
    for code in ["InvalidGrantException", "ExpiredTokenException", "UnauthorizedClientException"] {
        assert_eq!(keys_after(code).unwrap_err().kind(), Kind::SignInNeeded, "{code}");
    }
}

#[test]
fn nothing_is_sent_to_another_place() {
    let scene = signed_in(Config::default());
    let elsewhere = Scene::new(Config::default().start_url(&scene.aws.start_url()));
    let moved = || center(scene.state.path(), elsewhere.aws.url(), &scene.aws.start_url(), Listener::new(true));
    for sign_in in [silent(), device()] {
        let error = moved().role_keys(ACCOUNT, ROLE, &sign_in).unwrap_err();
        assert_eq!(error.kind(), Kind::SignInNeeded);
        for url in [scene.aws.url(), elsewhere.aws.url()] {
            assert!(error.message().contains(url), "{}", error.message());
        }
    }
    assert!(elsewhere.aws.log().is_empty() && scene.aws.log().is_empty());
    // Another start URL or region under the same name is another place as well.
    let renamed = center(scene.state.path(), elsewhere.aws.url(), "https://evil.example/start", Listener::new(true));
    let error = renamed.ensure_signed_in(&device()).unwrap_err();
    assert_eq!(error.kind(), Kind::SignInNeeded);
    assert!(error.message().contains("https://evil.example/start"), "{}", error.message());
    assert!(elsewhere.aws.log().is_empty());
    // Only on purpose, and then with nothing of the old.
    let meant = SignIn { may_move: true, ..device() };
    assert_eq!(moved().ensure_signed_in(&meant).unwrap(), SignedIn::Anew);
    for secret in scene.aws.issued_secrets() {
        assert!(!format!("{:?}", elsewhere.aws.log()).contains(&secret.value), "{}", secret.kind);
    }
}

#[test]
fn a_lock_during_a_refresh_leaves_nothing_and_revokes() {
    let scene = signed_in(Config::default());
    scene.aws.set_latency("CreateToken", 1500);
    let center = due(&scene);
    let refreshing = thread::spawn(move || center.ensure_signed_in(&silent()));
    assert!(scene.aws.wait_for("CreateToken", 1, PATIENCE));
    let store = scene.store();
    let before = store.headers().unwrap().into_iter().find(|header| header.kind == "token").unwrap();
    store.lock_down().unwrap();
    let error = refreshing.join().unwrap().unwrap_err();
    assert_eq!(error.kind(), Kind::Keeper, "{error}");
    let after = store.headers().unwrap().into_iter().find(|header| header.kind == "token").unwrap();
    assert_eq!(before, after);
    assert_eq!(scene.aws.count("Logout"), 1);
}

#[test]
fn signing_out_revokes_and_wipes_even_where_aws_is_silent() {
    let scene = signed_in(Config::default());
    scene.center().sign_out().unwrap();
    assert_eq!(scene.aws.count("Logout"), 1);
    assert!(scene.store().headers().unwrap().is_empty());

    let scene = signed_in(Config::default());
    scene.aws.fault(Fault::on("Logout").status(503));
    scene.center().sign_out().unwrap();
    assert!(scene.person.heard().contains("could not be told"), "{}", scene.person.heard());
    assert!(scene.store().headers().unwrap().is_empty());
}

#[test]
fn a_clock_two_hours_off_is_said_once_and_changes_nothing() {
    for offset in [2 * 3600, -2 * 3600] {
        let scene = Scene::new(Config::default().clock_offset(offset));
        let center = scene.center();
        let keys = center.role_keys(ACCOUNT, ROLE, &device()).unwrap();
        let left = keys.expires.duration_since(aws_assume::clock::Timestamp::now()).as_secs() - offset;
        assert!((3500..=3600).contains(&left), "{left}");
        assert_eq!(scene.person.heard().matches("this machine's clock is").count(), 1, "{}", scene.person.heard());
        scene.aws.clear_log();
        assert_eq!(scene.center().ensure_signed_in(&silent()).unwrap(), SignedIn::Already);
        assert!(scene.aws.log().is_empty());
    }
}
