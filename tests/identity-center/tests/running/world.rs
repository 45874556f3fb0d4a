//! Accounts, clocks and lifetimes, as they are configured and changed.

use std::time::Duration;

use identity_center::{Approval, Config, StandIn, What};
use serde_json::json;

use crate::client::{ask, control, poll_device, post, register, role_credentials, sign_in, start_device};

fn accounts(stand_in: &StandIn, token: &str, query: &str) -> serde_json::Value {
    let path = format!("/assignment/accounts?{query}");
    ask(stand_in.url(), "GET", &path, &[("x-amz-sso_bearer_token", token)], "").unwrap().json()
}

#[test]
fn instances_are_told_apart_by_their_start_url() {
    let first = "https://d-abc123.awsapps.com/start";
    let config = Config::empty()
        .start_url(first)
        .account("111122223333", "One", &["ReadOnlyAccess"])
        .instance("https://identitycenter.amazonaws.com/ssoins-1")
        .account("444455556666", "Two", &["ReadOnlyAccess"]);
    let stand_in = StandIn::start(config);
    for (start_url, name) in [
        (first, "One"),
        ("https://d-abc123.awsapps.com/start/#/", "One"),
        ("https://identitycenter.amazonaws.com/ssoins-1", "Two"),
    ] {
        let tokens = sign_in(&stand_in, start_url);
        let found = accounts(&stand_in, tokens["accessToken"].as_str().unwrap(), "");
        assert_eq!(found["accountList"][0]["accountName"], name, "{start_url}");
        assert_eq!(found["accountList"].as_array().unwrap().len(), 1);
    }
    let unknown = start_device(&stand_in, &register(&stand_in), "https://other.awsapps.com/start");
    assert_eq!((unknown.status, unknown.header("x-amzn-errortype")), (400, Some("InvalidRequestException")));
}

#[test]
fn thousands_of_accounts_are_all_listed_once() {
    let stand_in = StandIn::start(Config::empty().many_accounts(2050, 1));
    let tokens = sign_in(&stand_in, &stand_in.start_url());
    let token = tokens["accessToken"].as_str().unwrap();
    let (mut seen, mut next) = (std::collections::BTreeSet::new(), String::new());
    loop {
        let page = accounts(&stand_in, token, &format!("max_result=100&next_token={next}"));
        for account in page["accountList"].as_array().unwrap() {
            assert!(seen.insert(account["accountId"].as_str().unwrap().to_owned()));
        }
        match page["nextToken"].as_str() {
            None => break,
            Some(token) => token.clone_into(&mut next),
        }
    }
    assert_eq!((seen.len(), stand_in.count("ListAccounts")), (2050, 21));
}

#[test]
fn hostile_names_come_through_unchanged() {
    let name = "$(touch x)\u{1b}[31m\n\"'\u{202e}é";
    let stand_in = StandIn::start(Config::empty().account("111122223333", name, &["R"]));
    let tokens = sign_in(&stand_in, &stand_in.start_url());
    let found = accounts(&stand_in, tokens["accessToken"].as_str().unwrap(), "");
    assert_eq!(found["accountList"][0]["accountName"], name);
}

#[test]
fn the_clock_of_the_server_moves_dates_and_expiries_alike() {
    let stand_in = StandIn::start(Config::default().lifetimes(|lifetimes| lifetimes.role_keys = 900));
    let tokens = sign_in(&stand_in, &stand_in.start_url());
    let token = tokens["accessToken"].as_str().unwrap();
    let expiry = |stand_in: &StandIn| {
        role_credentials(stand_in, token).unwrap().json()["roleCredentials"]["expiration"].as_i64().unwrap()
    };
    let before = expiry(&stand_in);
    stand_in.set_clock_offset(7200);
    let later = expiry(&stand_in) - before;
    assert!((7_200_000..7_260_000).contains(&later), "{later}");
    // Eight hours and more: the token's own life is over.
    stand_in.set_clock_offset(9 * 3600);
    let refused = role_credentials(&stand_in, token).unwrap();
    assert_eq!((refused.status, refused.header("x-amzn-errortype")), (401, Some("UnauthorizedException")));
}

