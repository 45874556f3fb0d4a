//! From an account and role to keys: cached in the vault, renewed before they expire, one request however many ask.

mod absent;
pub mod backoff;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod life;
pub mod target;
pub mod whoami;

use std::time::{Duration, Instant};

use crate::clock::{self, Clock, SignedDuration, Timestamp};
use crate::error::{Error, Kind, Result};
use crate::files::Lock;
use crate::identity::RoleId;
use crate::person::Person;
use crate::secret::Secret;
use crate::sso::{IdentityCenter, RoleKeys, SignIn};
use crate::store::{Header, Payload, Record, RecordId, Saved, Store};

pub use life::{Life, life_of};

/// Only a wait that lasts is worth a line.
const SILENT: Duration = Duration::from_secs(1);

/// How long another process may take for a request with its retries, which end after 30 seconds.
const OTHERS: Duration = Duration::from_secs(45);

/// Keys that a shell, a child or an SDK may use.
#[derive(Clone, Debug)]
pub struct Credentials {
    pub access_key_id: Secret,
    pub secret_access_key: Secret,
    pub session_token: Option<Secret>,
    /// By AWS's clock.
    pub expires: Option<Timestamp>,
    /// When AWS issued them, by AWS's clock, and when they were received, by the local one.
    pub issued: Option<Timestamp>,
    pub received: Timestamp,
    pub account_id: String,
    pub role: String,
}

impl Payload for RoleKeys {
    const KIND: &'static str = "role-keys";
}

/// Where the role keys of `role` rest.
#[must_use]
pub fn record_id(role: &RoleId) -> RecordId {
    RecordId { session: role.session.clone(), account: role.account_id.clone(), role: role.role.clone() }
}

/// Gets role keys: those of the vault while they are fine, else new ones.
pub struct Issuer<'a> {
    pub store: &'a Store,
    pub clock: &'a Clock,
    pub person: &'a dyn Person,
    /// Built only when AWS must be asked.
    pub center: &'a dyn Fn() -> Result<&'a IdentityCenter>,
    pub sign_in: &'a SignIn,
    /// Renew although the keys are fine, and serve no older ones.
    pub force: bool,
    /// Fail where keys that are due can't be renewed, instead of serving them: for whoever renews ahead of need.
    pub strict: bool,
}

