//! What kind of place this is: at the person's own desk, or somewhere that no browser of theirs runs.

use std::ffi::OsString;
use std::path::Path;

use super::Environment;

impl Environment {
    /// Whether the person sits elsewhere: SSH, or an editor in a browser (AWS Cloud9).
    #[must_use]
    pub fn is_remote(&self) -> bool {
        ["SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY", "C9_PID"].iter().any(|name| self.text(name).is_some())
    }

    /// Whether this is a container, where no browser of the person's runs. A distribution of WSL that was made of a
    /// container's image still has the mark of one.
    #[must_use]
    pub fn is_container(&self) -> bool {
        self.is_set("container")
            || self.is_set("KUBERNETES_SERVICE_HOST")
            || self.text("CODESPACES").is_some()
            || self.text("AWS_EXECUTION_ENV") == Some("CloudShell")
            || cfg!(unix)
                && !self.is_wsl()
                && ["/.dockerenv", "/run/.containerenv"].iter().any(|mark| Path::new(mark).exists())
    }

    /// Whether no browser of the person's can run here.
    #[must_use]
    pub fn is_far_away(&self) -> bool {
        self.is_remote() || self.is_container()
    }

    /// Whether this Linux runs inside Windows, whose browser is the person's.
    #[must_use]
    pub fn is_wsl(&self) -> bool {
        cfg!(target_os = "linux") && ["WSL_DISTRO_NAME", "WSL_INTEROP"].iter().any(|name| self.text(name).is_some())
    }

    /// All that starting a Windows program from WSL takes. None of it goes on to that program without `WSLENV`.
    #[must_use]
    pub fn interop(&self) -> Vec<(&'static str, OsString)> {
        let given = ["WSL_INTEROP", "WSL_DISTRO_NAME"].into_iter();
        given.filter_map(|name| Some((name, self.raw(name)?.to_owned()))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_told_by_their_variables() {
        let of = |name: &str, value: &str| Environment::from_pairs([(name, value)]);
        for name in ["SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY", "C9_PID"] {
            assert!(of(name, "x").is_remote() && of(name, "x").is_far_away(), "{name}");
            assert!(!of(name, "").is_remote(), "{name}");
        }
        for (name, value) in [
            ("container", "podman"),
            ("KUBERNETES_SERVICE_HOST", "10.0.0.1"),
            ("CODESPACES", "true"),
            ("AWS_EXECUTION_ENV", "CloudShell"),
        ] {
            assert!(of(name, value).is_container() && of(name, value).is_far_away(), "{name}");
        }
        for name in ["WSL_DISTRO_NAME", "WSL_INTEROP"] {
            assert_eq!(of(name, "x").is_wsl(), cfg!(target_os = "linux"), "{name}");
        }
    }
}
