//! Where a service of AWS answers: partitions, FIPS, dual stack, and the overrides a person may set. Pure.
//! Resolved by ourselves: the Rust SDK reads no variable without `aws-config` and knows another `[services]` key.

use std::path::PathBuf;

use url::{Host, Url};

use crate::error::{Error, Kind, Result};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Service {
    /// The portal: role credentials, accounts, roles, logout.
    Sso,
    SsoOidc,
    Sts,
}

/// What variables and config say about endpoints, already in AWS's order of precedence. Built by `config/`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    pub sso: Option<Override>,
    pub sso_oidc: Option<Override>,
    pub sts: Option<Override>,
    pub fips: bool,
    pub dual_stack: bool,
    pub ca_bundle: Option<CaBundle>,
}

impl Overrides {
    /// Whether a session is asked at the same place by both.
    #[must_use]
    pub fn leads_where(&self, other: &Self) -> bool {
        let url = |of: &Option<Override>| of.as_ref().map(|of| of.url.clone());
        let path = |of: &Self| of.ca_bundle.as_ref().map(|bundle| bundle.path.clone());
        let place = |of: &Self| (url(&of.sso), url(&of.sso_oidc), of.fips, of.dual_stack, path(of));
        place(self) == place(other)
    }
}

/// Certificates that are trusted in place of the system's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaBundle {
    /// As it was said: it may begin with `~`, and may be relative.
    pub path: PathBuf,
    /// `AWS_CA_BUNDLE`, or `ca_bundle` with its file and line.
    pub said_by: String,
}

/// One override, with where it was said, for messages: `AWS_ENDPOINT_URL_SSO`, or `[services dev]` and its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    pub url: String,
    pub said_by: String,
}

/// Where requests of a service go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    pub url: Url,
    /// Who overrode it, when it is not AWS's own.
    pub overridden_by: Option<String>,
}

impl Endpoint {
    /// Scheme, host and port: what a token is bound to (security rule 1).
    #[must_use]
    pub fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }
}

/// # Errors
/// `Config` where the region could not be part of a host name, where an override is neither https nor http to
/// loopback (security rule 2), or where an override meets FIPS or dual stack.
pub fn resolve(service: Service, region: &str, overrides: &Overrides) -> Result<Endpoint> {
    check_region(region)?;
    let chosen = match service {
        Service::Sso => &overrides.sso,
        Service::SsoOidc => &overrides.sso_oidc,
        Service::Sts => &overrides.sts,
    };
    match chosen {
        Some(Override { url, said_by }) => {
            if overrides.fips || overrides.dual_stack {
                let fips = overrides.fips.then_some("AWS_USE_FIPS_ENDPOINT (or use_fips_endpoint)");
                let dual = overrides.dual_stack.then_some("AWS_USE_DUALSTACK_ENDPOINT (or use_dualstack_endpoint)");
                let asked: Vec<&str> = fips.into_iter().chain(dual).collect();
                return Err(Error::new(
                    Kind::Config,
                    format!("an endpoint of your own ({said_by}) can't be combined with FIPS or dual-stack endpoints"),
                    format!("remove {said_by}, or {}", asked.join(" and ")),
                ));
            }
            Ok(Endpoint { url: check_override(url, said_by)?, overridden_by: Some(said_by.clone()) })
        }
        None => Ok(Endpoint { url: default_url(service, region, overrides), overridden_by: None }),
    }
}

/// # Errors
/// `Config`, unless `region` is `[a-z0-9-]{1,63}`.
pub fn check_region(region: &str) -> Result<()> {
    let fits = (1..=63).contains(&region.len())
        && region.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if fits {
        return Ok(());
    }
    Err(no_region(region, "the region in your AWS config"))
}

/// `said_by` is where it was said: a variable.
#[must_use]
pub fn no_region(region: &str, said_by: &str) -> Error {
    Error::new(
        Kind::Config,
        format!("'{region}' is not a region of AWS"),
        format!("correct {said_by}; a region looks like us-east-1"),
    )
}

fn check_override(text: &str, said_by: &str) -> Result<Url> {
    let wrong = |why: &str| {
        Error::new(
            Kind::Config,
            format!("the endpoint '{}' from {said_by} {why}", without_user(text)),
            format!("correct or remove {said_by}; it must be https, or http to loopback"),
        )
    };
    let url = Url::parse(text).map_err(|_| wrong("is not a URL"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("holds a user name"));
    }
    match url.scheme() {
        "https" if url.has_host() => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        _ => Err(wrong("would send secrets unprotected")),
    }
}

/// What may be a password is left out, also where the whole is no URL.
fn without_user(text: &str) -> String {
    let Some((before, host)) = text.rsplit_once('@') else { return text.to_owned() };
    let scheme = before.find("//").map_or("", |at| &before[..at + 2]);
    format!("{scheme}…@{host}")
}

/// `localhost`, 127.0.0.0/8 and `[::1]`.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// A partition of AWS, told by the prefix of a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Partition {
    Aws,
    China,
    GovCloud,
    Europe,
}

impl Partition {
    #[must_use]
    pub fn of_region(region: &str) -> Self {
        match region {
            _ if region.starts_with("cn-") => Self::China,
            _ if region.starts_with("us-gov-") => Self::GovCloud,
            _ if region.starts_with("eusc-") => Self::Europe,
            _ => Self::Aws,
        }
    }

