//! What the hook of a shell is to watch.

use super::Context;
use super::renewal::Marks;
use crate::clock::SignedDuration;
use crate::credentials;
use crate::credentials::target::Target;
use crate::error::Result;
use crate::identity::{RoleId, Session};
use crate::sanitize;
use crate::shell::{Watch, Watched};
use crate::store::Seen;

/// How long until keys are due, and until they end.
type Life = (SignedDuration, SignedDuration);

impl Context {
    /// For keys that a shell is being given; `None` for keys without an end.
    pub(super) fn watch(
        &self,
        target: &Target,
        account: &str,
        access_key_id: &str,
        life: Option<Life>,
    ) -> Result<Watch> {
        let names = Self::names(target, account);
        let segment = self.segment(&names)?;
        let marks = Marks::read(self.store()?, &target.role)?;
        let watched = |seen: &Seen| Watched { path: seen.path.clone(), number: seen.number };
        let RoleId { session, account_id, role } = &target.role;
        Ok(Watch {
            session: session.name.clone(),
            start_url: session.start_url.clone(),
            sso_region: session.region.clone(),
            account_id: account_id.clone(),
            role: role.clone(),
            profile: target.name.clone(),
            generation: marks.lock.generation,
            access_key_id: access_key_id.to_owned(),
            life: life.map(|(due, end)| (seconds(due), seconds(end))),
            keys: watched(&marks.keys),
            sign_in: watched(&marks.session),
            lock: watched(&marks.lock),
            segment: (segment.before, segment.after),
            shows_time: segment.has_left,
            production: self.settings()?.is_production(&names),
        })
    }

    /// What this shell inherited from the one that started it, where the vault issued its access key for that very
    /// session, account and role (security rule 9). Whatever goes wrong here, the shell starts.
    pub(super) fn inherited(&self) -> Option<Watch> {
        let text = |name: &str| self.environment.text(name);
        let (key, profile) = (text("AWS_ACCESS_KEY_ID")?, text("ASSUME_PROFILE")?);
        let headers = self.existing_store().ok()??.headers().ok()?;
        let header = headers.into_iter().find(|header| {
            credentials::was_issued(header, key)
                && text("AWS_ACCOUNT_ID") == Some(&header.id.account)
                && text("ASSUME_ROLE") == Some(&header.id.role)
                && text("ASSUME_SESSION") == Some(header.id.session.label())
        })?;
        let life = credentials::life_of_issued(&header, key, &self.clock);
        let id = header.id;
        let target = Target {
            name: profile.to_owned(),
            session: Session { id: id.session.clone(), scopes: Vec::new() },
            role: RoleId { session: id.session, account_id: id.account, role: id.role },
            region: text("AWS_REGION").map(str::to_owned),
            overrides: None,
        };
        let account = sanitize::line(&self.account_name(&target).ok()?);
        self.watch(&target, &account, key, Some(life)).ok()
    }
}

/// Nothing is left of what is over.
fn seconds(time: SignedDuration) -> u64 {
    u64::try_from(time.as_secs()).unwrap_or(0)
}
