//! A session of Identity Center against the stand-in, with a vault of its own under a passphrase.

use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use aws_assume::aws::Network;
use aws_assume::clock::Clock;
use aws_assume::endpoint::{Endpoint, Overrides, Service, resolve};
use aws_assume::error::{Error, Kind, Result};
use aws_assume::identity::{Session, SessionId};
use aws_assume::person::Person;
use aws_assume::secret::Secret;
use aws_assume::sso::{Browser, Flow, IdentityCenter, Place, SignIn};
use aws_assume::store::{KeeperChoice, Options, Store};
use identity_center::StandIn;

pub(crate) const ACCOUNT: &str = "111122223333";
pub(crate) const ROLE: &str = "AdministratorAccess";

/// Somebody who remembers what was said.
pub(crate) struct Listener {
    is_there: bool,
    /// A child says at once what it hears.
    aloud: bool,
    heard: Mutex<Vec<String>>,
}

impl Listener {
    pub(crate) fn new(is_there: bool) -> Arc<Self> {
        Arc::new(Self { is_there, aloud: false, heard: Mutex::default() })
    }

    fn aloud() -> Arc<Self> {
        Arc::new(Self { is_there: true, aloud: true, heard: Mutex::default() })
    }

    pub(crate) fn heard(&self) -> String {
        self.heard.lock().unwrap().join("\n")
    }

    fn hear(&self, kind: &str, text: &str) {
        let line = format!("{kind}: {text}");
        if self.aloud {
            std::io::stdout().write_all(format!("{line}\n").as_bytes()).unwrap();
        }
        self.heard.lock().unwrap().push(line);
    }
}

impl Person for Listener {
    fn show(&self, lines: &[&str]) {
        self.hear("tell", &lines.join("\n"));
    }
    fn draw(&self, url: &str) {
        self.hear("draw", url);
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

/// A browser that approves: this test program started again, as `BROWSER` would start a browser. Each visit leaves a line
/// in `visits`.
pub(crate) fn browser(visits: &Path) -> Browser {
    let command = [
        format!("env SSO_VISITS='{}' SSO_VISIT=%s", visits.display()),
        format!("'{}'", std::env::current_exe().unwrap().display()),
        "sso_support::visits_a_page --exact --ignored --nocapture --test-threads=1".into(),
    ];
    Browser::Commands(vec![command.join(" ")])
}

pub(crate) fn visited(visits: &Path) -> Vec<String> {
    std::fs::read_to_string(visits).unwrap_or_default().lines().map(ToOwned::to_owned).collect()
}

/// Run as a child by [`browser`].
#[test]
#[ignore = "a child of other tests"]
fn visits_a_page() {
    let (Ok(url), Ok(visits)) = (std::env::var("SSO_VISIT"), std::env::var("SSO_VISITS")) else { return };
    let mut file = std::fs::OpenOptions::new().append(true).create(true).open(visits).unwrap();
    file.write_all(format!("{url}\n").as_bytes()).unwrap();
    // The process that began the sign-in may have been killed meanwhile.
    let _ = identity_center::browse(&url, None);
}

impl Scene {
    /// A process of its own that wants keys; what it says goes to `out`.
    pub(crate) fn process(&self, flow: Option<Flow>, out: &Path) -> Child {
        let file = std::fs::File::create(out).unwrap();
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["sso_support::wants_keys", "--exact", "--ignored", "--nocapture", "--test-threads=1"])
            .env("SSO_STATE", self.state.path())
            .env("SSO_URL", self.aws.url())
            .env("SSO_START_URL", self.aws.start_url())
            .env("SSO_FLOW", flow.map_or("none", |flow| if flow == Flow::Pkce { "pkce" } else { "device" }))
            .stdin(Stdio::null())
            .stdout(file)
            .stderr(Stdio::null());
        command.spawn().unwrap()
    }

    pub(crate) fn visits(&self) -> std::path::PathBuf {
        self.state.path().join("visits")
    }
}

/// Run as a child by [`Scene::process`].
#[test]
#[ignore = "a child of other tests"]
#[expect(clippy::print_stdout, reason = "how a child says what became of it")]
fn wants_keys() {
    let Ok(state) = std::env::var("SSO_STATE") else { return };
    let var = |name: &str| std::env::var(name).unwrap();
    let state = Path::new(&state);
    let flow = match var("SSO_FLOW").as_str() {
        "pkce" => Some(Flow::Pkce),
        "device" => Some(Flow::Device),
        _ => None,
    };
    let sign_in = SignIn { browser: browser(&state.join("visits")), ..sign_in(flow) };
    let center = center(state, &var("SSO_URL"), &var("SSO_START_URL"), Listener::aloud());
    match center.role_keys(ACCOUNT, ROLE, &sign_in) {
        Ok(keys) => println!("keys {}", keys.access_key_id.expose()),
        Err(error) => println!("error {} {}", error.exit_code(), error.message()),
    }
}
