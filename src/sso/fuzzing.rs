//! What AWS says, what a browser brings, which pages are opened, and what is kept of it.

use std::cell::RefCell;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use aws_sdk_ssooidc::config::{BehaviorVersion, Region};
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use url::Url;

use super::attempt::Attempt;
use super::listener::{Expected, Outcome, Verdict, judge};
use super::registration::Registration;
use super::wire::Wire;
use super::{Account, Flow, IdentityCenter, Place, accounts, browser, page};
use crate::aws::Network;
use crate::aws::answer::Failure;
use crate::aws::fuzzing::Canned;
use crate::aws::redact::Held;
use crate::clock::{Clock, Timestamp};
use crate::endpoint::{self, Override, Overrides, Service};
use crate::error::Result;
use crate::fuzzing::{SECRET, assert_clean, assert_fit, assert_no_secret, parts, texts};
use crate::identity::{Session, SessionId};
use crate::person::Person;
use crate::secret::Secret;
use crate::store::{Options, Store};

struct Nobody;

impl Person for Nobody {
    fn show(&self, lines: &[&str]) {
        assert_no_secret(&lines.join("\n"));
    }
    fn note(&self, line: &str) {
        assert_clean(line);
        assert_no_secret(line);
    }
    fn detail(&self, line: &str) {
        assert_clean(line);
        assert_no_secret(line);
    }
    fn is_there(&self) -> bool {
        false
    }
    fn passphrase(&self, _: &str) -> Result<Secret> {
        unreachable!("nothing is opened")
    }
}

fn noon() -> Timestamp {
    Timestamp::from_second(1_767_268_800).expect("it is a time")
}

fn session() -> Session {
    let id = SessionId {
        name: "corp".into(),
        start_url: "https://example.awsapps.com/start".into(),
        region: "us-east-1".into(),
    };
    Session { id, scopes: Vec::new() }
}

fn place(overrides: &Overrides) -> Place {
    let at = |service| endpoint::resolve(service, "us-east-1", overrides).expect("it resolves");
    Place { oidc: at(Service::SsoOidc), portal: at(Service::Sso), network: Network::default() }
}

/// A session whose every request is answered by `canned`, and which has no time to ask twice.
fn center(canned: &Canned) -> IdentityCenter {
    let state = Path::new(env!("CARGO_MANIFEST_DIR")).join("target").join("fuzz-state");
    std::fs::create_dir_all(state.parent().expect("it has one")).expect("it can be made");
    let person: Arc<dyn Person> = Arc::new(Nobody);
    let store = Store::open(&state, Options::default(), Arc::clone(&person)).expect("it opens");
    let center =
        IdentityCenter::new(session(), place(&Overrides::default()), Arc::new(store), Clock::stopped(noon), person);
    let http = canned.client();
    let oidc = aws_sdk_ssooidc::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .http_client(http.clone())
        .retry_config(RetryConfig::disabled())
        .timeout_config(TimeoutConfig::disabled())
        .build();
    let portal = aws_sdk_sso::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .http_client(http)
        .retry_config(RetryConfig::disabled())
        .timeout_config(TimeoutConfig::disabled())
        .build();
    let wire = Wire {
        runtime: tokio::runtime::Builder::new_current_thread().enable_all().build().expect("it can be built"),
        oidc: aws_sdk_ssooidc::Client::from_conf(oidc),
        portal: aws_sdk_sso::Client::from_conf(portal),
    };
    assert!(center.wire.set(wire).is_ok());
    center.within(Duration::ZERO).asking_within(Duration::ZERO)
}

fn registration(center: &IdentityCenter) -> Registration {
    Registration {
        client_id: "client".into(),
        client_secret: SECRET.into(),
        expires: Timestamp::MAX,
        flow: Flow::Device,
        scopes: Vec::new(),
        place: center.pinned(),
    }
}

const STATUS: [u16; 10] = [200, 200, 200, 302, 400, 401, 403, 404, 429, 500];

