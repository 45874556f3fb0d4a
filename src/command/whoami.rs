use serde_json::json;

use super::{Answer, Context};
use crate::cli::Json;
use crate::credentials::whoami;
use crate::endpoint::{self, Service};
use crate::error::{Error, Kind, Result};
use crate::secret::Secret;

/// Ask AWS whose keys this shell holds
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    json: Json,
}

pub fn run(args: &Args, context: &Context) -> Result<Answer> {
    let keys = keys_of_shell(context)?;
    let region = region(context)?.unwrap_or("us-east-1");
    let config = context.config()?;
    // As the AWS CLI has it where keys are in the environment and no profile is chosen.
    let overrides = config.profile("default").map_or_else(|_| config.overrides(), |profile| profile.overrides);
    let endpoint = endpoint::resolve(Service::Sts, region, &overrides)?;
    let network = context.network(&overrides, None)?;
    context.person.may_wait();
    let caller = whoami::ask(&keys, region, &endpoint, &network, &context.clock)?;
    if args.json.json {
        let value = json!({ "arn": caller.arn, "user_id": caller.user_id, "account_id": caller.account_id });
        return Ok(Answer::json(&value));
    }
    Ok(Answer::text(format!("{}\n", crate::sanitize::line(&caller.arn))))
}

fn region(context: &Context) -> Result<Option<&str>> {
    let said = |name: &'static str| Some((name, context.environment.text(name)?));
    match ["AWS_REGION", "AWS_DEFAULT_REGION"].into_iter().find_map(said) {
        Some((name, region)) if endpoint::check_region(region).is_err() => Err(endpoint::no_region(region, name)),
        said => Ok(said.map(|(_, region)| region)),
    }
}

fn keys_of_shell(context: &Context) -> Result<whoami::Keys> {
    let secret = |name: &str| context.environment.text(name).map(Secret::from);
    match (secret("AWS_ACCESS_KEY_ID"), secret("AWS_SECRET_ACCESS_KEY")) {
        (Some(access_key_id), Some(secret_access_key)) => {
            Ok(whoami::Keys { access_key_id, secret_access_key, session_token: secret("AWS_SESSION_TOKEN") })
        }
        _ => Err(Error::new(Kind::Failure, "this shell holds no AWS keys", "switch first: assume PROFILE")),
    }
}
