//! Which way a request goes: straight, or through the proxy of the environment. `NO_PROXY` by the rules of the AWS CLI
//! (a host, and all below it; a port where one is named), and by what curl and the SDKs know besides: `*.`, addresses, networks.

use std::fmt;
use std::net::IpAddr;

use aws_smithy_http_client::proxy::ProxyConfig;
use ipnet::IpNet;
use url::{Host, Url};

use super::{Network, Proxy, errors};
use crate::endpoint;
use crate::error::Result;

/// The proxy that requests to some endpoint go through.
#[derive(Clone)]
pub(crate) struct Via {
    /// With user name and password, still encoded.
    url: Url,
    said_by: &'static str,
}

impl fmt::Debug for Via {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Via")
    }
}

impl Via {
    /// # Errors
    /// `Config` where a proxy is needed and what the environment says is none.
    pub(crate) fn of(endpoint: &Url, network: &Network) -> Result<Option<Self>> {
        let Some(proxy) = &network.proxy else { return Ok(None) };
        if goes_straight(endpoint, proxy) {
            return Ok(None);
        }
        let with_scheme = if proxy.url.contains("://") { proxy.url.clone() } else { format!("http://{}", proxy.url) };
        let wrong = || errors::proxy(proxy.said_by);
        let url = Url::parse(&with_scheme).map_err(|_| wrong())?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(errors::proxy_scheme(proxy.said_by, url.scheme()));
        }
        if url.host().is_none() { Err(wrong()) } else { Ok(Some(Self { url, said_by: proxy.said_by })) }
    }

    pub(super) fn config(&self) -> Result<ProxyConfig> {
        let wrong = || errors::proxy(self.said_by);
        let mut proxy = ProxyConfig::https(self.bare().as_str()).map_err(|_| wrong())?;
        // Still encoded: the client puts them back into a URL, which is where they are decoded.
        if self.is_signed_in() {
            proxy = proxy.with_basic_auth(self.url.username(), self.url.password().unwrap_or_default());
        }
        Ok(proxy)
    }

    pub(super) fn is_signed_in(&self) -> bool {
        !self.url.username().is_empty() || self.url.password().is_some()
    }

    pub(super) fn said_by(&self) -> &'static str {
        self.said_by
    }

    /// `http://proxy.example:3128`, without what is nobody's business.
    pub(super) fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    pub(super) fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    fn bare(&self) -> Url {
        let mut bare = self.url.clone();
        // Neither can fail on a URL with a host.
        let _ = bare.set_username("").and_then(|()| bare.set_password(None));
        bare.set_path("/");
        bare.set_query(None);
        bare.set_fragment(None);
        bare
    }
}

/// Plain http goes to loopback only, and loopback never through a proxy.
pub(super) fn goes_straight(endpoint: &Url, proxy: &Proxy) -> bool {
    endpoint.scheme() != "https"
        || endpoint::is_loopback(endpoint)
        || proxy
            .exceptions
            .split([',', ' ', '\t'])
            .filter(|entry| !entry.is_empty())
            .any(|entry| excepts(entry, endpoint))
}

