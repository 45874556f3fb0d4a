//! What a person named: a profile, or `[SESSION:]ACCOUNT/ROLE` with no profile at all.

use super::absent;
use crate::config::{Config, Profile, Source};
use crate::endpoint::Overrides;
use crate::error::{Error, Kind, Result};
use crate::identity::{RoleId, Session};
use crate::sanitize;
use crate::sso::Account;

/// A role to get keys for, and how it was named.
#[derive(Clone, Debug)]
pub struct Target {
    /// The profile's exact name, or `ACCOUNT/ROLE` as typed.
    pub name: String,
    pub session: Session,
    pub role: RoleId,
    pub region: Option<String>,
    /// Of the profile; `None`: those of its session.
    pub overrides: Option<Overrides>,
}

/// What is known of accounts and roles beyond the config.
pub trait Directory {
    /// As of the last sign-in, without a request.
    fn known_accounts(&self, session: &Session) -> Vec<Account>;
    /// Asks AWS; `None` where nobody is signed in to that session.
    fn accounts(&self, session: &Session) -> Result<Option<Vec<Account>>>;
    /// Asks AWS; `None` where nobody is signed in to that session.
    fn roles(&self, session: &Session, account_id: &str) -> Result<Option<Vec<String>>>;
    /// Makes sure of a sign-in, with the person's help if need be.
    fn sign_in(&self, session: &Session) -> Result<()>;
}

/// # Errors
/// `NotFound` with the nearest names, `Usage` where several sessions or accounts are meant, `Failure` for a profile of a
/// kind that is not supported yet.
pub fn resolve(word: &str, session: Option<&str>, config: &Config, directory: &dyn Directory) -> Result<Target> {
    if config.has_profile(word) {
        return of_profile(config.profile(word)?, session);
    }
    match split(word, config) {
        Some(parts) => of_account(word, &parts, session, config, directory),
        // Says that there is no such profile, with the nearest names.
        None => config.profile(word).and_then(|profile| of_profile(profile, session)),
    }
}

fn of_profile(profile: Profile, wanted: Option<&str>) -> Result<Target> {
    let name = profile.name;
    let unsupported = |kind: &str| {
        Error::new(
            Kind::Failure,
            format!("profile '{name}' gets its keys from {kind}, which is not supported yet"),
            format!("use it directly: aws --profile {}", word_of(&name)),
        )
    };
    match profile.source {
        Source::Sso { session, role } => {
            if let Some(wanted) = wanted
                && wanted != session.id.name
                && wanted != session.id.start_url
            {
                return Err(Error::new(
                    Kind::Usage,
                    format!("profile '{name}' belongs to session '{}', not to '{wanted}'", session.id.label()),
                    "leave --session out: the profile says it",
                ));
            }
            let overrides = Some(profile.overrides);
            Ok(Target { name, session, role, region: profile.region, overrides })
        }
        Source::SsoToken { session } => Err(Error::new(
            Kind::Config,
            format!("profile '{name}' names session '{}' and neither account nor role", session.id.label()),
            format!(
                "add sso_account_id and sso_role_name to profile '{name}', or name {} in its place",
                sanitize::word(&format!("{}:ACCOUNT/ROLE", session.id.label()), "SESSION:ACCOUNT/ROLE")
            ),
        )),
        Source::AssumedRole(_) => Err(unsupported("an assumed role")),
        Source::Process { .. } => Err(unsupported("a credential_process")),
        Source::WebIdentity { .. } => Err(unsupported("a web identity token")),
        Source::LongTermKey { .. } => Err(unsupported("a long-term key")),
        Source::TemporaryKey { .. } => Err(unsupported("temporary keys in a file")),
        Source::ConsoleLogin { .. } => Err(unsupported("a console sign-in (login_session)")),
        Source::None => Err(Error::new(
            Kind::Config,
            format!("profile '{name}' says nowhere where its keys come from"),
            format!("add sso_session, sso_account_id and sso_role_name to profile '{name}'"),
        )),
    }
}

struct Parts {
    session: Option<String>,
    account: String,
    role: String,
}

/// At the last `/`; what stands before a `:` is a session only where there is one of that name, since account names may
/// hold colons.
fn split(word: &str, config: &Config) -> Option<Parts> {
    let (account, role) = word.rsplit_once('/')?;
    if account.is_empty() || role.is_empty() {
        return None;
    }
    let sessions = config.sessions();
    let named = sessions.iter().find_map(|session| {
        let rest = account.strip_prefix(session.id.label())?.strip_prefix(':')?;
        Some((session.id.label().to_owned(), rest.to_owned()))
    });
    let (session, account) = match named {
        Some((session, account)) => (Some(session), account),
        None => (None, account.to_owned()),
    };
    Some(Parts { session, account, role: role.to_owned() })
}

