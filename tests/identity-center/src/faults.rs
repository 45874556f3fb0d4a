//! Going wrong on request: which operation, how often, and what comes instead of the right answer.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use http_body::Frame;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::errors::{Service, usual_status};
use crate::http::{Answer, Ask};
use crate::mint;

/// What goes wrong. Without `status`, `error`, `body` and `reset` the answer is right, only late.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fault {
    /// An operation as the log names it, or `*`.
    pub operation: String,
    /// `None`: always.
    pub times: Option<u32>,
    /// So many requests pass unharmed first.
    pub skip: u32,
    pub status: Option<u16>,
    /// The error type, `UnauthorizedException`.
    pub error: Option<String>,
    pub message: Option<String>,
    pub body: Option<BodyKind>,
    /// Seconds, sent as `Retry-After`.
    pub retry_after: Option<u64>,
    /// Sent as `Location`.
    pub location: Option<String>,
    pub delay_ms: u64,
    /// The connection is reset instead of answered.
    pub reset: bool,
    /// The secrets of the request come back in the message and in a header.
    pub echo_secrets: bool,
    /// The operation is carried out first, and only its answer is lost, cut or replaced.
    pub applied: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BodyKind {
    /// An error as the service words it.
    Json,
    /// What a captive portal says.
    Html,
    /// Bytes that are neither JSON nor UTF-8.
    Garbage,
    /// `Content-Length` promises more than comes before the connection closes.
    Truncated,
    Empty,
    /// Never ends, a little every 20 ms.
    Endless,
    /// 64 MiB of a string that JSON never sees the end of.
    Huge,
}

impl Fault {
    /// A fault of `operation`, always, until told otherwise.
    #[must_use]
    pub fn on(operation: &str) -> Self {
        Self { operation: operation.into(), ..Self::default() }
    }
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self { times: Some(times), ..self }
    }
    #[must_use]
    pub fn skip(self, skip: u32) -> Self {
        Self { skip, ..self }
    }
    #[must_use]
    pub fn status(self, status: u16) -> Self {
        Self { status: Some(status), ..self }
    }
    /// With the status AWS sends with it, unless `status` says otherwise.
    #[must_use]
    pub fn error(self, kind: &str) -> Self {
        Self { error: Some(kind.into()), ..self }
    }
    #[must_use]
    pub fn message(self, message: &str) -> Self {
        Self { message: Some(message.into()), ..self }
    }
    #[must_use]
    pub fn body(self, body: BodyKind) -> Self {
        Self { body: Some(body), ..self }
    }
    #[must_use]
    pub fn retry_after(self, seconds: u64) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }
    /// Sends whoever follows to another place.
    #[must_use]
    pub fn redirect(self, status: u16, to: &str) -> Self {
        Self { status: Some(status), location: Some(to.into()), body: Some(BodyKind::Html), ..self }
    }
    #[must_use]
    pub fn delay_ms(self, delay_ms: u64) -> Self {
        Self { delay_ms, ..self }
    }
    #[must_use]
    pub fn reset(self) -> Self {
        Self { reset: true, ..self }
    }
    #[must_use]
    pub fn echo_secrets(self) -> Self {
        Self { echo_secrets: true, ..self }
    }
    #[must_use]
    pub fn applied(self) -> Self {
        Self { applied: true, ..self }
    }

    pub(crate) fn only_delays(&self) -> bool {
        self.status.is_none() && self.error.is_none() && self.body.is_none() && !self.reset && !self.echo_secrets
    }

    /// What is sent instead; `real` is the operation's own answer, where it was carried out.
    pub(crate) fn spoil(&self, operation: &str, ask: &Ask, real: Option<Answer>) -> (Answer, Tail) {
        let secrets = if self.echo_secrets { received_secrets(ask) } else { Vec::new() };
        let mut message = self.message.clone().unwrap_or_else(|| "The stand-in was told to fail".into());
        for secret in &secrets {
            message = format!("{message} {secret}");
        }
        let error = self.error.clone().unwrap_or_else(|| "InternalServerException".into());
        let refused = self.error.as_ref().map(|kind| usual_status(kind));
        let status = self.status.or(refused);
        let worded = || Service::of(operation).error(status.unwrap_or(500), &error, &message);
        let plain = |kind: &str, body: Vec<u8>| Answer::new(status.unwrap_or(200), kind, body);
        let html = format!("<!DOCTYPE html><html><title>Sign in to the network</title><p>{message}</p></html>");
        let (mut answer, tail) = match self.body.unwrap_or(BodyKind::Json) {
            BodyKind::Json => (worded(), Tail::None),
            BodyKind::Html => (plain("text/html", html.into()), Tail::None),
            BodyKind::Garbage => {
                (plain("application/json", [b"\x00\xff\xfe{{{ ", message.as_bytes()].concat()), Tail::None)
            }
            BodyKind::Truncated => {
                let mut answer = real.unwrap_or_else(worded);
                answer.status = status.unwrap_or(answer.status);
                let kept = answer.body.len() * 2 / 3;
                let whole = answer.body.len();
                answer.body.truncate(kept);
                (answer, Tail::Missing(whole - kept + 1))
            }
            BodyKind::Empty => (plain("application/json", Vec::new()), Tail::None),
            BodyKind::Endless => {
                (plain("application/json", format!("{{\"message\":\"{message}").into()), Tail::Endless)
            }
            BodyKind::Huge => (plain("application/json", b"{\"message\":\"".to_vec()), Tail::Huge),
        };
        if let Some(seconds) = self.retry_after {
            answer = answer.with("Retry-After", seconds.to_string());
        }
        if let Some(to) = &self.location {
            answer = answer.with("Location", to);
        }
        for (index, secret) in secrets.iter().enumerate() {
            answer = answer.with(&format!("x-amz-echo-{index}"), secret);
        }
        (answer, tail)
    }
}

