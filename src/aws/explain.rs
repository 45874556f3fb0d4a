//! In what words a person hears of an answer that leads no further, whoever asked.

use super::answer::{Foreign, NETWORK_SIGN_IN, Refusal};
use super::redact::Held;
use crate::error::{Error, Kind};
use crate::sanitize;

pub(crate) fn no_runtime() -> Error {
    Error::new(
        Kind::Failure,
        "no network input and output: the system refused what it takes",
        "check the limits of this process: ulimit -n",
    )
}

/// `403 ForbiddenException: No access; request 1a2b`
pub(crate) fn said(refusal: &Refusal, held: &Held) -> String {
    let mut text = format!("{} {}", refusal.status, held.shown(&refusal.code)).trim_end().to_owned();
    if !refusal.message.is_empty() {
        text.push_str(": ");
        text.push_str(&held.shown(&refusal.message));
    }
    if !refusal.request_id.is_empty() {
        text.push_str("; request ");
        text.push_str(&sanitize::line_within(&held.shown(&refusal.request_id), 64));
    }
    text
}

/// For what passes by itself. `said` is what AWS said, `doing` completes "… failed": "signing in to 'dev'".
pub(crate) fn passing(refusal: &Refusal, said: &str, doing: &str) -> Option<Error> {
    if refusal.is_throttling() {
        let what = format!("{doing} failed: AWS asks for fewer requests ({said})");
        return Some(Error::new(Kind::Network, what, "wait a minute and run the command again"));
    }
    let what = format!("{doing} failed: AWS is in trouble ({said})");
    let hint = "run the command again; https://health.aws.amazon.com shows whether AWS knows";
    (refusal.status >= 500).then(|| Error::new(Kind::Network, what, hint))
}

/// Where to look for whoever answers in AWS's place.
pub(super) const SOMEBODY_ELSE: &str =
    "look for a captive portal, a proxy or an endpoint override in between, then run the command again";

pub(crate) fn not_aws(foreign: &Foreign, origin: &str, doing: &str) -> Error {
    let status = foreign.status.map_or_else(String::new, |status| format!(" (status {status})"));
    let hint = if foreign.status == Some(NETWORK_SIGN_IN) {
        "open any page in a browser, sign in to the network, and run the command again"
    } else {
        SOMEBODY_ELSE
    };
    let what = format!("{doing} failed: what answers at {origin} is not AWS: {}{status}", foreign.what);
    Error::new(Kind::Network, what, hint)
}
