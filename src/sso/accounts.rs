//! The names of accounts and roles, remembered in ordinary files, so that a switch can say "Development" without a request,
//! and completion and picker know what was listed.

use serde::{Deserialize, Serialize};

use super::attempt::file_name;
use super::{Account, IdentityCenter};
use crate::identity::{RoleId, SessionId};
use crate::sanitize;
use crate::store::Store;

/// Ten thousand accounts with long names; a larger file was not written here.
const LIMIT: u64 = 4 * 1024 * 1024;

const ACCOUNTS: &str = "accounts";
const ROLES: &str = "roles";

/// The roles of one account, a line of the file of its session.
#[derive(Serialize, Deserialize)]
struct Listed {
    account: String,
    roles: Vec<String>,
}

/// What was last heard of a session's accounts, without a request. Names are as AWS gave them: clean them when shown.
pub fn known_accounts(store: &Store, session: &SessionId) -> Vec<Account> {
    accounts_in(&text(store, ACCOUNTS, session).unwrap_or_default())
}

pub(super) fn accounts_in(text: &str) -> Vec<Account> {
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// What was last heard of a session's roles, account by account, without a request.
pub fn known_roles(store: &Store, session: &SessionId) -> Vec<RoleId> {
    roles_in(&text(store, ROLES, session).unwrap_or_default(), session)
}

pub(super) fn roles_in(text: &str, session: &SessionId) -> Vec<RoleId> {
    let listed = text.lines().filter_map(|line| serde_json::from_str::<Listed>(line).ok());
    let roles = listed.flat_map(|Listed { account, roles }| roles.into_iter().map(move |role| (account.clone(), role)));
    roles.map(|(account_id, role)| RoleId { session: session.clone(), account_id, role }).collect()
}

/// The name of one account.
pub fn known_account_name(store: &Store, session: &SessionId, id: &str) -> Option<String> {
    known_account(store, session, id)?.spoken_name()
}

/// One account. Thousands may be remembered, and a warm switch wants one: only its line is parsed.
pub fn known_account(store: &Store, session: &SessionId, id: &str) -> Option<Account> {
    let text = text(store, ACCOUNTS, session)?;
    let mut accounts = text.lines().filter(|line| line.contains(id)).filter_map(|line| serde_json::from_str(line).ok());
    accounts.find(|account: &Account| account.id == id)
}

/// One account a line, as JSON.
fn text(store: &Store, folder: &str, session: &SessionId) -> Option<String> {
    let folder = store.folder().existing_subfolder(folder).ok().flatten()?;
    let bytes = folder.read(&file_name(session), LIMIT).ok().flatten()?;
    String::from_utf8(bytes).ok()
}

impl Account {
    /// `None` where nothing of its name could be seen: then its id says more.
    #[must_use]
    pub fn spoken_name(self) -> Option<String> {
        let is_seen = sanitize::line(&self.name).chars().any(|c| !c.is_whitespace());
        is_seen.then_some(self.name)
    }
}

impl IdentityCenter {
    /// Empty where it is not known.
    pub(super) fn account_name(&self, id: &str) -> String {
        known_account_name(&self.store, &self.session.id, id).unwrap_or_default()
    }

    /// Names are a comfort: where they can't be written, ids stand in.
    pub(super) fn remember_accounts(&self, accounts: &[Account]) {
        let lines = accounts.iter().filter_map(|account| serde_json::to_string(account).ok());
        self.remember(ACCOUNTS, &lines.map(|line| line + "\n").collect::<String>());
    }

    /// In the place of what was last heard of this account.
    pub(super) fn remember_roles(&self, account: &str, roles: &[String]) {
        let text = text(&self.store, ROLES, &self.session.id).unwrap_or_default();
        let is_other = |line: &&str| serde_json::from_str::<Listed>(line).is_ok_and(|listed| listed.account != account);
        let others = text.lines().filter(is_other).map(|line| format!("{line}\n"));
        let listed = Listed { account: account.to_owned(), roles: roles.to_vec() };
        let line = serde_json::to_string(&listed).map(|line| line + "\n");
        self.remember(ROLES, &others.chain(line).collect::<String>());
    }

    fn remember(&self, folder: &str, text: &str) {
        if text.len() as u64 <= LIMIT
            && let Ok(folder) = self.store.folder().subfolder(folder)
        {
            let _ = folder.write(&file_name(&self.session.id), text.as_bytes());
        }
    }

    pub(super) fn forget_accounts(&self) {
        for folder in [ACCOUNTS, ROLES] {
            if let Ok(Some(folder)) = self.store.folder().existing_subfolder(folder) {
                let _ = folder.remove(&file_name(&self.session.id));
            }
        }
    }
}
