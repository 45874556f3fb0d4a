//! The names of accounts, remembered in an ordinary file, so that a switch can say "Development" without a request.

use super::attempt::file_name;
use super::{Account, IdentityCenter};
use crate::error::Result;
use crate::files::Folder;
use crate::identity::SessionId;
use crate::sanitize;
use crate::store::Store;

/// Ten thousand accounts with long names; a larger file was not written here.
const LIMIT: u64 = 4 * 1024 * 1024;

const FOLDER: &str = "accounts";

fn folder(store: &Store) -> Result<Folder> {
    store.folder().subfolder(FOLDER)
}

/// What was last heard of a session's accounts, without a request. Names are as AWS gave them: clean them when shown.
pub fn known_accounts(store: &Store, session: &SessionId) -> Vec<Account> {
    let text = text(store, session).unwrap_or_default();
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// The name of one account.
pub fn known_account_name(store: &Store, session: &SessionId, id: &str) -> Option<String> {
    known_account(store, session, id)?.spoken_name()
}

/// One account. Thousands may be remembered, and a warm switch wants one: only its line is parsed.
pub fn known_account(store: &Store, session: &SessionId, id: &str) -> Option<Account> {
    let text = text(store, session)?;
    let mut accounts = text.lines().filter(|line| line.contains(id)).filter_map(|line| serde_json::from_str(line).ok());
    accounts.find(|account: &Account| account.id == id)
}

/// One account a line, as JSON.
fn text(store: &Store, session: &SessionId) -> Option<String> {
    let folder = store.folder().existing_subfolder(FOLDER).ok().flatten()?;
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
        let text = lines.map(|line| line + "\n").collect::<String>();
        if text.len() as u64 <= LIMIT
            && let Ok(folder) = folder(&self.store)
        {
            let _ = folder.write(&file_name(&self.session.id), text.as_bytes());
        }
    }

    pub(super) fn forget_accounts(&self) {
        if let Ok(folder) = folder(&self.store) {
            let _ = folder.remove(&file_name(&self.session.id));
        }
    }
}
