//! What came back when AWS was asked, and the one place where it becomes an [`Error`]. Shown are status, error code,
//! request id and the server's message, cleaned, cut and with the secrets of this session replaced; never the SDK's own
//! rendering of an error, which may hold headers and bodies (security rule 21).

use std::error::Error as _;
use std::time::Duration;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::{ConnectorError, DispatchFailure, SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::cause;
use super::http::{self, TooLarge};
use super::unreachable::Unreachable;
use crate::clock::Timestamp;
use crate::error::Error;

/// Why there is no answer that could be used.
#[derive(Clone, Debug)]
pub(crate) enum Failure {
    /// AWS answered with an error.
    Refused(Refusal),
    /// Nobody answered.
    Unreachable(Unreachable),
    /// Somebody answered who is not AWS: a captive portal, a proxy's page, garbage.
    Foreign(Foreign),
    /// It went wrong on this side.
    Own(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Own(error)
    }
}

/// An error as AWS gave it: raw, not yet fit to be shown.
#[derive(Clone, Debug, Default)]
pub(crate) struct Refusal {
    pub status: u16,
    /// `ForbiddenException`, …; empty where there was none.
    pub code: String,
    pub message: String,
    pub request_id: String,
    pub retry_after: Option<Duration>,
}

impl Refusal {
    pub(crate) fn is_throttling(&self) -> bool {
        let codes = ["TooManyRequestsException", "ThrottlingException", "SlowDownException"];
        self.status == 429 || codes.contains(&self.code.as_str())
    }

    /// Nothing a person or another request could mend: the service itself is in trouble.
    pub(crate) fn is_passing(&self) -> bool {
        self.is_throttling() || self.status >= 500
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Foreign {
    pub status: Option<u16>,
    /// In words of our own.
    pub what: &'static str,
}

impl Failure {
    pub(crate) fn of<E: ProvideErrorMetadata>(error: SdkError<E, HttpResponse>) -> Self {
        match error {
            SdkError::TimeoutError(_) => Self::Unreachable(Unreachable::TimedOut),
            SdkError::DispatchFailure(failure) => of_dispatch(&failure),
            SdkError::ServiceError(service) => {
                let meta = service.err().meta();
                of_answer(service.raw(), meta.code(), meta.message())
            }
            SdkError::ResponseError(response) => of_answer(response.raw(), None, None),
            _ => Self::Foreign(Foreign { status: None, what: "the request could not be put together" }),
        }
    }

    pub(super) fn of_connector(error: &ConnectorError) -> Self {
        if error.is_timeout() { Self::Unreachable(Unreachable::TimedOut) } else { of_causes(error) }
    }

    pub(crate) fn foreign(what: &'static str) -> Self {
        Self::Foreign(Foreign { status: Some(200), what })
    }

    /// The error code AWS gave, if it was AWS.
    pub(crate) fn code(&self) -> &str {
        if let Self::Refused(refusal) = self { &refusal.code } else { "" }
    }

    pub(crate) fn status(&self) -> Option<u16> {
        if let Self::Refused(refusal) = self { Some(refusal.status) } else { None }
    }
}

fn of_answer(raw: &HttpResponse, code: Option<&str>, message: Option<&str>) -> Failure {
    let status = raw.status().as_u16();
    let oauth = OauthError::read(raw.body().bytes().unwrap_or_default());
    let code = code.map(ToOwned::to_owned).or_else(|| oauth.error.as_deref().map(exception));
    let refused = Failure::Refused(Refusal {
        status,
        code: code.clone().unwrap_or_default(),
        message: message.map(ToOwned::to_owned).or(oauth.error_description).unwrap_or_default(),
        request_id: http::request_id(raw).unwrap_or_default().to_owned(),
        retry_after: retry_after(raw),
    });
    match status {
        NETWORK_SIGN_IN => {
            Failure::Foreign(Foreign { status: Some(status), what: "the network wants a sign-in first" })
        }
        429 | 500..=599 => refused,
        400..=499 if code.is_some() => refused,
        300..=399 => Failure::Foreign(Foreign { status: Some(status), what: "it redirects" }),
        _ => Failure::Foreign(Foreign { status: Some(status), what: "the answer is not in the form AWS uses" }),
    }
}

/// What a captive portal says that is honest about it.
pub(super) const NETWORK_SIGN_IN: u16 = 511;

/// The body of an OIDC error as OAuth has it. AWS says the same in a header, which goes first.
#[derive(Default, serde::Deserialize)]
struct OauthError {
    error: Option<String>,
    error_description: Option<String>,
}

impl OauthError {
    fn read(body: &[u8]) -> Self {
        serde_json::from_slice(body).unwrap_or_default()
    }
}

/// `invalid_grant` is `InvalidGrantException`.
fn exception(oauth: &str) -> String {
    let words = oauth.split('_').flat_map(|word| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters)
    });
    words.chain("Exception".chars()).collect()
}

fn retry_after(raw: &HttpResponse) -> Option<Duration> {
    let text = raw.headers().get("retry-after")?.trim();
    if let Ok(seconds) = text.parse::<u32>() {
        return Some(Duration::from_secs(u64::from(seconds)));
    }
    let from = http::date(raw).unwrap_or_else(Timestamp::now);
    Duration::try_from(http::http_date(text)?.duration_since(from)).ok()
}

fn of_dispatch(failure: &DispatchFailure) -> Failure {
    if failure.is_timeout() {
        return Failure::Unreachable(Unreachable::TimedOut);
    }
    let Some(error) = failure.as_connector_error() else { return Failure::Unreachable(Unreachable::Other) };
    of_causes(error)
}

fn of_causes(error: &ConnectorError) -> Failure {
    let causes = cause::chain(error.source());
    if causes.iter().any(|cause| cause.is::<TooLarge>()) {
        return Failure::foreign("the answer is larger than anything AWS sends");
    }
    Failure::Unreachable(cause::of(&causes))
}

#[cfg(test)]
mod tests {
    use aws_smithy_types::body::SdkBody;

    use super::*;

    fn answer(status: u16, headers: &[(&'static str, &'static str)], body: &'static str) -> HttpResponse {
        let mut response = HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body));
        for (name, value) in headers {
            response.headers_mut().insert(*name, *value);
        }
        response
    }

    #[test]
    fn html_and_redirects_are_not_aws() {
        for (status, body) in [(200, "<html>"), (403, "<html>blocked"), (404, ""), (302, ""), (511, "<html>")] {
            assert!(matches!(of_answer(&answer(status, &[], body), None, None), Failure::Foreign(_)), "{status}");
        }
    }

    #[test]
    fn a_bad_gateway_is_trouble_of_the_service_whoever_says_so() {
        let Failure::Refused(refusal) = of_answer(&answer(502, &[], "<html>"), None, None) else { panic!() };
        assert!(refusal.is_passing());
    }

    #[test]
    fn oauth_errors_are_known_by_their_body_too() {
        let raw = answer(400, &[], r#"{"error":"authorization_pending","error_description":"wait"}"#);
        let failure = of_answer(&raw, None, None);
        assert_eq!(failure.code(), "AuthorizationPendingException");
        let Failure::Refused(refusal) = failure else { panic!() };
        assert_eq!(refusal.message, "wait");
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let seconds = answer(429, &[("retry-after", "3")], "");
        assert_eq!(retry_after(&seconds), Some(Duration::from_secs(3)));
        let date = answer(
            429,
            &[("date", "Sun, 06 Nov 1994 08:49:37 GMT"), ("retry-after", "Sun, 06 Nov 1994 08:49:42 GMT")],
            "",
        );
        assert_eq!(retry_after(&date), Some(Duration::from_secs(5)));
    }
}
