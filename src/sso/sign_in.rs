//! One sign-in, however many shells and SDK processes find the session expired at once.

use std::time::{Duration, Instant};

use super::token::{Refresh, Session};
use super::{Flow, IdentityCenter, SignIn, SignedIn};
use crate::aws::SystemRoots;
use crate::clock::Timestamp;
use crate::endpoint::Endpoint;
use crate::error::Result;
use crate::files::Lock;
use crate::secret::Secret;
use crate::store::Ticket;

/// A refresh takes less; only a wait that lasts is worth a line.
const SILENT: Duration = Duration::from_secs(1);
/// How long a refresh by another process may take.
const REFRESH: Duration = Duration::from_secs(45);
/// How long a sign-in by another process may take: no flow lasts longer than 15 minutes.
const SIGN_IN: Duration = Duration::from_mins(16);

/// What became of waiting for the lock of a session.
struct Turn {
    /// `None`: it was still taken when patience ended.
    lock: Option<Lock>,
    /// By the local clock.
    since: Timestamp,
    waited: bool,
}

/// A token that AWS has just refused.
#[derive(Clone, Copy)]
pub(super) struct Rejected<'a> {
    pub access_token: &'a Secret,
    /// It was obtained in this very run: refreshing it again would be no better.
    pub is_fresh: bool,
}

impl IdentityCenter {
    /// A token to ask the portal with.
    pub(super) fn token(&self, sign_in: &SignIn) -> Result<(Session, SignedIn)> {
        if !sign_in.force
            && let Some(kept) = self.stored_token(sign_in.may_move)?
            && !self.is_due(&kept)
        {
            return Ok((kept, SignedIn::Already));
        }
        self.renewed_token(sign_in, None)
    }

    /// Refreshed, or signed in anew, by this process or by one that was faster.
    pub(super) fn renewed_token(&self, sign_in: &SignIn, rejected: Option<Rejected>) -> Result<(Session, SignedIn)> {
        let turn = self.turn()?;
        let ticket = self.store.ticket(&self.session.id)?;
        let kept = self.stored_token(sign_in.may_move)?;
        let is_good = |kept: &Session| rejected.is_none_or(|it| *it.access_token != kept.token.access_token);
        let is_new = |kept: &Session| turn.waited && kept.header.received >= turn.since;
        let is_enough = |kept: &Session| is_good(kept) && !self.is_due(kept) && (!sign_in.force || is_new(kept));
        let kept = match kept {
            Some(kept) if is_enough(&kept) => return Ok((kept, SignedIn::Already)),
            kept => kept,
        };
        if turn.lock.is_none() {
            return match kept.filter(|kept| is_good(kept) && !self.is_expired(kept) && !sign_in.force) {
                Some(kept) => Ok((kept, SignedIn::Already)),
                None => Err(self.sign_in_needed("another process is still at it")),
            };
        }
        let why = match kept {
            Some(kept) if !sign_in.force => {
                let valid = is_good(&kept) && !self.is_expired(&kept);
                match self.refresh_unless_fresh(&kept, rejected, &ticket)? {
                    Refresh::Done(session) => return Ok((*session, SignedIn::Refreshed)),
                    Refresh::Ended(_) | Refresh::Declined(_) | Refresh::Forgotten(_) if valid => {
                        return Ok((kept, SignedIn::Already));
                    }
                    Refresh::Declined(why) => why,
                    Refresh::Ended(why) | Refresh::Forgotten(why) => {
                        self.retire(kept, &ticket)?;
                        why
                    }
                    Refresh::Failed(error) if valid => {
                        self.person.note(&format!("{}; the present token is used", error.message()));
                        return Ok((kept, SignedIn::Already));
                    }
                    Refresh::Failed(error) => return Err(error),
                }
            }
            Some(_) => "a new one was asked for".to_owned(),
            None => "nobody is signed in".to_owned(),
        };
        let session = self.sign_in(sign_in, &why, &ticket, &turn)?;
        // Those who wait need the token, not the names.
        drop(turn);
        self.fetch_account_names(&session);
        Ok((session, SignedIn::Anew))
    }

    fn refresh_unless_fresh(&self, kept: &Session, rejected: Option<Rejected>, ticket: &Ticket) -> Result<Refresh> {
        if rejected.is_some_and(|it| it.is_fresh) {
            return Ok(Refresh::Ended("AWS does not accept its new token".into()));
        }
        self.refresh(kept, ticket)
    }

