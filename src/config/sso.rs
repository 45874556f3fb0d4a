//! Profiles and sessions of Identity Center: which session a profile signs in to, and which there are.
use super::header::SectionKind;
use super::merge::Merged;
use super::{Config, Source, errors, nearest};
use crate::endpoint;
use crate::error::Result;
use crate::identity::{RoleId, Session, SessionId};

const START_URL: &str = "sso_start_url";
const REGION: &str = "sso_region";
const SCOPES: &str = "sso_registration_scopes";
const ACCOUNT: &str = "sso_account_id";
const ROLE: &str = "sso_role_name";

/// Whether the profile takes its keys from Identity Center: an account or a role says so, as for the AWS CLI.
pub(super) fn wants_role(profile: &Merged<'_>) -> bool {
    profile.text(ACCOUNT).is_some() || profile.text(ROLE).is_some()
}

/// Whether the profile names a session at all: without account and role it gives a bearer token only.
pub(super) fn wants_token(profile: &Merged<'_>) -> bool {
    profile.text("sso_session").is_some() || profile.text(START_URL).is_some()
}

impl Config {
    pub(super) fn sso_source(&self, profile: &Merged<'_>) -> Result<Source> {
        let account = profile.line(ACCOUNT)?;
        let role = profile.line(ROLE)?;
        let missing: Vec<_> = [(account, ACCOUNT), (role, ROLE)]
            .iter()
            .filter(|(value, _)| value.is_none())
            .map(|(_, key)| *key)
            .collect();
        let (Some(account), Some(role)) = (account, role) else {
            return Err(errors::missing(profile, &missing, "a role of Identity Center"));
        };
        check_account(profile, account)?;
        let session = self.session_of(profile)?;
        let role = RoleId { session: session.id.clone(), account_id: account.to_owned(), role: role.to_owned() };
        Ok(Source::Sso { session, role })
    }

    /// The session of a profile: the section it names, else what it says itself.
    pub(super) fn session_of(&self, profile: &Merged<'_>) -> Result<Session> {
        let Some(name) = profile.line("sso_session")? else {
            if profile.text(START_URL).is_none() && profile.text(REGION).is_none() {
                return Err(errors::no_session(profile));
            }
            return session_from(profile, None, SessionId::INLINE);
        };
        let Some(session) = self.merged(SectionKind::SsoSession, name) else {
            let nearest = self.broken_header(name);
            let nearest = nearest.or_else(|| nearest::hint(name, self.config.names(SectionKind::SsoSession)));
            return Err(errors::no_such(profile, "sso_session", name, nearest));
        };
        // Where both say it they must agree: a token must not go where only one of them points.
        for key in [START_URL, REGION] {
            if let (Some(ours), Some(theirs)) = (profile.text(key), session.text(key))
                && ours != theirs
            {
                return Err(errors::inconsistent(profile, &session, key));
            }
        }
        session_from(&session, Some(profile), name)
    }

    pub(super) fn all_sessions(&self) -> Vec<Session> {
        let sections = self.config.names(SectionKind::SsoSession);
        let mut sessions: Vec<Session> =
            sections.into_iter().filter_map(|name| self.named_session(name)?.ok()).collect();
        for inline in self.inline_sessions() {
            if !sessions.iter().any(|known| known.id == inline.id) {
                sessions.push(inline);
            }
        }
        sessions
    }

    pub(super) fn named_session(&self, name: &str) -> Option<Result<Session>> {
        self.merged(SectionKind::SsoSession, name).map(|session| session_from(&session, None, name))
    }

    /// Those of old profiles, which name no session.
    pub(super) fn inline_sessions(&self) -> impl Iterator<Item = Session> {
        let says = |name: &&str| {
            self.files_with(SectionKind::Profile).any(|file| file.may_say(SectionKind::Profile, name, START_URL))
        };
        self.profile_names().into_iter().filter(says).filter_map(|name| {
            let profile = self.merged(SectionKind::Profile, name)?;
            let is_inline = profile.text("sso_session").is_none() && profile.text(START_URL).is_some();
            session_from(&profile, None, SessionId::INLINE).ok().filter(|_| is_inline)
        })
    }
}

/// `from` says it, else `fallback`.
fn session_from(from: &Merged<'_>, fallback: Option<&Merged<'_>>, name: &str) -> Result<Session> {
    let line = |key: &'static str| match from.line(key)? {
        Some(value) => Ok(Some(value)),
        None => fallback.map_or(Ok(None), |other| other.line(key)),
    };
    let (start_url, region) = (line(START_URL)?, line(REGION)?);
    let missing: Vec<_> = [(start_url, START_URL), (region, REGION)]
        .iter()
        .filter(|(value, _)| value.is_none())
        .map(|(_, key)| *key)
        .collect();
    let (Some(start_url), Some(region)) = (start_url, region) else {
        return Err(errors::missing(from, &missing, "signing in"));
    };
    if endpoint::check_region(region).is_err() {
        let said_by = if from.text(REGION).is_some() { from } else { fallback.unwrap_or(from) };
        return Err(errors::wrong_value(said_by, REGION, region, "is not a region of AWS"));
    }
    let scopes = line(SCOPES)?.unwrap_or_default();
    let scopes = scopes.split(',').map(str::trim).filter(|scope| !scope.is_empty()).map(str::to_owned).collect();
    let id = SessionId { name: name.to_owned(), start_url: start_url.to_owned(), region: region.to_owned() };
    Ok(Session { id, scopes })
}

/// Tools that write YAML or spreadsheets lose the zeros in front.
fn check_account(profile: &Merged<'_>, account: &str) -> Result<()> {
    let digits = account.bytes().all(|b| b.is_ascii_digit());
    match account.len() {
        12 if digits => Ok(()),
        length if digits && length < 12 => {
            let why = format!("has {length} digits and an account has 12; were zeros lost in front?");
            Err(errors::wrong_value(profile, ACCOUNT, account, &why))
        }
        _ => Err(errors::wrong_value(profile, ACCOUNT, account, "is not the 12 digits of an account")),
    }
}
