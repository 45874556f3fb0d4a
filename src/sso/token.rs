//! The life of a session's token: sealed with where it may go, refreshed in silence, replaced whole or not at all.

use std::time::Duration;

use aws_sdk_ssooidc::operation::create_token::CreateTokenOutput;
use serde::{Deserialize, Serialize};

use super::IdentityCenter;
use super::place::Pinned;
use super::registration::Registration;
use crate::aws::answer::Failure;
use crate::clock::{self, Timestamp};
use crate::endpoint::Service;
use crate::error::{Error, Result};
use crate::secret::{self, Secret};
use crate::store::{Header, Payload, Record, Saved, Ticket};

/// The sign-in of a session, as it is sealed.
#[derive(Clone, Serialize, Deserialize)]
#[expect(clippy::struct_field_names, reason = "the names OAuth has")]
pub struct Token {
    #[serde(serialize_with = "secret::seal")]
    pub(super) access_token: Secret,
    #[serde(serialize_with = "secret::seal_option")]
    pub(super) refresh_token: Option<Secret>,
    /// Whom it was issued to, and who alone may refresh it.
    pub(super) registration: Registration,
    pub(super) place: Pinned,
}

impl Payload for Token {
    const KIND: &'static str = "token";
}

/// A token with what is known of its time.
pub(super) struct Session {
    pub token: Token,
    pub header: Header,
}

pub(super) enum Refresh {
    Done(Box<Session>),
    /// AWS will not refresh it: only a person can go on.
    Ended(String),
    /// As `Ended` for now, though AWS did not say that the refresh token is no good: it is kept.
    Declined(String),
    /// As `Ended`, because AWS no longer knows the client registration.
    Forgotten(String),
    /// It could not be asked, or gave no answer: the token is as good as it was.
    Failed(Error),
}

impl IdentityCenter {
    /// The sealed token, if it may be used here and now.
    ///
    /// # Errors
    /// `SignInNeeded` where it was obtained at another place, unless `may_move`, when it counts as absent.
    pub(super) fn stored_token(&self, may_move: bool) -> Result<Option<Session>> {
        let Some(record) = self.store.load::<Token>(&self.record())? else {
            if !may_move {
                self.check_namesakes()?;
            }
            return Ok(None);
        };
        let Record { header, payload: token } = record;
        if let Some(difference) = token.place.difference(&self.pinned()) {
            return if may_move { Ok(None) } else { Err(self.moved(&difference)) };
        }
        self.hold(&token);
        Ok(Some(Session { token, header }))
    }

    /// A session of this name that was signed in with another start URL or region: a swapped config must not lead the
    /// person to a sign-in page of someone else's unasked.
    fn check_namesakes(&self) -> Result<()> {
        let id = &self.session.id;
        let moved = self.store.headers()?.into_iter().find(|header| {
            header.kind == Token::KIND
                && !id.is_inline()
                && header.id.session.name == id.name
                && header.id.session != *id
        });
        let Some(header) = moved else { return Ok(()) };
        let then = Pinned::new(&header.id.session, &self.place);
        then.difference(&self.pinned()).map_or(Ok(()), |difference| Err(self.moved(&difference)))
    }

    fn hold(&self, token: &Token) {
        self.held.add(&token.access_token);
        self.held.add(&token.registration.client_secret);
        token.refresh_token.iter().for_each(|secret| self.held.add(secret));
    }

    /// AWS's time, judged for `header`: by this run's `Date` where there was one, else by what the local clock lacked
    /// when the record was made.
    fn now_for(&self, header: &Header) -> Timestamp {
        self.clock.now_for(header.issued, header.received)
    }

    pub(super) fn is_expired(&self, session: &Session) -> bool {
        session.header.expires <= self.now_for(&session.header)
    }

    /// Due, and there is something to refresh it with.
    pub(super) fn is_due(&self, session: &Session) -> bool {
        let header = &session.header;
        let due = clock::token_due_at(header.issued, header.expires) <= self.now_for(header);
        due && (session.token.refresh_token.is_some() || self.is_expired(session))
    }

    /// Under the lock of the session, with a ticket from before. The new token is sealed before anyone uses it.
    pub(super) fn refresh(&self, session: &Session, ticket: &Ticket) -> Result<Refresh> {
        match self.refreshed(session)? {
            Refresh::Done(fresh) => self.store_token(*fresh, ticket).map(Box::new).map(Refresh::Done),
            // A sign-in with it would end on a page of AWS that never comes back here.
            Refresh::Forgotten(why) => {
                self.drop_registration(session.token.registration.flow, ticket)?;
                Ok(Refresh::Ended(why))
            }
            other => Ok(other),
        }
    }

