//! What the portal is asked for: keys of a role, accounts, roles, and the end of a session.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use aws_sdk_sso::config::interceptors::BeforeDeserializationInterceptorContextRef;
use aws_sdk_sso::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_sso::error::BoxError;

use super::sign_in::Rejected;
use super::token::{Session, Token};
use super::{Account, IdentityCenter, RoleKeys, SignIn, SignedIn};
use crate::aws::answer::Failure;
use crate::aws::retry;
use crate::clock::Timestamp;
use crate::endpoint::Service;
use crate::error::Result;
use crate::secret::Secret;

/// The most AWS gives at once.
const PAGE: i32 = 100;
/// More pages than any organisation has; a server that never ends is not AWS.
const PAGES: usize = 1000;
/// A logout that AWS does not answer must not hold the person up.
const REVOKE: Duration = Duration::from_secs(5);
/// A whole list, where nobody set another limit: five thousand accounts are fifty pages, at a pace that AWS sets.
const LIST: Duration = Duration::from_mins(2);
/// What a refusal spends on which roles there are, for its hint.
const ROLES: Duration = Duration::from_secs(5);
/// What a sign-in spends on names, which a switch then knows without a request.
const NAMES: Duration = Duration::from_secs(2);

impl IdentityCenter {
    /// `work` with a token; once more with a better one when AWS refuses that.
    fn with_token<T>(
        &self,
        sign_in: &SignIn,
        mut work: impl FnMut(&Secret) -> Result<T, Failure>,
    ) -> Result<Result<T, Failure>> {
        let (session, how) = self.token(sign_in)?;
        match work(&session.token.access_token) {
            Err(failure) if failure.status() == Some(401) && how != SignedIn::Anew => {
                let rejected =
                    Rejected { access_token: &session.token.access_token, is_fresh: how == SignedIn::Refreshed };
                // Forced or not, one sign-in was asked for, not two.
                let sign_in = SignIn { force: false, ..sign_in.clone() };
                let (session, _) = self.renewed_token(&sign_in, Some(rejected))?;
                Ok(work(&session.token.access_token))
            }
            answer => Ok(answer),
        }
    }

    pub(super) fn ask_role_keys(&self, account: &str, role: &str, sign_in: &SignIn) -> Result<RoleKeys> {
        let doing = format!("getting keys for {role} in account {account}");
        let mut roles = None;
        let answer = self.with_token(sign_in, |token| {
            let answer = self.get_role_credentials(account, role, token);
            if answer.as_ref().err().and_then(Failure::status) == Some(403) {
                let hint = Instant::now() + ROLES;
                roles = self.list_roles(account, token, Some(self.deadline.map_or(hint, |end| end.min(hint)))).ok();
            }
            answer
        })?;
        answer.map_err(|failure| match failure {
            Failure::Refused(refusal) if refusal.status == 403 => {
                self.no_access(&refusal, account, role, roles.as_deref())
            }
            failure => self.explain(failure, Service::Sso, &doing),
        })
    }

    pub(super) fn get_role_credentials(&self, account: &str, role: &str, token: &Secret) -> Result<RoleKeys, Failure> {
        let answer = self.ask(Service::Sso, "GetRoleCredentials", async |wire| {
            wire.portal
                .get_role_credentials()
                .access_token(token.expose())
                .account_id(account)
                .role_name(role)
                .send()
                .await
        })?;
        let issued = self.clock.now();
        let incomplete = || Failure::foreign("the answer holds no keys");
        let keys = answer.role_credentials.ok_or_else(incomplete)?;
        let secret = |text: Option<String>| {
            let secret = text.filter(|text| !text.is_empty()).map(Secret::new).ok_or_else(incomplete)?;
            self.held.add(&secret);
            if secret.is_plain() {
                Ok(secret)
            } else {
                Err(Failure::foreign("its keys hold characters that no key has"))
            }
        };
        let expires = Timestamp::from_millisecond(keys.expiration).map_err(|_| incomplete())?;
        if expires <= issued {
            return Err(Failure::foreign("the keys it gives have expired"));
        }
        Ok(RoleKeys {
            access_key_id: secret(keys.access_key_id)?,
            secret_access_key: secret(keys.secret_access_key)?,
            session_token: secret(keys.session_token)?,
            expires,
            issued: Some(issued),
        })
    }

    pub(super) fn ask_accounts(&self, sign_in: &SignIn) -> Result<Vec<Account>> {
        let answer = self.with_token(sign_in, |token| self.list_accounts(token, self.deadline))?;
        let doing = format!("listing the accounts of '{}'", self.session.id.label());
        let accounts = answer.map_err(|failure| self.explain(failure, Service::Sso, &doing))?;
        self.remember_accounts(&accounts);
        Ok(accounts)
    }

    pub(super) fn ask_roles(&self, account: &str, sign_in: &SignIn) -> Result<Vec<String>> {
        let answer = self.with_token(sign_in, |token| self.list_roles(account, token, self.deadline))?;
        let doing = format!("listing the roles of account {account}");
        let roles = answer.map_err(|failure| self.explain(failure, Service::Sso, &doing))?;
        self.remember_roles(account, &roles);
        Ok(roles)
    }

