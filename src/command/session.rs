//! From a session and what the person wants to all that is needed to talk to it.

use std::cell::OnceCell;
use std::sync::Arc;
use std::time::Duration;

use super::context::get_or_try;
use super::{Context, refresh};
use crate::credentials::target::{Directory, Target};
use crate::credentials::{Credentials, Issuer};
use crate::endpoint::{self, Overrides, Service};
use crate::error::{Kind, Result};
use crate::identity::Session;
use crate::settings::LoginFlow;
use crate::sso::{self, Account, Browser, Flow, IdentityCenter, Place, SignIn};

/// What `login` adds to the settings.
#[derive(Clone, Debug, Default)]
pub struct Wishes {
    pub flow: Option<Flow>,
    pub no_browser: bool,
    pub force: bool,
    /// Only `login` at a terminal signs in at a place that differs from the sealed one (security rule 1).
    pub may_move: bool,
}

/// In WSL the browser is that of Windows: by wslu, else by Windows' own opener of URLs, by its full path and with no shell
/// between (`cmd.exe /c start` and `powershell.exe` would read signs in a URL as their own). Last a browser of Linux.
const OPENERS_IN_WSL: [&str; 3] =
    ["wslview", "/mnt/c/Windows/System32/rundll32.exe url.dll,FileProtocolHandler", "xdg-open"];

/// An SDK waits no longer for AWS.
const PATIENCE: Duration = Duration::from_secs(30);

impl Context {
    /// `overrides` of a profile; `None`: where all of the session leads.
    pub fn center(&self, session: &Session, overrides: Option<&Overrides>) -> Result<IdentityCenter> {
        let of_session = || self.config().map(|config| config.session_overrides(&session.id));
        let overrides = &overrides.map_or_else(of_session, |overrides| Ok(overrides.clone()))?;
        let region = &session.id.region;
        let place = Place {
            oidc: endpoint::resolve(Service::SsoOidc, region, overrides)?,
            portal: endpoint::resolve(Service::Sso, region, overrides)?,
            network: self.network(overrides, Some(&session.id))?,
        };
        let (store, person) = (Arc::clone(self.store()?), Arc::clone(&self.person));
        let center = IdentityCenter::new(session.clone(), place, store, self.clock.clone(), person)
            .begun(self.begun)
            .announcing(self.where_secrets_go());
        Ok(if self.waits_briefly { center.asking_within(PATIENCE) } else { center })
    }

    /// A state folder or keeper that the environment chose is named at every sign-in, since a foreign `.env` could have
    /// chosen it to get at the sign-in (security rule 19).
    fn where_secrets_go(&self) -> Vec<String> {
        let said = |name: &str| {
            let value = crate::sanitize::line(self.environment.text(name)?);
            Some(format!("the sign-in is kept where {name} says: {value}"))
        };
        let settings = self.environment.text("ASSUME_CONFIG").map(|path| {
            format!("keeper and browser are chosen by what ASSUME_CONFIG says: {}", crate::sanitize::line(path))
        });
        let program = self.environment.text("ASSUME_STORE_WINDOWS_PROGRAM").map(|path| {
            format!(
                "ASSUME_STORE_WINDOWS_PROGRAM names the program that is given the vault key: {}",
                crate::sanitize::line(path)
            )
        });
        ["ASSUME_STATE_DIR", "ASSUME_STORE"].into_iter().filter_map(said).chain(program).chain(settings).collect()
    }

    /// How to sign in, if it must be, by place: a browser that can open here makes PKCE; SSH, a container and an inline
    /// profile make device code; a program without a terminal starts PKCE only, and only where a browser can open.
    pub fn sign_in(&self, session: &Session, wishes: &Wishes) -> Result<SignIn> {
        let browser = if wishes.no_browser { Browser::None } else { self.browser(session)? };
        let chosen = match wishes.flow {
            Some(flow) => Some(flow),
            None => self.settings()?.login_flow(session.id.label()).map(|flow| match flow {
                LoginFlow::Pkce => Flow::Pkce,
                LoginFlow::Device => Flow::Device,
            }),
        };
        let can_open = !matches!(browser, Browser::None);
        let far_away = self.environment.is_far_away();
        let flow = if self.globals.no_input {
            None
        } else if self.person.is_there() {
            let device = far_away || session.id.is_inline() || !can_open;
            Some(chosen.unwrap_or(if device { Flow::Device } else { Flow::Pkce }))
        } else {
            (can_open && chosen != Some(Flow::Device)).then_some(Flow::Pkce)
        };
        Ok(SignIn { flow, browser, force: wishes.force, may_move: wishes.may_move && self.person.is_there() })
    }

