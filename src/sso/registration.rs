//! Client registrations with Identity Center's OIDC service: kept sealed until they expire, one per flow and scopes.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::place::Pinned;
use super::{Flow, IdentityCenter};
use crate::aws::answer::Failure;
use crate::clock::{SignedDuration, Timestamp};
use crate::endpoint::Service;
use crate::error::Result;
use crate::secret::{self, Secret};
use crate::store::{Payload, Record, Saved, Ticket};

/// Without a port: AWS compares loopback redirects without it.
const REDIRECT: &str = "http://127.0.0.1/oauth/callback";
const DEFAULT_SCOPE: &str = "sso:account:access";
/// A registration must outlive the sign-in that begins with it.
const LEAST_LEFT: SignedDuration = SignedDuration::from_mins(15);

/// What AWS knows this installation by, for one flow and set of scopes.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Registration {
    pub client_id: String,
    #[serde(serialize_with = "secret::seal")]
    pub client_secret: Secret,
    pub expires: Timestamp,
    pub flow: Flow,
    pub scopes: Vec<String>,
    pub place: Pinned,
}

/// All of a session, in one record.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Registrations {
    all: Vec<Registration>,
}

impl Payload for Registrations {
    const KIND: &'static str = "registration";
}

impl Registrations {
    fn find(&self, flow: Flow, scopes: &[String], place: &Pinned, now: Timestamp) -> Option<&Registration> {
        self.all.iter().find(|registration| {
            registration.flow == flow
                && registration.scopes == scopes
                && registration.place == *place
                && registration.expires.duration_since(now) > LEAST_LEFT
        })
    }
}

impl IdentityCenter {
    pub(super) fn scopes(&self) -> Vec<String> {
        if self.session.scopes.is_empty() { vec![DEFAULT_SCOPE.to_owned()] } else { self.session.scopes.clone() }
    }

    /// The one kept, else a new one.
    pub(super) fn registration(&self, flow: Flow, ticket: &Ticket) -> Result<Registration> {
        let kept = self.store.load::<Registrations>(&self.record())?.map(|record| record.payload).unwrap_or_default();
        if let Some(found) = kept.find(flow, &self.scopes(), &self.pinned(), self.clock.now()) {
            self.held.add(&found.client_secret);
            return Ok(found.clone());
        }
        let new = self.register(flow)?;
        self.keep(kept, Some(new.clone()), flow, ticket)?;
        Ok(new)
    }

    /// AWS no longer knows it.
    pub(super) fn drop_registration(&self, flow: Flow, ticket: &Ticket) -> Result<()> {
        let kept = self.store.load::<Registrations>(&self.record())?.map(|record| record.payload).unwrap_or_default();
        self.keep(kept, None, flow, ticket)
    }

    fn keep(&self, mut kept: Registrations, new: Option<Registration>, flow: Flow, ticket: &Ticket) -> Result<()> {
        let now = self.clock.now();
        let scopes = self.scopes();
        kept.all.retain(|old| old.expires > now && !(old.flow == flow && old.scopes == scopes));
        kept.all.extend(new);
        let Some(expires) = kept.all.iter().map(|registration| registration.expires).max() else {
            self.store.remove::<Registrations>(&self.record())?;
            return Ok(());
        };
        let header = self.header(Some(now), expires, None);
        match self.store.save(&self.record(), Record { header, payload: kept }, ticket)? {
            Saved::Stored => Ok(()),
            Saved::Outdated => Err(self.outdated()),
        }
    }

    pub(super) fn register(&self, flow: Flow) -> Result<Registration> {
        let doing = format!("registering with '{}'", self.session.id.label());
        let scopes = self.scopes();
        let issuer = match flow {
            Flow::Device => None,
            Flow::Pkce => Some(self.start_url_at_aws()?),
        };
        let answer = self.ask(Service::SsoOidc, "RegisterClient", async |wire| {
            let request = wire
                .oidc
                .register_client()
                .client_name(client_name(self.session.id.name.as_str()))
                .client_type("public")
                .set_scopes(Some(scopes.clone()));
            let request = match &issuer {
                None => request,
                Some(issuer) => request
                    .grant_types("authorization_code")
                    .grant_types("refresh_token")
                    .redirect_uris(REDIRECT)
                    .issuer_url(issuer),
            };
            request.send().await
        });
        let answer = answer.map_err(|failure| self.explain(failure, Service::SsoOidc, &doing))?;
        let (Some(client_id), Some(client_secret)) = (answer.client_id, answer.client_secret) else {
            let failure = Failure::foreign("the registration holds no client");
            return Err(self.explain(failure, Service::SsoOidc, &doing));
        };
        let client_secret = Secret::new(client_secret);
        self.held.add(&client_secret);
        let expires = Timestamp::from_second(answer.client_secret_expires_at)
            .unwrap_or_else(|_| self.clock.now() + Duration::from_hours(1));
        Ok(Registration { client_id, client_secret, expires, flow, scopes, place: self.pinned() })
    }
}

/// What the page of AWS calls this client: `assume-dev`.
fn client_name(session: &str) -> String {
    let name: String = session.chars().filter(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c)).take(64).collect();
    if name.is_empty() || name == "-" { "assume".into() } else { format!("assume-{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_client_is_named_after_the_session_in_plain_characters() {
        assert_eq!(client_name("dev"), "assume-dev");
        assert_eq!(client_name("-"), "assume");
        assert_eq!(client_name("d\u{e9}v \u{202e}x"), "assume-dvx");
    }
}
