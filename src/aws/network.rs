//! What stands between this machine and AWS.

use std::path::PathBuf;

use crate::endpoint::CaBundle;

/// What stands between this machine and AWS, read by `command/`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Network {
    /// `None`: the system's roots.
    pub ca_bundle: Option<CaBundle>,
    /// What replaces the system's roots; `None` under a CA bundle.
    pub system_roots: Option<SystemRoots>,
    /// `None`: nobody stands in between.
    pub proxy: Option<Proxy>,
}

/// What `SSL_CERT_FILE` and `SSL_CERT_DIR` name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SystemRoots {
    /// Empty where the variable is set to nothing: for rustls as for OpenSSL a file that is not there, not the system's.
    pub file: Option<PathBuf>,
    pub folders: Vec<PathBuf>,
}

impl SystemRoots {
    /// `SSL_CERT_FILE=/ca.pem SSL_CERT_DIR=/certs`; `None` where nobody could be trusted by what they name.
    #[must_use]
    pub fn said(&self) -> Option<String> {
        let file = self.file.iter().filter(|file| !file.as_os_str().is_empty());
        let file = file.map(|file| format!("SSL_CERT_FILE={}", file.display()));
        let folders: Vec<_> = self.folders.iter().map(|folder| folder.display().to_string()).collect();
        let folders = (!folders.is_empty()).then(|| format!("SSL_CERT_DIR={}", folders.join(":")));
        let said: Vec<_> = file.chain(folders).collect();
        (!said.is_empty()).then(|| said.join(" "))
    }
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
