//! What variables, `[services]` and a profile say of endpoints, in AWS's order. The generic `AWS_ENDPOINT_URL` and a
//! profile's plain `endpoint_url` never reach the portal and OIDC: a token would go to whatever stands there.
use super::body::Value;
use super::header::SectionKind;
use super::merge::Merged;
use super::source_file::{SourceFile, place};
use super::{Config, errors, nearest};
use crate::endpoint::{CaBundle, Override, Overrides};
use crate::environment::Environment;
use crate::error::Result;
use crate::identity::SessionId;

const CA_BUNDLE: &str = "ca_bundle";
/// What leads requests of the portal and OIDC elsewhere.
const LEADING: &[&str] =
    &["services", "use_fips_endpoint", "use_dualstack_endpoint", "ignore_configured_endpoint_urls", CA_BUNDLE];

/// The variables that matter here, as they were when the files were read.
#[derive(Clone, Debug, Default)]
pub(super) struct Variables {
    sso: Option<Override>,
    sso_oidc: Option<Override>,
    sts: Option<Override>,
    fips: Option<bool>,
    dual_stack: Option<bool>,
    ignore: Option<bool>,
    ca_bundle: Option<CaBundle>,
}

impl Variables {
    pub(super) fn of(environment: &Environment) -> Self {
        let url =
            |name: &str| environment.text(name).map(|url| Override { url: url.to_owned(), said_by: name.to_owned() });
        let flag = |name: &str| environment.text(name).map(is_true);
        let ca_bundle = |name: &str| environment.path(name).map(|path| CaBundle { path, said_by: name.to_owned() });
        Self {
            sso: url("AWS_ENDPOINT_URL_SSO"),
            sso_oidc: url("AWS_ENDPOINT_URL_SSO_OIDC"),
            sts: url("AWS_ENDPOINT_URL_STS").or_else(|| url("AWS_ENDPOINT_URL")),
            fips: flag("AWS_USE_FIPS_ENDPOINT"),
            dual_stack: flag("AWS_USE_DUALSTACK_ENDPOINT"),
            ignore: flag("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"),
            ca_bundle: ca_bundle("AWS_CA_BUNDLE"),
        }
    }
}

/// Every other text is false, as for the AWS CLI.
fn is_true(text: &str) -> bool {
    text.eq_ignore_ascii_case("true")
}

impl Config {
    pub(super) fn overrides_without_profile(&self) -> Overrides {
        let Variables { sso, sso_oidc, sts, fips, dual_stack, ignore, ca_bundle } = self.variables.clone();
        let (fips, dual_stack) = (fips.unwrap_or(false), dual_stack.unwrap_or(false));
        if ignore == Some(true) {
            return Overrides { fips, dual_stack, ca_bundle, ..Overrides::default() };
        }
        Overrides { sso, sso_oidc, sts, fips, dual_stack, ca_bundle }
    }

    /// The profile is the one a person chose: what the profiles of its chain say of endpoints has no effect.
    pub(super) fn overrides_for(&self, profile: &Merged<'_>) -> Result<Overrides> {
        let said = |key: &str| profile.text(key).map(is_true);
        let variables = &self.variables;
        let fips = variables.fips.or_else(|| said("use_fips_endpoint")).unwrap_or(false);
        let dual_stack = variables.dual_stack.or_else(|| said("use_dualstack_endpoint")).unwrap_or(false);
        let ca_bundle = variables.ca_bundle.clone().or_else(|| ca_bundle_of(profile));
        if variables.ignore.or_else(|| said("ignore_configured_endpoint_urls")).unwrap_or(false) {
            return Ok(Overrides { fips, dual_stack, ca_bundle, ..Overrides::default() });
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
            ca_bundle,
        })
    }

    /// A sign-in belongs to a session, and to one place (security rule 1): that of its profiles, where those that say
    /// anything of it agree.
    pub(super) fn overrides_of_session(&self, session: &SessionId) -> Overrides {
        let profiles = self.profiles_of(session, LEADING);
        let mut found: Vec<Overrides> = Vec::new();
        for overrides in profiles.iter().filter_map(|profile| self.overrides_for(profile).ok()) {
            let alike = |known: &Overrides| known.leads_where(&overrides);
            if !found.iter().any(alike) {
                found.push(overrides);
            }
        }
        if found.len() == 1 { found.remove(0) } else { self.overrides_without_profile() }
    }

    /// The certificates of a session, where neither variable nor profile named any: those that its profiles agree on, else
    /// those of `[default]`.
    pub(super) fn ca_bundle_of_session(&self, session: &SessionId) -> Option<CaBundle> {
        let mut found: Vec<CaBundle> = Vec::new();
        for bundle in self.profiles_of(session, &[CA_BUNDLE]).iter().filter_map(ca_bundle_of) {
            if !found.iter().any(|known| known.path == bundle.path) {
                found.push(bundle);
            }
        }
        let of_default = || ca_bundle_of(&self.merged(SectionKind::Profile, "default")?);
        if found.len() == 1 { found.pop() } else { of_default() }
    }

    /// Those of a session that say one of `keys`; broken ones are left out.
    fn profiles_of(&self, session: &SessionId, keys: &[&str]) -> Vec<Merged<'_>> {
        let says = |name: &&str| {
            let in_file = |file: &SourceFile| keys.iter().any(|key| file.may_say(SectionKind::Profile, name, key));
            self.files_with(SectionKind::Profile).any(in_file)
        };
        let names = self.profile_names().into_iter().filter(says);
        let profiles = names.filter_map(|name| self.merged(SectionKind::Profile, name));
        let says = |profile: &Merged<'_>| keys.iter().any(|key| profile.text(key).is_some());
        let is_its = |profile: &Merged<'_>| self.session_of(profile).is_ok_and(|its| its.id == *session);
        profiles.filter(says).filter(is_its).collect()
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

fn ca_bundle_of(profile: &Merged<'_>) -> Option<CaBundle> {
    let entry = profile.entry(CA_BUNDLE)?;
    let said_by = format!("{CA_BUNDLE} in {}", entry.place());
    entry.text().filter(|path| !path.is_empty()).map(|path| CaBundle { path: path.into(), said_by })
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