    fn browser(&self, session: &Session) -> Result<Browser> {
        if let Some(command) = self.settings()?.browser(session.id.label()) {
            return Ok(Browser::Commands(vec![command.to_owned()]));
        }
        let separator = if cfg!(windows) { ';' } else { ':' };
        let list = self.environment.text("BROWSER").unwrap_or_default();
        let commands: Vec<String> = list.split(separator).filter(|c| !c.trim().is_empty()).map(str::to_owned).collect();
        if !commands.is_empty() {
            return Ok(Browser::Commands(commands));
        }
        let far_away = self.environment.is_far_away();
        if self.environment.is_wsl() && !far_away {
            return Ok(Browser::Commands(OPENERS_IN_WSL.iter().map(|&opener| opener.to_owned()).collect()));
        }
        let display = self.environment.text("DISPLAY").is_some() || self.environment.text("WAYLAND_DISPLAY").is_some();
        let here = cfg!(any(windows, target_os = "macos")) || display;
        Ok(if here && !far_away { Browser::System } else { Browser::None })
    }

    /// Keys for what the person named.
    pub fn keys(&self, target: &Target, force: bool) -> Result<Credentials> {
        self.issue(target, &self.sign_in(&target.session, &Wishes::default())?, force, false)
    }

    /// New keys where those at hand are due, and nobody is asked to sign in.
    pub fn renew_keys(&self, target: &Target) -> Result<Credentials> {
        let never = SignIn { flow: None, ..self.sign_in(&target.session, &Wishes::default())? };
        self.issue(target, &never, false, true)
    }

    fn issue(&self, target: &Target, sign_in: &SignIn, force: bool, strict: bool) -> Result<Credentials> {
        let made = OnceCell::new();
        let center = || get_or_try(&made, || self.center(&target.session, target.overrides.as_ref()));
        let issuer = Issuer {
            store: self.store()?,
            clock: &self.clock,
            person: &*self.person,
            center: &center,
            sign_in,
            force,
            strict,
        };
        let keys = issuer.keys(&target.role);
        if made.get().is_some_and(IdentityCenter::names_are_missing) {
            refresh::fetch_names_later(&target.session, self);
        }
        keys
    }

    /// What a person calls this account: its name as of the last sign-in, until then its id.
    pub fn account_name(&self, target: &Target) -> Result<String> {
        let id = &target.role.account_id;
        Ok(sso::known_account_name(self.store()?, &target.session.id, id).unwrap_or_else(|| id.clone()))
    }

    fn ask<T>(&self, session: &Session, question: impl Fn(&IdentityCenter, &SignIn) -> Result<T>) -> Result<Option<T>> {
        let center = self.center(session, None)?;
        let never = SignIn { flow: None, ..self.sign_in(session, &Wishes::default())? };
        self.person.may_wait();
        match question(&center, &never) {
            Ok(answer) => Ok(Some(answer)),
            Err(error) if error.kind() == Kind::SignInNeeded => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl Directory for Context {
    fn known_accounts(&self, session: &Session) -> Vec<Account> {
        self.store().map(|store| sso::known_accounts(store, &session.id)).unwrap_or_default()
    }

    fn accounts(&self, session: &Session) -> Result<Option<Vec<Account>>> {
        self.ask(session, IdentityCenter::accounts)
    }

    fn roles(&self, session: &Session, account_id: &str) -> Result<Option<Vec<String>>> {
        self.ask(session, |center, sign_in| center.roles(account_id, sign_in))
    }

    fn sign_in(&self, session: &Session) -> Result<()> {
        let center = self.center(session, None)?;
        self.person.may_wait();
        center.ensure_signed_in(&self.sign_in(session, &Wishes::default())?).map(|_| ())
    }
}
