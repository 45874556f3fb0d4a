//! The listener a browser brings AWS's answer to. Any page a browser shows, and any program on this machine, can send
//! requests here: only one that passes every check ends the listening (security rules 5 and 6).

use std::collections::VecDeque;
use std::io;
use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use subtle::ConstantTimeEq;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet};
use url::Url;

use super::page;
use crate::secret::Secret;

const CALLBACK: &str = "/oauth/callback";
const CONNECTIONS: usize = 8;
const SECONDS: Duration = Duration::from_secs(2);
const LIMIT: usize = 8 * 1024;

pub(super) struct Listener {
    socket: TcpListener,
    port: u16,
    opened: AtomicBool,
}

/// What a good request brings, and what it gets.
pub(super) struct Expected {
    /// The path that leads to AWS, once.
    pub nonce: String,
    pub state: Secret,
    pub target: Url,
    /// Pages for the person.
    pub approved: String,
    pub denied: String,
    pub opened_twice: String,
}

pub(super) enum Outcome {
    Code(Secret),
    /// The `error` of OAuth, as it came.
    Denied(String),
    /// Somebody else asked for the page that leads to AWS, or the person asked twice.
    OpenedTwice,
}

pub(super) enum Verdict {
    Refuse,
    Redirect,
    Over(Outcome),
}

impl Listener {
    /// On IPv4 loopback only, on a port the system chooses, before any URL names it.
    pub(super) async fn bind() -> io::Result<Self> {
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = socket.local_addr()?.port();
        Ok(Self { socket, port, opened: AtomicBool::new(false) })
    }

    /// Whether the page that leads to AWS was asked for.
    pub(super) fn was_opened(&self) -> bool {
        self.opened.load(Ordering::Relaxed)
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// Answers until one request ends it. Of more than eight connections the oldest is dropped: a browser sends its
    /// request at once, who dawdles is none.
    pub(super) async fn serve(&self, expected: &Expected) -> Outcome {
        let mut reading: JoinSet<Option<(TcpStream, Vec<u8>)>> = JoinSet::new();
        let mut ages: VecDeque<AbortHandle> = VecDeque::new();
        loop {
            tokio::select! {
                accepted = self.socket.accept() => match accepted {
                    Ok((stream, _)) => {
                        ages.retain(|task| !task.is_finished());
                        if ages.len() >= CONNECTIONS && let Some(oldest) = ages.pop_front() {
                            oldest.abort();
                        }
                        ages.push_back(reading.spawn(read_request(stream)));
                    }
                    // Out of descriptors, for one: do not spin.
                    Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
                },
                Some(read) = reading.join_next() => {
                    let Ok(Some((stream, request))) = read else { continue };
                    match judge(&request, self.port, expected, self.was_opened()) {
                        Verdict::Refuse => drop(reading.spawn(finish(stream, refusal()))),
                        Verdict::Redirect => {
                            self.opened.store(true, Ordering::Relaxed);
                            drop(reading.spawn(finish(stream, redirect(&expected.target))));
                        }
                        Verdict::Over(outcome) => {
                            let reply = match &outcome {
                                Outcome::Code(_) => html("200 OK", &expected.approved),
                                Outcome::Denied(_) => html("200 OK", &expected.denied),
                                // Whoever asks here knew the address, so it tells them nothing new.
                                Outcome::OpenedTwice => html("400 Bad Request", &expected.opened_twice),
                            };
                            finish(stream, reply).await;
                            return outcome;
                        }
                    }
                }
            }
        }
    }
}

/// The head of a request; `None` when it takes too long or is too large.
async fn read_request(mut stream: TcpStream) -> Option<(TcpStream, Vec<u8>)> {
    let mut request = Vec::with_capacity(1024);
    let reading = async {
        let mut piece = [0; 1024];
        while !request.windows(4).any(|end| end == b"\r\n\r\n") {
            let count = stream.read(&mut piece).await.ok().filter(|count| *count > 0)?;
            request.extend_from_slice(&piece[..count]);
            if request.len() > LIMIT {
                return None;
            }
        }
        Some(())
    };
    tokio::time::timeout(SECONDS, reading).await.ok()??;
    Some((stream, request))
}

/// Sends a reply and closes, within the two seconds of its own.
async fn finish(mut stream: TcpStream, reply: String) -> Option<(TcpStream, Vec<u8>)> {
    let sending = async {
        stream.write_all(reply.as_bytes()).await?;
        stream.shutdown().await
    };
    let _ = tokio::time::timeout(SECONDS, sending).await;
    None
}

pub(super) fn judge(request: &[u8], port: u16, expected: &Expected, opened: bool) -> Verdict {
    let Some(target) = checked_target(request, port) else { return Verdict::Refuse };
    let (path, query) = target.split_once('?').map_or((target.as_str(), None), |(path, query)| (path, Some(query)));
    let is_start = path.strip_prefix('/').is_some_and(|path| path.as_bytes().ct_eq(expected.nonce.as_bytes()).into());
    match query {
        None if is_start && opened => Verdict::Over(Outcome::OpenedTwice),
        None if is_start => Verdict::Redirect,
        Some(query) if path == CALLBACK => callback(query, &expected.state).map_or(Verdict::Refuse, Verdict::Over),
        _ => Verdict::Refuse,
    }
}

/// The target of a request that a browser navigating to this very address could have sent.
fn checked_target(request: &[u8], port: u16) -> Option<String> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut parsed = httparse::Request::new(&mut headers);
    let httparse::Status::Complete(length) = parsed.parse(request).ok()? else { return None };
    let values = |name: &str| -> Vec<&[u8]> {
        parsed
            .headers
            .iter()
            .filter(|header| header.name.eq_ignore_ascii_case(name))
            .map(|header| header.value)
            .collect()
    };
    let right = length == request.len()
        && parsed.method == Some("GET")
        && values("host") == [format!("127.0.0.1:{port}").as_bytes()]
        && values("sec-fetch-mode").iter().all(|mode| *mode == b"navigate")
        // A page fetched ahead is not a page opened.
        && values("sec-purpose").is_empty()
        && values("purpose").is_empty();
    right.then(|| parsed.path.map(ToOwned::to_owned)).flatten()
}

fn callback(query: &str, state: &Secret) -> Option<Outcome> {
    let pairs: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).collect();
    let one = |name: &str| -> Result<Option<&str>, ()> {
        let mut values = pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_ref());
        let first = values.next();
        if values.next().is_some() { Err(()) } else { Ok(first) }
    };
    let given = one("state").ok()??;
    if Secret::from(given) != *state {
        return None;
    }
    match (one("code").ok()?, one("error").ok()?) {
        (Some(code), None) if !code.is_empty() => Some(Outcome::Code(code.into())),
        (None, Some(error)) => Some(Outcome::Denied(error.to_owned())),
        _ => None,
    }
}

const ALWAYS: &str = "Connection: close\r\nCache-Control: no-store\r\n\
    Referrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\n";

fn reply(status: &str, policy: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\n{ALWAYS}Content-Security-Policy: {policy}\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
    )
}

fn refusal() -> String {
    reply("400 Bad Request", page::NOTHING, "", "")
}

fn redirect(target: &Url) -> String {
    reply("302 Found", page::NOTHING, &format!("Location: {target}\r\n"), "")
}

fn html(status: &str, page: &str) -> String {
    reply(status, &page::policy(), "Content-Type: text/html; charset=utf-8\r\n", page)
}

#[cfg(test)]
#[path = "listener_tests.rs"]
mod tests;
