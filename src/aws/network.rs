//! What stands between this machine and AWS.

use std::path::PathBuf;

/// What stands between this machine and AWS, read by `command/`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Network {
    /// `AWS_CA_BUNDLE`; `None`: the system's roots.
    pub ca_bundle: Option<PathBuf>,
    /// What `SSL_CERT_FILE` and `SSL_CERT_DIR` say, which replace the system's roots; `None` under a CA bundle.
    pub system_roots: Option<String>,
    pub proxy: Proxy,
}

/// The proxy variables as text, read by `command/`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxy {
    /// `HTTPS_PROXY`. Plain http goes to loopback only, and so never through a proxy.
    pub https: Option<String>,
    pub no_proxy: Option<String>,
}
