//! What listings say of a profile or a session, from the config and the headers of the vault: no key, no network.

use anstyle::Style;
use serde_json::{Map, Value, json};

use super::Context;
use super::records::{Records, State};
use crate::clock;
use crate::config::{AssumedRole, Profile, Source};
use crate::identity::{Names, Session};
use crate::settings::{Colors, Settings};
use crate::terminal::table::Cell;

/// Of what is badly broken, so many places are named.
pub(super) const SAID: usize = 10;

/// A record that cannot be read is not taken for absent in silence.
pub(super) fn note_damage(records: &Records, context: &Context) {
    for error in records.damaged().iter().take(SAID) {
        context.person.note(&format!("{}; {}", error.message(), error.hint()));
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
        Source::TemporaryKey { .. } => "temporary-key",
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
            state => Cell::new(&state.name().replace('_', " "), self.style(state)),
        }
    }

    fn style(&self, state: State) -> Style {
        match state {
            State::Fine => self.colors.fine,
            State::Expiring => self.colors.expiring,
            State::Expired => self.colors.expired,
            State::SignInNeeded => self.colors.sign_in_needed,
            State::Locked => self.colors.locked,
            State::None => Style::new(),
        }
    }

    pub fn names_style(&self) -> Style {
        self.names
    }

    pub fn state_style(&self) -> Style {
        self.style(self.state_of())
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
