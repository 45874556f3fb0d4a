use serde::Serialize;

use super::{Answer, Context};
use crate::clock;
use crate::credentials::{Credentials, target};
use crate::error::Result;
use crate::secret::{self, Secret};

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

/// What SDKs read from a `credential_process`, in the exact case that botocore wants.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Printed<'a> {
    version: u8,
    #[serde(serialize_with = "secret::seal")]
    access_key_id: &'a Secret,
    #[serde(serialize_with = "secret::seal")]
    secret_access_key: &'a Secret,
    #[serde(serialize_with = "secret::seal_option", skip_serializing_if = "Option::is_none")]
    session_token: &'a Option<Secret>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expiration: Option<String>,
    account_id: &'a str,
}

pub(super) fn render(credentials: &Credentials) -> Secret {
    let printed = Printed {
        version: 1,
        access_key_id: &credentials.access_key_id,
        secret_access_key: &credentials.secret_access_key,
        session_token: &credentials.session_token,
        expiration: credentials.expires.map(clock::rfc3339),
        account_id: &credentials.account_id,
    };
    // Room for all of it from the start: growing would leave copies of the keys behind.
    let mut bytes = Vec::with_capacity(16 * 1024);
    serde_json::to_writer(&mut bytes, &printed).expect("plain text makes JSON");
    bytes.push(b'\n');
    Secret::new(String::from_utf8(bytes).expect("JSON is text"))
}
