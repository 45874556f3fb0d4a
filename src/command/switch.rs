use std::io::IsTerminal;

use super::{Answer, Context};
use crate::clock::{self, SignedDuration};
use crate::credentials::Credentials;
use crate::credentials::target::{self, Target};
use crate::error::{Error, Kind, Result};
use crate::sanitize;
use crate::shell::{self, Dialect, Switch};
use crate::terminal::segment;

/// Switch this shell to a profile, or to ACCOUNT/ROLE
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A profile of your AWS config, ACCOUNT/ROLE (id or name), or - for the previous one
    #[arg(value_name = "PROFILE")]
    pub profile: Option<String>,
    /// Where to look for ACCOUNT/ROLE, when several sessions offer it
    #[arg(long, value_name = "SESSION")]
    pub session: Option<String>,
    /// Get new keys although those at hand are good
    #[arg(long)]
    pub force: bool,
}

pub fn run(args: &Args, context: &Context) -> Result<Answer> {
    let word = word(args, context)?;
    if std::io::stdout().is_terminal() {
        return Err(on_a_terminal(&word, context));
    }
    let dialect = context.dialect()?;
    let target = target::resolve(&word, args.session.as_deref(), context.config()?, context)?;
    let credentials = context.keys(&target, args.force)?;
    let switch = context.switch_to(&target, &credentials)?;
    let text = shell::switch(dialect, &switch, &context.environment);
    context.person.note(&said(&switch, &credentials, context));
    Ok(Answer::text(text).uses(&target.name, context.store()?))
}

fn word(args: &Args, context: &Context) -> Result<String> {
    match args.profile.as_deref() {
        Some("-") => context.environment.text("ASSUME_PREVIOUS").map(str::to_owned).ok_or_else(|| {
            Error::new(Kind::NotFound, "there is no previous profile in this shell", "name one: assume PROFILE")
        }),
        Some(name) => Ok(name.to_owned()),
        None => Err(Error::new(
            Kind::Usage,
            "no profile was named, and the picker is not built yet",
            "name one: assume PROFILE (assume list shows them)",
        )),
    }
}

/// Keys are never printed on a terminal: they would stay in its scroll-back and change nothing.
fn on_a_terminal(word: &str, context: &Context) -> Error {
    let dialect = context.globals.shell.or_else(|| Dialect::detect(&context.environment));
    let name = sanitize::word(word, "PROFILE");
    let hint = match dialect {
        Some(Dialect::Fish) => format!("eval (assume {name}), or once and for all: assume init fish | source"),
        Some(Dialect::PowerShell | Dialect::PowerShellList) => {
            format!("iex (assume {name}), or once and for all: assume init powershell | Out-String | iex")
        }
        Some(Dialect::Zsh) => format!("eval $(assume {name}), or once and for all: eval \"$(assume init zsh)\""),
        Some(Dialect::Sh) => format!("eval \"$(assume {name} --shell sh)\""),
        Some(Dialect::Json) => {
            format!("let your shell read it, as in nushell: assume {name} --shell json | from json | load-env")
        }
        Some(Dialect::Bash) | None => {
            format!("eval $(assume {name}), or once and for all: eval \"$(assume init bash)\"")
        }
    };
    Error::new(Kind::Usage, "this shell was not switched: a program can't change the shell that starts it", hint)
}

fn said(switch: &Switch, credentials: &Credentials, context: &Context) -> String {
    let role = format!("{}/{}", switch.account, switch.role);
    let id =
        if switch.account == credentials.account_id { String::new() } else { format!(" ({})", credentials.account_id) };
    let left = credentials.expires.map_or_else(String::new, |expires| {
        format!(", keys for {}", minutes(expires.duration_since(context.clock.now())))
    });
    format!("this shell is now {role}{id}{left}")
}

/// `47 min`, `7 h 59 min`, `12 s`.
fn minutes(left: SignedDuration) -> String {
    match (left.as_hours(), left.as_mins() % 60, left.as_secs()) {
        (0, 0, seconds) => format!("{} s", seconds.max(0)),
        (0, minutes, _) => format!("{minutes} min"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

impl Context {
    /// The shell to write for: `--shell`, what the wrapper passes, the parent process, else an error naming the choices.
    pub fn dialect(&self) -> Result<Dialect> {
        self.globals.shell.or_else(|| Dialect::detect(&self.environment)).ok_or_else(|| {
            Error::new(
                Kind::Usage,
                "cannot tell which shell asks",
                "say it: --shell bash, zsh, fish, powershell, sh or json",
            )
        })
    }

    /// Where this shell is before it becomes `target`; where it is that already, the way back stays what it was. An
    /// account and role are remembered with their session, since another may offer the same.
    fn previous(&self, target: &Target) -> Result<Option<String>> {
        let text = |name: &str| self.environment.text(name).map(str::to_owned);
        let Some(current) = text("ASSUME_PROFILE") else { return Ok(None) };
        if current == target.name {
            return Ok(text("ASSUME_PREVIOUS"));
        }
        let config = self.config()?;
        Ok(Some(match text("ASSUME_SESSION") {
            Some(session) if !config.has_profile(&current) && current.contains('/') => {
                let named = current.strip_prefix(&session).is_some_and(|rest| rest.starts_with(':'));
                if named { current } else { format!("{session}:{current}") }
            }
            _ => current,
        }))
    }

    /// The contract's values for a shell or a child.
    pub fn switch_to(&self, target: &Target, credentials: &Credentials) -> Result<Switch> {
        let account = sanitize::line(&self.account_name(target)?);
        Ok(Switch {
            access_key_id: credentials.access_key_id.clone(),
            secret_access_key: credentials.secret_access_key.clone(),
            session_token: credentials.session_token.clone(),
            expiration: credentials.expires.map(clock::rfc3339),
            expires_epoch: credentials.expires.map(clock::Timestamp::as_second),
            region: target.region.clone(),
            account_id: Some(credentials.account_id.clone()),
            segment: segment::render(&target.name, &account, &credentials.role),
            account,
            role: credentials.role.clone(),
            profile: target.name.clone(),
            previous: self.previous(target)?,
            session: target.session.id.label().to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_left_is_said_as_a_person_would() {
        for (seconds, said) in [(12, "12 s"), (60, "1 min"), (3599, "59 min"), (28_740, "7 h 59 min"), (-5, "0 s")] {
            assert_eq!(minutes(SignedDuration::from_secs(seconds)), said);
        }
    }
}
