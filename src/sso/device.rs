//! Signing in with a code: shown here, approved in any browser. The pending authorization is sealed, so that the death
//! of the process that asked for it costs nobody a second code.

use std::time::Duration;

use aws_sdk_ssooidc::operation::create_token::CreateTokenOutput;
use serde::{Deserialize, Serialize};
use url::Url;

use super::browser;
use super::place::Pinned;
use super::registration::Registration;
use super::token::Session;
use super::{Flow, IdentityCenter, SignIn};
use crate::aws::answer::Failure;
use crate::clock::{SignedDuration, Timestamp};
use crate::endpoint::Service;
use crate::error::{Kind, Result};
use crate::sanitize;
use crate::secret::{self, Secret};
use crate::store::{Header, Payload, Record, Saved, Ticket};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
const USUAL_INTERVAL: u64 = 5;
/// A tab opened less than this ago is still in front of the person.
const TAB_IS_FRESH: SignedDuration = SignedDuration::from_secs(60);

/// A code that was shown and is not yet approved.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Pending {
    #[serde(serialize_with = "secret::seal")]
    device_code: Secret,
    user_code: String,
    /// Proved fit to be opened.
    url: String,
    /// Seconds.
    interval: u64,
    /// By AWS's clock.
    expires: Timestamp,
    /// By the local clock.
    opened: Option<Timestamp>,
    registration: Registration,
    place: Pinned,
}

impl Payload for Pending {
    const KIND: &'static str = "pending-sign-in";
}

impl Pending {
    pub(super) fn user_code(&self) -> String {
        sanitize::line_within(&self.user_code, 40)
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Whether the person still has its tab: opened while this process waited, or so lately that it must be there.
    fn is_in_sight(&self, now: Timestamp, waited: bool) -> bool {
        self.opened.is_some_and(|opened| waited || now.duration_since(opened) < TAB_IS_FRESH)
    }
}

enum Poll {
    Approved(Box<CreateTokenOutput>),
    Pending,
    SlowDown,
    Over(&'static str),
}

impl IdentityCenter {
    /// The sealed pending authorization, while it can still be approved.
    ///
    /// # Errors
    /// `SignInNeeded` where it was asked for at another place, unless `may_move`, when it counts as absent.
    pub(super) fn pending(&self, may_move: bool) -> Result<Option<Pending>> {
        let Some(record) = self.store.load::<Pending>(&self.record())? else { return Ok(None) };
        let (Header { issued, received, .. }, pending) = (record.header, record.payload);
        if let Some(difference) = pending.place.difference(&self.pinned()) {
            return if may_move { Ok(None) } else { Err(self.moved(&difference)) };
        }
        if pending.expires <= self.clock.now_for(issued, received) {
            return Ok(None);
        }
        self.held.add(&pending.device_code);
        self.held.add(&pending.registration.client_secret);
        Ok(Some(pending))
    }

    pub(super) fn drop_pending(&self) -> Result<()> {
        self.store.remove::<Pending>(&self.record()).map(|_| ())
    }

    pub(super) fn device(&self, sign_in: &SignIn, ticket: &Ticket) -> Result<Session> {
        let pending = self.ask_for_code(ticket)?;
        // Approved before it was asked for: the AWS CLI looks as well before it shows anything.
        match self.poll(&pending)? {
            Poll::Approved(answer) => self.device_done(&pending, *answer, ticket),
            _ => self.device_go_on(sign_in, pending, ticket, false),
        }
    }

    /// Goes on with a code that an earlier process asked for; `None` where there is none, or it is worth nothing any
    /// more. `waited`: the person has just seen it.
    pub(super) fn device_again(&self, sign_in: &SignIn, ticket: &Ticket, waited: bool) -> Result<Option<Session>> {
        let Some(pending) = self.pending(sign_in.may_move)? else { return Ok(None) };
        let poll = match self.poll(&pending) {
            // Whatever is wrong with this code, a new one is better than none until it expires.
            Err(error) if error.kind() == Kind::Refused => return self.drop_pending().map(|()| None),
            poll => poll?,
        };
        match poll {
            Poll::Approved(answer) => self.device_done(&pending, *answer, ticket).map(Some),
            Poll::Over(TOO_LATE) => self.drop_pending().map(|()| None),
            Poll::Over(how) => self.device_over(how).map(Some),
            Poll::Pending | Poll::SlowDown => self.device_go_on(sign_in, pending, ticket, waited).map(Some),
        }
    }

    /// Shows the code and asks for the token until the person, or AWS, has decided.
    fn device_go_on(&self, sign_in: &SignIn, mut pending: Pending, ticket: &Ticket, waited: bool) -> Result<Session> {
        let url = browser::fit_to_open(&pending.url).ok_or_else(|| self.sign_in_ended("leads to no web page"))?;
        let may_open = browser::leads_to_aws(&url, &self.session.id, &self.place);
        self.show(&pending, &url, may_open);
        self.attempt_begins(Flow::Device)?;
        let now = self.clock.local();
        if may_open && !pending.is_in_sight(now, waited) {
            pending.opened = Some(now);
            self.seal_pending(&pending, ticket)?;
            drop(browser::open(&url, &sign_in.browser, &self.person));
        }
        loop {
            std::thread::sleep(Duration::from_secs(pending.interval.clamp(1, 60)));
            match self.poll(&pending)? {
                Poll::Approved(answer) => return self.device_done(&pending, *answer, ticket),
                Poll::Over(how) => return self.device_over(how),
                Poll::Pending if self.clock.now() > pending.expires => return self.device_over(TOO_LATE),
                Poll::Pending => {}
                Poll::SlowDown => {
                    pending.interval = (pending.interval + 5).min(60);
                    self.seal_pending(&pending, ticket)?;
                }
            }
        }
    }

