//! Each way of going wrong, as a client sees it on the wire.

use std::io::{ErrorKind, Read};
use std::time::{Duration, Instant};

use identity_center::{BodyKind, Config, Fault, StandIn};
use serde_json::json;

use crate::client::{ask, control, open, post, register, role_credentials, sign_in};

const OPERATION: &str = "GetRoleCredentials";

fn signed_in() -> (StandIn, String) {
    let stand_in = StandIn::start(Config::default());
    let token = sign_in(&stand_in, &stand_in.start_url())["accessToken"].as_str().unwrap().to_owned();
    (stand_in, token)
}

#[test]
fn a_fault_lasts_as_often_as_it_was_told() {
    let (stand_in, token) = signed_in();
    stand_in.fault(Fault::on(OPERATION).error("TooManyRequestsException").skip(1).times(2).retry_after(7));
    let statuses: Vec<u16> = (0..4).map(|_| role_credentials(&stand_in, &token).unwrap().status).collect();
    assert_eq!(statuses, [200, 429, 429, 200]);
    let refused: Vec<_> = stand_in.log().into_iter().filter(|entry| entry.error.is_some()).collect();
    assert!(refused.iter().all(|entry| entry.error.as_deref() == Some("TooManyRequestsException")), "{refused:?}");
    stand_in.fault(Fault::on("*").status(503));
    let failed = role_credentials(&stand_in, &token).unwrap();
    assert_eq!((failed.status, failed.header("x-amzn-errortype")), (503, Some("InternalServerException")));
    stand_in.clear_faults();
    assert_eq!(role_credentials(&stand_in, &token).unwrap().status, 200);
}

#[test]
fn errors_come_with_the_header_and_the_body_of_their_service() {
    let (stand_in, token) = signed_in();
    stand_in.fault(Fault::on(OPERATION).error("ForbiddenException").message("No access").times(1));
    let portal = role_credentials(&stand_in, &token).unwrap();
    assert_eq!((portal.status, portal.header("x-amzn-errortype")), (403, Some("ForbiddenException")));
    let wanted = json!({"message": "No access", "__type": "com.amazonaws.switchboard.portal#ForbiddenException"});
    assert_eq!(portal.json(), wanted);
    assert!(portal.header("date").unwrap().ends_with(" GMT") && portal.header("x-amzn-requestid").is_some());
    stand_in.fault(Fault::on("CreateToken").error("ExpiredTokenException").message("late").times(1));
    let oidc = post(&stand_in, "/token", &json!({}));
    assert_eq!((oidc.status, oidc.json()), (400, json!({"error": "expired_token", "error_description": "late"})));
    stand_in.fault(Fault::on("GetCallerIdentity").error("ExpiredToken").message("a < b").times(1));
    let sts = ask(stand_in.url(), "POST", "/", &[], "Action=GetCallerIdentity").unwrap();
    let body = String::from_utf8(sts.body).unwrap();
    assert!(body.contains("<Code>ExpiredToken</Code>") && body.contains("a &lt; b"), "{body}");
}

#[test]
fn bodies_can_be_what_no_service_would_send() {
    let (stand_in, token) = signed_in();
    let with = |kind| {
        stand_in.fault(Fault::on(OPERATION).body(kind).times(1));
        role_credentials(&stand_in, &token).unwrap()
    };
    let html = with(BodyKind::Html);
    assert_eq!((html.status, html.header("content-type")), (200, Some("text/html")));
    assert!(std::str::from_utf8(&with(BodyKind::Garbage).body).is_err());
    assert_eq!(with(BodyKind::Empty).body, b"");
    assert_eq!(with(BodyKind::Huge).body.len(), 64 * 1024 * 1024 + "{\"message\":\"".len());
}

#[test]
fn a_truncated_body_is_shorter_than_its_length_says() {
    let (stand_in, token) = signed_in();
    stand_in.fault(Fault::on(OPERATION).body(BodyKind::Truncated).applied().times(1));
    let cut = role_credentials(&stand_in, &token).unwrap();
    let promised: usize = cut.header("content-length").unwrap().parse().unwrap();
    assert!(cut.status == 200 && cut.body.starts_with(b"{\"roleCredentials\"") && cut.body.len() < promised);
}

