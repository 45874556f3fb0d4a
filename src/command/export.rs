use clap::ValueEnum;

use super::{Answer, Context, process};
use crate::credentials::target;
use crate::error::Result;
use crate::secret::Secret;
use crate::shell::{self, Dialect, Switch};

/// Print keys: for a shell, as JSON for SDKs, for a .env file, or for ~/.aws/credentials
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A profile of your AWS config, or ACCOUNT/ROLE
    #[arg(value_name = "PROFILE")]
    profile: String,
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "env")]
    format: Format,
    /// Where to look for ACCOUNT/ROLE, when several sessions offer it
    #[arg(long, value_name = "SESSION")]
    session: Option<String>,
    /// Get new keys although those at hand are good
    #[arg(long)]
    force: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Statements for the shell that asks, or --shell
    Env,
    /// Lines for cmd.exe, as env gives it too where it asks
    Cmd,
    /// What SDKs read from a program
    Json,
    /// KEY='value' lines
    Dotenv,
    /// A section for ~/.aws/credentials
    Ini,
}

pub fn run(args: &Args, context: &Context) -> Result<Answer> {
    let target = target::resolve(&args.profile, args.session.as_deref(), context.config()?, context)?;
    let credentials = context.keys(&target, args.force)?;
    let switch = context.switch_to(&target, &credentials)?;
    Ok(Answer::text(match args.format {
        Format::Json => process::render(&credentials),
        Format::Env => env(&pairs(&switch), context)?,
        Format::Cmd => shell::cmd_lines(&borrowed(&pairs(&switch)))?,
        Format::Dotenv => dotenv(&pairs(&switch)),
        Format::Ini => ini(&switch),
    }))
}

fn env(pairs: &[(&str, Secret)], context: &Context) -> Result<Secret> {
    match context.globals.shell.or_else(|| Dialect::detect(&context.environment)) {
        None if shell::is_under_cmd() => shell::cmd_lines(&borrowed(pairs)),
        dialect => Ok(shell::env_lines(dialect.unwrap_or(Dialect::Sh), &borrowed(pairs))),
    }
}

fn borrowed<'a>(pairs: &'a [(&'a str, Secret)]) -> Vec<(&'a str, &'a Secret)> {
    pairs.iter().map(|(name, value)| (*name, value)).collect()
}

/// What AWS's tools read, and no more: no marker of ours, since no shell is switched.
fn pairs(switch: &Switch) -> Vec<(&'static str, Secret)> {
    let text = |value: &Option<String>| value.as_deref().map(Secret::from);
    let all = [
        ("AWS_ACCESS_KEY_ID", Some(switch.access_key_id.clone())),
        ("AWS_SECRET_ACCESS_KEY", Some(switch.secret_access_key.clone())),
        ("AWS_SESSION_TOKEN", switch.session_token.clone()),
        ("AWS_CREDENTIAL_EXPIRATION", text(&switch.expiration)),
        ("AWS_REGION", text(&switch.region)),
        ("AWS_DEFAULT_REGION", text(&switch.region)),
        ("AWS_ACCOUNT_ID", text(&switch.account_id)),
    ];
    all.into_iter().filter_map(|(name, value)| value.map(|value| (name, value))).collect()
}

/// Single quotes: every reader of `.env` files takes what is between them as it is. Keys and regions hold none.
fn dotenv(pairs: &[(&str, Secret)]) -> Secret {
    joined(pairs.iter().flat_map(|(name, value)| [*name, "='", value.expose(), "'\n"]))
}

fn ini(switch: &Switch) -> Secret {
    let name = crate::sanitize::line(&switch.profile);
    let mut parts = vec!["[", &name, "]\naws_access_key_id = ", switch.access_key_id.expose()];
    parts.extend(["\naws_secret_access_key = ", switch.secret_access_key.expose()]);
    if let Some(token) = &switch.session_token {
        parts.extend(["\naws_session_token = ", token.expose()]);
    }
    if let Some(region) = &switch.region {
        parts.extend(["\nregion = ", region]);
    }
    parts.push("\n");
    joined(parts)
}

/// In one piece of memory from the start, so that growing leaves no copy of a key behind.
fn joined<'a>(parts: impl IntoIterator<Item = &'a str>) -> Secret {
    let parts: Vec<&str> = parts.into_iter().collect();
    Secret::new(parts.concat())
}
