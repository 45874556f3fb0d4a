//! Who AWS says these keys are: `GetCallerIdentity`, the one question that every key may ask.

use std::time::Instant;

use aws_credential_types::Credentials;
use aws_sdk_sts::config::{BehaviorVersion, Region, retry::RetryConfig, timeout::TimeoutConfig};
use aws_sdk_sts::{Client, Config};
use aws_smithy_async::time::TimeSource;
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use crate::aws::answer::{Failure, Refusal};
use crate::aws::redact::Held;
use crate::aws::{Network, explain, http, retry};
use crate::clock::Clock;
use crate::endpoint::Endpoint;
use crate::error::{Error, Kind, Result};
use crate::secret::Secret;

const DOING: &str = "asking who this is";

/// Keys as a shell holds them.
pub struct Keys {
    pub access_key_id: Secret,
    pub secret_access_key: Secret,
    pub session_token: Option<Secret>,
}

impl Keys {
    /// The SDK panics on some of what no key holds, and a line end of Windows in an `.env` is soon there.
    fn check(&self) -> Result<()> {
        let named = [
            ("AWS_ACCESS_KEY_ID", Some(&self.access_key_id)),
            ("AWS_SECRET_ACCESS_KEY", Some(&self.secret_access_key)),
            ("AWS_SESSION_TOKEN", self.session_token.as_ref()),
        ];
        let wrong = named.into_iter().find_map(|(name, secret)| Some((name, secret.filter(|key| !key.is_plain())?)));
        let Some((name, secret)) = wrong else { return Ok(()) };
        let what = format!("{name} holds a character that no key has");
        let hint = match secret.expose().trim_end_matches(['\r', '\n']) {
            rest if rest.len() < secret.expose().len() => format!("set {name} anew, without the line end after it"),
            _ => format!("set {name} anew, as AWS gave it"),
        };
        Err(Error::new(Kind::Config, what, hint))
    }
}

pub struct Caller {
    pub arn: String,
    pub user_id: String,
    pub account_id: String,
}

/// # Errors
/// `Config` where a key is none, `Refused` where AWS does not accept the keys, `Network` where it can't be asked.
pub fn ask(keys: &Keys, region: &str, endpoint: &Endpoint, network: &Network, clock: &Clock) -> Result<Caller> {
    keys.check()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|_| explain::no_runtime())?;
    let deadline = Instant::now() + retry::ALTOGETHER;
    let ask = || {
        // Each time a client of its own: one that was refused corrects its signatures by what the clock lacked then.
        let client = client(keys, region, endpoint, network, clock)?;
        runtime
            .block_on(retry::until(deadline, async || client.get_caller_identity().send().await.map_err(Failure::of)))
    };
    let offset = clock.offset();
    let answer = match ask() {
        // Signed at a time that is none of AWS's, which its answer has now told.
        Err(Failure::Refused(_)) if clock.offset() != offset => ask(),
        answer => answer,
    };
    let answer = answer.map_err(|failure| explain(failure, keys, endpoint, network))?;
    match (answer.arn, answer.user_id, answer.account) {
        (Some(arn), Some(user_id), Some(account_id)) => Ok(Caller { arn, user_id, account_id }),
        _ => Err(explain(Failure::foreign("the answer names nobody"), keys, endpoint, network)),
    }
}

fn client(keys: &Keys, region: &str, endpoint: &Endpoint, network: &Network, clock: &Clock) -> Result<Client> {
    Ok(client_over(http::client(&[&endpoint.url], network, clock)?, keys, region, endpoint, clock))
}

pub(super) fn client_over(
    http: SharedHttpClient,
    keys: &Keys,
    region: &str,
    endpoint: &Endpoint,
    clock: &Clock,
) -> Client {
    let token = keys.session_token.as_ref().map(|token| token.expose().to_owned());
    let keys = Credentials::new(keys.access_key_id.expose(), keys.secret_access_key.expose(), token, None, "shell");
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region.to_owned()))
        .endpoint_url(endpoint.url.as_str())
        .credentials_provider(keys)
        .http_client(http)
        .time_source(AwsTime(clock.clone()))
        .retry_config(RetryConfig::disabled())
        .timeout_config(TimeoutConfig::disabled())
        .build();
    Client::from_conf(config)
}

/// A signature with a wrong time is refused: it is signed by AWS's clock, as far as that is known.
#[derive(Debug)]
struct AwsTime(Clock);

impl TimeSource for AwsTime {
    fn now(&self) -> std::time::SystemTime {
        let since_epoch = std::time::Duration::try_from(self.0.now().as_duration()).unwrap_or_default();
        std::time::UNIX_EPOCH + since_epoch
    }
}

pub(super) fn explain(failure: Failure, keys: &Keys, endpoint: &Endpoint, network: &Network) -> Error {
    match failure {
        Failure::Own(error) => error,
        Failure::Refused(refusal) => refused(&refusal, keys, endpoint),
        Failure::Unreachable(why) => why.explain(&endpoint.url, network, DOING),
        Failure::Foreign(foreign) => explain::not_aws(&foreign, &endpoint.origin(), DOING),
    }
}

/// What STS says of keys that are wrong or over.
const NO_GOOD: [&str; 8] = [
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignature",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidToken",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
];

fn refused(refusal: &Refusal, keys: &Keys, endpoint: &Endpoint) -> Error {
    let held = Held::default();
    [Some(&keys.access_key_id), Some(&keys.secret_access_key), keys.session_token.as_ref()]
        .into_iter()
        .flatten()
        .for_each(|secret| held.add(secret));
    let said = explain::said(refusal, &held);
    explain::passing(refusal, &said, DOING).unwrap_or_else(|| {
        if NO_GOOD.contains(&refusal.code.as_str()) {
            let what = format!("AWS does not accept the keys of this shell ({said})");
            return Error::new(Kind::Refused, what, "get new ones: eval $(assume PROFILE)");
        }
        let what = format!("{DOING} failed: AWS refused ({said})");
        Error::new(Kind::Refused, what, format!("check AWS_REGION, and whether {} is meant", endpoint.origin()))
    })
}
