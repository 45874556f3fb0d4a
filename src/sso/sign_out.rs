//! The end of a session: here at once, at AWS as well as can be.

use super::IdentityCenter;
use super::token::{Refresh, Session};
use crate::error::Result;

impl IdentityCenter {
    /// What is sealed here goes first, so that whoever refreshes at this moment keeps nothing (security rule 18).
    pub(super) fn end_session(&self) -> Result<bool> {
        let kept = self.stored_token(false);
        let had_keys = self.store.headers().unwrap_or_default().iter().any(|header| {
            let id = &header.id;
            id.session == self.session.id && !id.role.is_empty()
        });
        self.store.forget(&self.session.id)?;
        self.forget_accounts();
        self.attempt_is_over()?;
        let label = self.session.id.label();
        match kept {
            Ok(None) => return Ok(had_keys),
            Ok(Some(session)) => {
                if !self.revoke_all(&session)? {
                    self.person
                        .note(&format!("AWS could not be told that '{label}' is signed out; it is forgotten here"));
                }
            }
            Err(error) => {
                self.person.note(&format!("'{label}' is forgotten here, not revoked at AWS: {}", error.message()));
            }
        }
        Ok(true)
    }

    /// An expired access token ends nothing, while its refresh token lives on: then a last refresh comes first.
    fn revoke_all(&self, session: &Session) -> Result<bool> {
        if !self.is_expired(session) {
            return Ok(self.revoke(&session.token));
        }
        if session.token.refresh_token.is_none() {
            return Ok(true);
        }
        match self.refreshed(session) {
            Ok(Refresh::Done(fresh)) => Ok(self.revoke(&fresh.token)),
            Ok(Refresh::Ended(_) | Refresh::Forgotten(_)) => Ok(true),
            Ok(Refresh::Declined(_) | Refresh::Failed(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }
}
