//! The production rule: a shell goes to what `production.match` names only after its name was typed, where
//! `production.confirm` says so.

use super::Context;
use crate::credentials::target::{Directory, Target};
use crate::error::{Error, Kind, Result};
use crate::identity::Names;
use crate::sanitize;
use crate::sso;

/// What is known of a target, by its names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Production,
    /// The account's name is not known yet, and could be one of production.
    Unknown,
    Ordinary,
}

impl Context {
    /// Whether a switch to `target` wants a typed confirmation, by what is known without a request: so the hook and a
    /// folder's `.assume` never go there. While the name of an account is unknown it may be one of production.
    pub fn needs_confirmation(&self, target: &Target) -> Result<bool> {
        Ok(self.settings()?.confirms_production() && self.standing(target)? != Standing::Ordinary)
    }

    /// The names of a target; `account` is what [`Context::account_name`] says.
    #[must_use]
    pub fn names<'a>(target: &'a Target, account: &'a str) -> Names<'a> {
        Names {
            profile: &target.name,
            account,
            account_id: &target.role.account_id,
            role: &target.role.role,
            region: target.region.as_deref().unwrap_or_default(),
            session: target.session.id.label(),
        }
    }

    fn standing(&self, target: &Target) -> Result<Standing> {
        let id = target.role.account_id.as_str();
        let is_production =
            |account: &str| -> Result<bool> { Ok(self.settings()?.is_production(&Self::names(target, account))) };
        if is_production(id)? {
            return Ok(Standing::Production);
        }
        // An account that AWS gave no name is known too.
        Ok(match sso::known_account(self.store()?, &target.session.id, id) {
            Some(account) if is_production(&account.name)? => Standing::Production,
            Some(_) => Standing::Ordinary,
            None => Standing::Unknown,
        })
    }
}

/// The question before a switch, asked once.
pub(super) struct Confirmation<'a> {
    context: &'a Context,
    target: &'a Target,
    /// Nothing needs to be asked any more.
    is_settled: bool,
}

impl<'a> Confirmation<'a> {
    /// `confirmed`: the command line has said yes already.
    pub(super) fn new(context: &'a Context, target: &'a Target, confirmed: bool) -> Result<Self> {
        let is_settled = confirmed || !context.settings()?.confirms_production();
        Ok(Self { context, target, is_settled })
    }

    /// Before anything is done: whoever thinks better of it has started no sign-in.
    pub(super) fn ask_early(&mut self) -> Result<()> {
        if !self.is_settled && self.context.standing(self.target)? == Standing::Production {
            self.ask()?;
        }
        Ok(())
    }

    /// With the keys at hand: a sign-in may have told the account's name.
    pub(super) fn ask_late(mut self) -> Result<()> {
        if self.is_settled || !self.context.needs_confirmation(self.target)? {
            return Ok(());
        }
        if self.context.standing(self.target)? == Standing::Unknown {
            self.context.accounts(&self.target.session)?;
            if !self.context.needs_confirmation(self.target)? {
                return Ok(());
            }
        }
        self.ask()
    }

    fn ask(&mut self) -> Result<()> {
        let account = self.context.account_name(self.target)?;
        let role = &self.target.role;
        let name = sanitize::line(&self.target.name);
        // A name that nobody could type is stood in for by the account's id.
        let name = if name.trim().is_empty() { role.account_id.as_str() } else { name.trim() };
        if !self.context.person.may_be_asked() {
            return Err(Error::new(
                Kind::Usage,
                format!("'{name}' is production and wants a confirmation, and there is nobody to ask"),
                format!(
                    "run it at a terminal, or say that it is meant: assume switch --confirmed {}",
                    sanitize::word(name, "PROFILE")
                ),
            ));
        }
        let id = if account == role.account_id { String::new() } else { format!(" ({})", role.account_id) };
        let facts = format!("{name} is production: account {account}{id}, role {}", role.role);
        self.context.person.confirm(&facts, "type its name to switch this shell to it", name)?;
        self.is_settled = true;
        Ok(())
    }
}
