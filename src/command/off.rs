use std::io::IsTerminal;

use super::{Answer, Context};
use crate::credentials;
use crate::error::{Error, Kind, Result};
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
    Ok(Answer::text(shell::off(dialect, &context.environment, keys_are_ours(context))))
}

/// Whether the vault issued the key this environment holds: keys that a person exported by hand are left alone
/// (security rule 9). A vault that can't be read proves nothing.
fn keys_are_ours(context: &Context) -> bool {
    let Some(key) = context.environment.text("AWS_ACCESS_KEY_ID") else { return false };
    let headers = context.store().and_then(|store| store.headers()).unwrap_or_default();
    headers.iter().any(|header| credentials::was_issued(header, key))
}
