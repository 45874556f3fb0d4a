//! Identity Center: signing in, the life of a token, and the portal.

mod accounts;
mod attempt;
mod browser;
mod device;
mod errors;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod listener;
mod page;
mod pkce;
mod place;
mod portal;
mod registration;
mod sign_in;
mod sign_out;
mod start_url;
mod token;
mod wire;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

pub use accounts::{known_account, known_account_name, known_accounts, known_roles};
pub use browser::WITHHELD;
pub use place::Place;
pub use token::Token;

use crate::aws::redact::Held;
use crate::clock::{Clock, Timestamp};
use crate::error::Result;
use crate::identity::Session;
use crate::person::Person;
use crate::secret::{self, Secret};
use crate::store::{Header, RecordId, Store};
use place::Pinned;
use wire::Wire;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
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
    /// Sign in anew although the token is good, or another attempt has just failed.
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
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignedIn {
    Already,
    Refreshed,
    Anew,
}

/// One session of Identity Center, with all it takes to talk to it. Blocking on the outside; the async runtime, TLS and
/// SDK clients are built at the first request, never before.
pub struct IdentityCenter {
    session: Session,
    place: Place,
    store: Arc<Store>,
    clock: Clock,
    person: Arc<dyn Person>,
    deadline: Option<Instant>,
    /// By the local clock: when the person asked for what this is for.
    begun: Timestamp,
    /// What the person must know before a sign-in.
    announced: Vec<String>,
    /// Draw the page to approve at, for the camera of another device.
    draws: bool,
    /// What all requests together may still take, where the caller gives up.
    allowance: Option<Mutex<Duration>>,
    wire: OnceLock<Wire>,
    held: Held,
    skew_noted: AtomicBool,
    names_missing: AtomicBool,
}

impl IdentityCenter {
    #[must_use]
    pub fn new(session: Session, place: Place, store: Arc<Store>, clock: Clock, person: Arc<dyn Person>) -> Self {
        let begun = clock.local();
        Self {
            session,
            place,
            store,
            clock,
            person,
            deadline: None,
            begun,
            announced: Vec::new(),
            draws: false,
            allowance: None,
            wire: OnceLock::new(),
            held: Held::default(),
            skew_noted: AtomicBool::new(false),
            names_missing: AtomicBool::new(false),
        }
    }

    /// For callers in a hurry (the hook): all requests, and waiting for other processes, end within `limit` from now.
    #[must_use]
    pub fn within(mut self, limit: Duration) -> Self {
        self.deadline = Some(Instant::now() + limit);
        self
    }

    /// For programs that wait for an answer: all requests together end within `limit`. A sign-in, also another's, takes as
    /// long as it takes.
    #[must_use]
    pub fn asking_within(mut self, limit: Duration) -> Self {
        self.allowance = Some(Mutex::new(limit));
        self
    }

    /// When the command began, where it waited for others before it came here: it shares the outcome of a sign-in that
    /// was under way then, instead of beginning one of its own.
    #[must_use]
    pub fn begun(mut self, at: Timestamp) -> Self {
        self.begun = at;
        self
    }

    /// Told when a sign-in begins, and only then: where its secrets will rest, for one.
    #[must_use]
    pub fn announcing(mut self, lines: Vec<String>) -> Self {
        self.announced = lines;
        self
    }

    /// For a sign-in on another device: the page to approve a code at is drawn too.
    #[must_use]
    pub fn drawing(mut self, draws: bool) -> Self {
        self.draws = draws;
        self
    }

    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Makes sure there is a good token: cached, silently refreshed, or by signing in where `sign_in` allows.
    pub fn ensure_signed_in(&self, sign_in: &SignIn) -> Result<SignedIn> {
        self.token(sign_in).map(|(_, how)| how)
    }

    /// Asks the portal (with the token of `ensure_signed_in`; a 401 refreshes or signs in once more).
    pub fn role_keys(&self, account_id: &str, role: &str, sign_in: &SignIn) -> Result<RoleKeys> {
        self.ask_role_keys(account_id, role, sign_in)
    }

    /// Whether a sign-in of this run left the names of the accounts for later, since they took too long.
    pub fn names_are_missing(&self) -> bool {
        self.names_missing.load(Ordering::Relaxed)
    }

    /// All accounts of this session; their names are remembered.
    pub fn accounts(&self, sign_in: &SignIn) -> Result<Vec<Account>> {
        self.ask_accounts(sign_in)
    }

    pub fn roles(&self, account_id: &str, sign_in: &SignIn) -> Result<Vec<String>> {
        self.ask_roles(account_id, sign_in)
    }

    /// Revokes at AWS as well as can be, and wipes here. The record is gone even when AWS can't be reached. Whether there
    /// was anything of a sign-in.
    pub fn sign_out(&self) -> Result<bool> {
        self.end_session()
    }

    fn record(&self) -> RecordId {
        RecordId::of_session(&self.session.id)
    }

    fn pinned(&self) -> Pinned {
        Pinned::new(&self.session.id, &self.place)
    }

    /// Kind, id and counter are the store's to set.
    fn header(&self, issued: Option<Timestamp>, expires: Timestamp, renewable_until: Option<Timestamp>) -> Header {
        Header {
            kind: String::new(),
            id: self.record(),
            issued,
            received: self.clock.local(),
            expires,
            renewable_until,
            key_hashes: Vec::new(),
            counter: 0,
        }
    }
}
