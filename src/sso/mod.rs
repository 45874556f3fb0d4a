//! Identity Center: signing in, the life of a token, and the portal.
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::clock::{Clock, Timestamp};
use crate::endpoint::Endpoint;
use crate::error::Result;
use crate::identity::Session;
use crate::person::Person;
use crate::secret::{self, Secret};
use crate::store::Store;

/// Where the secrets of a session may go; sealed with them (security rule 1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub oidc: Endpoint,
    pub portal: Endpoint,
    /// `AWS_CA_BUNDLE`; `None`: the system's roots.
    pub ca_bundle: Option<std::path::PathBuf>,
    /// `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY` as text, resolved by command/ from the environment.
    pub proxy: Proxy,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxy {
    pub https: Option<String>,
    pub http: Option<String>,
    pub no_proxy: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    Pkce,
    Device,
}

/// What may be done when a person is needed.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// None: never start one (hook, completion, `--no-input`, `process` without a browser): `SignInNeeded`.
    pub flow: Option<Flow>,
    pub browser: Browser,
    /// Sign in anew although the token is good.
    pub force: bool,
    /// Only `login` at a terminal may sign in at a place that differs from the sealed one (rule 1).
    pub may_move: bool,
}

#[derive(Clone, Debug)]
pub enum Browser {
    /// Each a command line, tried in turn (`BROWSER`, `login.browser`): `%s` is the URL, else it comes last.
    Commands(Vec<String>),
    System,
    /// Print the URL only.
    None,
}

/// Keys of a role, as the portal gives them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RoleKeys {
    #[serde(serialize_with = "secret::seal")]
    pub access_key_id: Secret,
    #[serde(serialize_with = "secret::seal")]
    pub secret_access_key: Secret,
    #[serde(serialize_with = "secret::seal")]
    pub session_token: Secret,
    pub expires: Timestamp,
    /// When AWS issued them, by AWS's clock (the `Date` header of the answer).
    pub issued: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub id: String,
    pub name: String,
    pub email: Option<String>,
}

/// One session of Identity Center, with all it takes to talk to it. Blocking on the outside; the async runtime, TLS and
/// SDK clients are built at the first request, never before.
pub struct IdentityCenter {
    pub session: Session,
    pub place: Place,
    pub store: Arc<Store>,
    pub clock: Clock,
    pub person: Arc<dyn Person>,
}

impl IdentityCenter {
    /// Makes sure there is a good token: cached, silently refreshed, or by signing in where `sign_in` allows.
    pub fn ensure_signed_in(&self, _sign_in: &SignIn) -> Result<SignedIn> {
        todo!()
    }
    /// Asks the portal (with the token of `ensure_signed_in`; a 401 refreshes or signs in once more).
    pub fn role_keys(&self, _account_id: &str, _role: &str, _sign_in: &SignIn) -> Result<RoleKeys> {
        todo!()
    }
    pub fn accounts(&self, _sign_in: &SignIn) -> Result<Vec<Account>> {
        todo!()
    }
    pub fn roles(&self, _account_id: &str, _sign_in: &SignIn) -> Result<Vec<String>> {
        todo!()
    }
    /// Revokes at AWS as well as can be, and wipes here. The record is gone even when AWS can't be reached.
    pub fn sign_out(&self) -> Result<()> {
        todo!()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignedIn {
    Already,
    Refreshed,
    Anew,
}
