//! What keeps this machine from asking AWS at all, in words.

use std::path::Path;

use crate::error::{Error, Kind};

pub(super) fn ca_bundle(path: &Path, why: &str) -> Error {
    let path = path.display();
    Error::new(
        Kind::Config,
        format!("the CA bundle '{path}' can't be used: {why}"),
        "set AWS_CA_BUNDLE to a file of PEM certificates, or unset it",
    )
}

/// Says nothing of the value: it may hold a password.
pub(super) fn proxy() -> Error {
    Error::new(Kind::Config, "HTTPS_PROXY is not the URL of a proxy", "correct HTTPS_PROXY: http://HOST:PORT")
}

pub(super) fn no_tls() -> Error {
    Error::new(
        Kind::Failure,
        "TLS can't be set up on this machine",
        "install the certificates of your system (ca-certificates), or set AWS_CA_BUNDLE",
    )
}