/// Whatever answers: nothing panics, no list goes on for ever, what is shown is clean and holds no secret.
pub fn aws_answers(data: &[u8]) {
    thread_local! {
        static CENTER: RefCell<(Canned, IdentityCenter)> = {
            let canned = Canned::default();
            let center = center(&canned);
            RefCell::new((canned, center))
        };
    }
    let [&[request, status, ..], head, body] = parts(data) else { return };
    CENTER.with_borrow_mut(|(canned, center)| {
        canned.say(STATUS[usize::from(status) % STATUS.len()], String::from_utf8_lossy(head).into(), body.to_vec());
        center.held = Held::default();
        center.held.add(&SECRET.into());
        let said = match request % 6 {
            0 => token(center),
            1 => center.register(Flow::Pkce).err().map(|error| error.to_string()),
            2 => center.start(&registration(center)).map(|pending| assert_clean(&pending.user_code())).failed(center),
            3 => center.get_role_credentials("111122223333", "Admin", &SECRET.into()).map(drop).failed(center),
            4 => center.list_accounts(&SECRET.into(), Some(Instant::now())).map(drop).failed(center),
            _ => center.list_roles("111122223333", &SECRET.into(), Some(Instant::now())).map(drop).failed(center),
        };
        if let Some(said) = said {
            said.split('\n').for_each(assert_clean);
            assert_no_secret(&said);
            assert_eq!(said.matches('\n').count(), 1, "{said:?}");
        }
    });
}

trait Failed {
    fn failed(self, center: &IdentityCenter) -> Option<String>;
}

impl Failed for Result<(), Failure> {
    /// What the person is told.
    fn failed(self, center: &IdentityCenter) -> Option<String> {
        if let Err(Failure::Refused(refusal)) = &self {
            let roles = ["Reader".to_owned()];
            let error = center.no_access(refusal, "111122223333", "Admin", Some(&roles));
            assert_fit(&error);
            assert_no_secret(&error.to_string());
        }
        self.err().map(|failure| center.explain(failure, Service::Sso, "doing").to_string())
    }
}

fn token(center: &IdentityCenter) -> Option<String> {
    let registration = registration(center);
    let answer = center.ask(Service::SsoOidc, "CreateToken", async |wire| {
        wire.oidc.create_token().client_id("client").client_secret(SECRET).grant_type("refresh_token").send().await
    });
    let received = answer.and_then(|answer| center.received(answer, &registration, None));
    let kept = received.map(|session| {
        assert!(!session.token.access_token.is_empty());
        assert!(session.header.expires > noon(), "a token that has ended is kept");
        let _ = (center.is_expired(&session), center.is_due(&session));
    });
    kept.failed(center)
}

/// Only a browser that was sent here by AWS ends a sign-in.
pub fn sign_in_request(data: &[u8]) {
    const PORT: u16 = 4711;
    let expected = Expected {
        nonce: "00112233445566778899aabbccddeeff".into(),
        state: "the-state".into(),
        target: Url::parse("https://oidc.us-east-1.amazonaws.com/authorize").expect("it is a URL"),
        approved: String::new(),
        denied: String::new(),
        opened_twice: String::new(),
    };
    let [opened, raw] = parts(data);
    for request in [raw.to_vec(), [raw, b"\r\nHost: 127.0.0.1:4711\r\n\r\n"].concat()] {
        let verdict = judge(&request, PORT, &expected, !opened.is_empty());
        if matches!(verdict, Verdict::Refuse) {
            continue;
        }
        let text = String::from_utf8_lossy(&request);
        let mut lines = text.trim_start_matches(['\r', '\n']).lines();
        let first = lines.next().unwrap_or_default();
        assert!(first.starts_with("GET /") && first.contains(" HTTP/1."), "{first:?}");
        let named = |name: &'static str| {
            lines.clone().filter_map(|line| line.split_once(':')).filter(move |(key, _)| key.eq_ignore_ascii_case(name))
        };
        assert_eq!(named("host").map(|(_, host)| host.trim()).collect::<Vec<_>>(), ["127.0.0.1:4711"], "{text:?}");
        assert!(named("sec-fetch-mode").all(|(_, mode)| mode.trim() == "navigate"), "{text:?}");
        assert_eq!(named("sec-purpose").count() + named("purpose").count(), 0, "{text:?}");
        match verdict {
            Verdict::Over(Outcome::Code(code)) => {
                assert!(first.starts_with("GET /oauth/callback?") && !code.is_empty(), "{first:?}");
            }
            Verdict::Over(Outcome::Denied(_)) => assert!(first.starts_with("GET /oauth/callback?"), "{first:?}"),
            Verdict::Over(Outcome::OpenedTwice) => assert!(!opened.is_empty() && first.contains(&expected.nonce)),
            Verdict::Redirect => assert!(opened.is_empty() && first.contains(&expected.nonce), "{first:?}"),
            Verdict::Refuse => {}
        }
    }
}

