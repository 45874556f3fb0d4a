//! `assume` alone: what to switch to is picked. Without network and without a keeper: AWS's files and the headers of the
//! vault say all that is shown.

use super::candidates::{Candidate, Candidates};
use super::records::{Records, State};
use super::{Context, listing, switch};
use crate::config::{AssumedRole, Profile, RoleFrom, Source};
use crate::error::{Error, Kind, Result};
use crate::identity::{Names, RoleId};
use crate::terminal::Paint;
use crate::terminal::picker::{self, About, Entry, Look, Preview};

/// The exact name of what the person picks, of one session where that is named.
pub(super) fn pick(session: Option<&str>, context: &Context) -> Result<String> {
    if !context.person.may_be_asked() {
        let why = if context.globals.no_input { "--no-input" } else { "it is in the foreground of none" };
        return Err(picker::no_terminal(&why));
    }
    let colour = Paint::for_terminal(context.globals.color, &context.environment).is_on();
    let look = Look::of(&context.environment, colour)?;
    let all = all(session, context)?;
    if all.is_empty() {
        return Err(Error::new(
            Kind::NotFound,
            "there is nothing to pick: no profile, and no account and role that was listed before",
            "add a profile with 'aws configure sso', or name one: assume ACCOUNT/ROLE",
        ));
    }
    let current = context.environment.text("ASSUME_PROFILE");
    let entries: Vec<Entry> = all.iter().map(|candidate| entry(candidate, current)).collect();
    let known = Known { all: &all, records: Records::read(context)?, context };
    // Ctrl-C is a key meanwhile; a hang-up and SIGTERM are not.
    context.person.may_wait();
    match picker::pick(&entries, &known, look)? {
        Some(picked) => Ok(all[picked].name.clone()),
        None => Err(Error::new(
            Kind::Interrupted,
            "nothing was picked",
            "this shell is as it was; to go without the picker: assume PROFILE",
        )),
    }
}

fn all(session: Option<&str>, context: &Context) -> Result<Vec<Candidate>> {
    let config = context.config()?;
    let session = session.map(|name| config.session(name)).transpose()?;
    let store = context.existing_store()?.map(AsRef::as_ref);
    let mut all = Candidates::read(config, store, context.begun).all();
    // Under a profile's name the profile is meant.
    all.retain(|one| one.is_profile || !config.has_profile(&one.name));
    if let Some(session) = session {
        all.retain(|one| one.session.as_deref() == Some(session.id.label()));
    }
    Ok(all)
}

fn entry(candidate: &Candidate, current: Option<&str>) -> Entry {
    let Candidate { name, is_profile, account_id, account_name, role, .. } = candidate;
    Entry {
        profile: if *is_profile { name.clone() } else { String::new() },
        account: account_name.clone().unwrap_or_default(),
        role: role.clone().unwrap_or_default(),
        account_id: account_id.clone().unwrap_or_default(),
        is_current: current == Some(name),
    }
}

/// What is known of each without asking anybody.
struct Known<'a> {
    all: &'a [Candidate],
    records: Records<'a>,
    context: &'a Context,
}

impl About for Known<'_> {
    fn is_production(&self, entry: usize) -> bool {
        let Candidate { name, account_id, account_name, role, session, .. } = &self.all[entry];
        let [account_id, account_name, role, session] =
            [account_id, account_name, role, session].map(|text| text.as_deref().unwrap_or_default());
        let account = if account_name.is_empty() { account_id } else { account_name };
        let names = Names { profile: name, account, account_id, role, region: "", session };
        // Wrong settings stop the switch, and say what is wrong.
        self.context.settings().is_ok_and(|settings| settings.is_production(&names))
    }

    fn preview(&self, entry: usize) -> Preview {
        let candidate = &self.all[entry];
        let label = if candidate.is_profile { "profile" } else { "name" };
        let production = if self.is_production(entry) { "  (production)" } else { "" };
        let mut lines = vec![(label, format!("{}{production}", candidate.name))];
        match self.resolved(candidate) {
            Ok(more) => lines.extend(more),
            Err(error) => lines.extend([("wrong", error.message().to_owned()), ("hint", error.hint().to_owned())]),
        }
        lines
    }
}

impl Known<'_> {
    fn resolved(&self, candidate: &Candidate) -> Result<Preview> {
        let config = self.context.config()?;
        if candidate.is_profile {
            return Ok(self.profile(&config.profile(&candidate.name)?));
        }
        let (Some(label), Some(account_id), Some(role)) = (&candidate.session, &candidate.account_id, &candidate.role)
        else {
            return Ok(Preview::new());
        };
        let session = config.session(label)?;
        let role = RoleId { session: session.id, account_id: account_id.clone(), role: role.clone() };
        Ok(self.role(&role, None))
    }

    fn profile(&self, profile: &Profile) -> Preview {
        let region = profile.region.as_deref();
        let named = match &profile.source {
            Source::Sso { role, .. } => return self.role(role, region),
            Source::SsoToken { session } => {
                vec![("session", format!("{}  {}", session.id.label(), session.id.start_url))]
            }
            Source::AssumedRole(AssumedRole { role_arn, from, .. }) => {
                let from = match from {
                    RoleFrom::Profile(from) => format!("profile {}", from.name),
                    RoleFrom::CredentialSource(from) => from.clone(),
                };
                vec![("role", role_arn.clone()), ("from", from)]
            }
            Source::WebIdentity { role_arn, .. } => vec![("role", role_arn.clone())],
            _ => Preview::new(),
        };
        let region = region.map(|region| ("region", region.to_owned()));
        named.into_iter().chain(region).chain([("source", listing::source(&profile.source).to_owned())]).collect()
    }

    /// What matters most first: of a low terminal the rest is left out.
    fn role(&self, role: &RoleId, region: Option<&str>) -> Preview {
        let account = match self.records.account_name(role) {
            Some(name) => format!("{name}  {}", role.account_id),
            None => role.account_id.clone(),
        };
        let session = &role.session;
        let region = region.map(|region| ("region", region.to_owned()));
        [("account", account), ("role", role.role.clone()), ("keys", self.keys(role))]
            .into_iter()
            .chain(region)
            .chain([("session", format!("{}  {}", session.label(), session.start_url)), ("source", "sso".to_owned())])
            .collect()
    }

    fn keys(&self, role: &RoleId) -> String {
        let (state, expires) = self.records.role(role);
        let left = expires.map(|expires| switch::minutes(expires.duration_since(self.records.now_for(role))));
        match (state, left) {
            (State::Fine, Some(left)) => format!("good for {left}"),
            (State::Expiring, Some(left)) => format!("{left} left: a switch renews them"),
            (State::Expired, _) => "expired: a switch gets new ones".to_owned(),
            (State::SignInNeeded, _) => "a sign-in is needed".to_owned(),
            (State::Locked, _) => "locked".to_owned(),
            _ => "none yet: a switch gets them".to_owned(),
        }
    }
}
