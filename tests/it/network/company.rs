//! A machine behind the proxy of a company: the hosts of AWS by name, and no other way to them.

use std::process::Command;

use identity_center::Config;

use super::wire::{Authority, Life, Manner, Proxy, tls_before};
use crate::terminal::Terminal;
use crate::world::{ASSUME, Ran, World, run};

pub const START_URL: &str = "https://d-1234567890.awsapps.com/start";
pub const OIDC: &str = "oidc.us-east-1.amazonaws.com";
pub const PORTAL: &str = "portal.sso.us-east-1.amazonaws.com";
pub const STS: &str = "sts.us-east-1.amazonaws.com";

pub struct Company {
    pub world: World,
    pub authority: Authority,
    /// Of the TLS server that is all of AWS.
    pub tls: u16,
    pub proxy: Proxy,
}

impl Company {
    pub fn new() -> Self {
        Self::with(START_URL, &[OIDC, PORTAL, STS])
    }

    /// Where AWS is these hosts.
    pub fn with<N: AsRef<str>>(start_url: &str, hosts: &[N]) -> Self {
        let world = World::with(Config::default().start_url(start_url));
        let authority = Authority::new(world.home.path(), "authority");
        let tls = tls_before(world.aws.url(), authority.server(hosts, Life::Now));
        Self { world, authority, tls, proxy: Proxy::new(Manner::LeadsTo(tls)) }
    }

    /// The program with no endpoint of anybody's own, no proxy and no certificates.
    pub fn bare(&self, words: &[&str]) -> Command {
        let mut command = self.world.command(words);
        for name in ["AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_SSO_OIDC", "AWS_ENDPOINT_URL_STS"] {
            command.env_remove(name);
        }
        // For the browser, which is curl.
        command.env("CURL_CA_BUNDLE", &self.authority.pem).env("NO_PROXY", "127.0.0.1");
        command
    }

    /// The program behind the proxy, with the company's certificates.
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = self.bare(words);
        command.env("HTTPS_PROXY", self.proxy.url()).env("AWS_CA_BUNDLE", &self.authority.pem);
        command
    }

    /// The same for a person at a terminal.
    pub fn terminal(&self, words: &[&str]) -> Terminal {
        let command = self.command(words);
        let variables = command.get_envs().filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())));
        Terminal::start(ASSUME.as_ref(), words, &variables.collect(), self.world.home.path())
    }

    pub fn assume(&self, words: &[&str], variables: &[(&str, &str)]) -> Ran {
        run(self.command(words).envs(variables.iter().copied()))
    }

    pub fn ok(&self, words: &[&str], variables: &[(&str, &str)]) -> Ran {
        let ran = self.assume(words, variables);
        assert_eq!(ran.code, 0, "{words:?} {variables:?}: {ran:?} {:?}", self.proxy.heard());
        ran
    }
}