/// The next fault due for this operation.
pub(crate) fn take(faults: &mut Vec<Fault>, operation: &str) -> Option<Fault> {
    let at = faults.iter().position(|fault| fault.operation == operation || fault.operation == "*")?;
    let fault = &mut faults[at];
    if fault.skip > 0 {
        fault.skip -= 1;
        return None;
    }
    let taken = fault.clone();
    if let Some(times) = &mut fault.times {
        *times = times.saturating_sub(1);
        if *times == 0 {
            faults.remove(at);
        }
    }
    Some(taken)
}

fn received_secrets(ask: &Ask) -> Vec<String> {
    let headers = ["x-amz-sso_bearer_token", "x-amz-security-token", "authorization"];
    let mut found: Vec<String> = headers.iter().filter_map(|name| ask.header(name)).map(ToOwned::to_owned).collect();
    if let Ok(body) = ask.json::<Value>() {
        let fields = ["clientSecret", "deviceCode", "code", "refreshToken", "codeVerifier"];
        found.extend(fields.iter().filter_map(|name| body[name].as_str()).map(ToOwned::to_owned));
    }
    found
}

/// What follows the body, or does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tail {
    None,
    /// So many bytes were promised that never come.
    Missing(usize),
    Endless,
    Huge,
}

const HUGE: usize = 64 * 1024 * 1024;

impl Tail {
    /// The `Content-Length` to claim, and the body that is sent.
    pub(crate) fn body(self, start: Vec<u8>) -> (Option<usize>, Body) {
        let promised = match self {
            Self::None => return (None, Body::from(start)),
            Self::Missing(bytes) => Some(start.len() + bytes),
            Self::Huge => Some(start.len() + HUGE),
            Self::Endless => None,
        };
        let pulse = (self == Self::Endless).then(|| tokio::time::interval(Duration::from_millis(20)));
        let left = if self == Self::Huge { HUGE } else { 0 };
        (promised, Body::new(Spoilt { start: Some(start.into()), left, pulse, waited: false }))
    }
}

/// A body that starts well and ends in an error, late or never.
struct Spoilt {
    start: Option<Bytes>,
    left: usize,
    pulse: Option<tokio::time::Interval>,
    /// The server writes out what it has only when it is kept waiting once.
    waited: bool,
}

impl http_body::Body for Spoilt {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if let Some(start) = self.start.take() {
            return Poll::Ready(Some(Ok(Frame::data(start))));
        }
        if let Some(pulse) = &mut self.pulse {
            return pulse.poll_tick(context).map(|_| Some(Ok(Frame::data(Bytes::from_static(&[b'x'; 64])))));
        }
        if self.left > 0 {
            let chunk = self.left.min(64 * 1024);
            self.left -= chunk;
            return Poll::Ready(Some(Ok(Frame::data(Bytes::from(vec![b'x'; chunk])))));
        }
        if !std::mem::replace(&mut self.waited, true) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(io::ErrorKind::UnexpectedEof.into())))
    }
}

/// Headers that every answer of AWS carries.
pub(crate) fn common_headers(answer: Answer, now: jiff::Timestamp) -> Answer {
    let date = now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    // XML bodies repeat the id, so an answer may already have one.
    let has_id = answer.headers.iter().any(|(name, _)| name == "x-amzn-RequestId");
    let answer = if has_id { answer } else { answer.with("x-amzn-RequestId", mint::request_id()) };
    answer.with("Date", date)
}
