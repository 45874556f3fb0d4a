use std::io::{Read, Write};
use std::net::TcpStream as Stream;
use std::thread;
use std::time::Instant;

use super::*;

const STATE: &str = "the-state";
const NONCE: &str = "00112233445566778899aabbccddeeff";
const TARGET: &str = "https://oidc.us-east-1.amazonaws.com/authorize?x=1";

/// Serves in a thread of its own, as it does in a sign-in, and gives the port and what came of it.
fn served() -> (u16, thread::JoinHandle<Outcome>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let listener = runtime.block_on(Listener::bind()).unwrap();
    let port = listener.port();
    let expected = Expected {
        nonce: NONCE.into(),
        state: STATE.into(),
        target: Url::parse(TARGET).unwrap(),
        approved: "<p>approved</p>".into(),
        denied: "<p>denied</p>".into(),
        opened_twice: "<p>opened twice</p>".into(),
    };
    (port, thread::spawn(move || runtime.block_on(listener.serve(&expected))))
}

fn send(port: u16, request: &str) -> String {
    let mut stream = Stream::connect(("127.0.0.1", port)).unwrap();
    stream.write_all(request.replace("PORT", &port.to_string()).as_bytes()).unwrap();
    let mut reply = String::new();
    let _ = stream.read_to_string(&mut reply);
    reply
}

fn get(port: u16, target: &str) -> String {
    send(port, &format!("GET {target} HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n"))
}

fn finish(port: u16, serving: thread::JoinHandle<Outcome>) {
    let reply = get(port, "/oauth/callback?code=the-code&state=the-state");
    assert!(reply.starts_with("HTTP/1.1 200 ") && reply.ends_with("<p>approved</p>"), "{reply}");
    assert!(!reply.contains("the-code") && !reply.contains(STATE));
    assert_guarded(&reply);
    let Outcome::Code(code) = serving.join().unwrap() else { panic!("not a code") };
    assert_eq!(code.expose(), "the-code");
}

/// What every answer says, whatever it is: kept by nobody, framed by nobody, and no address goes on.
fn assert_guarded(reply: &str) {
    let (head, _) = reply.split_once("\r\n\r\n").unwrap();
    let lines: Vec<&str> = head.split("\r\n").collect();
    for header in ["Cache-Control: no-store", "Referrer-Policy: no-referrer"] {
        assert!(lines.contains(&header), "{header}: {reply}");
    }
    let policy = "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'";
    assert_eq!(lines.iter().filter(|line| line.starts_with(policy)).count(), 1, "{reply}");
    assert!(!head.to_ascii_lowercase().contains("access-control"), "{reply}");
}

#[test]
fn wrong_requests_get_an_empty_400_and_end_nothing() {
    let good = "/oauth/callback?code=the-code&state=the-state";
    let host = "Host: 127.0.0.1:PORT\r\n";
    let (port, serving) = served();
    let wrong = [
        format!("POST {good} HTTP/1.1\r\n{host}\r\n"),
        format!("HEAD {good} HTTP/1.1\r\n{host}\r\n"),
        format!("OPTIONS {good} HTTP/1.1\r\n{host}Origin: https://evil.example\r\n\r\n"),
        format!("GET {good} HTTP/1.1\r\nHost: localhost:PORT\r\n\r\n"),
        format!("GET {good} HTTP/1.1\r\nHost: evil.example\r\n\r\n"),
        format!("GET {good} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"),
        format!("GET {good} HTTP/1.1\r\nHost: 127.0.0.1:PORT.evil.example\r\n\r\n"),
        format!("GET {good} HTTP/1.1\r\n{host}{host}\r\n"),
        format!("GET {good} HTTP/1.1\r\n\r\n"),
        format!("GET {good} HTTP/1.1\r\n{host}Sec-Fetch-Mode: no-cors\r\n\r\n"),
        format!("GET {good} HTTP/1.1\r\n{host}Sec-Fetch-Mode: cors\r\nOrigin: https://evil.example\r\n\r\n"),
        format!("GET {good} HTTP/1.1\r\n{host}Sec-Purpose: prefetch;prerender\r\n\r\n"),
        format!("GET {good} HTTP/1.1\r\n{host}\r\nGET {good} HTTP/1.1\r\n{host}\r\n"),
        format!("GET http://127.0.0.1:PORT{good} HTTP/1.1\r\n{host}\r\n"),
        format!("GET {good} HTTP/9\r\n{host}\r\n"),
        "nonsense\r\n\r\n".into(),
    ];
    for request in &wrong {
        let reply = send(port, request);
        assert!(reply.starts_with("HTTP/1.1 400 ") && reply.ends_with("\r\n\r\n"), "{request}: {reply}");
        assert_guarded(&reply);
    }
    let targets = [
        "/",
        "/favicon.ico",
        "/oauth/callback",
        "/oauth/callback/?code=the-code&state=the-state",
        "//oauth/callback?code=the-code&state=the-state",
        "/OAuth/callback?code=the-code&state=the-state",
        "/oauth/%63allback?code=the-code&state=the-state",
        "/oauth/callback?code=the-code",
        "/oauth/callback?state=the-state",
        "/oauth/callback?code=&state=the-state",
        "/oauth/callback?code=the-code&state=another",
        "/oauth/callback?code=the-code&state=the-stat",
        "/oauth/callback?code=the-code&state=",
        "/oauth/callback?code=the-code&state=the-state&state=the-state",
        "/oauth/callback?code=the-code&state=another&state=the-state",
        "/oauth/callback?code=a&code=b&state=the-state",
        "/oauth/callback?code=a&error=b&state=the-state",
        "/oauth/callback?error=a&error=b&state=the-state",
        "/00112233445566778899aabbccddeefe",
        "/00112233445566778899aabbccddeeff/",
        "/00112233445566778899aabbccddeeff?x",
        "/00112233445566778899aabbccddee",
    ];
    for target in targets {
        let reply = get(port, target);
        assert!(reply.starts_with("HTTP/1.1 400 ") && reply.ends_with("\r\n\r\n"), "{target}: {reply}");
        assert_guarded(&reply);
    }
    finish(port, serving);
}