fn of_account(
    word: &str,
    parts: &Parts,
    wanted: Option<&str>,
    config: &Config,
    directory: &dyn Directory,
) -> Result<Target> {
    let sessions = match wanted.or(parts.session.as_deref()) {
        Some(name) => vec![config.session(name)?],
        None => config.sessions(),
    };
    if sessions.is_empty() {
        return Err(Error::new(
            Kind::NotFound,
            format!("'{word}' names an account and role, and your AWS config has no session to find them in"),
            "add an [sso-session NAME] with sso_start_url and sso_region to your AWS config",
        ));
    }
    let found = Search { parts, directory }.run(&sessions)?;
    let (session, account_id) = only_one(word, parts, found, config, directory)?;
    let role = RoleId { session: session.id.clone(), account_id, role: parts.role.clone() };
    Ok(Target { name: word.to_owned(), session, role, region: None, overrides: None })
}

struct Search<'a> {
    parts: &'a Parts,
    directory: &'a dyn Directory,
}

type Found = Vec<(Session, String)>;

impl Search<'_> {
    /// What is known first, then AWS, then a sign-in, and that only where it is clear to which session.
    fn run(&self, sessions: &[Session]) -> Result<Found> {
        // An id in the only session there is needs no look-up: AWS itself says no.
        if let ([session], true) = (sessions, is_account_id(&self.parts.account)) {
            return Ok(vec![(session.clone(), self.parts.account.clone())]);
        }
        let mut found = Found::new();
        for session in sessions {
            found.extend(self.matching(session, &self.directory.known_accounts(session)));
        }
        if !found.is_empty() {
            return Ok(found);
        }
        if let [session] = sessions {
            self.directory.sign_in(session)?;
        }
        let (mut asked, mut unasked) = (Vec::new(), Vec::new());
        for session in sessions {
            match self.directory.accounts(session)? {
                Some(accounts) => {
                    found.extend(self.matching(session, &accounts));
                    asked.push(session);
                }
                None => unasked.push(session),
            }
        }
        if !found.is_empty() {
            return Ok(found);
        }
        let known = sessions.iter().flat_map(|session| self.directory.known_accounts(session)).collect();
        Err(absent::error(&self.parts.account, &asked, &unasked, known))
    }

    fn matching(&self, session: &Session, accounts: &[Account]) -> Found {
        let fits = |account: &&Account| account.id == self.parts.account || account.name == self.parts.account;
        accounts.iter().filter(fits).map(|account| (session.clone(), account.id.clone())).collect()
    }
}

/// Several sessions may know the account; the role decides, and where it does not, the person.
fn only_one(
    word: &str,
    parts: &Parts,
    mut found: Found,
    config: &Config,
    directory: &dyn Directory,
) -> Result<(Session, String)> {
    if found.len() > 1 {
        let mut offering = Found::new();
        for (session, account_id) in &found {
            let roles = directory.roles(session, account_id)?;
            // Where nobody is signed in the role may be offered all the same.
            if roles.is_none_or(|roles| roles.contains(&parts.role)) {
                offering.push((session.clone(), account_id.clone()));
            }
        }
        if !offering.is_empty() {
            found = offering;
        }
    }
    match found.as_slice() {
        [one] => Ok(one.clone()),
        several => Err(ambiguous(word, parts, several, config)),
    }
}

/// Offers words that every verb takes, and a folder's `.assume` too.
fn ambiguous(word: &str, parts: &Parts, several: &[(Session, String)], config: &Config) -> Error {
    let mut labels: Vec<&str> = several.iter().map(|(session, _)| session.id.label()).collect();
    let of_session = |session: &Session| several.iter().filter(|(other, _)| other.id == session.id).count();
    let choices = several.iter().filter_map(|(session, id)| {
        let account = if of_session(session) > 1 { id } else { &parts.account };
        let choice = format!("{}:{account}/{}", session.id.label(), parts.role);
        let shown = sanitize::word(&choice, "");
        (!shown.is_empty() && leads_to(&choice, session, config)).then_some(shown)
    });
    let choices: Vec<String> = choices.take(absent::OFFERED).collect();
    labels.dedup();
    let hint = if !choices.is_empty() {
        format!("choose one: {}", choices.join(", "))
    } else if labels.len() == 1 {
        format!(
            "name the account by its id: {}",
            sanitize::word(&format!("{}/{}", several[0].1, parts.role), "ID/ROLE")
        )
    } else {
        format!("name its session: --session {}", sanitize::word(labels[0], "SESSION"))
    };
    let what = if labels.len() == 1 {
        let ids: Vec<&str> = several.iter().map(|(_, id)| id.as_str()).collect();
        format!("'{}' is the name of several accounts: {}", parts.account, ids.join(", "))
    } else {
        format!("'{word}' is offered by several sessions: {}", labels.join(", "))
    };
    Error::new(Kind::Usage, what, hint)
}

/// Not where a label begins with another and a colon, nor where a profile has that very name.
fn leads_to(choice: &str, session: &Session, config: &Config) -> bool {
    let named = split(choice, config).and_then(|parts| parts.session);
    let is_session = |label: String| config.session(&label).is_ok_and(|found| found.id == session.id);
    !config.has_profile(choice) && named.is_some_and(is_session)
}

fn word_of(name: &str) -> String {
    sanitize::word(name, "NAME")
}

fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}
