//! Every failure of this room, in words.

use super::IdentityCenter;
use crate::aws::answer::{Failure, Refusal};
use crate::aws::explain;
use crate::endpoint::Service;
use crate::error::{Error, Kind};
use crate::sanitize;

/// How a sign-in ended for which nothing could open a page; what was tried follows.
pub(super) const NO_BROWSER: &str = "could not begin: no browser could be started";

pub(super) fn no_randomness() -> Error {
    Error::new(Kind::Failure, "the system gives no random numbers", "check that /dev/urandom can be read")
}

pub(super) fn no_listener(why: &str) -> Error {
    Error::new(
        Kind::Failure,
        format!("can't listen on 127.0.0.1 for the browser's answer: {why}"),
        "sign in with a code instead: assume login --flow device",
    )
}

impl IdentityCenter {
    fn label(&self) -> &str {
        self.session.id.label()
    }

    /// What signs a person in to this session.
    pub(crate) fn login_command(&self) -> String {
        format!("assume login {}", sanitize::word(self.label(), "SESSION"))
    }

    /// Only a person in front of a browser can go on.
    pub(super) fn sign_in_needed(&self, why: &str) -> Error {
        Error::new(Kind::SignInNeeded, format!("'{}' needs a sign-in: {why}", self.label()), self.login_command())
    }

    pub(super) fn sign_in_ended(&self, why: &str) -> Error {
        let login = self.login_command();
        // The same command would fail the same way, and one that ended lately is not begun again by itself.
        let hint = if why.starts_with(NO_BROWSER) {
            format!("let BROWSER or login.browser name one that starts, then: {login} --force")
        } else {
            login
        };
        Error::new(Kind::SignInNeeded, format!("the sign-in to '{}' {why}", self.label()), hint)
    }

    pub(super) fn moved(&self, difference: &str) -> Error {
        Error::new(
            Kind::SignInNeeded,
            format!("'{}' is not where it was signed in: {difference}; nothing was sent", self.label()),
            format!("put that back, or, if the change is meant: {}", self.login_command()),
        )
    }

    /// `lock` or `logout` came while AWS was being asked (security rule 18).
    pub(super) fn outdated(&self) -> Error {
        if self.store.is_locked().unwrap_or(true) {
            return Error::new(
                Kind::Keeper,
                format!("assume was locked while '{}' signed in; nothing was kept", self.label()),
                "run the command again at a terminal to unlock",
            );
        }
        self.sign_in_ended("was undone by a logout meanwhile; nothing was kept")
    }

    /// The one way from what came back to what a person sees. `doing` completes "… failed" sentences:
    /// "signing in to 'dev'".
    pub(super) fn explain(&self, failure: Failure, service: Service, doing: &str) -> Error {
        match failure {
            Failure::Own(error) => error,
            Failure::Unreachable(why) => why.explain(&self.endpoint(service).url, &self.place.network, doing),
            Failure::Foreign(foreign) => explain::not_aws(&foreign, &self.origin(service), doing),
            Failure::Refused(refusal) => self.refused(&refusal, doing),
        }
    }

    fn refused(&self, refusal: &Refusal, doing: &str) -> Error {
        let said = self.said(refusal);
        let label = self.label();
        if let Some(error) = explain::passing(refusal, &said, doing) {
            return error;
        }
        match refusal.status {
            // Whoever comes here has a token that looks good: a sign-in that is not forced would do nothing.
            401 if !refusal.code.starts_with("InvalidClient") => Error::new(
                Kind::SignInNeeded,
                format!("'{label}' needs a sign-in: AWS says {said}"),
                format!("sign in anew: {} --force", self.login_command()),
            ),
            404 => Error::new(
                Kind::NotFound,
                format!("{doing} failed: AWS knows nothing of that name ({said})"),
                format!("check account, role and sso_region of '{label}' in your AWS config"),
            ),
            _ if refusal.code == "InvalidScopeException" => Error::new(
                Kind::Refused,
                format!("{doing} failed: AWS refuses the scopes asked for ({said})"),
                format!("correct sso_registration_scopes of '{label}' in your AWS config"),
            ),
            _ => Error::new(
                Kind::Refused,
                format!("{doing} failed: AWS refused ({said})"),
                format!("check sso_start_url and sso_region of '{label}' in your AWS config"),
            ),
        }
    }

    /// `403 ForbiddenException: No access; request 1a2b`
    pub(super) fn said(&self, refusal: &Refusal) -> String {
        explain::said(refusal, &self.held)
    }

    /// No such assignment, or a role misspelt: AWS does not tell which. `roles` are those there are, where known.
    pub(super) fn no_access(&self, refusal: &Refusal, account: &str, role: &str, roles: Option<&[String]>) -> Error {
        let name = self.account_name(account);
        let listed = roles.is_some_and(|roles| roles.iter().any(|known| known == role));
        let account_named = if name.is_empty() { account.to_owned() } else { format!("{name} ({account})") };
        let hint = match roles {
            _ if listed => format!("try again in a minute, or ask who administers '{}' what forbids it", self.label()),
            Some([]) => format!("'{}' gives you no role there; ask who administers it, or: assume list", self.label()),
            Some(roles) => {
                let some: Vec<_> = roles
                    .iter()
                    .take(8)
                    .map(|role| sanitize::word(&format!("{account}/{role}"), "ACCOUNT/ROLE"))
                    .collect();
                let more = if roles.len() > some.len() { ", …" } else { "" };
                format!("what you have there: assume {}{more}", some.join(", "))
            }
            None => format!("check account and role, or ask who administers '{}' for the assignment", self.label()),
        };
        let said = self.said(refusal);
        let what = if listed { "AWS lists and yet refuses you" } else { "you have no" };
        Error::new(Kind::Refused, format!("{what} role {role} in account {account_named} (AWS says {said})"), hint)
    }
}