    fn domain(self, dual_stack: bool) -> &'static str {
        match (self, dual_stack) {
            (Self::Aws | Self::GovCloud, false) => "amazonaws.com",
            (Self::Aws | Self::GovCloud, true) => "api.aws",
            (Self::China, false) => "amazonaws.com.cn",
            (Self::China, true) => "api.amazonwebservices.com.cn",
            (Self::Europe, false) => "amazonaws.eu",
            (Self::Europe, true) => "api.amazonwebservices.eu",
        }
    }
}

fn default_url(service: Service, region: &str, overrides: &Overrides) -> Url {
    let partition = Partition::of_region(region);
    // GovCloud's ordinary hosts are its FIPS hosts; only with dual stack do they have a name of their own.
    let fips = overrides.fips && (partition != Partition::GovCloud || overrides.dual_stack);
    let name = match (service, fips) {
        (Service::Sso, false) => "portal.sso",
        (Service::Sso, true) => "portal.sso-fips",
        (Service::SsoOidc, false) => "oidc",
        (Service::SsoOidc, true) => "oidc-fips",
        (Service::Sts, false) => "sts",
        (Service::Sts, true) => "sts-fips",
    };
    let host = format!("{name}.{region}.{}", partition.domain(overrides.dual_stack));
    Url::parse(&format!("https://{host}/")).expect("a checked region makes a valid host name")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(service: Service, region: &str, fips: bool, dual_stack: bool) -> String {
        let overrides = Overrides { fips, dual_stack, ..Overrides::default() };
        resolve(service, region, &overrides).unwrap().url.to_string()
    }

    #[test]
    fn partitions_and_variants_have_their_own_hosts() {
        for (service, region, fips, dual_stack, host) in [
            (Service::Sso, "eu-central-1", false, false, "portal.sso.eu-central-1.amazonaws.com"),
            (Service::SsoOidc, "cn-north-1", false, false, "oidc.cn-north-1.amazonaws.com.cn"),
            (Service::Sso, "eusc-de-east-1", false, false, "portal.sso.eusc-de-east-1.amazonaws.eu"),
            (Service::Sts, "us-east-1", true, false, "sts-fips.us-east-1.amazonaws.com"),
            (Service::Sso, "us-gov-west-1", true, false, "portal.sso.us-gov-west-1.amazonaws.com"),
            (Service::SsoOidc, "us-gov-west-1", true, true, "oidc-fips.us-gov-west-1.api.aws"),
            (Service::Sso, "us-east-1", false, true, "portal.sso.us-east-1.api.aws"),
        ] {
            assert_eq!(url(service, region, fips, dual_stack), format!("https://{host}/"));
        }
    }

    #[test]
    fn a_region_cannot_choose_the_host() {
        for region in ["x@evil.example/", "", "us east", "US-EAST-1", "a/b", &"a".repeat(64)] {
            assert_eq!(
                resolve(Service::Sso, region, &Overrides::default()).unwrap_err().kind(),
                Kind::Config,
                "{region}"
            );
        }
    }

    #[test]
    fn an_override_beside_fips_or_dual_stack_names_what_asked_for_them() {
        let sso = Some(Override { url: "https://sso.example".into(), said_by: "AWS_ENDPOINT_URL_SSO".into() });
        for (fips, dual_stack) in [(true, false), (false, true), (true, true)] {
            let overrides = Overrides { sso: sso.clone(), fips, dual_stack, ..Overrides::default() };
            let error = resolve(Service::Sso, "us-east-1", &overrides).unwrap_err();
            assert_eq!(error.kind(), Kind::Config);
            for (name, is_set) in [("AWS_USE_FIPS_ENDPOINT", fips), ("AWS_USE_DUALSTACK_ENDPOINT", dual_stack)] {
                assert_eq!(error.hint().contains(name), is_set, "{}", error.hint());
            }
        }
    }

    #[test]
    fn a_password_is_no_part_of_an_error() {
        for (text, shown) in [
            ("https://user:hunter2@sts.example/x", "https://…@sts.example/x"),
            ("user:hunter2@two words", "…@two words"),
            ("https://user:hun//t@er2@sts.example", "https://…@sts.example"),
            ("http://sts.example", "http://sts.example"),
        ] {
            assert_eq!(without_user(text), shown);
        }
    }

    #[test]
    fn an_override_is_https_or_loopback() {
        let with = |url: &str| {
            let sso = Some(Override { url: url.into(), said_by: "AWS_ENDPOINT_URL_SSO".into() });
            resolve(Service::Sso, "us-east-1", &Overrides { sso, ..Overrides::default() })
        };
        for good in ["https://sso.example/path", "http://127.0.0.1:8080", "http://[::1]:1/", "http://localhost"] {
            assert!(with(good).is_ok(), "{good}");
        }
        for bad in [
            "http://sso.example",
            "http://127.0.0.1.evil.example",
            "ftp://127.0.0.1",
            "nonsense",
            "https://u:p@sso.example",
            "http://localhost.evil.example",
        ] {
            assert_eq!(with(bad).unwrap_err().kind(), Kind::Config, "{bad}");
        }
    }
}
