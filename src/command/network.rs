//! What stands between this machine and AWS, as variables and config have it.

use std::path::{Path, PathBuf};

use super::Context;
use crate::aws::{Network, Proxy, SystemRoots};
use crate::endpoint::{CaBundle, Overrides};
use crate::error::Result;
use crate::identity::SessionId;

impl Context {
    /// Certificates: `AWS_CA_BUNDLE`, the profile's `ca_bundle`, that of the session's profiles, and last what the AWS CLI
    /// knows besides.
    ///
    /// # Errors
    /// `Config` where the AWS config can't be read.
    pub fn network(&self, overrides: &Overrides, session: Option<&SessionId>) -> Result<Network> {
        let said = match (&overrides.ca_bundle, session) {
            (None, Some(session)) => self.config()?.ca_bundle(session),
            (said, _) => said.clone(),
        };
        let last = "REQUESTS_CA_BUNDLE";
        let said = said.or_else(|| Some(CaBundle { path: self.environment.path(last)?, said_by: last.to_owned() }));
        let ca_bundle = said.map(|bundle| CaBundle { path: self.absolute(&bundle.path), ..bundle });
        let system_roots = if ca_bundle.is_none() { self.system_roots() } else { None };
        Ok(Network { ca_bundle, system_roots, proxy: self.proxy() })
    }

    /// A relative path names another file in another folder, and is bound to the sign-in (security rule 1).
    fn absolute(&self, path: &Path) -> PathBuf {
        let path = match (path.strip_prefix("~"), self.environment.home()) {
            (Ok(rest), Some(home)) => home.join(rest),
            _ => path.to_owned(),
        };
        std::path::absolute(&path).unwrap_or(path)
    }

    /// Whoever sets one of these chooses whom to trust. An empty file counts, an empty list of folders does not, as for rustls.
    fn system_roots(&self) -> Option<SystemRoots> {
        let absolute = |path: PathBuf| std::path::absolute(&path).unwrap_or(path);
        let file = self.environment.raw("SSL_CERT_FILE").map(|file| absolute(file.into()));
        let folders = std::env::split_paths(self.environment.raw("SSL_CERT_DIR").unwrap_or_default());
        let folders: Vec<_> = folders.filter(|folder| !folder.as_os_str().is_empty()).map(absolute).collect();
        (file.is_some() || !folders.is_empty()).then_some(SystemRoots { file, folders })
    }

    /// As the AWS CLI and curl have it: the name in lower case goes first, also where it is set and empty, which turns the
    /// other off. `ALL_PROXY` is none of the CLI's: it counts where it names a proxy that can be used, and is no error else.
    fn proxy(&self) -> Option<Proxy> {
        let exceptions = self.of_either_case("no_proxy", "NO_PROXY").map_or_else(String::new, |(text, _)| text);
        let chosen = match self.of_either_case("https_proxy", "HTTPS_PROXY") {
            Some(chosen) => Some(chosen),
            None => self.of_either_case("all_proxy", "ALL_PROXY").filter(|(url, _)| {
                url.is_empty() || url.starts_with("http://") || url.starts_with("https://") || !url.contains("://")
            }),
        };
        let (url, said_by) = chosen.filter(|(url, _)| !url.is_empty())?;
        Some(Proxy { url, said_by, exceptions })
    }

    fn of_either_case(&self, lower: &'static str, upper: &'static str) -> Option<(String, &'static str)> {
        [lower, upper].into_iter().find_map(|name| {
            let value = self.environment.raw(name)?.to_str()?;
            Some((value.trim().to_owned(), name))
        })
    }
}