#[test]
fn half_a_request_is_closed_after_two_seconds() {
    let (port, serving) = served();
    let began = Instant::now();
    let mut stream = Stream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    stream.write_all(format!("GET /{NONCE} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n").as_bytes()).unwrap();
    let mut reply = Vec::new();
    stream.read_to_end(&mut reply).expect("it is closed, and not left open");
    assert_eq!(reply, b"", "half a request is answered with nothing");
    assert!(began.elapsed() > Duration::from_millis(1500), "a slow browser has two seconds: {:?}", began.elapsed());
    // It counted for nothing: the page was not opened.
    assert!(get(port, &format!("/{NONCE}")).starts_with("HTTP/1.1 302 "));
    finish(port, serving);
}

#[test]
fn a_request_larger_than_8_kib_is_dropped() {
    let (port, serving) = served();
    let padding = "x".repeat(9000);
    let reply = send(port, &format!("GET / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nX: {padding}\r\n\r\n"));
    assert_eq!(reply, "");
    finish(port, serving);
}

#[test]
fn fifty_slow_connections_do_not_keep_the_browser_out() {
    let (port, serving) = served();
    let slow: Vec<_> = (0..50)
        .map(|_| {
            let mut stream = Stream::connect(("127.0.0.1", port)).unwrap();
            stream.write_all(b"GET / HT").unwrap();
            stream
        })
        .collect();
    assert!(get(port, &format!("/{NONCE}")).starts_with("HTTP/1.1 302 "));
    let is_open = |stream: &&Stream| {
        stream.set_nonblocking(true).unwrap();
        let mut stream: &Stream = stream;
        stream.read(&mut [0]).is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
    };
    assert!(slow.iter().filter(is_open).count() <= CONNECTIONS);
    finish(port, serving);
}

#[test]
fn the_start_page_leads_to_aws_once() {
    let (port, serving) = served();
    let reply =
        send(port, &format!("GET /{NONCE} HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nSec-Fetch-Mode: navigate\r\n\r\n"));
    assert!(reply.starts_with("HTTP/1.1 302 ") && reply.contains(&format!("\r\nLocation: {TARGET}\r\n")), "{reply}");
    assert_guarded(&reply);
    let reply = get(port, &format!("/{NONCE}"));
    assert!(reply.starts_with("HTTP/1.1 400 ") && reply.ends_with("<p>opened twice</p>"), "{reply}");
    assert_guarded(&reply);
    assert!(matches!(serving.join().unwrap(), Outcome::OpenedTwice));
}

#[test]
fn a_denial_ends_it_with_a_page_of_its_own() {
    let (port, serving) = served();
    let reply = get(port, "/oauth/callback?error=access_denied%3Cb%3E&error_description=x&state=the-state");
    assert!(reply.starts_with("HTTP/1.1 200 ") && reply.ends_with("<p>denied</p>"), "{reply}");
    assert_guarded(&reply);
    assert!(matches!(serving.join().unwrap(), Outcome::Denied(why) if why == "access_denied<b>"));
}

#[test]
fn it_listens_on_ipv4_loopback_alone() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let listener = runtime.block_on(Listener::bind()).unwrap();
    assert_eq!(listener.socket.local_addr().unwrap().ip(), std::net::IpAddr::from([127, 0, 0, 1]));
}
