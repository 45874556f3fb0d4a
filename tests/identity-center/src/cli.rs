//! The command line of the program, and how it becomes a configuration.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use identity_center::{Approval, Config};

/// A stand-in for IAM Identity Center and STS on loopback.
#[derive(Debug, Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) verb: Option<Verb>,
    #[command(flatten)]
    pub(crate) serve: Serve,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Visit a page as a browser does, following redirects.
    Browse {
        url: String,
        /// Press this button where the page has one: approve or deny.
        #[arg(long, value_parser = ["approve", "deny"])]
        press: Option<String>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// A JSON file; flags go before it.
    #[arg(long)]
    config: Option<PathBuf>,
    /// 0 is any free one.
    #[arg(long)]
    port: Option<u16>,
    /// So many accounts instead of the usual three.
    #[arg(long)]
    accounts: Option<u64>,
    /// Roles in each of --accounts.
    #[arg(long, default_value_t = 2)]
    roles: u64,
    /// What clients send as start URL; the usual one is http://127.0.0.1:PORT/start.
    #[arg(long)]
    start_url: Option<String>,
    /// person, never, after:MS (from the start of a sign-in) or opened:MS (from opening the page).
    #[arg(long, value_parser = approval)]
    approval: Option<Approval>,
    #[arg(long, value_name = "SECONDS")]
    role_keys: Option<u64>,
    #[arg(long, value_name = "SECONDS")]
    access_token: Option<u64>,
    #[arg(long, value_name = "SECONDS")]
    refresh_token: Option<u64>,
    #[arg(long, value_name = "SECONDS")]
    registration: Option<u64>,
    #[arg(long, value_name = "SECONDS")]
    device_code: Option<u64>,
    #[arg(long, value_name = "SECONDS")]
    device_interval: Option<u64>,
    /// Added to the server's clock.
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true)]
    clock_offset: Option<i64>,
    /// Milliseconds before an operation answers, as GetRoleCredentials=200; * is all of them.
    #[arg(long, value_name = "OPERATION=MS", value_parser = latency)]
    latency: Vec<(String, u64)>,
    /// Portal requests per second before 429.
    #[arg(long)]
    portal_rate: Option<u32>,
    /// Stop when standard input ends, as it does when the program that started this one is gone.
    #[arg(long)]
    pub(crate) exit_with_stdin: bool,
}

fn approval(text: &str) -> Result<Approval, String> {
    let wrong = || format!("'{text}' is none of person, never, after:MS, opened:MS");
    let milliseconds = |text: &str| text.parse().map_err(|_| wrong());
    match text.split_once(':') {
        None if text == "person" => Ok(Approval::Person),
        None if text == "never" => Ok(Approval::Never),
        Some(("after", ms)) => Ok(Approval::After(milliseconds(ms)?)),
        Some(("opened", ms)) => Ok(Approval::Opened(milliseconds(ms)?)),
        _ => Err(wrong()),
    }
}

fn latency(text: &str) -> Result<(String, u64), String> {
    let parsed = text.split_once('=').and_then(|(name, ms)| Some((name.to_owned(), ms.parse().ok()?)));
    parsed.ok_or_else(|| format!("'{text}' is not OPERATION=MILLISECONDS"))
}

impl Serve {
    pub(crate) fn config(&self) -> Result<Config, String> {
        let mut config = match &self.config {
            None => Config::default(),
            Some(path) => {
                let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
                serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?
            }
        };
        if let Some(accounts) = self.accounts {
            config.instances = Config::empty().many_accounts(accounts, self.roles).instances;
        }
        if let Some(url) = &self.start_url {
            config = config.start_url(url);
        }
        let lifetimes = &mut config.lifetimes;
        set(&mut lifetimes.role_keys, self.role_keys);
        set(&mut lifetimes.access_token, self.access_token);
        set(&mut lifetimes.refresh_token, self.refresh_token);
        set(&mut lifetimes.registration, self.registration);
        set(&mut lifetimes.device_code, self.device_code);
        set(&mut config.port, self.port);
        set(&mut config.approval, self.approval);
        set(&mut config.device_interval, self.device_interval);
        set(&mut config.clock_offset, self.clock_offset);
        config.portal_rate = self.portal_rate.or(config.portal_rate);
        config.latency_ms.extend(self.latency.iter().cloned());
        Ok(config)
    }
}

fn set<T: Copy>(to: &mut T, value: Option<T>) {
    *to = value.unwrap_or(*to);
}