    fn sign_in(&self, sign_in: &SignIn, why: &str, ticket: &Ticket, turn: &Turn) -> Result<Session> {
        let attempt = self.attempt()?;
        if let Some(how) = attempt.as_ref().and_then(|attempt| attempt.ended_after(self.begun)) {
            return Err(self.sign_in_ended(how));
        }
        // Whoever held the lock while this command waited, and left a sign-in open, was killed.
        let cut_off = attempt.as_ref().is_some_and(|it| it.ended.is_none() && (turn.waited || it.at >= self.begun));
        if cut_off && let Some(session) = self.device_again(sign_in, ticket, true)? {
            // The code it showed is as good as ever, whoever asks for the token.
            return Ok(session);
        }
        let Some(flow) = sign_in.flow else { return Err(self.sign_in_needed(why)) };
        if !self.person.is_there() {
            let lately = attempt.as_ref().and_then(|attempt| attempt.ended_lately(self.clock.local()));
            if let Some(how) = lately.filter(|_| !sign_in.force) {
                return Err(self.sign_in_ended(how));
            }
            if flow == Flow::Device {
                return Err(self.sign_in_needed("without a terminal nobody would see the code"));
            }
        }
        self.name_overrides();
        match flow {
            Flow::Device => match self.device_again(sign_in, ticket, false)? {
                Some(session) => Ok(session),
                None => self.device(sign_in, ticket),
            },
            Flow::Pkce => {
                if cut_off {
                    let label = self.session.id.label();
                    self.person
                        .note(&format!("the sign-in to '{label}' in another process was cut off; starting anew"));
                }
                self.drop_pending()?;
                self.pkce(sign_in, ticket)
            }
        }
    }

    /// Whatever leads a sign-in elsewhere than to AWS by the system's roots is said (security rule 2).
    fn name_overrides(&self) {
        self.announced.iter().for_each(|line| self.person.tell(line));
        let (oidc, portal) = (&self.place.oidc, &self.place.portal);
        let said = |endpoint: &Endpoint| {
            let said_by = endpoint.overridden_by.as_ref()?;
            Some(format!("{} ({said_by})", endpoint.origin()))
        };
        if let Some(oidc) = said(oidc) {
            self.person.tell(&format!("signing in through {oidc}"));
        }
        if oidc.origin() != portal.origin()
            && let Some(portal) = said(portal)
        {
            self.person.tell(&format!("asking for keys at {portal}"));
        }
        if let Some(bundle) = &self.place.network.ca_bundle {
            let (path, said_by) = (bundle.path.display(), &bundle.said_by);
            self.person.tell(&format!("trusting the certificates of {path} ({said_by})"));
        }
        if let Some(said) = self.place.network.system_roots.as_ref().and_then(SystemRoots::said) {
            self.person.tell(&format!("trusting other certificates than the system's: {said}"));
        }
    }

    /// Waits for the lock of the session: as long as another's sign-in lasts, but for a hurried caller only until its
    /// deadline. Told once, and what for.
    fn turn(&self) -> Result<Turn> {
        let since = self.clock.local();
        let began = Instant::now();
        let mut turn = Turn { lock: None, since, waited: false };
        let mut told = false;
        loop {
            let slice = Instant::now() + SILENT;
            let until = self.deadline.map_or(slice, |deadline| deadline.min(slice));
            let mut waited = false;
            turn.lock = self.store.flight("sign-in", &self.record(), Some(until), &mut || waited = true)?;
            turn.waited |= waited;
            if turn.lock.is_some() || self.deadline.is_some_and(|deadline| deadline <= Instant::now()) {
                return Ok(turn);
            }
            let began_at = since.checked_sub(SIGN_IN).unwrap_or(Timestamp::MIN);
            // One of yesterday that was interrupted is not what anybody waits for.
            let signing_in = self.attempt()?.is_some_and(|attempt| attempt.ended.is_none() && attempt.at >= began_at);
            if signing_in && !told {
                told = true;
                self.person.note(&self.waiting_for());
            }
            if began.elapsed() > if signing_in { SIGN_IN } else { REFRESH } {
                return Ok(turn);
            }
        }
    }

    fn waiting_for(&self) -> String {
        let label = self.session.id.label();
        match self.pending(true) {
            Ok(Some(pending)) => format!(
                "waiting for the sign-in to '{label}' that another process began: code {} at {}",
                pending.user_code(),
                pending.url()
            ),
            _ => format!("waiting for the sign-in to '{label}' that another process began in the browser"),
        }
    }
}