#[test]
fn a_stand_in_that_was_dropped_is_gone() {
    let stand_in = StandIn::start(Config::default());
    let url = stand_in.url().to_owned();
    assert_eq!(ask(&url, "GET", "/start", &[], "").unwrap().status, 200);
    drop(stand_in);
    assert!(std::net::TcpStream::connect(url.trim_start_matches("http://")).is_err());
}

#[test]
fn a_role_that_was_taken_away_is_no_access() {
    let stand_in = StandIn::start(Config::default());
    let tokens = sign_in(&stand_in, &stand_in.start_url());
    let token = tokens["accessToken"].as_str().unwrap();
    assert_eq!(role_credentials(&stand_in, token).unwrap().status, 200);
    assert!(stand_in.remove_role("111122223333", "ReadOnlyAccess"));
    assert!(!stand_in.remove_role("111122223333", "ReadOnlyAccess"));
    assert_eq!(role_credentials(&stand_in, token).unwrap().status, 403);
}

#[test]
fn ended_sessions_neither_serve_nor_refresh() {
    let stand_in = StandIn::start(Config::default());
    let who = register(&stand_in);
    let device = start_device(&stand_in, &who, &stand_in.start_url()).json();
    let tokens = poll_device(&stand_in, &who, &device["deviceCode"]).json();
    let refresh = |token: &serde_json::Value| {
        let wanted =
            json!({"clientId": who.0, "clientSecret": who.1, "grantType": "refresh_token", "refreshToken": token});
        post(&stand_in, "/token", &wanted)
    };
    stand_in.revoke(What::AccessTokens);
    let access = tokens["accessToken"].as_str().unwrap();
    assert_eq!(role_credentials(&stand_in, access).unwrap().status, 401);
    let second = refresh(&tokens["refreshToken"]).json();
    let access = second["accessToken"].as_str().unwrap();
    assert_eq!(role_credentials(&stand_in, access).unwrap().status, 200);
    stand_in.end_sessions();
    assert_eq!(role_credentials(&stand_in, access).unwrap().status, 401);
    let refused = refresh(&second["refreshToken"]);
    assert_eq!((refused.status, refused.header("x-amzn-errortype")), (400, Some("InvalidGrantException")));
}

#[test]
fn the_control_api_does_what_the_handle_does() {
    let stand_in = StandIn::start(Config::default().approval(Approval::Never).device_interval(0));
    let who = register(&stand_in);
    let device = start_device(&stand_in, &who, &stand_in.start_url()).json();
    assert_eq!(poll_device(&stand_in, &who, &device["deviceCode"]).status, 400);
    let wrong = control(&stand_in, "POST", "approve", &json!({"user_code": "XXXX-XXXX"}));
    assert_eq!(wrong.status, 400);
    let done = control(&stand_in, "POST", "approve", &json!({"user_code": device["userCode"]}));
    assert_eq!(done.json(), json!({"count": 1, "sent_to": []}));
    let tokens = poll_device(&stand_in, &who, &device["deviceCode"]).json();
    let token = tokens["accessToken"].as_str().unwrap();
    for (name, body, status) in [
        ("latency", json!({"operation": "*", "milliseconds": 1}), 200),
        ("clock", json!({"offset_seconds": 5}), 200),
        ("remove-role", json!({"account_id": "111122223333", "role_name": "ReadOnlyAccess"}), 403),
        ("expire", json!({"what": "access_tokens"}), 401),
        ("end-sessions", json!({}), 401),
    ] {
        assert_eq!(control(&stand_in, "POST", name, &body).status, 200, "{name}");
        assert_eq!(role_credentials(&stand_in, token).unwrap().status, status, "{name}");
    }
    let counts = control(&stand_in, "GET", "counts", &json!({})).json();
    assert_eq!((&counts["counts"]["GetRoleCredentials"], &counts["counts"]["CreateToken"]), (&json!(5), &json!(2)));
    assert_eq!(control(&stand_in, "DELETE", "log", &json!({})).status, 200);
    assert!(stand_in.log().is_empty());
    assert!(!stand_in.wait_for("CreateToken", 1, Duration::ZERO));
    assert_eq!(control(&stand_in, "GET", "nonsense", &json!({})).status, 404);
}
