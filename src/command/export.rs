use clap::ValueEnum;

use super::{Answer, Context, process};
use crate::credentials::target;
use crate::error::{Error, Kind, Result};
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
    /// A section for ~/.aws/credentials; by another name, since the AWS CLI prefers a profile's sign-in to keys
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
        Format::Dotenv => dotenv(&plain(pairs(&switch), "a .env file")?),
        Format::Ini => {
            plain(pairs(&switch), "a credentials file")?;
            if context.config()?.has_profile(&target.name) {
                context.person.note(&format!(
                    "the AWS CLI takes the sign-in of profile '{}' and not these keys, while a section has its name: \
                     give the section another one",
                    target.name
                ));
            }
            ini(&switch)
        }
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

/// Keys, times and regions of AWS are of these characters. Whatever else is in one, a quote or a line of its own, would be a
/// setting or a command to who reads the file: an endpoint must not write either.
fn plain<'a>(pairs: Vec<(&'a str, Secret)>, file: &str) -> Result<Vec<(&'a str, Secret)>> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_./+,:=@%-".contains(c);
    match pairs.iter().find(|(_, value)| !value.expose().chars().all(is_plain)) {
        None => Ok(pairs),
        Some((name, _)) => Err(Error::new(
            Kind::Config,
            format!("the value of {name} cannot be written into {file}"),
            "run the command with it: assume exec PROFILE -- CMD; or take --format json",
        )),
    }
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn switch(profile: &str, token: &str) -> Switch {
        Switch {
            access_key_id: "AKIAEXAMPLE".into(),
            secret_access_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".into(),
            session_token: Some(token.into()),
            expiration: Some("2026-01-01T00:00:00Z".into()),
            expires_epoch: None,
            region: Some("us-east-1".into()),
            account_id: Some("111122223333".into()),
            account: String::new(),
            role: String::new(),
            profile: profile.into(),
            previous: None,
            session: String::new(),
            segment: String::new(),
            watch: None,
        }
    }

    #[test]
    fn a_key_that_would_be_a_line_or_a_command_is_not_written() {
        for token in ["a'; id; '", "a\ncredential_process = id", "$(id)", "a\u{a0}b", "a b"] {
            let error = plain(pairs(&switch("dev", token)), "a .env file").unwrap_err();
            assert_eq!(error.message(), "the value of AWS_SESSION_TOKEN cannot be written into a .env file");
        }
        let token = "IQoJb3JpZ2luX2VjEJr//w+8==";
        let written = dotenv(&plain(pairs(&switch("dev", token)), "a .env file").unwrap());
        assert!(written.expose().contains(&format!("AWS_SESSION_TOKEN='{token}'\n")));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

        /// Whatever the profile is called, there is one section, and these keys alone.
        #[test]
        fn no_name_adds_a_line_to_a_credentials_file(name in "\\PC{0,10}[\\]\\[\n\r=#\u{2028}\u{85}]?\\PC{0,10}") {
            let written = ini(&switch(&name, "token"));
            let keys: Vec<_> = written.expose().lines().skip(1).map(|line| line.split(" = ").next().unwrap()).collect();
            prop_assert_eq!(keys, ["aws_access_key_id", "aws_secret_access_key", "aws_session_token", "region"]);
            prop_assert!(written.expose().starts_with('['));
        }
    }
}
