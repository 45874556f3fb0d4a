use std::io::IsTerminal;

use super::records::is_of_shell;
use super::{Answer, Context};
use crate::credentials;
use crate::error::{Error, Kind, Result};
use crate::sanitize;
use crate::shell::{self, Dialect};

/// Leave: put back every variable as it was before the first switch
#[derive(Debug, clap::Args)]
pub struct Args {}

pub fn run(_args: &Args, context: &Context) -> Result<Answer> {
    if std::io::stdout().is_terminal() {
        let hint = match context.globals.shell.or_else(|| Dialect::detect(&context.environment)) {
            Some(Dialect::Fish) => "eval (assume off)",
            Some(Dialect::PowerShell | Dialect::PowerShellList) => "iex (assume off)",
            Some(Dialect::Sh) => "eval \"$(assume off --shell sh)\"",
            _ => "eval $(assume off)",
        };
        let message = "this shell was not changed: a program can't change the shell that starts it";
        return Err(Error::new(Kind::Usage, message, hint));
    }
    let dialect = context.dialect()?;
    let are_ours = keys_are_ours(context);
    if are_ours && let Some(left) = left(context) {
        context.person.note(&format!("this shell is no longer {left}"));
    }
    Ok(Answer::text(shell::off(dialect, &context.environment, are_ours)))
}

/// What this shell was, in the words of the switch that made it so. The names come by the environment.
fn left(context: &Context) -> Option<String> {
    let text = |name: &str| context.environment.text(name).filter(|text| !text.is_empty());
    let role = text("ASSUME_ACCOUNT").zip(text("ASSUME_ROLE")).map(|(account, role)| format!("{account}/{role}"));
    role.or_else(|| text("ASSUME_PROFILE").map(str::to_owned)).map(|name| sanitize::line_within(&name, 200))
}

/// Whether the vault issued the key this environment holds: keys that a person exported by hand are left alone
/// (security rule 9). A vault that can't be read proves nothing.
fn keys_are_ours(context: &Context) -> bool {
    let Some(key) = context.environment.text("AWS_ACCESS_KEY_ID") else { return false };
    let headers = context.store().and_then(|store| store.headers()).unwrap_or_default();
    headers
        .iter()
        .filter(|header| is_of_shell(header, &context.environment))
        .any(|header| credentials::was_issued(header, key))
}
