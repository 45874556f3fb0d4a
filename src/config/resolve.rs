//! From a profile to the source of its credentials, in the order of the AWS CLI: a role to assume, a web identity,
//! Identity Center, keys of the credentials file, the CLI's console login, a process, keys of the config file.
use super::header::SectionKind;
use super::merge::{Entry, Merged};
use super::source_file::FileKind;
use super::{AssumedRole, Config, Profile, RoleFrom, Source, errors, nearest, sso};
use crate::endpoint::{self, Overrides};
use crate::error::Result;

const KEY_ID: &str = "aws_access_key_id";
const KEY: &str = "aws_secret_access_key";
/// The first is an old name that the AWS CLI still takes.
const TOKENS: [&str; 2] = ["aws_security_token", "aws_session_token"];

/// Each link is one more request to STS, which allows an hour to what comes of them; a longer chain is a mistake.
const LONGEST_CHAIN: usize = 32;

impl Config {
    pub(super) fn resolve(&self, profile: &Merged<'_>) -> Result<Profile> {
        let overrides = self.overrides_for(profile)?;
        let region = profile.line("region")?;
        if let Some(region) = region
            && endpoint::check_region(region).is_err()
        {
            return Err(errors::wrong_value(profile, "region", region, "is not a region of AWS"));
        }
        let source = if assumes_role(profile) {
            self.chain(profile, &overrides, &mut vec![profile.name.clone()])?
        } else {
            self.own_source(profile)?
        };
        Ok(finished(profile, source, overrides))
    }

    /// What a profile has without assuming a role.
    fn own_source(&self, profile: &Merged<'_>) -> Result<Source> {
        if let Some(token_file) = profile.line("web_identity_token_file")? {
            let role_arn = profile.line("role_arn")?;
            let role_arn = role_arn.ok_or_else(|| errors::missing(profile, &["role_arn"], "a web identity"))?;
            return Ok(Source::WebIdentity { token_file: token_file.to_owned(), role_arn: role_arn.to_owned() });
        }
        if sso::wants_role(profile) {
            return self.sso_source(profile);
        }
        let has_key_id = |file| profile.entry(KEY_ID).is_some_and(|entry| entry.is_in(file));
        if has_key_id(FileKind::Credentials) {
            return static_key(profile);
        }
        if let Some(login_session) = profile.line("login_session")? {
            return Ok(Source::ConsoleLogin { login_session: login_session.to_owned() });
        }
        if let Some(command) = profile.text("credential_process") {
            return Ok(Source::Process { command: command.to_owned() });
        }
        if has_key_id(FileKind::Config) {
            return static_key(profile);
        }
        if sso::wants_token(profile) {
            return Ok(Source::SsoToken { session: self.session_of(profile)? });
        }
        Ok(Source::None)
    }

    /// `visited` ends with this profile.
    fn chain(&self, profile: &Merged<'_>, overrides: &Overrides, visited: &mut Vec<String>) -> Result<Source> {
        let role_arn = profile.line("role_arn")?.unwrap_or_default().to_owned();
        let from = match (profile.line("source_profile")?, profile.line("credential_source")?) {
            (Some(_), Some(_)) => return Err(errors::two_sources(profile)),
            (None, None) => {
                return Err(errors::missing(profile, &["source_profile"], "the role it assumes"));
            }
            (None, Some(place)) => RoleFrom::CredentialSource(credential_source(profile, place)?),
            (Some(source), None) => RoleFrom::Profile(Box::new(self.link(profile, source, overrides, visited)?)),
        };
        let own = |key| profile.line(key).map(|value| value.map(str::to_owned));
        Ok(Source::AssumedRole(AssumedRole {
            role_arn,
            from,
            mfa_serial: own("mfa_serial")?,
            external_id: own("external_id")?,
            role_session_name: own("role_session_name")?,
            // What is no number is no limit, as for the AWS CLI.
            duration_seconds: profile.text("duration_seconds").and_then(|text| text.parse().ok()),
        }))
    }

    fn link(
        &self,
        profile: &Merged<'_>,
        name: &str,
        overrides: &Overrides,
        visited: &mut Vec<String>,
    ) -> Result<Profile> {
        let Some(source) = self.merged(SectionKind::Profile, name) else {
            return Err(errors::no_such(profile, "source_profile", name, nearest::hint(name, self.profile_names())));
        };
        let is_itself = name == profile.name;
        let is_known = visited.iter().any(|known| known == name);
        visited.push(name.to_owned());
        // A profile may name itself for the static keys it holds; any other way back is a loop.
        if is_known && !(is_itself && has_static_keys(&source)) {
            return Err(errors::loops(profile, visited));
        }
        if visited.len() > LONGEST_CHAIN {
            return Err(errors::too_long(profile, LONGEST_CHAIN));
        }
        // Static keys end a chain: a source that has them gives them, whatever role it assumes itself.
        let found = if assumes_role(&source) && !has_static_keys(&source) {
            self.chain(&source, overrides, visited)?
        } else {
            self.own_source(&source)?
        };
        match found {
            Source::None | Source::SsoToken { .. } => Err(errors::source_without_credentials(profile, name)),
            found => Ok(finished(&source, found, overrides.clone())),
        }
    }
}

/// With a web identity the role is part of that.
fn assumes_role(profile: &Merged<'_>) -> bool {
    profile.text("role_arn").is_some() && profile.text("web_identity_token_file").is_none()
}

fn has_static_keys(profile: &Merged<'_>) -> bool {
    profile.text(KEY_ID).is_some() || profile.text(KEY).is_some()
}

fn static_key(profile: &Merged<'_>) -> Result<Source> {
    let key_id = profile.line(KEY_ID)?;
    let missing: Vec<_> = [(key_id.is_some(), KEY_ID), (profile.text(KEY).is_some(), KEY)]
        .iter()
        .filter(|(has, _)| !has)
        .map(|(_, key)| *key)
        .collect();
    match key_id {
        Some(key_id) if missing.is_empty() => {
            let access_key_id = key_id.to_owned();
            let file = profile.entry(KEY_ID).map_or(FileKind::Config, |entry: &Entry<'_>| entry.file.kind);
            let in_credentials_file = file == FileKind::Credentials;
            // A token in the other file is none of this key's.
            let is_its = |entry: &Entry<'_>| entry.is_in(file) && entry.text().is_some();
            Ok(if TOKENS.iter().any(|token| profile.entry(token).is_some_and(is_its)) {
                Source::TemporaryKey { access_key_id, in_credentials_file }
            } else {
                Source::LongTermKey { access_key_id, in_credentials_file }
            })
        }
        _ => Err(errors::missing(profile, &missing, "its long-term key")),
    }
}

/// By AWS's names, in any letter case.
fn credential_source(profile: &Merged<'_>, name: &str) -> Result<String> {
    const KNOWN: [&str; 3] = ["Environment", "Ec2InstanceMetadata", "EcsContainer"];
    match KNOWN.into_iter().find(|known| known.eq_ignore_ascii_case(name)) {
        Some(known) => Ok(known.to_owned()),
        None => Err(errors::wrong_value(
            profile,
            "credential_source",
            name,
            "is none of Environment, Ec2InstanceMetadata and EcsContainer",
        )),
    }
}

fn finished(profile: &Merged<'_>, source: Source, overrides: Overrides) -> Profile {
    let region = profile.text("region").filter(|region| endpoint::check_region(region).is_ok());
    Profile {
        name: profile.name.clone(),
        source,
        region: region.map(str::to_owned),
        settings: profile.settings(),
        overrides,
    }
}