    /// As [`Self::refresh`], for a session that is about to end: nothing is sealed.
    pub(super) fn refreshed(&self, session: &Session) -> Result<Refresh> {
        let Some(refresh_token) = &session.token.refresh_token else {
            return Ok(Refresh::Ended("its session is over".into()));
        };
        let registration = &session.token.registration;
        if registration.expires <= self.now_for(&session.header) {
            return Ok(Refresh::Ended("its client registration has expired".into()));
        }
        let answer = self.ask(Service::SsoOidc, "CreateToken (refresh)", async |wire| {
            wire.oidc
                .create_token()
                .client_id(&registration.client_id)
                .client_secret(registration.client_secret.expose())
                .grant_type("refresh_token")
                .refresh_token(refresh_token.expose())
                .send()
                .await
        });
        let doing = format!("refreshing the session '{}'", self.session.id.label());
        match answer.and_then(|answer| self.received(answer, registration, Some(refresh_token))) {
            Ok(fresh) => Ok(Refresh::Done(Box::new(fresh))),
            Err(Failure::Own(error)) => Err(error),
            Err(Failure::Refused(refusal)) if !refusal.is_passing() => {
                let why = format!("its session is over ({})", self.said(&refusal));
                Ok(match refusal.code.as_str() {
                    "InvalidClientException" => Refresh::Forgotten(why),
                    "InvalidGrantException" | "ExpiredTokenException" | "UnauthorizedClientException" => {
                        Refresh::Ended(why)
                    }
                    _ => Refresh::Declined(format!("its token was not refreshed ({})", self.said(&refusal))),
                })
            }
            Err(failure) => Ok(Refresh::Failed(self.explain(failure, Service::SsoOidc, &doing))),
        }
    }

    /// What `CreateToken` gave, by AWS's clock.
    pub(super) fn received(
        &self,
        answer: CreateTokenOutput,
        registration: &Registration,
        old_refresh_token: Option<&Secret>,
    ) -> Result<Session, Failure> {
        let secret = |text: Option<String>| text.filter(|text| !text.is_empty()).map(Secret::new);
        let (access_token, refresh_token) = (secret(answer.access_token), secret(answer.refresh_token));
        [&access_token, &refresh_token].into_iter().flatten().for_each(|secret| self.held.add(secret));
        let Some(access_token) = access_token else { return Err(Failure::foreign("the answer holds no token")) };
        if !access_token.is_plain() || refresh_token.as_ref().is_some_and(|token| !token.is_plain()) {
            return Err(Failure::foreign("its token holds characters that no token has"));
        }
        let life = u64::try_from(answer.expires_in).ok().filter(|seconds| *seconds > 0);
        let Some(life) = life else { return Err(Failure::foreign("the token has no expiry")) };
        let token = Token {
            access_token,
            refresh_token: refresh_token.or_else(|| old_refresh_token.cloned()),
            registration: registration.clone(),
            place: self.pinned(),
        };
        self.hold(&token);
        let issued = self.clock.now();
        let expires = issued.checked_add(Duration::from_secs(life)).unwrap_or(Timestamp::MAX);
        let renewable = token.refresh_token.as_ref().map(|_| registration.expires);
        Ok(Session { header: self.header(Some(issued), expires, renewable), token })
    }

    /// Sealed before it is used: a refresh token that was rotated away and lost would end the session.
    pub(super) fn store_token(&self, session: Session, ticket: &Ticket) -> Result<Session> {
        let record = Record { header: session.header.clone(), payload: session.token.clone() };
        match self.store.save(&self.record(), record, ticket)? {
            Saved::Stored => Ok(session),
            Saved::Outdated => {
                self.revoke(&session.token);
                Err(self.outdated())
            }
        }
    }

    /// AWS has refused this token for good: no other process need try it.
    pub(super) fn retire(&self, session: Session, ticket: &Ticket) -> Result<()> {
        let mut header = session.header;
        header.expires = header.expires.min(self.now_for(&header));
        header.renewable_until = None;
        let payload = Token { refresh_token: None, ..session.token };
        self.store.save(&self.record(), Record { header, payload }, ticket).map(|_| ())
    }
}