/// Domains in which AWS gives names to nobody else.
const DOMAINS: [&str; 9] = [
    "app.aws",
    "portal.amazonaws.com",
    "amazonaws.com",
    "amazonaws.com.cn",
    "amazonaws.eu",
    "amazonwebservices.com.cn",
    "amazonwebservices.eu",
    "awsapps.com",
    "awsapps.cn",
];

/// Which pages a browser is led to, by which words, and what stands on our own.
pub fn web_pages(data: &[u8]) {
    let [start_url, region, url, over, command] = texts(data);
    let mut known = session().id;
    known.start_url.clone_from(&start_url);
    if let Some(url) = browser::fit_to_open(&url) {
        assert!(url.scheme() == "https" || endpoint::is_loopback(&url), "{url}");
        assert!(url.username().is_empty() && url.password().is_none());
        assert!(url.as_str().bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"'), "{url}");
        assert_eq!(Url::parse(url.as_str()).as_ref(), Ok(&url));
        let host = url.host_str().unwrap_or_default();
        let is_aws = DOMAINS.iter().any(|domain| host == *domain || host.ends_with(&format!(".{domain}")));
        let is_theirs = Url::parse(&start_url).is_ok_and(|start| start.host_str() == Some(host));
        let leads = browser::leads_to_aws(&url, &known, &place(&Overrides::default()));
        assert!(!leads || is_aws || is_theirs, "{url}");
        if let Some(words) = browser::words(&command, url.as_str()) {
            assert!(words.iter().any(|word| word.contains(url.as_str())), "the URL is lost: {words:?}");
            assert!(!words[0].contains(url.as_str()) || command.contains(url.as_str()), "the URL is run: {words:?}");
        }
    }
    for overridden in [None, Some(Override { url: over.clone(), said_by: "AWS_ENDPOINT_URL_SSO".into() })] {
        let overrides = Overrides { sso: overridden, dual_stack: over.is_empty(), ..Overrides::default() };
        match endpoint::resolve(Service::Sso, &region, &overrides) {
            Ok(found) => {
                assert!(found.url.scheme() == "https" || endpoint::is_loopback(&found.url), "{}", found.url);
                assert!(found.url.username().is_empty() && found.url.password().is_none());
                let host = found.url.host_str().unwrap_or_default();
                let is_aws = host.ends_with(".api.aws")
                    || DOMAINS.iter().any(|domain| host.ends_with(domain))
                    || host.ends_with(".amazonwebservices.com.cn");
                assert!(found.overridden_by.is_some() || is_aws, "{host}");
            }
            Err(error) => assert_fit(&error),
        }
    }
    let signs = |page: &str| page.matches(['<', '>', '"']).count();
    let plain = signs(&page::approved(&session().id)) + signs(&page::denied(&session().id));
    let named = SessionId { name: url, ..known };
    // One without a name has a line less.
    let is_text = signs(&page::approved(&named)) + signs(&page::denied(&named)) == plain;
    assert!(is_text || named.is_inline(), "a name is markup");
}

/// Names of accounts and roles, and how a sign-in ended, as they rest in the state folder.
pub fn kept_names(data: &[u8]) {
    let [listed, attempt] = parts(data);
    let text = String::from_utf8_lossy(listed);
    for account in accounts::accounts_in(&text) {
        let written = serde_json::to_string(&account).expect("it is plain text");
        assert!(!written.contains('\n') && serde_json::from_str::<Account>(&written).ok() == Some(account.clone()));
        assert!(account.spoken_name().is_none_or(|name| !crate::sanitize::line(&name).trim().is_empty()));
    }
    for role in accounts::roles_in(&text, &session().id) {
        assert_eq!(role.session, session().id);
    }
    if let Ok(attempt) = serde_json::from_slice::<Attempt>(attempt) {
        let _ = (attempt.ended_after(noon()), attempt.ended_lately(noon()));
    }
}
