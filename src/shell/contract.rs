//! Which variables a switch sets, clears and puts back: the same in every dialect.

use crate::environment::Environment;
use crate::sanitize;
use crate::secret::Secret;

use super::Switch;

/// What puts back the environment from before the first switch, and the region alone. Never exported: one that arrives
/// by the environment was made by somebody else (security rule 11).
pub(super) const OFF: &str = "__assume_off";
pub(super) const REGION: &str = "__assume_region";

pub(super) const REGIONS: [&str; 2] = ["AWS_REGION", "AWS_DEFAULT_REGION"];

/// Set by a switch. The first of these are the keys and what describes them: `off` in a nested shell removes them only
/// where they are ours.
const KEYS: [&str; 7] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_ACCOUNT_ID",
];
/// What a renewal replaces: the keys and their end, never who the shell is.
pub(super) const RENEWED: [&str; 5] =
    ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_CREDENTIAL_EXPIRATION", "ASSUME_EXPIRES"];
const MARKS: [&str; 8] = [
    "AWS_SSO_PROFILE",
    "ASSUME_PROFILE",
    "ASSUME_PREVIOUS",
    "ASSUME_SESSION",
    "ASSUME_ACCOUNT",
    "ASSUME_ROLE",
    "ASSUME_EXPIRES",
    "ASSUME_SEGMENT",
];

/// Cleared by a switch, since some SDK or prompt would prefer them to the keys: `AWS_SECURITY_TOKEN` wins over the
/// session token in boto3, `AWS_PROFILE` over the keys in JavaScript, a container's URI in a chain without keys.
const CLEARED: [&str; 21] = [
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SECURITY_TOKEN",
    "AWS_SESSION_EXPIRATION",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_VAULT",
    "AWSUME_PROFILE",
    "AWSUME_EXPIRATION",
    "AWSUME_COMMAND",
    "GRANTED_SSO",
    "GRANTED_SSO_START_URL",
    "GRANTED_SSO_ROLE_NAME",
    "GRANTED_SSO_REGION",
    "GRANTED_SSO_ACCOUNT_ID",
    "GRANTED_COMMAND",
];
const FAMILIES: [&str; 4] = ["AWS_CONTAINER_CREDENTIALS_", "AWS_CONTAINER_AUTHORIZATION_TOKEN", "AWSUME_", "GRANTED_"];

/// What a switch sets or clears, whatever else is there.
pub(super) fn known() -> impl Iterator<Item = &'static str> {
    KEYS.iter().chain(&MARKS).chain(&CLEARED).copied()
}

/// What a switch sets.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    KEYS.iter().chain(&MARKS).copied()
}

/// Every variable a switch touches: the known ones, then what else of the families is in this environment. Only names
/// that their owners could have written: other bytes can't be a variable in every shell.
pub(super) fn touched(environment: &Environment) -> Vec<&str> {
    let others = environment.iter().filter_map(|(name, _)| name.to_str()).filter(|name| {
        FAMILIES.iter().any(|family| name.starts_with(family))
            && name.bytes().all(|byte| byte == b'_' || byte.is_ascii_uppercase() || byte.is_ascii_digit())
            && known().all(|one| one != *name)
    });
    let mut touched: Vec<&str> = known().collect();
    touched.extend(others);
    touched
}

/// What `off` removes in a shell that inherited its identity.
pub(super) fn ours(keys_are_ours: bool) -> Vec<&'static str> {
    KEYS.iter().take(if keys_are_ours { KEYS.len() } else { 0 }).chain(&MARKS).copied().collect()
}

/// The values of the contract in its order. What is empty is absent: an empty `AWS_PROFILE` or region is fatal to some SDKs.
pub(super) fn values(switch: &Switch) -> Vec<(&'static str, Secret)> {
    let plain = |text: &str| Some(Secret::from(text));
    let optional = |text: &Option<String>| text.as_deref().map(Secret::from);
    let all = [
        ("AWS_ACCESS_KEY_ID", Some(switch.access_key_id.clone())),
        ("AWS_SECRET_ACCESS_KEY", Some(switch.secret_access_key.clone())),
        ("AWS_SESSION_TOKEN", switch.session_token.clone()),
        ("AWS_CREDENTIAL_EXPIRATION", optional(&switch.expiration)),
        ("AWS_REGION", optional(&switch.region)),
        ("AWS_DEFAULT_REGION", optional(&switch.region)),
        ("AWS_ACCOUNT_ID", optional(&switch.account_id)),
        ("AWS_SSO_PROFILE", plain(&switch.profile)),
        ("ASSUME_PROFILE", plain(&switch.profile)),
        ("ASSUME_PREVIOUS", optional(&switch.previous)),
        ("ASSUME_SESSION", plain(&switch.session)),
        ("ASSUME_ACCOUNT", plain(&sanitize::line(&switch.account))),
        ("ASSUME_ROLE", plain(&switch.role)),
        ("ASSUME_EXPIRES", switch.expires_epoch.map(|seconds| Secret::new(seconds.to_string()))),
        ("ASSUME_SEGMENT", plain(&sanitize::line(&switch.segment))),
    ];
    all.into_iter().filter_map(|(name, value)| Some((name, value.filter(|value| !value.is_empty())?))).collect()
}

/// Whether this shell, or the one it inherited from, has switched already.
pub(super) fn is_switched(environment: &Environment) -> bool {
    environment.is_set("ASSUME_PROFILE")
}

/// Ours by name, somebody else's by the way it came.
pub(super) fn foreign(environment: &Environment) -> bool {
    environment.is_set(OFF) || environment.is_set(REGION)
}

/// A profile that names no region takes the one from before the first switch: where that is unknown (`exec` and json
/// have no shell that keeps it), none, or else the region of the profile that is being left would leak into this one.
pub(super) fn clears_region(switch: &Switch, environment: &Environment) -> bool {
    switch.region.is_none() && is_switched(environment)
}
