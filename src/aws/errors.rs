//! What keeps this machine from asking AWS at all, in words.

use std::path::Path;

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

pub(super) fn root_file(path: &Path, why: &str) -> Error {
    roots(path, "SSL_CERT_FILE", why, "a file")
}

pub(super) fn root_folder(path: &Path, why: &str) -> Error {
    roots(path, "SSL_CERT_DIR", why, "a folder")
}

fn roots(path: &Path, said_by: &str, why: &str, what: &str) -> Error {
    Error::new(
        Kind::Config,
        format!("the certificates in '{}' ({said_by}) can't be used: {why}", path.display()),
        format!("let {said_by} name {what} of PEM certificates, or take it away"),
    )
}

pub(super) fn no_roots() -> Error {
    Error::new(
        Kind::Network,
        "this system has no root certificates, so that AWS can't be told from anybody else",
        "install those of your system (the package ca-certificates), or set AWS_CA_BUNDLE to a file of them",
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
