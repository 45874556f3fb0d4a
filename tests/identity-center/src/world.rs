//! Everything the stand-in remembers. Plain data behind one lock; the rooms are functions over it.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::config::{Account, Config, Instance};
use crate::faults::Fault;
use crate::log::Log;

pub(crate) struct World {
    pub(crate) config: Config,
    pub(crate) url: String,
    pub(crate) clock_offset: SignedDuration,
    pub(crate) clients: HashMap<String, Client>,
    pub(crate) devices: BTreeMap<String, Device>,
    pub(crate) tickets: BTreeMap<String, Ticket>,
    pub(crate) codes: HashMap<String, Code>,
    pub(crate) access_tokens: HashMap<String, Token>,
    pub(crate) refresh_tokens: HashMap<String, Token>,
    pub(crate) keys: HashMap<String, Keys>,
    pub(crate) secrets: Vec<Issued>,
    pub(crate) opened: Opened,
    pub(crate) log: Log,
    pub(crate) faults: Vec<Fault>,
    pub(crate) portal_calls: std::collections::VecDeque<Instant>,
    sessions: u64,
}

/// A secret that was handed out, or that a client sent (its PKCE verifier): what a byte search looks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct Issued {
    /// `client_secret`, `device_code`, `authorization_code`, `access_token`, `refresh_token`, `access_key_id`,
    /// `secret_access_key`, `session_token`, `code_verifier`, `state`.
    pub kind: String,
    pub value: String,
}

/// How often a browser came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Opened {
    pub authorize: u64,
    pub device: u64,
}

#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub(crate) secret: String,
    pub(crate) expires: Timestamp,
    pub(crate) scopes: Vec<String>,
    /// Empty: registered without grant types, which is the device flow.
    pub(crate) grant_types: Vec<String>,
    pub(crate) redirect_uris: Vec<String>,
    /// Index of the instance named as issuer.
    pub(crate) instance: Option<usize>,
    pub(crate) name: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Decision {
    Approved,
    Denied,
}

#[derive(Clone, Debug)]
pub(crate) struct Device {
    pub(crate) client_id: String,
    pub(crate) user_code: String,
    pub(crate) instance: usize,
    pub(crate) expires: Timestamp,
    pub(crate) decision: Option<Decision>,
    /// When it becomes approved without anybody's doing.
    pub(crate) approved_at: Option<Instant>,
    pub(crate) last_poll: Option<Instant>,
    pub(crate) used: bool,
}

/// A sign-in page that is open somewhere.
#[derive(Clone, Debug)]
pub(crate) struct Ticket {
    pub(crate) client_id: String,
    pub(crate) instance: usize,
    pub(crate) redirect_uri: String,
    pub(crate) state: String,
    pub(crate) challenge: String,
    pub(crate) scopes: Vec<String>,
    pub(crate) decision: Option<Decision>,
    pub(crate) approved_at: Option<Instant>,
    /// Where the browser was sent, once decided.
    pub(crate) sent_to: Option<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct Code {
    pub(crate) client_id: String,
    pub(crate) instance: usize,
    pub(crate) redirect_uri: String,
    pub(crate) challenge: String,
    pub(crate) scopes: Vec<String>,
    pub(crate) expires: Timestamp,
    pub(crate) used: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Token {
    /// All tokens of one sign-in.
    pub(crate) session: u64,
    pub(crate) instance: usize,
    pub(crate) client_id: String,
    pub(crate) scopes: Vec<String>,
    pub(crate) expires: Timestamp,
    /// When refreshing ends.
    pub(crate) session_expires: Timestamp,
    pub(crate) revoked: bool,
}

/// Keys that STS knows.
#[derive(Clone, Debug)]
pub(crate) struct Keys {
    pub(crate) secret_access_key: String,
    /// `None`: long-term keys.
    pub(crate) session_token: Option<String>,
    pub(crate) expires: Option<Timestamp>,
    pub(crate) account: String,
    pub(crate) arn: String,
    pub(crate) user_id: String,
}

impl World {
    pub(crate) fn new(config: Config, url: String) -> Self {
        let configured = config.long_term_keys.iter();
        let secrets = configured
            .map(|key| Issued { kind: "secret_access_key".into(), value: key.secret_access_key.clone() })
            .collect();
        let keys = config.long_term_keys.iter().map(|key| {
            let arn = format!("arn:aws:iam::{}:user/{}", key.account_id, key.user_name);
            let keys = Keys {
                secret_access_key: key.secret_access_key.clone(),
                session_token: None,
                expires: None,
                account: key.account_id.clone(),
                user_id: crate::mint::unique_id("AIDA", &arn),
                arn,
            };
            (key.access_key_id.clone(), keys)
        });
        Self {
            keys: keys.collect(),
            clock_offset: SignedDuration::from_secs(config.clock_offset),
            config,
            url,
            clients: HashMap::new(),
            devices: BTreeMap::new(),
            tickets: BTreeMap::new(),
            codes: HashMap::new(),
            access_tokens: HashMap::new(),
            refresh_tokens: HashMap::new(),
            secrets,
            opened: Opened::default(),
            log: Log::default(),
            faults: Vec::new(),
            portal_calls: std::collections::VecDeque::new(),
            sessions: 0,
        }
    }

    /// The server's clock.
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::now() + self.clock_offset
    }

    pub(crate) fn after(&self, seconds: u64) -> Timestamp {
        self.now() + SignedDuration::from_secs(i64::try_from(seconds).expect("lifetimes are small"))
    }

    pub(crate) fn next_session(&mut self) -> u64 {
        self.sessions += 1;
        self.sessions
    }

    /// Remembers a secret as handed out and gives it back.
    pub(crate) fn hand_out(&mut self, kind: &str, value: String) -> String {
        self.secrets.push(Issued { kind: kind.into(), value: value.clone() });
        value
    }

    /// AWS takes a start URL with or without a last `/` and a fragment.
    pub(crate) fn instance_at(&self, start_url: &str) -> Option<usize> {
        let plain = |url: &str| url.split('#').next().unwrap_or_default().trim_end_matches('/').to_owned();
        let wanted = plain(start_url);
        (0..self.config.instances.len()).find(|index| plain(&self.start_url(*index)) == wanted)
    }

    pub(crate) fn start_url(&self, instance: usize) -> String {
        self.config.instances[instance].start_url.clone().unwrap_or_else(|| format!("{}/start", self.url))
    }

    pub(crate) fn instance(&self, instance: usize) -> &Instance {
        &self.config.instances[instance]
    }

    pub(crate) fn account(&self, instance: usize, id: &str) -> Option<&Account> {
        self.instance(instance).accounts.iter().find(|account| account.id == id)
    }

    pub(crate) fn latency(&self, operation: &str) -> Duration {
        let of = |name: &str| self.config.latency_ms.get(name).copied().unwrap_or_default();
        Duration::from_millis(of(operation) + of("*"))
    }
}
