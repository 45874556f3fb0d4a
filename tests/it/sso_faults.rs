//! What AWS, or somebody who is not AWS, answers, and what a person makes of it.

use std::time::Duration;

use aws_assume::error::{Error, Kind};
use aws_assume::sso::Flow;
use identity_center::{BodyKind, Config, Fault};

use crate::sso_support::{ACCOUNT, ROLE, Scene, sign_in};

/// Every secret ever handed out, and pieces of it.
fn leaks(scene: &Scene, error: &Error) {
    let said = format!("{error}\n{error:?}\n{}", scene.person.heard());
    for secret in scene.aws.issued_secrets() {
        let piece = &secret.value[..secret.value.len().min(20)];
        assert!(!said.contains(piece), "{}: {said}", secret.kind);
    }
}

#[test]
fn an_answer_that_is_not_aws_is_a_matter_of_the_network() {
    let faults = |operation: &str| {
        let on = || Fault::on(operation).echo_secrets();
        vec![
            on().body(BodyKind::Html),
            on().body(BodyKind::Html).status(403),
            on().body(BodyKind::Garbage),
            on().body(BodyKind::Truncated),
            on().body(BodyKind::Truncated).applied(),
            on().body(BodyKind::Empty),
            on().body(BodyKind::Endless),
            on().body(BodyKind::Huge),
            on().status(500).error("InternalServerException"),
            on().status(302).body(BodyKind::Html),
            on().reset(),
        ]
    };
    let each = |operation: &str| {
        let scene = Scene::new(Config::default());
        let device = sign_in(Some(Flow::Device));
        if operation == "GetRoleCredentials" {
            scene.center().ensure_signed_in(&device).unwrap();
        }
        for fault in faults(operation) {
            scene.aws.fault(fault.clone());
            let center = scene.center().within(Duration::from_secs(2));
            let error = center.role_keys(ACCOUNT, ROLE, &device).unwrap_err();
            assert_eq!(error.kind(), Kind::Network, "{operation} {fault:?}: {error}");
            leaks(&scene, &error);
            scene.aws.clear_faults();
        }
        // Nothing was lost by it.
        scene.center().role_keys(ACCOUNT, ROLE, &device).unwrap();
    };
    // Most of the time goes by waiting for answers that never end.
    std::thread::scope(|scope| {
        for operation in ["RegisterClient", "StartDeviceAuthorization", "CreateToken", "GetRoleCredentials"] {
            scope.spawn(move || each(operation));
        }
    });
}

#[test]
fn errors_of_aws_hold_no_secret_even_when_aws_says_it() {
    for operation in ["RegisterClient", "StartDeviceAuthorization", "CreateToken", "GetRoleCredentials"] {
        for kind in ["InvalidRequestException", "AccessDeniedException", "ThisIsNewException"] {
            let scene = Scene::new(Config::default());
            scene.aws.fault(Fault::on(operation).error(kind).status(400).echo_secrets());
            let error = scene.center().role_keys(ACCOUNT, ROLE, &sign_in(Some(Flow::Device))).unwrap_err();
            leaks(&scene, &error);
        }
    }
}

#[test]
fn throttling_passes_in_the_time_aws_asks_for() {
    let scene = Scene::new(Config::default());
    scene.center().ensure_signed_in(&sign_in(Some(Flow::Device))).unwrap();
    scene.aws.fault(Fault::on("GetRoleCredentials").error("TooManyRequestsException").times(2).retry_after(1));
    let began = std::time::Instant::now();
    scene.center().role_keys(ACCOUNT, ROLE, &sign_in(None)).unwrap();
    assert!(began.elapsed() >= Duration::from_secs(2));
    assert_eq!(scene.aws.count("GetRoleCredentials"), 3);

    scene.aws.fault(Fault::on("GetRoleCredentials").error("TooManyRequestsException").retry_after(60));
    let error = scene.center().role_keys(ACCOUNT, ROLE, &sign_in(None)).unwrap_err();
    assert_eq!(error.kind(), Kind::Network);
    assert!(error.message().contains("429 TooManyRequestsException"), "{}", error.message());
}

#[test]
fn no_access_names_what_there_is_instead() {
    let scene = Scene::new(Config::default());
    let device = sign_in(Some(Flow::Device));
    let error = scene.center().role_keys(ACCOUNT, "Adminstrator", &device).unwrap_err();
    assert_eq!(error.kind(), Kind::Refused);
    for part in ["Adminstrator", "Development (111122223333)", "No access"] {
        assert!(error.message().contains(part), "{part}: {}", error.message());
    }
    for role in ["111122223333/AdministratorAccess", "111122223333/ReadOnlyAccess"] {
        assert!(error.hint().contains(role), "{role}: {}", error.hint());
    }
    let error = scene.center().role_keys("999999999999", ROLE, &device).unwrap_err();
    assert_eq!(error.kind(), Kind::Refused);
    assert!(error.message().contains("999999999999"), "{}", error.message());
}

#[test]
fn an_address_where_nobody_listens_is_told_soon() {
    let scene = Scene::new(Config::default());
    let center = scene.center();
    center.ensure_signed_in(&sign_in(Some(Flow::Device))).unwrap();
    let Scene { aws, state: _state, person: _ } = scene;
    let url = aws.url().to_owned();
    drop(aws);
    let began = std::time::Instant::now();
    let error = center.role_keys(ACCOUNT, ROLE, &sign_in(None)).unwrap_err();
    assert_eq!(error.kind(), Kind::Network);
    assert!(error.message().contains(&url) && error.message().contains("refused"), "{}", error.message());
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[test]
fn thousands_of_accounts_come_in_pages() {
    let scene = Scene::new(Config::empty().many_accounts(1234, 3));
    let accounts = scene.center().accounts(&sign_in(Some(Flow::Device))).unwrap();
    assert_eq!(accounts.len(), 1234);
    assert_eq!(scene.center().roles(&accounts[1000].id, &sign_in(None)).unwrap(), ["Role01", "Role02", "Role03"]);
    let known = aws_assume::sso::known_accounts(&scene.store(), &scene.id());
    assert_eq!(known, accounts);
}

#[test]
fn a_program_waits_for_all_requests_together_no_longer_than_it_said() {
    let scene = Scene::new(Config::default());
    let device = sign_in(Some(Flow::Device));
    scene.center().ensure_signed_in(&device).unwrap();
    scene.aws.set_latency("GetRoleCredentials", 700);
    let center = scene.center().asking_within(Duration::from_secs(1));
    center.role_keys(ACCOUNT, ROLE, &device).unwrap();
    // A third of a second is left, whatever has passed between.
    let error = center.role_keys(ACCOUNT, ROLE, &device).unwrap_err();
    assert_eq!(error.kind(), Kind::Network, "{error}");
}