fn excepts(entry: &str, endpoint: &Url) -> bool {
    if entry == "*" {
        return true;
    }
    let Some(host) = endpoint.host() else { return false };
    let address = match host {
        Host::Ipv4(address) => Some(IpAddr::V4(address)),
        Host::Ipv6(address) => Some(IpAddr::V6(address)),
        Host::Domain(_) => None,
    };
    if let (Ok(network), Some(address)) = (entry.parse::<IpNet>(), address) {
        return network.contains(&address);
    }
    let (name, port) = name_and_port(entry);
    if port.is_some_and(|port| Some(port) != endpoint.port_or_known_default()) {
        return false;
    }
    let excepted = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    if let (Ok(excepted), Some(address)) = (excepted, address) {
        return excepted == address;
    }
    let Host::Domain(host) = host else { return false };
    let name =
        name.strip_prefix('*').unwrap_or(name).trim_start_matches('.').trim_end_matches('.').to_ascii_lowercase();
    let host = host.trim_end_matches('.');
    !name.is_empty() && host.strip_suffix(name.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// `name:443`, `[::1]:443`; an IPv6 address without brackets has no port.
fn name_and_port(entry: &str) -> (&str, Option<u16>) {
    match entry.rsplit_once(':') {
        Some((name, port)) if !name.contains(':') || name.ends_with(']') => match port.parse() {
            Ok(port) => (name, Some(port)),
            Err(_) => (entry, None),
        },
        _ => (entry, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;

    fn proxy(url: &str, exceptions: &str) -> Network {
        let proxy = Proxy { url: url.into(), said_by: "HTTPS_PROXY", exceptions: exceptions.into() };
        Network { proxy: Some(proxy), ..Network::default() }
    }

    fn straight(url: &str, exceptions: &str) -> bool {
        Via::of(&Url::parse(url).unwrap(), &proxy("proxy.example:3128", exceptions)).unwrap().is_none()
    }

    #[test]
    fn exceptions_have_all_their_usual_forms() {
        const HOST: &str = "https://portal.sso.eu-west-1.amazonaws.com/";
        for entry in [
            "*",
            "amazonaws.com",
            ".amazonaws.com",
            "*.amazonaws.com",
            "portal.sso.eu-west-1.amazonaws.com",
            "Portal.SSO.eu-west-1.AmazonAWS.com.",
            "amazonaws.com:443",
            "other.example, amazonaws.com",
            "other.example amazonaws.com",
        ] {
            assert!(straight(HOST, entry), "{entry}");
        }
        for entry in
            ["", ",", ".", "*.", "azonaws.com", "com.example", "amazonaws.com:8443", "x.amazonaws.com", "10.0.0.0/8"]
        {
            assert!(!straight(HOST, entry), "{entry}");
        }
    }

    #[test]
    fn addresses_are_excepted_alone_and_by_network() {
        for (url, entry) in [
            ("https://10.1.2.3/", "10.1.2.3"),
            ("https://10.1.2.3:8443/", "10.1.2.3:8443"),
            ("https://10.1.2.3/", "10.0.0.0/8"),
            ("https://[fd00::5]/", "fd00::/8"),
            ("https://[fd00::5]/", "[fd00::5]"),
            ("https://[fd00::5]/", "fd00::5"),
            ("https://[fd00::5]:444/", "[fd00::5]:444"),
        ] {
            assert!(straight(url, entry), "{url} {entry}");
        }
        for (url, entry) in [
            ("https://10.1.2.3/", "10.1.2.4"),
            ("https://10.1.2.3/", "2.3"),
            ("https://10.1.2.3/", "10.1.2.3:444"),
            ("https://11.1.2.3/", "10.0.0.0/8"),
            ("https://[fd00::5]/", "[fd00::5]:444"),
        ] {
            assert!(!straight(url, entry), "{url} {entry}");
        }
    }

    #[test]
    fn loopback_needs_no_exception() {
        for url in ["https://127.0.0.1:1/", "https://localhost/", "https://[::1]/", "http://127.0.0.1/"] {
            assert!(straight(url, ""), "{url}");
        }
    }

    #[test]
    fn what_is_no_proxy_is_told_without_its_password() {
        let endpoint = Url::parse("https://sts.eu-west-1.amazonaws.com/").unwrap();
        for url in ["socks5://u:hunter2@proxy.example:1080", "http://u:hunter2@", "http://u:hunter2@proxy example"] {
            let error = Via::of(&endpoint, &proxy(url, "")).unwrap_err();
            assert_eq!(error.kind(), Kind::Config, "{url}");
            assert!(!format!("{} {}", error.message(), error.hint()).contains("hunter2"), "{url}");
        }
        let via = Via::of(&endpoint, &proxy("http://u:hunter2@proxy.example:3128/x", "")).unwrap().unwrap();
        assert_eq!(via.origin(), "http://proxy.example:3128");
        assert!(!format!("{via:?}{:?}", proxy("http://u:hunter2@p", "")).contains("hunter2"));
    }
}
