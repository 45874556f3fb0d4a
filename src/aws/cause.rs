//! What the layers below an answer that never came say of it. Where hyper and its tunnel have no types for it, their words
//! are read, and a test holds each against the real thing.

use std::error::Error as StdError;
use std::io;

use rustls::CertificateError;

use super::http::CutShort;
use super::unreachable::{Certificate, ProxyTrouble, Stranger, Unreachable};

type Cause<'a> = &'a (dyn StdError + 'static);

/// An error and all behind it. What an `io::Error` wraps is not among its sources, only the sources of that are.
pub(super) fn chain<'a>(mut error: Option<Cause<'a>>) -> Vec<Cause<'a>> {
    let mut found: Vec<Cause<'a>> = Vec::new();
    while let Some(cause) = error {
        found.push(cause);
        let wrapped = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        error = wrapped.map(|inner| inner as Cause<'a>).or_else(|| cause.source());
    }
    found
}

/// The deepest cause that is known decides; a tunnel above it says that it happened on the way to the proxy.
pub(super) fn of(causes: &[Cause<'_>]) -> Unreachable {
    let why = causes.iter().rev().find_map(|cause| unreachable(*cause)).unwrap_or(Unreachable::Other);
    match causes.iter().find_map(|cause| tunnel(&cause.to_string())) {
        None => why,
        Some(Tunnel::Itself(trouble)) => Unreachable::Proxy(trouble),
        Some(Tunnel::Before) => Unreachable::Proxy(match why {
            Unreachable::Refused => ProxyTrouble::Refused,
            Unreachable::UnknownName => ProxyTrouble::UnknownName,
            Unreachable::CutShort => ProxyTrouble::CutShort,
            Unreachable::Certificate(flaw) => ProxyTrouble::Certificate(flaw),
            Unreachable::Stranger(Stranger::NoTls) => ProxyTrouble::NoTls,
            Unreachable::TimedOut => return Unreachable::TimedOut,
            Unreachable::Stranger(_) | Unreachable::Proxy(_) | Unreachable::Other => ProxyTrouble::Other,
        }),
    }
}

enum Tunnel {
    /// There is no connection to the proxy, for what lies below.
    Before,
    Itself(ProxyTrouble),
}

/// hyper-util's error of a tunnel, whose type is not public.
fn tunnel(said: &str) -> Option<Tunnel> {
    Some(match said.strip_prefix("tunnel error: ")? {
        "proxy authorization required" => Tunnel::Itself(ProxyTrouble::WantsPassword),
        "unsuccessful" | "proxy response headers too long" => Tunnel::Itself(ProxyTrouble::Declined),
        "unexpected end of file" => Tunnel::Itself(ProxyTrouble::CutShort),
        _ => Tunnel::Before,
    })
}

fn unreachable(error: Cause<'_>) -> Option<Unreachable> {
    if error.is::<CutShort>() {
        return Some(Unreachable::CutShort);
    }
    if let Some(error) = error.downcast_ref::<rustls::Error>() {
        return Some(of_tls(error));
    }
    if let Some(error) = error.downcast_ref::<hyper::Error>() {
        return of_hyper(error);
    }
    let error = error.downcast_ref::<io::Error>()?;
    match error.kind() {
        io::ErrorKind::ConnectionRefused => Some(Unreachable::Refused),
        io::ErrorKind::TimedOut => Some(Unreachable::TimedOut),
        io::ErrorKind::ConnectionReset | io::ErrorKind::UnexpectedEof | io::ErrorKind::BrokenPipe => {
            Some(Unreachable::CutShort)
        }
        _ => is_of_resolver(error).then_some(Unreachable::UnknownName),
    }
}

fn of_hyper(error: &hyper::Error) -> Option<Unreachable> {
    // For these it has no predicate.
    const NO_HTTP: [&str; 2] = ["http2 error", "received unexpected message from connection"];
    let stranger = if error.is_incomplete_message() || error.is_canceled() {
        Stranger::Silent
    } else if error.is_parse() || NO_HTTP.contains(&error.to_string().as_str()) {
        Stranger::NoHttp
    } else {
        return None;
    };
    Some(Unreachable::Stranger(stranger))
}

/// What the resolver says has no kind of its own: on Windows a number, elsewhere the words of the standard library.
fn is_of_resolver(error: &io::Error) -> bool {
    const WSAHOST_NOT_FOUND: i32 = 11001;
    match error.raw_os_error() {
        Some(number) => cfg!(windows) && number == WSAHOST_NOT_FOUND,
        None => error.to_string().starts_with("failed to lookup address information"),
    }
}

fn of_tls(error: &rustls::Error) -> Unreachable {
    let flaw = match error {
        rustls::Error::InvalidCertificate(flaw) => match flaw {
            CertificateError::UnknownIssuer => Certificate::UnknownAuthority,
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => Certificate::Expired,
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => Certificate::NotYetValid,
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                Certificate::OtherHost
            }
            _ => Certificate::Unusable,
        },
        rustls::Error::NoCertificatesPresented => Certificate::Unusable,
        _ => return Unreachable::Stranger(Stranger::NoTls),
    };
    Unreachable::Certificate(flaw)
}
