//! What the vault says without its key, by the headers of its records. Not proved: whoever acts on it opens the record.

use std::cell::RefCell;
use std::collections::HashMap;

use super::Context;
use crate::clock::{self, Timestamp};
use crate::credentials::{self, Life};
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::identity::{RoleId, SessionId};
use crate::sso::{self, RoleKeys};
use crate::store::{Header, Payload, RecordId};

/// From best to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Fine,
    Expiring,
    Expired,
    SignInNeeded,
    Locked,
    None,
}

impl State {
    pub const ALL: [Self; 6] =
        [Self::Fine, Self::Expiring, Self::Expired, Self::SignInNeeded, Self::Locked, Self::None];

    pub fn name(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Expiring => "expiring",
            Self::Expired => "expired",
            Self::SignInNeeded => "sign_in_needed",
            Self::Locked => "locked",
            Self::None => "none",
        }
    }
}

/// All headers of the vault and the names of accounts, each read once: there may be ten thousand profiles.
pub struct Records<'a> {
    context: &'a Context,
    headers: HashMap<(String, RecordId), Header>,
    damaged: Vec<Error>,
    names: RefCell<HashMap<SessionId, HashMap<String, String>>>,
    locked: bool,
}

impl<'a> Records<'a> {
    pub fn read(context: &'a Context) -> Result<Self> {
        let (headers, damaged, locked) = match context.existing_store()? {
            Some(store) => {
                let (headers, damaged) = store.all_headers()?;
                (headers, damaged, store.is_locked()?)
            }
            None => (Vec::new(), Vec::new(), false),
        };
        let headers = headers.into_iter().map(|header| ((header.kind.clone(), header.id.clone()), header)).collect();
        Ok(Self { context, headers, damaged, names: RefCell::default(), locked })
    }

    /// What is wrong with records that could not be read.
    pub fn damaged(&self) -> &[Error] {
        &self.damaged
    }

    /// Why the sign-in to this session cannot be read, where there is one: it is not an absent one.
    pub fn unreadable(&self, session: &SessionId) -> Option<Error> {
        if self.damaged.is_empty() || self.token(session).is_some() {
            return None;
        }
        let store = self.context.existing_store().ok()??;
        store.header::<sso::Token>(&RecordId::of_session(session)).err()
    }

    pub fn is_locked(&self) -> bool {
        self.locked
    }

    fn find(&self, kind: &str, id: RecordId) -> Option<&Header> {
        self.headers.get(&(kind.to_owned(), id))
    }

    fn token(&self, session: &SessionId) -> Option<&Header> {
        self.find(sso::Token::KIND, RecordId::of_session(session))
    }

    /// Whether anybody ever signed in to this session here.
    pub fn knows(&self, session: &SessionId) -> bool {
        self.token(session).is_some()
    }

    /// A session is fine while its token is good, or can be renewed without a person.
    pub fn session(&self, session: &SessionId) -> (State, Option<Timestamp>) {
        let Some(token) = self.token(session) else {
            let state = if self.unreadable(session).is_some() { State::None } else { State::SignInNeeded };
            return (state, None);
        };
        let now = self.context.clock.now_for(token.issued, token.received);
        let renewable = token.renewable_until.is_some_and(|until| now < until);
        let state = if self.locked {
            State::Locked
        } else if renewable || now < clock::token_due_at(token.issued, token.expires) {
            State::Fine
        } else if now < token.expires {
            State::Expiring
        } else {
            State::SignInNeeded
        };
        (state, Some(token.expires))
    }

    /// A role is fine while its keys are; without keys it is as its session is.
    pub fn role(&self, role: &RoleId) -> (State, Option<Timestamp>) {
        match self.keys(role).map(|header| (credentials::life_of(header, &self.context.clock), header.expires)) {
            Some((Life::Fine, expires)) => (State::Fine, Some(expires)),
            Some((Life::Due, expires)) => (State::Expiring, Some(expires)),
            other => match self.session(&role.session).0 {
                State::Fine | State::Expiring => match other {
                    Some((_, expires)) => (State::Expired, Some(expires)),
                    None => (State::None, None),
                },
                session => (session, None),
            },
        }
    }

    fn keys(&self, role: &RoleId) -> Option<&Header> {
        self.find(RoleKeys::KIND, credentials::record_id(role))
    }

    /// AWS's time, as far as the keys of this role tell it.
    pub fn now_for(&self, role: &RoleId) -> Timestamp {
        let clock = &self.context.clock;
        self.keys(role).map_or_else(|| clock.now(), |header| clock.now_for(header.issued, header.received))
    }

    /// The role keys of the very session, account and role that the environment says this shell is.
    pub fn of_shell(&self) -> impl Iterator<Item = &Header> {
        self.headers
            .values()
            .filter(|header| header.kind == RoleKeys::KIND && is_of_shell(header, &self.context.environment))
    }

    pub fn account_name(&self, role: &RoleId) -> Option<String> {
        let store = self.context.existing_store().ok()??;
        let mut names = self.names.borrow_mut();
        let of_session = names.entry(role.session.clone()).or_insert_with(|| {
            let accounts = sso::known_accounts(store, &role.session);
            accounts.into_iter().filter_map(|account| Some((account.id.clone(), account.spoken_name()?))).collect()
        });
        of_session.get(&role.account_id).cloned()
    }
}

/// Whether a record is of the very session, account and role that the environment says this shell is.
pub(super) fn is_of_shell(header: &Header, environment: &Environment) -> bool {
    let id = &header.id;
    let says = |name: &str, what: &str| environment.text(name) == Some(what);
    says("ASSUME_SESSION", id.session.label()) && says("AWS_ACCOUNT_ID", &id.account) && says("ASSUME_ROLE", &id.role)
}
