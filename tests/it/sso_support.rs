//! A session of Identity Center against the stand-in, with a vault of its own under a passphrase.

use std::path::Path;
use std::sync::{Arc, Mutex};

use aws_assume::clock::Clock;
use aws_assume::endpoint::{Endpoint, Overrides, Service, resolve};
use aws_assume::error::{Error, Kind, Result};
use aws_assume::identity::{Session, SessionId};
use aws_assume::person::Person;
use aws_assume::secret::Secret;
use aws_assume::sso::{Browser, Flow, IdentityCenter, Network, Place, SignIn};
use aws_assume::store::{KeeperChoice, Options, Store};
use identity_center::StandIn;

pub(crate) const ACCOUNT: &str = "111122223333";
pub(crate) const ROLE: &str = "AdministratorAccess";

/// Somebody who remembers what was said.
pub(crate) struct Listener {
    pub(crate) is_there: bool,
    pub(crate) heard: Mutex<Vec<String>>,
}

impl Listener {
    pub(crate) fn new(is_there: bool) -> Arc<Self> {
        Arc::new(Self { is_there, heard: Mutex::default() })
    }

    pub(crate) fn heard(&self) -> String {
        self.heard.lock().unwrap().join("\n")
    }

    fn hear(&self, kind: &str, text: &str) {
        self.heard.lock().unwrap().push(format!("{kind}: {text}"));
    }
}

impl Person for Listener {
    fn tell(&self, text: &str) {
        self.hear("tell", text);
    }
    fn note(&self, line: &str) {
        self.hear("note", line);
    }
    fn detail(&self, line: &str) {
        self.hear("detail", line);
    }
    fn is_there(&self) -> bool {
        self.is_there
    }
    fn passphrase(&self, _question: &str) -> Result<Secret> {
        Err(Error::new(Kind::Keeper, "nobody is asked in tests", "give the passphrase"))
    }
}

/// One machine of one person: a state folder, and AWS.
pub(crate) struct Scene {
    pub(crate) aws: StandIn,
    pub(crate) state: tempfile::TempDir,
    pub(crate) person: Arc<Listener>,
}

impl Scene {
    pub(crate) fn new(config: identity_center::Config) -> Self {
        Self { aws: StandIn::start(config), state: tempfile::tempdir().unwrap(), person: Listener::new(true) }
    }

    /// As a new process would make it.
    pub(crate) fn center(&self) -> IdentityCenter {
        center(self.state.path(), self.aws.url(), &self.aws.start_url(), self.person.clone())
    }

    pub(crate) fn store(&self) -> Arc<Store> {
        store(self.state.path(), self.person.clone())
    }

    pub(crate) fn id(&self) -> SessionId {
        session_id(&self.aws.start_url())
    }
}

pub(crate) fn store(state: &Path, person: Arc<dyn Person>) -> Arc<Store> {
    let options =
        Options { keeper: KeeperChoice::File, passphrase: Some("correct horse battery".into()), ..Options::default() };
    Arc::new(Store::open(&state.join("state"), options, person).unwrap())
}

pub(crate) fn session_id(start_url: &str) -> SessionId {
    SessionId { name: "dev".into(), start_url: start_url.into(), region: "us-east-1".into() }
}

pub(crate) fn place(url: &str) -> Place {
    let at = |service| {
        let said = |name: &str| Some(aws_assume::endpoint::Override { url: url.into(), said_by: name.into() });
        let overrides = Overrides {
            sso: said("AWS_ENDPOINT_URL_SSO"),
            sso_oidc: said("AWS_ENDPOINT_URL_SSO_OIDC"),
            ..Overrides::default()
        };
        resolve(service, "us-east-1", &overrides).unwrap()
    };
    let (oidc, portal): (Endpoint, Endpoint) = (at(Service::SsoOidc), at(Service::Sso));
    Place { oidc, portal, network: Network::default() }
}

pub(crate) fn center(state: &Path, url: &str, start_url: &str, person: Arc<Listener>) -> IdentityCenter {
    let session = Session { id: session_id(start_url), scopes: Vec::new() };
    let store = store(state, person.clone());
    IdentityCenter::new(session, place(url), store, Clock::system(), person)
}

pub(crate) fn sign_in(flow: Option<Flow>) -> SignIn {
    SignIn { flow, browser: Browser::None, force: false, may_move: false }
}

/// The stand-in's own browser, pressing what is to be pressed: itself started again, as `BROWSER` would start it.
pub(crate) fn browser(mark: &Path) -> Browser {
    let exe = std::env::current_exe().unwrap();
    let test = "sso_support::visits_a_page --exact --ignored --nocapture --test-threads=1";
    let command = format!("env SSO_BROWSER_MARK='{}' SSO_BROWSER_URL=%s '{}' {test}", mark.display(), exe.display());
    Browser::Commands(vec![command])
}

/// Run as a child by [`browser`]: visits a page as a browser does, and leaves a line in a file.
#[test]
#[ignore = "a child of other tests"]
fn visits_a_page() {
    let (Ok(url), Ok(mark)) = (std::env::var("SSO_BROWSER_URL"), std::env::var("SSO_BROWSER_MARK")) else { return };
    use std::io::Write;
    let mut file = std::fs::OpenOptions::new().append(true).create(true).open(mark).unwrap();
    writeln!(file, "{url}").unwrap();
    identity_center::browse(&url, Some(identity_center::Button::Approve)).unwrap();
}
