use serde_json::{Value, json};

use super::records::Records;
use super::{Answer, Context, listing};
use crate::cli::Json;
use crate::config::{AssumedRole, Profile, RoleFrom, Source};
use crate::error::Result;
use crate::sanitize;

/// Show how one profile resolves, step by step
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A profile of your AWS config
    #[arg(value_name = "PROFILE")]
    profile: String,
    #[command(flatten)]
    json: Json,
}

pub fn run(args: &Args, context: &Context) -> Result<Answer> {
    let config = context.config()?;
    let profile = config.profile(&args.profile)?;
    let records = Records::read(context)?;
    let disagreements = config.disagreements(&args.profile);
    let mut shown = listing::profile(&profile, &records);
    if args.json.json {
        shown["settings"] = profile
            .settings
            .iter()
            .map(|set| json!({ "key": set.key, "value": set.value, "file": set.file.display().to_string(), "line": set.line }))
            .collect();
        shown["notes"] = disagreements
            .iter()
            .map(|note| json!({ "file": note.file.display().to_string(), "line": note.line, "message": note.message }))
            .collect();
        return Ok(Answer::json(&shown));
    }
    let mut lines = vec![format!("profile {}", profile.name)];
    for set in &profile.settings {
        lines.push(format!("  {} = {}    ({} line {})", set.key, set.value, set.file.display(), set.line));
    }
    lines.extend(steps(&profile, &shown));
    for note in disagreements {
        lines.push(format!("note: {} line {}: {}", note.file.display(), note.line, note.message));
    }
    Ok(Answer::text(lines.iter().map(|line| sanitize::line(line) + "\n").collect::<String>()))
}

/// What is done to get keys, in order.
fn steps(profile: &Profile, shown: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    match &profile.source {
        Source::Sso { session, role } => {
            lines.push(format!(
                "1. sign in to session {} at {} ({})",
                session.id.label(),
                session.id.start_url,
                session.id.region
            ));
            let name = shown["account_name"].as_str().map_or_else(String::new, |name| format!(" ({name})"));
            lines.push(format!("2. get keys of role {} in account {}{name}", role.role, role.account_id));
        }
        Source::SsoToken { session } => {
            lines.push(format!(
                "1. sign in to session {}: a token only, since no account and role are named",
                session.id.label()
            ));
        }
        Source::AssumedRole(role) => lines.extend(chain(role)),
        Source::Process { command } => lines.push(format!("1. run {command}")),
        Source::WebIdentity { token_file, role_arn } => {
            lines.push(format!("1. read the token in {token_file}"));
            lines.push(format!("2. assume {role_arn} with it"));
        }
        Source::LongTermKey { access_key_id, in_credentials_file }
        | Source::TemporaryKey { access_key_id, in_credentials_file } => {
            let file = if *in_credentials_file { "credentials" } else { "config" };
            let is_temporary = matches!(profile.source, Source::TemporaryKey { .. });
            let kind = if is_temporary { "temporary" } else { "long-term" };
            lines.push(format!("1. use the {kind} key {access_key_id} that lies in clear in your {file} file"));
        }
        Source::ConsoleLogin { login_session } => lines.push(format!("1. use the console sign-in {login_session}")),
        Source::None => lines.push("it says nowhere where its keys come from".to_owned()),
    }
    // What a token alone and a profile with no source lack was said above.
    let is_for_later = !matches!(profile.source, Source::SsoToken { .. } | Source::None | Source::Sso { .. });
    let region = profile.region.as_deref().unwrap_or("none of its own: the shell's stays");
    lines.push(format!("region: {region}"));
    if is_for_later {
        lines.push("assume can't get keys from this kind of profile yet".to_owned());
    }
    let expires = shown["expires_at"].as_str().map_or_else(String::new, |time| format!(", until {time}"));
    lines.push(format!("state: {}{expires}", shown["state"].as_str().unwrap_or("none").replace('_', " ")));
    lines
}

fn chain(role: &AssumedRole) -> Vec<String> {
    let from = match &role.from {
        RoleFrom::Profile(profile) => {
            format!("get keys of profile {} ({})", profile.name, listing::source(&profile.source))
        }
        RoleFrom::CredentialSource(source) => format!("get keys from {source}"),
    };
    let mut lines = vec![format!("1. {from}")];
    let mut with = Vec::new();
    if let Some(serial) = &role.mfa_serial {
        with.push(format!("a code of the MFA device {serial}"));
    }
    if role.external_id.is_some() {
        with.push("an external id".to_owned());
    }
    if let Some(seconds) = role.duration_seconds {
        with.push(format!("a duration of {seconds} s"));
    }
    let with = if with.is_empty() { String::new() } else { format!(", with {}", with.join(" and ")) };
    lines.push(format!("2. assume {}{with}", role.role_arn));
    lines
}