impl Issuer<'_> {
    /// # Errors
    /// Those of the vault, of signing in and of the portal. Keys that are due but good for two more minutes are used,
    /// with a note, where they can't be renewed just now for want of network, sign-in or vault key.
    pub fn keys(&self, role: &RoleId) -> Result<Credentials> {
        let id = record_id(role);
        let cached = self.store.load::<RoleKeys>(&id)?;
        if let Some(record) = &cached
            && !self.force
            && life_of(&record.header, self.clock) == Life::Fine
        {
            return Ok(credentials(role, record));
        }
        self.person.may_wait();
        match self.renew(role, &id) {
            Ok(record) => Ok(credentials(role, &record)),
            Err(error) => match cached {
                Some(record) if self.may_serve(&record.header, &error) => {
                    self.person
                        .note(&format!("using keys that expire soon; they could not be renewed: {}", error.message()));
                    Ok(credentials(role, &record))
                }
                _ => Err(error),
            },
        }
    }

    /// One process asks; those that waited for it find its keys in the vault.
    fn renew(&self, role: &RoleId, id: &RecordId) -> Result<Record<RoleKeys>> {
        // Before the lock of these keys: who waits for a sign-in is told so there, and one for another role waits alike.
        // A sign-in raises its session's generation, so it must be over before the ticket for the keys is taken.
        let center = (self.center)()?;
        center.ensure_signed_in(self.sign_in)?;
        let _flight = self.turn(role, id)?;
        let before = self.store.load::<RoleKeys>(id)?;
        if let Some(record) = &before
            && !self.force
            && life_of(&record.header, self.clock) == Life::Fine
        {
            return Ok(Record { header: record.header.clone(), payload: record.payload.clone() });
        }
        let ticket = self.store.ticket(&role.session)?;
        let keys = center.role_keys(&role.account_id, &role.role, self.sign_in)?;
        let header = self.header(id, &keys, before.as_ref().map(|record| &record.header));
        match self.store.save(id, Record { header: header.clone(), payload: keys.clone() }, &ticket)? {
            Saved::Stored => Ok(Record { header, payload: keys }),
            Saved::Outdated => Err(self.outdated(role)),
        }
    }

    /// The lock of these keys, once whoever has it is done. A stopped job would keep it for ever.
    fn turn(&self, role: &RoleId, id: &RecordId) -> Result<Lock> {
        let until = Instant::now() + OTHERS;
        let mut waiting = || self.person.detail("waiting for another assume that is getting these keys");
        if let Some(lock) = self.store.flight(RoleKeys::KIND, id, Some(Instant::now() + SILENT), &mut waiting)? {
            return Ok(lock);
        }
        let what = format!("the keys of {} in {}", role.role, role.account_id);
        self.person.note(&format!("waiting for another assume that is getting {what}"));
        self.store.flight(RoleKeys::KIND, id, Some(until), &mut || {})?.ok_or_else(|| {
            Error::new(
                Kind::Network,
                format!("another assume has been getting {what} for {} seconds", OTHERS.as_secs()),
                "if it was stopped by Ctrl-Z let it go on with: fg; else end it, and try again",
            )
        })
    }

    /// `lock` or `logout` came while AWS was being asked (security rule 18).
    fn outdated(&self, role: &RoleId) -> Error {
        let locked = self.store.is_locked().unwrap_or(true);
        let (kind, verb, hint) = if locked {
            (Kind::Keeper, "lock", "run the command again at a terminal to unlock")
        } else {
            (Kind::SignInNeeded, "logout", "sign in with: assume login")
        };
        let what = format!("the keys of {} in {}", role.role, role.account_id);
        Error::new(kind, format!("{what} were thrown away: `assume {verb}` came first"), hint)
    }

    fn header(&self, id: &RecordId, keys: &RoleKeys, before: Option<&Header>) -> Header {
        let newest = life::key_hash(keys.access_key_id.expose());
        let earlier = before.map_or(&[][..], |header| header.key_hashes.as_slice());
        let key_hashes = std::iter::once(newest.clone())
            .chain(earlier.iter().filter(|hash| **hash != newest).cloned())
            .take(life::REMEMBERED_KEYS)
            .collect();
        Header {
            kind: RoleKeys::KIND.to_owned(),
            id: id.clone(),
            issued: keys.issued,
            received: self.clock.local(),
            expires: keys.expires,
            renewable_until: None,
            key_hashes,
            counter: 0,
        }
    }

    fn may_serve(&self, header: &Header, error: &Error) -> bool {
        let passing = matches!(error.kind(), Kind::Network | Kind::SignInNeeded | Kind::Keeper);
        passing && !self.force && !self.strict && matches!(life_of(header, self.clock), Life::Fine | Life::Due)
    }
}

fn credentials(role: &RoleId, record: &Record<RoleKeys>) -> Credentials {
    let Record { header, payload: keys } = record;
    Credentials {
        access_key_id: keys.access_key_id.clone(),
        secret_access_key: keys.secret_access_key.clone(),
        session_token: Some(keys.session_token.clone()),
        expires: Some(keys.expires),
        issued: header.issued,
        received: header.received,
        account_id: role.account_id.clone(),
        role: role.role.clone(),
    }
}

impl Credentials {
    /// How long until they are due and until they end; `None` for keys without an end.
    #[must_use]
    pub fn life(&self, clock: &Clock) -> Option<(SignedDuration, SignedDuration)> {
        Some(life_left(self.issued, self.received, self.expires?, clock))
    }
}

/// How long until the keys with this access key id, which the vault issued, are due and until they end. Only of the newest
/// is that known: earlier ones are over.
#[must_use]
pub fn life_of_issued(header: &Header, access_key_id: &str, clock: &Clock) -> (SignedDuration, SignedDuration) {
    let newest = header.key_hashes.first() == Some(&life::key_hash(access_key_id));
    let over = (SignedDuration::ZERO, SignedDuration::ZERO);
    if newest { life_left(header.issued, header.received, header.expires, clock) } else { over }
}

fn life_left(
    issued: Option<Timestamp>,
    received: Timestamp,
    expires: Timestamp,
    clock: &Clock,
) -> (SignedDuration, SignedDuration) {
    let now = clock.now_for(issued, received);
    (clock::keys_due_at(issued, expires).duration_since(now), expires.duration_since(now))
}

/// Those of the vault, whatever life they have left; `None` where there are none.
///
/// # Errors
/// Those of the vault.
pub fn kept(store: &Store, role: &RoleId) -> Result<Option<(Header, Credentials)>> {
    let record = store.load::<RoleKeys>(&record_id(role))?;
    Ok(record.map(|record| (record.header.clone(), credentials(role, &record))))
}

/// Whether the vault issued the access key with this id for that role (security rule 9).
#[must_use]
pub fn was_issued(header: &Header, access_key_id: &str) -> bool {
    header.key_hashes.contains(&life::key_hash(access_key_id))
}
