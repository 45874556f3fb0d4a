//! Who AWS says these keys are: GetCallerIdentity.

use crate::clock::Clock;
use crate::endpoint::Endpoint;
use crate::error::Result;
use crate::secret::Secret;
use crate::sso::Proxy;

/// Keys as a shell holds them.
pub struct Keys {
    pub access_key_id: Secret,
    pub secret_access_key: Secret,
    pub session_token: Option<Secret>,
}

pub struct Caller {
    pub arn: String,
    pub user_id: String,
    pub account_id: String,
}

pub fn ask(
    keys: &Keys,
    region: &str,
    endpoint: &Endpoint,
    ca_bundle: Option<std::path::PathBuf>,
    proxy: &Proxy,
    clock: &Clock,
) -> Result<Caller> {
    let _ = (keys, region, endpoint, ca_bundle, proxy, clock);
    todo!()
}
