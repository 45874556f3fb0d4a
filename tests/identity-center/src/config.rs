//! What the stand-in is told before it starts: accounts, lifetimes, and how sign-ins are approved.

use serde::{Deserialize, Serialize};

/// All times are seconds unless the name says otherwise.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// 0: any free one.
    pub port: u16,
    pub instances: Vec<Instance>,
    /// Who signs in; the session name of the role keys.
    pub user: String,
    pub region: String,
    pub approval: Approval,
    pub lifetimes: Lifetimes,
    /// How long a device client waits between two polls.
    pub device_interval: u64,
    /// Added to the server's clock: the `Date` header and all expiries.
    pub clock_offset: i64,
    /// Milliseconds before an operation answers; `*` is all of them.
    pub latency_ms: std::collections::BTreeMap<String, u64>,
    /// Portal requests per second before 429.
    pub portal_rate: Option<u32>,
    /// Roles that any signed-in role may assume.
    pub assumable: Vec<Assumable>,
    /// Long-term keys that STS knows from the start.
    pub long_term_keys: Vec<LongTermKey>,
}

/// One Identity Center: its start URL and what its users may use.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Instance {
    /// Any text; `None` is `{url}/start`.
    pub start_url: Option<String>,
    pub accounts: Vec<Account>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    pub id: String,
    pub name: String,
    #[serde(default)]
    pub email: String,
    pub roles: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "mode", content = "after_ms")]
pub enum Approval {
    /// The page has two buttons.
    Person,
    /// So many milliseconds after the sign-in began, also when no page was opened; 0 is approved from the start.
    After(u64),
    /// So many milliseconds after its page was opened.
    Opened(u64),
    /// Only the control API decides; `/authorize` holds the browser until then.
    Never,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Lifetimes {
    pub role_keys: u64,
    pub access_token: u64,
    /// Of the whole session: refreshing ends with it.
    pub refresh_token: u64,
    pub registration: u64,
    pub device_code: u64,
    pub authorization_code: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assumable {
    pub role_arn: String,
    #[serde(default)]
    pub external_id: Option<String>,
    /// The serial of a device whose six digits must come along (any six digits do, except 000000).
    #[serde(default)]
    pub mfa_serial: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LongTermKey {
    pub access_key_id: String,
    pub secret_access_key: String,
    pub account_id: String,
    pub user_name: String,
}

impl Default for Lifetimes {
    fn default() -> Self {
        Self {
            role_keys: 3600,
            access_token: 8 * 3600,
            refresh_token: 90 * 86400,
            registration: 90 * 86400,
            device_code: 600,
            authorization_code: 600,
        }
    }
}

impl Default for Config {
    /// One instance with three accounts; device codes and pages are approved at once.
    fn default() -> Self {
        Self::empty()
            .account("111122223333", "Development", &["AdministratorAccess", "ReadOnlyAccess"])
            .account("444455556666", "Staging", &["AdministratorAccess", "ReadOnlyAccess"])
            .account("777788889999", "Production", &["ReadOnlyAccess"])
    }
}

impl Config {
    /// One instance without accounts.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            port: 0,
            instances: vec![Instance::default()],
            user: "dana@example.com".into(),
            region: "us-east-1".into(),
            approval: Approval::After(0),
            lifetimes: Lifetimes::default(),
            device_interval: 1,
            clock_offset: 0,
            latency_ms: std::collections::BTreeMap::new(),
            portal_rate: None,
            assumable: Vec::new(),
            long_term_keys: Vec::new(),
        }
    }

    /// Adds an account to the latest instance.
    #[must_use]
    pub fn account(mut self, id: &str, name: &str, roles: &[&str]) -> Self {
        let roles = roles.iter().map(ToString::to_string).collect();
        let account = Account { id: id.into(), name: name.into(), email: format!("{id}@example.com"), roles };
        self.latest().accounts.push(account);
        self
    }

    /// Adds `accounts` accounts of `roles` roles each to the latest instance: ids from 100000000001 on.
    #[must_use]
    pub fn many_accounts(mut self, accounts: u64, roles: u64) -> Self {
        self.latest().accounts.extend((1..=accounts).map(|n| Account {
            id: format!("{:012}", 100_000_000_000 + n),
            name: format!("Account {n:05}"),
            email: format!("account-{n:05}@example.com"),
            roles: (1..=roles).map(|r| format!("Role{r:02}")).collect(),
        }));
        self
    }

    /// The start URL of the latest instance.
    #[must_use]
    pub fn start_url(mut self, url: &str) -> Self {
        self.latest().start_url = Some(url.into());
        self
    }

    /// One more instance, served at its own start URL.
    #[must_use]
    pub fn instance(mut self, start_url: &str) -> Self {
        self.instances.push(Instance { start_url: Some(start_url.into()), accounts: Vec::new() });
        self
    }

    #[must_use]
    pub fn approval(mut self, approval: Approval) -> Self {
        self.approval = approval;
        self
    }

    #[must_use]
    pub fn lifetimes(mut self, change: impl FnOnce(&mut Lifetimes)) -> Self {
        change(&mut self.lifetimes);
        self
    }

    #[must_use]
    pub fn device_interval(mut self, seconds: u64) -> Self {
        self.device_interval = seconds;
        self
    }

    #[must_use]
    pub fn clock_offset(mut self, seconds: i64) -> Self {
        self.clock_offset = seconds;
        self
    }

    #[must_use]
    pub fn latency(mut self, operation: &str, milliseconds: u64) -> Self {
        self.latency_ms.insert(operation.into(), milliseconds);
        self
    }

    fn latest(&mut self) -> &mut Instance {
        if self.instances.is_empty() {
            self.instances.push(Instance::default());
        }
        self.instances.last_mut().expect("one was just pushed")
    }
}