#[test]
fn an_endless_body_goes_on() {
    let (stand_in, token) = signed_in();
    stand_in.fault(Fault::on(OPERATION).body(BodyKind::Endless).times(1));
    let path = "/federation/credentials?role_name=ReadOnlyAccess&account_id=111122223333";
    let mut stream = open(stand_in.url(), "GET", path, &[("x-amz-sso_bearer_token", &token)], "");
    let mut chunk = vec![0; 4096];
    // More than any fixed part of the answer, so that the body itself is what comes.
    stream.read_exact(&mut chunk).unwrap();
    drop(stand_in);
    let ended = stream.read_to_end(&mut chunk);
    assert!(ended.is_ok() || ended.unwrap_err().kind() == ErrorKind::ConnectionReset);
}

#[test]
fn a_reset_answer_may_have_taken_effect() {
    let (stand_in, token) = signed_in();
    stand_in.fault(Fault::on(OPERATION).reset().times(1));
    assert_eq!(role_credentials(&stand_in, &token).unwrap_err().kind(), ErrorKind::ConnectionReset);
    let keys = |stand_in: &StandIn| {
        stand_in.issued_secrets().iter().filter(|secret| secret.kind == "secret_access_key").count()
    };
    assert_eq!(keys(&stand_in), 0);
    stand_in.fault(Fault::on(OPERATION).reset().applied().times(1));
    assert_eq!(role_credentials(&stand_in, &token).unwrap_err().kind(), ErrorKind::ConnectionReset);
    assert_eq!(keys(&stand_in), 1);
    assert_eq!(stand_in.log().last().unwrap().status, None);
}

#[test]
fn secrets_can_come_back_in_message_and_header() {
    let (stand_in, token) = signed_in();
    stand_in.fault(Fault::on(OPERATION).error("InvalidRequestException").echo_secrets().times(1));
    let echo = role_credentials(&stand_in, &token).unwrap();
    assert!(echo.json()["message"].as_str().unwrap().contains(&token));
    assert_eq!(echo.header("x-amz-echo-0"), Some(token.as_str()));
    let (id, secret) = register(&stand_in);
    stand_in.fault(Fault::on("CreateToken").status(400).body(BodyKind::Html).echo_secrets().times(1));
    let body = json!({"clientId": id, "clientSecret": secret, "refreshToken": "aorSecret"});
    let echo = String::from_utf8(post(&stand_in, "/token", &body).body).unwrap();
    assert!(echo.contains(&secret) && echo.contains("aorSecret"));
}

#[test]
fn delays_and_latency_hold_an_answer_that_is_right() {
    let (stand_in, token) = signed_in();
    let timed = || {
        let start = Instant::now();
        assert_eq!(role_credentials(&stand_in, &token).unwrap().status, 200);
        start.elapsed()
    };
    stand_in.fault(Fault::on(OPERATION).delay_ms(200).times(1));
    assert!(timed() >= Duration::from_millis(200));
    stand_in.set_latency(OPERATION, 150);
    assert!(timed() >= Duration::from_millis(150));
}

#[test]
fn a_rate_limit_counts_requests_of_a_second() {
    let stand_in = StandIn::start(Config { portal_rate: Some(3), ..Config::default() });
    let token = sign_in(&stand_in, &stand_in.start_url())["accessToken"].as_str().unwrap().to_owned();
    let statuses: Vec<u16> = (0..6).map(|_| role_credentials(&stand_in, &token).unwrap().status).collect();
    assert_eq!((&statuses[..3], statuses.last()), (&[200, 200, 200][..], Some(&429)));
}

#[test]
fn faults_can_be_set_from_outside_and_a_typo_is_refused() {
    let (stand_in, token) = signed_in();
    let fault = json!({"operation": OPERATION, "times": 1, "status": 500, "body": "garbage"});
    assert_eq!(control(&stand_in, "POST", "faults", &fault).status, 200);
    assert_eq!(role_credentials(&stand_in, &token).unwrap().status, 500);
    for wrong in [json!({"operation": OPERATION, "tiems": 1}), json!({"status": 500})] {
        assert_eq!(control(&stand_in, "POST", "faults", &wrong).status, 400, "{wrong}");
    }
}
