//! What variables, `[services]` and a profile say of endpoints, in AWS's order. The generic `AWS_ENDPOINT_URL` and a
//! profile's plain `endpoint_url` never reach the portal and OIDC: a token would go to whatever stands there.
use super::body::Value;
use super::header::SectionKind;
use super::merge::Merged;
use super::source_file::place;
use super::{Config, errors, nearest};
use crate::endpoint::{Override, Overrides};
use crate::environment::Environment;
use crate::error::Result;

/// The variables that matter here, as they were when the files were read.
#[derive(Clone, Debug, Default)]
pub(super) struct Variables {
    sso: Option<Override>,
    sso_oidc: Option<Override>,
    sts: Option<Override>,
    fips: Option<bool>,
    dual_stack: Option<bool>,
    ignore: Option<bool>,
}

impl Variables {
    pub(super) fn of(environment: &Environment) -> Self {
        let url =
            |name: &str| environment.text(name).map(|url| Override { url: url.to_owned(), said_by: name.to_owned() });
        let flag = |name: &str| environment.text(name).map(is_true);
        Self {
            sso: url("AWS_ENDPOINT_URL_SSO"),
            sso_oidc: url("AWS_ENDPOINT_URL_SSO_OIDC"),
            sts: url("AWS_ENDPOINT_URL_STS").or_else(|| url("AWS_ENDPOINT_URL")),
            fips: flag("AWS_USE_FIPS_ENDPOINT"),
            dual_stack: flag("AWS_USE_DUALSTACK_ENDPOINT"),
            ignore: flag("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"),
        }
    }
}

/// Every other text is false, as for the AWS CLI.
fn is_true(text: &str) -> bool {
    text.eq_ignore_ascii_case("true")
}

impl Config {
    pub(super) fn overrides_without_profile(&self) -> Overrides {
        let Variables { sso, sso_oidc, sts, fips, dual_stack, ignore } = self.variables.clone();
        let (fips, dual_stack) = (fips.unwrap_or(false), dual_stack.unwrap_or(false));
        if ignore == Some(true) {
            return Overrides { fips, dual_stack, ..Overrides::default() };
        }
        Overrides { sso, sso_oidc, sts, fips, dual_stack }
    }

    /// The profile is the one a person chose: what the profiles of its chain say of endpoints has no effect.
    pub(super) fn overrides_for(&self, profile: &Merged<'_>) -> Result<Overrides> {
        let said = |key: &str| profile.text(key).map(is_true);
        let variables = &self.variables;
        let fips = variables.fips.or_else(|| said("use_fips_endpoint")).unwrap_or(false);
        let dual_stack = variables.dual_stack.or_else(|| said("use_dualstack_endpoint")).unwrap_or(false);
        if variables.ignore.or_else(|| said("ignore_configured_endpoint_urls")).unwrap_or(false) {
            return Ok(Overrides { fips, dual_stack, ..Overrides::default() });
        }
        let services = self.services_of(profile)?;
        let of_service = |ids: &[&str]| services.as_ref().and_then(|services| endpoint_of(services, ids));
        let plain = || {
            let entry = profile.entry("endpoint_url")?;
            let said_by = format!("endpoint_url in {}", entry.place());
            Some(Override { url: entry.text()?.to_owned(), said_by })
        };
        Ok(Overrides {
            sso: variables.sso.clone().or_else(|| of_service(&["sso"])),
            sso_oidc: variables.sso_oidc.clone().or_else(|| of_service(&["sso_oidc", "sso-oidc"])),
            sts: variables.sts.clone().or_else(|| of_service(&["sts"])).or_else(plain),
            fips,
            dual_stack,
        })
    }

    fn services_of(&self, profile: &Merged<'_>) -> Result<Option<Merged<'_>>> {
        let Some(name) = profile.line("services")? else { return Ok(None) };
        if let Some(services) = self.merged(SectionKind::Services, name) {
            return Ok(Some(services));
        }
        let nearest = nearest::hint(name, self.config.names(SectionKind::Services));
        Err(errors::no_such(profile, "services", name, nearest))
    }
}

/// Documented is `sso_oidc`; the Rust SDK reads `sso-oidc`.
fn endpoint_of(services: &Merged<'_>, ids: &[&str]) -> Option<Override> {
    ids.iter().find_map(|id| {
        let entry = services.entry(id)?;
        let Value::Block(lines) = &entry.property.value else { return None };
        let line = lines.iter().rev().find(|line| line.key == "endpoint_url")?;
        let Value::Text(url) = &line.value else { return None };
        let said_by = format!("[services {}] in {}", services.name, place(&entry.file.path, line.line));
        (!url.is_empty()).then(|| Override { url: url.clone(), said_by })
    })
}
