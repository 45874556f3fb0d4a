//! What stands between this machine and AWS.

use crate::endpoint::CaBundle;

/// What stands between this machine and AWS, read by `command/`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Network {
    /// `None`: the system's roots.
    pub ca_bundle: Option<CaBundle>,
    /// What `SSL_CERT_FILE` and `SSL_CERT_DIR` say, which replace the system's roots; `None` under a CA bundle.
    pub system_roots: Option<String>,
    /// `None`: nobody stands in between.
    pub proxy: Option<Proxy>,
}

/// A proxy as the environment has it, not yet read. Plain http goes to loopback only, and so never through a proxy.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy {
    /// May hold a password.
    pub url: String,
    /// The variable it came from.
    pub said_by: &'static str,
    /// What `NO_PROXY` excepts.
    pub exceptions: String,
}

impl std::fmt::Debug for Proxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Proxy").field("said_by", &self.said_by).finish_non_exhaustive()
    }
}
