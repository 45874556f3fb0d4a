//! Answers that AWS would never give, though their form is AWS's.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::spoiled::{Spoiled, answer, body};
use crate::world::{World, run};
use identity_center::{Fault, What};

/// The answer with one field changed.
fn with(answered: &str, change: impl Fn(&mut Value)) -> String {
    let mut value: Value = serde_json::from_str(body(answered)).unwrap();
    change(&mut value);
    answer("200 OK", "application/json", &value.to_string())
}

#[test]
fn keys_that_no_variable_could_hold_are_no_answer_of_aws_and_are_not_kept() {
    for (field, wrong) in [
        ("accessKeyId", "AKIA\r\nX: y"),
        ("secretAccessKey", "a\nb"),
        ("sessionToken", "a\0b"),
        ("sessionToken", "\u{1b}[2J"),
    ] {
        let world = World::new();
        let spoiled = Spoiled::new(&world, move |request, answered| {
            let asked = request.starts_with("GET /federation/credentials");
            asked.then(|| with(answered, |value| value["roleCredentials"][field] = json!(wrong)))
        });
        let assume = |words: &[&str]| run(&mut spoiled.command(&world, words));
        assert_eq!(assume(&["login"]).code, 0);
        for _ in 0..2 {
            let ran = assume(&["process", "dev"]);
            assert_eq!((ran.code, ran.stdout.as_str()), (6, ""), "{field} {wrong:?}: {ran:?}");
            assert!(ran.error().contains("is not AWS"), "{field} {wrong:?}: {ran:?}");
        }
        assert_eq!(spoiled.asked().iter().filter(|ask| ask.starts_with("GET /federation")).count(), 2, "none was kept");
    }
}

#[test]
fn a_token_that_no_header_could_hold_is_no_answer_of_aws_and_is_not_kept() {
    let world = World::new();
    let spoiled = Spoiled::new(&world, |request, answered| {
        let refreshed = request.contains("refresh_token");
        refreshed.then(|| with(answered, |value| value["accessToken"] = json!("a\r\nX-Evil: 1")))
    });
    let assume = |words: &[&str]| run(&mut spoiled.command(&world, words));
    assert_eq!(assume(&["login"]).code, 0);
    world.aws.expire(What::AccessTokens);
    for _ in 0..2 {
        let ran = assume(&["--no-input", "process", "dev"]);
        assert_eq!(ran.code, 6, "{ran:?}");
        assert!(ran.error().contains("refreshing the session 'main' failed: what answers at"), "{ran:?}");
    }
}

#[test]
fn an_empty_refresh_token_is_none_and_the_old_one_is_kept() {
    let world = World::new();
    let spoiled = Spoiled::new(&world, |request, answered| {
        let refreshed = request.contains("\"refreshToken\"");
        refreshed.then(|| with(answered, |value| value["refreshToken"] = json!("")))
    });
    let assume = |words: &[&str]| run(&mut spoiled.command(&world, words));
    assert_eq!(assume(&["login"]).code, 0);
    for profile in ["dev", "prod"] {
        world.aws.expire(What::AccessTokens);
        // That AWS takes no token twice is not what counts here.
        let _ = assume(&["--no-input", "process", profile]);
    }
    let asked = spoiled.asked();
    let sent = asked.iter().filter_map(|ask| serde_json::from_str::<Value>(body(ask)).ok());
    let sent: Vec<String> = sent.filter_map(|value| Some(value["refreshToken"].as_str()?.to_owned())).collect();
    assert!(sent.len() > 1 && sent.iter().all(|token| token == &sent[0] && !token.is_empty()), "{}", sent.len());
}

/// Which roles there are is for a hint alone.
#[test]
fn a_list_of_roles_without_an_end_does_not_hold_a_refusal_up() {
    let world = World::new();
    let pages = AtomicUsize::new(0);
    let spoiled = Spoiled::new(&world, move |request, _| {
        let refusal = json!({ "message": "No access", "__type": "ForbiddenException" });
        let page = json!({ "roleList": [], "nextToken": pages.fetch_add(1, Relaxed).to_string() });
        if request.starts_with("GET /federation/credentials") {
            return Some(answer("403 Forbidden", "application/json", &refusal.to_string()));
        }
        request.starts_with("GET /assignment/roles").then(|| answer("200 OK", "application/json", &page.to_string()))
    });
    let assume = |words: &[&str]| run(&mut spoiled.command(&world, words));
    assert_eq!(assume(&["login"]).code, 0);
    world.aws.fault(Fault::on("ListAccountRoles").delay_ms(100));
    let began = Instant::now();
    let ran = assume(&["--no-input", "process", "dev"]);
    assert_eq!(ran.code, 5, "{ran:?}");
    assert!(
        began.elapsed() < Duration::from_secs(15),
        "a thousand pages take a hundred seconds: {:?}",
        began.elapsed()
    );
}

/// AWS answers a logout with nothing; a page says that somebody else did.
#[test]
fn a_logout_that_a_page_answers_is_not_said_to_be_done() {
    for (kind, page) in [("text/html", "<html><title>Sign in</title>"), ("application/json", "{}"), ("text/html", "")] {
        let world = World::new();
        let spoiled = Spoiled::new(&world, move |request, _| {
            request.starts_with("POST /logout").then(|| answer("200 OK", kind, page))
        });
        let assume = |words: &[&str]| run(&mut spoiled.command(&world, words));
        assert_eq!(assume(&["login"]).code, 0);
        let ran = assume(&["logout"]);
        assert!(ran.stderr.contains("AWS could not be told"), "{kind} {page}: {ran:?}");
        assert_eq!(assume(&["--no-input", "process", "dev"]).code, 3, "it is forgotten here all the same");
    }
    let world = World::new();
    world.sign_in();
    let ran = world.ok(&["logout"]);
    assert!(!ran.stderr.contains("could not be told"), "{ran:?}");
}
