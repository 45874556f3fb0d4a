//! Sign-in pages, visited by the browser of this crate.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use identity_center::{Approval, Button, Config, Opened, StandIn, browse};
use serde_json::json;

use crate::client::{poll_device, post, register, register_for_codes, start_device};

const LIMIT: Duration = Duration::from_secs(10);

fn started(approval: Approval) -> StandIn {
    StandIn::start(Config::default().approval(approval).device_interval(0))
}

/// A client's listener that takes one redirect, and gives back its request line.
fn listener() -> (u16, thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let one = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = Vec::new();
        let mut byte = [0];
        while !request.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|count| count == 1) {
            request.push(byte[0]);
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\ndone").unwrap();
        String::from_utf8(request).unwrap().lines().next().unwrap_or_default().to_owned()
    });
    (port, one)
}

/// The challenge is that of RFC 7636, appendix B.
fn page(stand_in: &StandIn, client_id: &str, port: u16) -> String {
    format!(
        "{}/authorize?response_type=code&client_id={client_id}&state=xyz&code_challenge_method=S256\
         &redirect_uri=http%3A%2F%2F127.0.0.1%3A{port}%2Foauth%2Fcallback&scopes=sso%3Aaccount%3Aaccess\
         &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        stand_in.url()
    )
}

fn code_of(request_line: &str) -> String {
    let query = request_line.split_once("code=").expect("a code").1;
    query.split(['&', ' ']).next().unwrap().to_owned()
}

#[test]
fn a_person_presses_a_button_and_the_code_is_good_for_tokens() {
    let stand_in = started(Approval::Person);
    let (id, secret) = register_for_codes(&stand_in);
    let (port, callback) = listener();
    let last = browse(&page(&stand_in, &id, port), Some(Button::Approve)).unwrap();
    assert_eq!(last.body, "done");
    let line = callback.join().unwrap();
    assert!(line.starts_with("GET /oauth/callback?code=") && line.contains("&state=xyz"), "{line}");
    let wanted = json!({
        "clientId": id, "clientSecret": secret, "grantType": "authorization_code", "code": code_of(&line),
        "redirectUri": format!("http://127.0.0.1:{port}/oauth/callback"),
        "codeVerifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    });
    let tokens = post(&stand_in, "/token", &wanted);
    assert!(tokens.status == 200 && tokens.json()["refreshToken"].is_string());
    assert_eq!(stand_in.opened(), Opened { authorize: 1, device: 0 });
    let kinds: Vec<String> = stand_in.issued_secrets().into_iter().map(|secret| secret.kind).collect();
    assert_eq!(
        kinds,
        ["client_secret", "state", "authorization_code", "code_verifier", "access_token", "refresh_token"]
    );
}

#[test]
fn a_person_who_denies_sends_the_browser_back_with_an_error() {
    let stand_in = started(Approval::Person);
    let (id, _) = register_for_codes(&stand_in);
    let (port, callback) = listener();
    browse(&page(&stand_in, &id, port), Some(Button::Deny)).unwrap();
    let line = callback.join().unwrap();
    assert!(line.contains("?error=access_denied&") && line.contains("&state=xyz") && !line.contains("code="), "{line}");
}

#[test]
fn a_page_that_is_never_approved_waits_for_the_control_api() {
    let stand_in = started(Approval::Never);
    let (id, _) = register_for_codes(&stand_in);
    let (port, callback) = listener();
    let url = page(&stand_in, &id, port);
    let browser = thread::spawn(move || browse(&url, None).unwrap());
    assert!(stand_in.wait_for("Authorize", 1, LIMIT));
    let sent_to = loop {
        // The request is logged before its page is open.
        let sent_to = stand_in.approve();
        if !sent_to.is_empty() {
            break sent_to;
        }
        thread::yield_now();
    };
    assert_eq!(browser.join().unwrap().body, "done");
    assert_eq!(code_of(&callback.join().unwrap()), code_of(&sent_to[0].replace(' ', "&")));
}

#[test]
fn a_device_is_approved_on_its_page() {
    let stand_in = started(Approval::Person);
    let who = register(&stand_in);
    for (button, status) in [(Button::Approve, 200), (Button::Deny, 400)] {
        let device = start_device(&stand_in, &who, &stand_in.start_url()).json();
        let pending = poll_device(&stand_in, &who, &device["deviceCode"]);
        assert_eq!(pending.header("x-amzn-errortype"), Some("AuthorizationPendingException"));
        let last = browse(device["verificationUriComplete"].as_str().unwrap(), Some(button)).unwrap();
        assert_eq!(last.status, 200);
        assert_eq!(poll_device(&stand_in, &who, &device["deviceCode"]).status, status);
    }
    assert_eq!(stand_in.opened(), Opened { authorize: 0, device: 2 });
}

#[test]
fn a_device_can_wait_for_its_page_to_be_opened() {
    let stand_in = started(Approval::Opened(0));
    let who = register(&stand_in);
    let device = start_device(&stand_in, &who, &stand_in.start_url()).json();
    assert_eq!(poll_device(&stand_in, &who, &device["deviceCode"]).status, 400);
    browse(device["verificationUriComplete"].as_str().unwrap(), None).unwrap();
    assert_eq!(poll_device(&stand_in, &who, &device["deviceCode"]).status, 200);
}

#[test]
fn a_client_with_a_hostile_name_cannot_write_into_the_page() {
    let stand_in = started(Approval::Person);
    let wanted = json!({"clientName": "<script>\"&'", "clientType": "public"});
    let answer = post(&stand_in, "/client/register", &wanted).json();
    let text = |name: &str| answer[name].as_str().unwrap().to_owned();
    let who = (text("clientId"), text("clientSecret"));
    let device = start_device(&stand_in, &who, &stand_in.start_url()).json();
    let page = browse(device["verificationUriComplete"].as_str().unwrap(), None).unwrap();
    assert!(page.body.contains("&lt;script&gt;&quot;&amp;&#39;") && !page.body.contains("<script>"), "{}", page.body);
}
