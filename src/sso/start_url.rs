//! The start URL as AWS knows it. One that is AWS's own is used as it stands; a company's own name for it is asked, once and
//! with nothing secret, where it leads: it must be to AWS, at once, by https.

use std::time::Instant;

use url::Url;

use super::{IdentityCenter, browser};
use crate::aws::answer::Failure;
use crate::aws::{http, retry};
use crate::endpoint;
use crate::error::{Error, Kind, Result};
use crate::sanitize;

impl IdentityCenter {
    /// What OIDC is told in place of the configured URL, which stays the name of the session.
    pub(super) fn start_url_at_aws(&self) -> Result<String> {
        let configured = &self.session.id.start_url;
        let url = Url::parse(configured).map_err(|_| self.wrong_start_url("is not a URL"))?;
        if url.scheme() != "https" && !endpoint::is_loopback(&url) {
            return Err(self.wrong_start_url("does not begin with https://"));
        }
        // Whoever overrides the endpoint says what its start URLs are.
        let known = endpoint::is_loopback(&url) || browser::is_aws(&url) || self.place.oidc.overridden_by.is_some();
        if known {
            return Ok(configured.clone());
        }
        let wire = self.wire()?;
        let network = &self.place.network;
        let deadline = Instant::now() + retry::ALTOGETHER;
        let deadline = self.deadline.map_or(deadline, |own| own.min(deadline));
        let target = wire.runtime.block_on(retry::until(deadline, async || http::redirect_of(&url, network).await));
        let target = match target {
            Ok(target) => target,
            Err(Failure::Unreachable(why)) => return Err(why.explain(&url, network, &self.signing_in())),
            Err(Failure::Own(error)) => return Err(error),
            Err(Failure::Refused(_) | Failure::Foreign(_)) => None,
        };
        let Some(target) = target.filter(|target| target.scheme() == "https" && browser::is_aws(target)) else {
            return Err(self.wrong_start_url("is not AWS's, and does not lead to a page of AWS"));
        };
        if let Some(region) = region_of(&target).filter(|region| *region != self.session.id.region) {
            let message = format!("'{}' leads to Identity Center in {region}", sanitize::line(configured));
            let hint = format!("set sso_region = {region} for '{}' in your AWS config", self.session.id.label());
            return Err(Error::new(Kind::Config, message, hint));
        }
        self.person.tell(&format!("{} leads to {target}", sanitize::line(configured)));
        Ok(target.into())
    }

    fn wrong_start_url(&self, why: &str) -> Error {
        Error::new(
            Kind::Config,
            format!("the start URL '{}' {why}", sanitize::line(&self.session.id.start_url)),
            format!(
                "set sso_start_url of '{}' to what AWS shows, such as https://d-1234567890.awsapps.com/start",
                self.session.id.label()
            ),
        )
    }
}

/// Start URLs of the newer forms name their region: `ssoins-1.portal.REGION.app.aws`, `ssoins-1.REGION.portal.amazonaws.com`.
fn region_of(url: &Url) -> Option<String> {
    let labels: Vec<&str> = url.host_str()?.split('.').collect();
    let at = labels.iter().position(|label| *label == "portal")?;
    let candidates = [labels.get(at + 1), at.checked_sub(1).and_then(|before| labels.get(before))];
    candidates.into_iter().flatten().find(|label| is_region(label)).map(|label| (*label).to_owned())
}

/// `eu-central-1`: ends in a number, and is of three parts or more.
fn is_region(label: &str) -> bool {
    let parts: Vec<&str> = label.split('-').collect();
    let number = parts.last().is_some_and(|last| !last.is_empty() && last.bytes().all(|b| b.is_ascii_digit()));
    let words =
        parts[..parts.len() - 1].iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase()));
    parts.len() >= 3 && number && words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn newer_start_urls_name_their_region() {
        for (url, region) in [
            ("https://ssoins-1234567890abcdef.portal.eu-west-1.app.aws", Some("eu-west-1")),
            ("https://ssoins-1234567890abcdef.eusc-de-east-1.portal.amazonaws.eu", Some("eusc-de-east-1")),
            ("https://ssoins-1234567890abcdef.us-gov-west-1.portal.amazonaws.com/", Some("us-gov-west-1")),
            ("https://d-1234567890.awsapps.com/start", None),
            ("https://portal.example.com", None),
        ] {
            assert_eq!(region_of(&Url::parse(url).unwrap()).as_deref(), region, "{url}");
        }
    }
}