    fn device_done(&self, pending: &Pending, answer: CreateTokenOutput, ticket: &Ticket) -> Result<Session> {
        let session = self.received(answer, &pending.registration, None);
        let session = session.map_err(|failure| self.explain(failure, Service::SsoOidc, &self.signing_in()))?;
        let session = self.store_token(session, ticket)?;
        self.drop_pending()?;
        self.attempt_is_over()?;
        Ok(session)
    }

    fn device_over(&self, how: &str) -> Result<Session> {
        self.drop_pending()?;
        self.attempt_failed(Flow::Device, how)?;
        Err(self.sign_in_ended(how))
    }

    pub(super) fn signing_in(&self) -> String {
        format!("signing in to '{}'", self.session.id.label())
    }

    fn ask_for_code(&self, ticket: &Ticket) -> Result<Pending> {
        let registration = self.registration(Flow::Device, ticket)?;
        let pending = match self.start(&registration) {
            Err(failure) if failure.code() == "InvalidClientException" => {
                self.drop_registration(Flow::Device, ticket)?;
                self.start(&self.registration(Flow::Device, ticket)?)
            }
            answer => answer,
        };
        let pending = pending.map_err(|failure| self.explain(failure, Service::SsoOidc, &self.signing_in()))?;
        self.seal_pending(&pending, ticket)?;
        Ok(pending)
    }

    pub(super) fn start(&self, registration: &Registration) -> Result<Pending, Failure> {
        let start_url = self.start_url_at_aws()?;
        let answer = self.ask(Service::SsoOidc, "StartDeviceAuthorization", async |wire| {
            wire.oidc
                .start_device_authorization()
                .client_id(&registration.client_id)
                .client_secret(registration.client_secret.expose())
                .start_url(&start_url)
                .send()
                .await
        })?;
        let url = answer.verification_uri_complete.or(answer.verification_uri);
        let (Some(device_code), Some(user_code), Some(url)) = (answer.device_code, answer.user_code, url) else {
            return Err(Failure::foreign("the answer holds no code"));
        };
        let url =
            browser::fit_to_open(&url).ok_or_else(|| Failure::foreign("the page to approve at is no web page"))?;
        let device_code = Secret::new(device_code);
        self.held.add(&device_code);
        let life = u64::try_from(answer.expires_in).unwrap_or(0).clamp(1, 900);
        Ok(Pending {
            device_code,
            user_code,
            url: url.into(),
            interval: u64::try_from(answer.interval).ok().filter(|interval| *interval > 0).unwrap_or(USUAL_INTERVAL),
            expires: self.clock.now() + Duration::from_secs(life),
            opened: None,
            registration: registration.clone(),
            place: self.pinned(),
        })
    }

    fn seal_pending(&self, pending: &Pending, ticket: &Ticket) -> Result<()> {
        let header = self.header(Some(self.clock.now()), pending.expires, None);
        match self.store.save(&self.record(), Record { header, payload: pending.clone() }, ticket)? {
            Saved::Stored => Ok(()),
            Saved::Outdated => Err(self.outdated()),
        }
    }

    fn poll(&self, pending: &Pending) -> Result<Poll> {
        let answer =
            self.try_until(self.usual_deadline(), Service::SsoOidc, "CreateToken (device code)", async |wire| {
                let answer = wire
                    .oidc
                    .create_token()
                    .client_id(&pending.registration.client_id)
                    .client_secret(pending.registration.client_secret.expose())
                    .grant_type(GRANT)
                    .device_code(pending.device_code.expose())
                    .send();
                match answer.await.map_err(Failure::of) {
                    // Not to be tried again at once, as from anybody else it would be.
                    Err(failure) if failure.code() == "SlowDownException" => Ok(None),
                    answer => answer.map(Some),
                }
            });
        match answer {
            Ok(Some(answer)) => Ok(Poll::Approved(Box::new(answer))),
            Ok(None) => Ok(Poll::SlowDown),
            Err(failure) => match failure.code() {
                "AuthorizationPendingException" => Ok(Poll::Pending),
                "ExpiredTokenException" | "InvalidGrantException" => Ok(Poll::Over(TOO_LATE)),
                "AccessDeniedException" => Ok(Poll::Over("was denied in the browser")),
                _ => Err(self.explain(failure, Service::SsoOidc, &self.signing_in())),
            },
        }
    }

    /// Before anything opens, so that a person knows what to compare (security rule 4).
    fn show(&self, pending: &Pending, url: &Url, may_open: bool) {
        let host = url.host_str().unwrap_or_default();
        let label = sanitize::line(self.session.id.label());
        let code = pending.user_code();
        self.person.show(&[
            &format!("To sign in to '{label}', approve this code at {host}:"),
            "",
            &format!("    {code}"),
            "",
            &format!("    {url}"),
            "",
            "Approve only if the page shows this code and you started this.",
        ]);
        if !may_open {
            self.person
                .tell(&format!("WARNING: {host} does not belong to AWS as far as is known; it is not opened for you."));
        }
        if may_open && self.draws {
            self.person.draw(url.as_str());
        }
    }
}

const TOO_LATE: &str = "was not approved in time";

#[cfg(test)]
#[path = "device_tests.rs"]
mod tests;
