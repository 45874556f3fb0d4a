//! Signing in with the authorization code flow and PKCE: the browser brings AWS's answer to a listener on this machine.

use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};
use tokio::sync::oneshot;
use url::Url;

use super::listener::{Expected, Listener, Outcome};
use super::registration::Registration;
use super::token::Session;
use super::{Browser, Flow, IdentityCenter, SignIn, browser, errors, page};
use crate::aws::answer::Failure;
use crate::endpoint::Service;
use crate::error::{Error, Result};
use crate::sanitize;
use crate::secret::Secret;
use crate::store::Ticket;

/// How long a browser may take.
const PATIENCE: Duration = Duration::from_mins(10);

/// How long after all openers have failed the page may still be asked for.
const OPENS_ALL_THE_SAME: Duration = Duration::from_secs(2);

/// Why the listener had nothing to serve.
enum Unserved {
    Late,
    NoBrowser,
}

impl IdentityCenter {
    pub(super) fn pkce(&self, sign_in: &SignIn, ticket: &Ticket) -> Result<Session> {
        if self.attempt()?.is_some_and(|last| last.was_left(Flow::Pkce)) {
            // Where AWS has forgotten a client, its page shows an error and never comes back here; a person gives up on it.
            self.drop_registration(Flow::Pkce, ticket)?;
        }
        let registration = self.registration(Flow::Pkce, ticket)?;
        let wire = self.wire()?;
        let listener =
            wire.runtime.block_on(Listener::bind()).map_err(|error| errors::no_listener(&error.to_string()))?;
        let redirect = format!("http://127.0.0.1:{}/oauth/callback", listener.port());
        let verifier = random_text::<48>()?;
        let state = random_text::<32>()?;
        let target = self.authorize_url(&registration, &redirect, &challenge(verifier.expose()), state.expose());
        let nonce = data_encoding::HEXLOWER.encode(&random::<16>()?);
        let start = Url::parse(&format!("http://127.0.0.1:{}/{nonce}", listener.port())).expect("a loopback URL");
        self.held.add(&verifier);
        self.held.add(&state);

        self.attempt_begins(Flow::Pkce)?;
        self.show_start(&start);
        let no_browser = browser::open(&start, &sign_in.browser, &self.person);
        let expected = Expected {
            nonce,
            state,
            target,
            approved: page::approved(&self.session.id),
            denied: page::denied(&self.session.id),
            opened_twice: page::opened_twice(&self.session.id),
        };
        let now = Instant::now();
        let patience = self.deadline.map_or(PATIENCE, |deadline| deadline.saturating_duration_since(now).min(PATIENCE));
        let outcome = wire.runtime.block_on(async {
            tokio::select! {
                outcome = listener.serve(&expected) => Ok(outcome),
                () = tokio::time::sleep(patience) => Err(Unserved::Late),
                () = self.nobody_will_open(&listener, no_browser) => Err(Unserved::NoBrowser),
            }
        });
        let code = match outcome {
            Ok(Outcome::Code(code)) => code,
            Err(Unserved::NoBrowser) => return Err(self.pkce_over(&no_opener(&sign_in.browser))?),
            Ok(Outcome::Denied(why)) => {
                let why = self.held.shown(&why);
                return Err(self.pkce_over(&format!("was not approved in the browser ({why})"))?);
            }
            Ok(Outcome::OpenedTwice) => {
                return Err(self.pkce_over("was ended: its page was opened twice, so someone else may have opened it")?);
            }
            Err(Unserved::Late) => {
                // As after one that was left.
                self.drop_registration(Flow::Pkce, ticket)?;
                return Err(self.pkce_over("was not approved in time")?);
            }
        };
        self.held.add(&code);
        let session = self.exchange(&registration, &redirect, &verifier, &code, ticket)?;
        let session = self.store_token(session, ticket)?;
        self.attempt_is_over()?;
        Ok(session)
    }

