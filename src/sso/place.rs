//! Where the secrets of a session may go, and the proof that it is still there (security rule 1).

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::aws::{Network, SystemRoots};
use crate::endpoint::Endpoint;
use crate::identity::SessionId;

/// Where requests of a session go just now, as config and environment have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub oidc: Endpoint,
    pub portal: Endpoint,
    pub network: Network,
}

/// The place as it was when a secret was obtained; sealed with it, and compared before the secret is sent anywhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Pinned {
    start_url: String,
    region: String,
    oidc: String,
    portal: String,
    ca_bundle: Option<PathBuf>,
    #[serde(default)]
    system_roots: Option<String>,
}

impl Pinned {
    pub(super) fn new(session: &SessionId, place: &Place) -> Self {
        Self {
            start_url: session.start_url.clone(),
            region: session.region.clone(),
            oidc: place.oidc.origin(),
            portal: place.portal.origin(),
            ca_bundle: place.network.ca_bundle.as_ref().map(|bundle| bundle.path.clone()),
            system_roots: place.network.system_roots.as_ref().and_then(SystemRoots::said),
        }
    }

    /// What differs from `now`, named with both values; `None`: the same place.
    pub(super) fn difference(&self, now: &Self) -> Option<String> {
        let roots = |pinned: &Self| match (&pinned.ca_bundle, &pinned.system_roots) {
            (Some(path), _) => path.display().to_string(),
            (None, Some(said)) => said.clone(),
            (None, None) => "the system's certificates".to_owned(),
        };
        [
            ("start URL", self.start_url.clone(), now.start_url.clone()),
            ("region", self.region.clone(), now.region.clone()),
            ("sign-in endpoint", self.oidc.clone(), now.oidc.clone()),
            ("portal endpoint", self.portal.clone(), now.portal.clone()),
            ("CA bundle", roots(self), roots(now)),
        ]
        .into_iter()
        .find(|(_, then, now)| then != now)
        .map(|(what, then, now)| format!("its {what} was {then} and is {now} now"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pinned() -> Pinned {
        Pinned {
            start_url: "https://d-1.awsapps.com/start".into(),
            region: "us-east-1".into(),
            oidc: "https://oidc.us-east-1.amazonaws.com".into(),
            portal: "https://portal.sso.us-east-1.amazonaws.com".into(),
            ca_bundle: None,
            system_roots: None,
        }
    }

    #[test]
    fn every_part_of_a_place_counts() {
        let now = pinned();
        assert_eq!(now.difference(&now.clone()), None);
        for other in [
            Pinned { start_url: "https://evil.example".into(), ..now.clone() },
            Pinned { region: "eu-west-1".into(), ..now.clone() },
            Pinned { oidc: "https://evil.example".into(), ..now.clone() },
            Pinned { portal: "https://evil.example".into(), ..now.clone() },
            Pinned { ca_bundle: Some("/tmp/evil.pem".into()), ..now.clone() },
            Pinned { system_roots: Some("SSL_CERT_FILE=/tmp/evil.pem".into()), ..now.clone() },
        ] {
            assert!(other.difference(&now).is_some(), "{other:?}");
        }
    }

    #[test]
    fn both_places_are_named() {
        let moved = Pinned { portal: "https://evil.example".into(), ..pinned() };
        let said = pinned().difference(&moved).unwrap();
        assert!(said.contains("https://portal.sso.us-east-1.amazonaws.com") && said.contains("https://evil.example"));
    }
}