    /// Names are worth two seconds of a sign-in and never its failure; the caller fetches them in its own time.
    pub(super) fn fetch_account_names(&self, session: &Session) {
        match self.list_accounts(&session.token.access_token, Some(Instant::now() + NAMES)) {
            Ok(accounts) => self.remember_accounts(&accounts),
            Err(_) => self.names_missing.store(true, Ordering::Relaxed),
        }
    }

    pub(super) fn list_accounts(&self, token: &Secret, deadline: Option<Instant>) -> Result<Vec<Account>, Failure> {
        let mut accounts = Vec::new();
        pages(deadline, |deadline, next| {
            let page = self.ask_until(deadline, Service::Sso, "ListAccounts", async |wire| {
                wire.portal
                    .list_accounts()
                    .access_token(token.expose())
                    .max_results(PAGE)
                    .set_next_token(next.clone())
                    .send()
                    .await
            })?;
            accounts.extend(page.account_list.unwrap_or_default().into_iter().filter_map(|account| {
                let id = account.account_id?;
                Some(Account { name: account.account_name.unwrap_or_default(), id })
            }));
            Ok(page.next_token)
        })?;
        Ok(accounts)
    }

    pub(super) fn list_roles(
        &self,
        account: &str,
        token: &Secret,
        deadline: Option<Instant>,
    ) -> Result<Vec<String>, Failure> {
        let mut roles = Vec::new();
        pages(deadline, |deadline, next| {
            let page = self.ask_until(deadline, Service::Sso, "ListAccountRoles", async |wire| {
                wire.portal
                    .list_account_roles()
                    .access_token(token.expose())
                    .account_id(account)
                    .max_results(PAGE)
                    .set_next_token(next.clone())
                    .send()
                    .await
            })?;
            roles.extend(page.role_list.unwrap_or_default().into_iter().filter_map(|role| role.role_name));
            Ok(page.next_token)
        })?;
        Ok(roles)
    }

    /// Ends a session at AWS as well as can be; whether AWS confirmed it.
    pub(super) fn revoke(&self, token: &Token) -> bool {
        let deadline = Instant::now() + REVOKE;
        let answer = self.ask_until(deadline, Service::Sso, "Logout", async |wire| {
            let logout = wire.portal.logout().access_token(token.access_token.expose());
            logout.customize().interceptor(SaysNothing).send().await
        });
        // A session that AWS no longer knows is as ended as can be.
        answer.is_ok() || answer.is_err_and(|failure| failure.status() == Some(401))
    }
}

/// AWS answers a logout with nothing at all; whoever says something is a captive portal, or another stranger.
#[derive(Debug)]
struct SaysNothing;

impl Intercept for SaysNothing {
    fn name(&self) -> &'static str {
        "SaysNothing"
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let response = context.response();
        let is_page = response.headers().get("content-type").is_some_and(|kind| kind.contains("html"));
        let is_empty = response.body().bytes().is_some_and(<[u8]>::is_empty);
        if response.status().is_success() && (is_page || !is_empty) { Err("it says something".into()) } else { Ok(()) }
    }
}

/// Calls `page` with its deadline and the token of each next page, until there is none. `deadline` is that of all.
fn pages(
    deadline: Option<Instant>,
    mut page: impl FnMut(Instant, Option<String>) -> Result<Option<String>, Failure>,
) -> Result<(), Failure> {
    let end = deadline.unwrap_or_else(|| Instant::now() + LIST);
    let mut next: Option<String> = None;
    for _ in 0..PAGES {
        let after = page(end.min(Instant::now() + retry::ALTOGETHER), next.clone())?.filter(|token| !token.is_empty());
        if after.is_none() {
            return Ok(());
        }
        if after == next {
            return Err(Failure::foreign("its list repeats itself"));
        }
        next = after;
    }
    Err(Failure::foreign("its list does not end"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the deadlines of three pages are.
    fn deadlines(end: Option<Instant>) -> Vec<Instant> {
        let mut seen = Vec::new();
        let listed = pages(end, |deadline, _| {
            seen.push(deadline);
            Ok((seen.len() < 3).then(|| format!("page {}", seen.len() + 1)))
        });
        assert!(listed.is_ok());
        seen
    }

    #[test]
    fn each_page_has_its_deadline_and_none_ends_after_that_of_all() {
        let began = Instant::now();
        let soon = began + retry::ALTOGETHER / 2;
        assert_eq!(deadlines(Some(soon)), [soon; 3], "all of them by the deadline of all");
        let each = deadlines(Some(began + 10 * retry::ALTOGETHER));
        assert!(each.is_sorted() && each[0] >= began + retry::ALTOGETHER, "each its own");
        assert!(each[2] <= Instant::now() + retry::ALTOGETHER, "each its own");
    }
}