    /// Ends where no browser could be started, and nobody is there who could open the page. An opener may open it and say all
    /// the same that it failed.
    async fn nobody_will_open(&self, listener: &Listener, no_browser: oneshot::Receiver<()>) {
        let failed = no_browser.await.is_ok();
        if failed && !self.person.is_there() {
            tokio::time::sleep(OPENS_ALL_THE_SAME).await;
            if !listener.was_opened() {
                return;
            }
        }
        std::future::pending::<()>().await;
    }

    /// Notes the end of the attempt for those who wait.
    fn pkce_over(&self, how: &str) -> Result<Error> {
        self.attempt_failed(Flow::Pkce, how)?;
        Ok(self.sign_in_ended(how))
    }

    fn authorize_url(&self, registration: &Registration, redirect: &str, challenge: &str, state: &str) -> Url {
        let mut url = self.place.oidc.url.clone();
        url.set_path("/authorize");
        url.set_fragment(None);
        url.query_pairs_mut()
            .clear()
            .append_pair("response_type", "code")
            .append_pair("client_id", &registration.client_id)
            .append_pair("redirect_uri", redirect)
            .append_pair("state", state)
            .append_pair("code_challenge_method", "S256")
            // AWS's name for it, and its separator.
            .append_pair("scopes", &registration.scopes.join(" "))
            .append_pair("code_challenge", challenge);
        url
    }

    fn show_start(&self, start: &Url) {
        let label = sanitize::line(self.session.id.label());
        let origin = self.place.oidc.origin();
        self.person.show(&[
            &format!(
                "Sign in to '{label}' in the browser, at {origin}. If no page opens, open this one on this machine:"
            ),
            "",
            &format!("    {start}"),
            "",
            "Approve only if you started this.",
        ]);
    }

    fn exchange(
        &self,
        registration: &Registration,
        redirect: &str,
        verifier: &Secret,
        code: &Secret,
        ticket: &Ticket,
    ) -> Result<Session> {
        let answer = self.ask(Service::SsoOidc, "CreateToken (authorization code)", async |wire| {
            wire.oidc
                .create_token()
                .client_id(&registration.client_id)
                .client_secret(registration.client_secret.expose())
                .grant_type("authorization_code")
                .redirect_uri(redirect)
                .code_verifier(verifier.expose())
                .code(code.expose())
                .send()
                .await
        });
        let session = answer.and_then(|answer| self.received(answer, registration, None));
        session.or_else(|failure| {
            if failure.code() == "InvalidClientException" {
                self.drop_registration(Flow::Pkce, ticket)?;
            }
            let error = self.not_exchanged(failure);
            self.attempt_failed(Flow::Pkce, "was approved, but AWS gave no token")?;
            Err(error)
        })
    }

    fn not_exchanged(&self, failure: Failure) -> Error {
        match failure {
            Failure::Refused(refusal) if !refusal.is_passing() => {
                self.sign_in_ended(&format!("was approved, but AWS gave no token ({})", self.said(&refusal)))
            }
            failure => self.explain(failure, Service::SsoOidc, &self.signing_in()),
        }
    }
}

fn no_opener(browser: &Browser) -> String {
    let tried = match browser {
        Browser::Commands(commands) => format!(" ({})", commands.join(", ")),
        Browser::System | Browser::None => String::new(),
    };
    format!("{}{tried}, and there is nobody to open the page", errors::NO_BROWSER)
}

/// `S256` of RFC 7636.
fn challenge(verifier: &str) -> String {
    data_encoding::BASE64URL_NOPAD.encode(&Sha256::digest(verifier))
}

fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| errors::no_randomness())?;
    Ok(bytes)
}

fn random_text<const N: usize>() -> Result<Secret> {
    let bytes = zeroize::Zeroizing::new(random::<N>()?);
    Ok(Secret::new(data_encoding::BASE64URL_NOPAD.encode(&*bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_rfc_7636() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert_eq!(challenge(verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn a_verifier_has_the_length_rfc_7636_wants_and_is_never_the_same() {
        let verifier = random_text::<48>().unwrap();
        assert_eq!(verifier.expose().len(), 64);
        assert!(verifier != random_text::<48>().unwrap());
    }
}
