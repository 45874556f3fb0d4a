//! Why nobody answered, and in what words a person hears it.

use super::explain::SOMEBODY_ELSE;
use super::{Network, proxy::Via};
use crate::error::{Error, Kind};
use url::Url;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unreachable {
    Refused,
    UnknownName,
    Certificate(Certificate),
    TimedOut,
    CutShort,
    Stranger(Stranger),
    /// The proxy can't be had: why.
    Proxy(ProxyTrouble),
    Other,
}

/// What is wrong with a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Certificate {
    UnknownAuthority,
    Expired,
    NotYetValid,
    OtherHost,
    Unusable,
}

/// Somebody answers who hardly is AWS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stranger {
    /// The connection is closed without a whole answer: a network that is bad, or whoever wants no HTTP.
    Silent,
    NoHttp,
    NoTls,
}

/// How a proxy fails before it is out of the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProxyTrouble {
    Refused,
    UnknownName,
    CutShort,
    WantsPassword,
    /// It answered, and did not connect: a policy, its own trouble, or it is no proxy at all.
    Declined,
    Certificate(Certificate),
    NoTls,
    Other,
}

impl Unreachable {
    /// Another try would end the same way.
    pub(super) fn is_final(self) -> bool {
        matches!(
            self,
            Self::Certificate(_)
                | Self::Stranger(Stranger::NoHttp | Stranger::NoTls)
                | Self::Proxy(
                    ProxyTrouble::WantsPassword
                        | ProxyTrouble::Declined
                        | ProxyTrouble::NoTls
                        | ProxyTrouble::Certificate(_)
                )
        )
    }

    /// `doing` completes "… failed": "signing in to 'dev'".
    pub(crate) fn explain(self, endpoint: &Url, network: &Network, doing: &str) -> Error {
        let via = Via::of(endpoint, network).ok().flatten();
        let origin = endpoint.origin().ascii_serialization();
        if let Self::Stranger(stranger) = self {
            let way = via.as_ref().map_or_else(String::new, through);
            let what = format!("{doing} failed: what answers at {origin}{way} {}", stranger.what());
            return Error::new(Kind::Network, what, SOMEBODY_ELSE);
        }
        let (way, (what, hint)) = match (self, &via) {
            (Self::Proxy(trouble), Some(via)) => (through(via), through_a_proxy(trouble, via, endpoint)),
            (Self::TimedOut, Some(via)) => (through(via), ("no answer in time".into(), check(via))),
            (Self::CutShort, Some(via)) => (through(via), ("the connection broke off".into(), check(via))),
            (Self::Certificate(flaw), via) => {
                (via.as_ref().map_or_else(String::new, through), certificate(flaw, "its", host(endpoint)))
            }
            (why, _) => (String::new(), (straight(why).to_owned(), NETWORK.to_owned())),
        };
        Error::new(Kind::Network, format!("{doing} failed: {origin} can't be reached{way}: {what}"), hint)
    }
}

impl Stranger {
    fn what(self) -> &'static str {
        match self {
            Self::Silent => "may not be AWS: it closes the connection without a whole answer",
            Self::NoHttp => "is not AWS: what it says is no proper HTTP",
            Self::NoTls => "is not AWS: it speaks no TLS as AWS does (1.2 or 1.3)",
        }
    }
}

const NETWORK: &str = "check the network, VPN and HTTPS_PROXY, then run the command again";

fn straight(why: Unreachable) -> &'static str {
    match why {
        Unreachable::Refused => "the connection is refused",
        Unreachable::UnknownName => "the name is not found",
        Unreachable::TimedOut => "no answer in time",
        Unreachable::CutShort => "the connection broke off",
        Unreachable::Certificate(_) | Unreachable::Stranger(_) | Unreachable::Proxy(_) | Unreachable::Other => {
            "no connection"
        }
    }
}

fn through(via: &Via) -> String {
    format!(" through the proxy {} ({})", via.origin(), via.said_by())
}

fn check(via: &Via) -> String {
    format!("check that {} names your proxy and that it runs; NO_PROXY names hosts that need none", via.said_by())
}

fn through_a_proxy(trouble: ProxyTrouble, via: &Via, endpoint: &Url) -> (String, String) {
    let name = via.said_by();
    let what = match trouble {
        ProxyTrouble::Refused => "the proxy refuses the connection",
        ProxyTrouble::UnknownName => "the name of the proxy is not found",
        ProxyTrouble::CutShort => "the proxy closes the connection",
        ProxyTrouble::Other => "no connection to the proxy",
        ProxyTrouble::WantsPassword if via.is_signed_in() => {
            let hint =
                format!("correct the user name and password in {name}; a special character in them is written as %XX");
            return ("the proxy does not accept the user name and password (407)".into(), hint);
        }
        ProxyTrouble::WantsPassword => {
            let hint = format!("put them into {name}: http://USER:PASSWORD@HOST:PORT, special characters as %XX");
            return ("the proxy wants a user name and password (407)".into(), hint);
        }
        ProxyTrouble::Declined => {
            let host = host(endpoint);
            let port = endpoint.port_or_known_default().unwrap_or(443);
            let hint =
                format!("ask who runs the proxy to let CONNECT {host}:{port} pass, or except the host with NO_PROXY");
            return ("the proxy answers, and does not connect".into(), hint);
        }
        ProxyTrouble::Certificate(flaw) => return certificate(flaw, "the proxy's", via.host()),
        ProxyTrouble::NoTls => {
            let hint = format!("let {name} begin with http:// unless the proxy itself is to be spoken to in TLS");
            return ("the proxy speaks no TLS".into(), hint);
        }
    };
    (what.to_owned(), check(via))
}

fn host(url: &Url) -> &str {
    url.host_str().unwrap_or_default()
}

/// `host` is who should be spoken to.
fn certificate(flaw: Certificate, whose: &str, host: &str) -> (String, String) {
    let bundle =
        "if a proxy of your company stands in between, set AWS_CA_BUNDLE to its certificates and sign in again";
    let (what, hint) = match flaw {
        Certificate::UnknownAuthority => {
            ("certificate is not trusted: no authority that is known here has signed it", bundle)
        }
        Certificate::Unusable => ("certificate is not trusted", bundle),
        Certificate::Expired => (
            "certificate has expired",
            "check the clock of this machine; if that is right, tell whoever runs what stands there",
        ),
        Certificate::NotYetValid => (
            "certificate is not valid yet",
            "check the clock of this machine; if that is right, tell whoever runs what stands there",
        ),
        Certificate::OtherHost => {
            let hint = format!("see who answers for {host}: DNS, an endpoint override, or a proxy in between");
            return (format!("{whose} certificate is for another host"), hint);
        }
    };
    (format!("{whose} {what}"), hint.to_owned())
}
