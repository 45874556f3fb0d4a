use serde_json::json;

use super::{Answer, Context};
use crate::clock;
use crate::credentials::{Credentials, target};
use crate::error::Result;
use crate::secret::Secret;

/// Print keys as SDKs want them: put 'assume process PROFILE' behind credential_process in your AWS config
#[derive(Debug, clap::Args)]
#[expect(clippy::doc_markdown, reason = "help text, where a backtick could run in a shell")]
pub struct Args {
    /// A profile of your AWS config, or ACCOUNT/ROLE
    #[arg(value_name = "PROFILE")]
    profile: String,
    /// Where to look for ACCOUNT/ROLE, when several sessions offer it
    #[arg(long, value_name = "SESSION")]
    session: Option<String>,
}

pub fn run(args: &Args, context: &Context) -> Result<Answer> {
    let target = target::resolve(&args.profile, args.session.as_deref(), context.config()?, context)?;
    Ok(Answer::text(render(&context.keys(&target, false)?)))
}

/// What SDKs read from a `credential_process`; keys in the exact case that botocore wants, `Version` a number.
pub(super) fn render(credentials: &Credentials) -> Secret {
    let mut answer = json!({
        "Version": 1,
        "AccessKeyId": credentials.access_key_id.expose(),
        "SecretAccessKey": credentials.secret_access_key.expose(),
        "AccountId": credentials.account_id,
    });
    if let Some(token) = &credentials.session_token {
        answer["SessionToken"] = token.expose().into();
    }
    if let Some(expires) = credentials.expires {
        answer["Expiration"] = clock::rfc3339(expires).into();
    }
    Secret::new(format!("{answer}\n"))
}
