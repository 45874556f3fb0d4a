//! One HTTP request by hand, so that broken answers can be looked at byte by byte.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use identity_center::StandIn;
use serde_json::{Value, json};

#[derive(Debug)]
pub(crate) struct Got {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Got {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.filter(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value).next()
    }
}

pub(crate) fn open(url: &str, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> TcpStream {
    let mut stream = TcpStream::connect(url.trim_start_matches("http://")).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let headers: Vec<String> = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let length = body.len();
    let headers = headers.concat();
    let head = format!("{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n");
    stream.write_all(format!("{head}{headers}\r\n{body}").as_bytes()).unwrap();
    stream
}

/// Reads until the connection ends, well or not.
pub(crate) fn ask(url: &str, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> io::Result<Got> {
    let mut bytes = Vec::new();
    open(url, method, path, headers, body).read_to_end(&mut bytes)?;
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").ok_or(io::ErrorKind::UnexpectedEof)?;
    let head = String::from_utf8(bytes[..end].to_vec()).expect("heads are ASCII");
    let status = head.split(' ').nth(1).expect("a status line").parse().expect("a number");
    Ok(Got { status, head, body: bytes[end + 4..].to_vec() })
}

pub(crate) fn post(stand_in: &StandIn, path: &str, body: &Value) -> Got {
    ask(stand_in.url(), "POST", path, &[("Content-Type", "application/json")], &body.to_string()).unwrap()
}

pub(crate) fn control(stand_in: &StandIn, method: &str, name: &str, body: &Value) -> Got {
    ask(stand_in.url(), method, &format!("/_control/{name}"), &[], &body.to_string()).unwrap()
}

/// Client id and secret of a new registration.
pub(crate) fn register(stand_in: &StandIn) -> (String, String) {
    let wanted = json!({"clientName": "test", "clientType": "public", "scopes": ["sso:account:access"]});
    credentials(&post(stand_in, "/client/register", &wanted).json())
}

/// The same for authorization codes.
pub(crate) fn register_for_codes(stand_in: &StandIn) -> (String, String) {
    let wanted = json!({
        "clientName": "test", "clientType": "public", "scopes": ["sso:account:access"],
        "grantTypes": ["authorization_code", "refresh_token"], "issuerUrl": stand_in.start_url(),
        "redirectUris": ["http://127.0.0.1/oauth/callback"],
    });
    credentials(&post(stand_in, "/client/register", &wanted).json())
}

fn credentials(answer: &Value) -> (String, String) {
    let text = |name: &str| answer[name].as_str().unwrap().to_owned();
    (text("clientId"), text("clientSecret"))
}

pub(crate) fn start_device(stand_in: &StandIn, (id, secret): &(String, String), start_url: &str) -> Got {
    let wanted = json!({"clientId": id, "clientSecret": secret, "startUrl": start_url});
    post(stand_in, "/device_authorization", &wanted)
}

pub(crate) fn poll_device(stand_in: &StandIn, (id, secret): &(String, String), code: &Value) -> Got {
    let grant = "urn:ietf:params:oauth:grant-type:device_code";
    post(stand_in, "/token", &json!({"clientId": id, "clientSecret": secret, "grantType": grant, "deviceCode": code}))
}

/// The tokens of a device flow that is approved at once.
pub(crate) fn sign_in(stand_in: &StandIn, start_url: &str) -> Value {
    let who = register(stand_in);
    let device = start_device(stand_in, &who, start_url).json();
    stand_in.approve();
    poll_device(stand_in, &who, &device["deviceCode"]).json()
}

pub(crate) fn role_credentials(stand_in: &StandIn, token: &str) -> io::Result<Got> {
    let path = "/federation/credentials?role_name=ReadOnlyAccess&account_id=111122223333";
    ask(stand_in.url(), "GET", path, &[("x-amz-sso_bearer_token", token)], "")
}
