//! What keeps this machine from asking AWS at all, in words.

use crate::endpoint::CaBundle;
use crate::error::{Error, Kind};

pub(super) fn ca_bundle(bundle: &CaBundle, why: &str) -> Error {
    let (path, said_by) = (bundle.path.display(), &bundle.said_by);
    Error::new(
        Kind::Config,
        format!("the CA bundle '{path}' ({said_by}) can't be used: {why}"),
        format!("let {said_by} name a file of PEM certificates, or take it away"),
    )
}

/// Says nothing of the value: it may hold a password.
pub(super) fn proxy(said_by: &str) -> Error {
    Error::new(
        Kind::Config,
        format!("{said_by} is not the URL of a proxy"),
        format!(
            "correct {said_by}: http://HOST:PORT, or http://USER:PASSWORD@HOST:PORT with special characters as %XX"
        ),
    )
}

pub(super) fn proxy_scheme(said_by: &str, scheme: &str) -> Error {
    Error::new(
        Kind::Config,
        format!("{said_by} names a proxy of a kind that AWS's tools do not use ({scheme})"),
        format!("set {said_by} to a proxy for HTTP: http://HOST:PORT"),
    )
}

pub(super) fn no_tls() -> Error {
    Error::new(
        Kind::Failure,
        "TLS can't be set up on this machine",
        "install the certificates of your system (ca-certificates), or set AWS_CA_BUNDLE",
    )
}
