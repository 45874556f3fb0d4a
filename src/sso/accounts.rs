//! The names of accounts, remembered in an ordinary file, so that a switch can say "Development" without a request.

use super::attempt::file_name;
use super::{Account, IdentityCenter};
use crate::error::Result;
use crate::files::Folder;
use crate::identity::SessionId;
use crate::store::Store;

/// Ten thousand accounts with long names; a larger file was not written here.
const LIMIT: u64 = 4 * 1024 * 1024;

fn folder(store: &Store) -> Result<Folder> {
    store.folder().subfolder("accounts")
}

/// What was last heard of a session's accounts, without a request. Names are as AWS gave them: clean them when shown.
pub fn known_accounts(store: &Store, session: &SessionId) -> Vec<Account> {
    let bytes = folder(store).and_then(|folder| folder.read(&file_name(session), LIMIT)).ok().flatten();
    bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}

impl IdentityCenter {
    /// Empty where it is not known.
    pub(super) fn account_name(&self, id: &str) -> String {
        let accounts = known_accounts(&self.store, &self.session.id);
        accounts.into_iter().find(|account| account.id == id).map(|account| account.name).unwrap_or_default()
    }

    /// Names are a comfort: where they can't be written, ids stand in.
    pub(super) fn remember_accounts(&self, accounts: &[Account]) {
        let Ok(text) = serde_json::to_vec(accounts) else { return };
        if text.len() as u64 <= LIMIT
            && let Ok(folder) = folder(&self.store)
        {
            let _ = folder.write(&file_name(&self.session.id), &text);
        }
    }

    pub(super) fn forget_accounts(&self) {
        if let Ok(folder) = folder(&self.store) {
            let _ = folder.remove(&file_name(&self.session.id));
        }
    }
}
