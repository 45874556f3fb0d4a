//! What listings say of a profile or a session, from the config and the headers of the vault: no key, no network.

use std::cell::RefCell;
use std::collections::HashMap;

use anstyle::Style;
use serde_json::{Map, Value, json};

use super::Context;
use crate::clock::{self, Timestamp};
use crate::config::{AssumedRole, Profile, Source};
use crate::credentials::{self, Life};
use crate::error::Result;
use crate::identity::{Names, RoleId, Session, SessionId};
use crate::settings::{Colors, Settings};
use crate::sso::{self, RoleKeys};
use crate::store::{Header, Payload, RecordId};
use crate::terminal::table::Cell;

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
    const ALL: [Self; 6] = [Self::Fine, Self::Expiring, Self::Expired, Self::SignInNeeded, Self::Locked, Self::None];

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

    fn style(self, colors: &Colors) -> Style {
        match self {
            Self::Fine => colors.fine,
            Self::Expiring => colors.expiring,
            Self::Expired => colors.expired,
            Self::SignInNeeded => colors.sign_in_needed,
            Self::Locked => colors.locked,
            Self::None => Style::new(),
        }
    }
}

/// All headers of the vault and the names of accounts, each read once: there may be ten thousand profiles.
pub struct Records<'a> {
    context: &'a Context,
    headers: HashMap<(String, RecordId), Header>,
    names: RefCell<HashMap<SessionId, HashMap<String, String>>>,
    locked: bool,
}

impl<'a> Records<'a> {
    pub fn read(context: &'a Context) -> Result<Self> {
        let (headers, locked) = match context.existing_store()? {
            Some(store) => (store.headers()?, store.is_locked()?),
            None => (Vec::new(), false),
        };
        let headers = headers.into_iter().map(|header| ((header.kind.clone(), header.id.clone()), header)).collect();
        Ok(Self { context, headers, names: RefCell::default(), locked })
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
            return (State::SignInNeeded, None);
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
        let keys = self.find(RoleKeys::KIND, credentials::record_id(role));
        match keys.map(|header| (credentials::life_of(header, &self.context.clock), header.expires)) {
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

    /// AWS's time, as far as the keys of this role tell it.
    pub fn now_for(&self, role: &RoleId) -> Timestamp {
        let clock = &self.context.clock;
        let keys = self.find(RoleKeys::KIND, credentials::record_id(role));
        keys.map_or_else(|| clock.now(), |header| clock.now_for(header.issued, header.received))
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

/// A profile with the keys that every listing uses.
pub fn profile(profile: &Profile, records: &Records) -> Value {
    let mut row = Map::new();
    row.insert("profile".into(), profile.name.as_str().into());
    let (state, expires) = match &profile.source {
        Source::Sso { session, role } => {
            put_session(&mut row, session);
            row.insert("account_id".into(), role.account_id.as_str().into());
            row.insert("account_name".into(), records.account_name(role).into());
            row.insert("role".into(), role.role.as_str().into());
            records.role(role)
        }
        Source::SsoToken { session } => {
            put_session(&mut row, session);
            records.session(&session.id)
        }
        Source::AssumedRole(AssumedRole { role_arn, .. }) | Source::WebIdentity { role_arn, .. } => {
            let (account_id, role) = of_arn(role_arn);
            row.insert("account_id".into(), account_id.into());
            row.insert("role".into(), role.into());
            (State::None, None)
        }
        _ => (State::None, None),
    };
    row.insert("region".into(), profile.region.as_deref().into());
    row.insert("source".into(), source(&profile.source).into());
    row.insert("expires_at".into(), expires.map(clock::rfc3339).into());
    row.insert("state".into(), state.name().into());
    Value::Object(row)
}

pub fn session(session: &Session, records: &Records) -> Value {
    let (state, expires) = records.session(&session.id);
    let mut row = Map::new();
    put_session(&mut row, session);
    row.insert("region".into(), session.id.region.as_str().into());
    row.insert("expires_at".into(), expires.map(clock::rfc3339).into());
    row.insert("state".into(), state.name().into());
    Value::Object(row)
}

/// Account and role of `arn:aws:iam::ACCOUNT:role/PATH/ROLE`, where it is one.
pub(super) fn of_arn(arn: &str) -> (Option<&str>, Option<&str>) {
    let mut parts = arn.splitn(6, ':').skip(4);
    let account = parts.next().filter(|account| !account.is_empty());
    let role = parts.next().and_then(|name| name.strip_prefix("role/"));
    (account, role.map(|path| path.rsplit('/').next().unwrap_or(path)))
}

fn put_session(row: &mut Map<String, Value>, session: &Session) {
    row.insert("session".into(), session.id.label().into());
    row.insert("start_url".into(), session.id.start_url.as_str().into());
}

/// The word of a listing for where keys come from.
pub fn source(source: &Source) -> &'static str {
    match source {
        Source::Sso { .. } => "sso",
        Source::SsoToken { .. } => "sso-token",
        Source::AssumedRole(_) => "assumed-role",
        Source::Process { .. } => "process",
        Source::WebIdentity { .. } => "web-identity",
        Source::LongTermKey { .. } => "long-term-key",
        Source::ConsoleLogin { .. } => "console-login",
        Source::None => "none",
    }
}

/// What a person reads of a row in a table, in the colours of its state and of production.
pub struct Looks<'a> {
    row: &'a Value,
    colors: Colors,
    names: Style,
}

impl<'a> Looks<'a> {
    pub fn new(row: &'a Value, settings: &Settings) -> Self {
        let text = |key: &str| row[key].as_str().unwrap_or_default();
        let names = Names {
            profile: text("profile"),
            account: text("account_name"),
            account_id: text("account_id"),
            role: text("role"),
            region: text("region"),
            session: text("session"),
        };
        let colors = settings.segment().colors;
        Self { row, colors, names: if settings.is_production(&names) { colors.production } else { Style::new() } }
    }

    /// The first of these keys that has a value.
    pub fn cell(&self, keys: &[&str]) -> Cell {
        let text = keys.iter().find_map(|key| self.row[*key].as_str());
        Cell::new(text.unwrap_or("-"), self.names)
    }

    pub fn state(&self) -> Cell {
        match self.state_of() {
            State::None => Cell::new("-", self.names),
            state => Cell::new(&state.name().replace('_', " "), state.style(&self.colors)),
        }
    }

    pub fn names_style(&self) -> Style {
        self.names
    }

    pub fn state_style(&self) -> Style {
        self.state_of().style(&self.colors)
    }

    fn state_of(&self) -> State {
        let name = self.row["state"].as_str().unwrap_or_default();
        State::ALL.into_iter().find(|state| state.name() == name).unwrap_or(State::None)
    }
}

/// A profile that can't be resolved is listed all the same, with what is known: its name.
pub fn broken_profile(name: &str) -> Value {
    json!({ "profile": name, "source": null, "state": State::None.name() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_arn_tells_account_and_role() {
        assert_eq!(of_arn("arn:aws:iam::111122223333:role/team/Admin"), (Some("111122223333"), Some("Admin")));
        assert_eq!(of_arn("nonsense"), (None, None));
    }
}
