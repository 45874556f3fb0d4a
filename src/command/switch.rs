use std::io::IsTerminal;

use super::production::Confirmation;
use super::{Answer, Context, pick};
use crate::clock::{self, SignedDuration};
use crate::credentials::Credentials;
use crate::credentials::target::{self, Target};
use crate::error::{Error, Kind, Result};
use crate::identity::Names;
use crate::sanitize;
use crate::shell::{self, Dialect, Switch};
use crate::terminal::{
    self,
    segment::{self, Segment},
};

/// Switch this shell to a profile, or to ACCOUNT/ROLE
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A profile of your AWS config, ACCOUNT/ROLE (id or name), or - for the previous one; without any it is picked
    #[arg(value_name = "PROFILE")]
    pub profile: Option<String>,
    /// Where to look for ACCOUNT/ROLE, when several sessions offer it
    #[arg(long, value_name = "SESSION")]
    pub session: Option<String>,
    /// Get new keys although those at hand are good
    #[arg(long)]
    pub force: bool,
    /// Switch to production without being asked, for scripts
    #[arg(long)]
    pub confirmed: bool,
}

pub fn run(args: &Args, context: &Context) -> Result<Answer> {
    let word = word(args, context)?;
    if std::io::stdout().is_terminal() {
        return Err(on_a_terminal(word.as_deref(), context));
    }
    let dialect = context.dialect()?;
    let word = word.map_or_else(|| pick::pick(args.session.as_deref(), context), Ok)?;
    let target = target::resolve(&word, args.session.as_deref(), context.config()?, context)?;
    let mut confirmation = Confirmation::new(context, &target, args.confirmed)?;
    confirmation.ask_early()?;
    let credentials = context.keys(&target, args.force)?;
    confirmation.ask_late()?;
    let switch = if dialect.may_have_a_hook() {
        context.hooked(&target, &credentials, context.previous(&target)?)?
    } else {
        context.switch_to(&target, &credentials)?
    };
    let text = shell::switch(dialect, &switch, &context.environment);
    context.person.note(&said(&switch, &credentials, context));
    Ok(Answer::text(text).uses(&target.name, context.store()?))
}

/// What was named; `None` where it is to be picked.
fn word(args: &Args, context: &Context) -> Result<Option<String>> {
    let Some("-") = args.profile.as_deref() else { return Ok(args.profile.clone()) };
    context.environment.text("ASSUME_PREVIOUS").map(|name| Some(name.to_owned())).ok_or_else(|| {
        Error::new(Kind::NotFound, "there is no previous profile in this shell", "name one: assume PROFILE")
    })
}

/// Keys are never printed on a terminal: they would stay in its scroll-back and change nothing.
fn on_a_terminal(word: Option<&str>, context: &Context) -> Error {
    let dialect = context.globals.shell.or_else(|| Dialect::detect(&context.environment));
    let call = word.map_or_else(|| "assume".to_owned(), |name| format!("assume {}", sanitize::word(name, "PROFILE")));
    let hint = match dialect {
        Some(Dialect::Fish) => format!("eval ({call}), or once and for all: assume init fish | source"),
        Some(Dialect::PowerShell | Dialect::PowerShellList) => {
            format!("iex ({call}), or once and for all: assume init powershell | Out-String | iex")
        }
        Some(Dialect::Zsh) => format!("eval $({call}), or once and for all: eval \"$(assume init zsh)\""),
        Some(Dialect::Sh) => format!("eval \"$({call} --shell sh)\""),
        Some(Dialect::Json) => {
            format!("let your shell read it, as in nushell: {call} --shell json | from json | load-env")
        }
        None if shell::is_under_cmd() => in_cmd(word.unwrap_or("PROFILE")),
        Some(Dialect::Bash) | None => {
            format!("eval $({call}), or once and for all: eval \"$(assume init bash)\"")
        }
    };
    Error::new(Kind::Usage, "this shell was not switched: a program can't change the shell that starts it", hint)
}

/// What there is for cmd.exe; in a batch file `%i` is `%%i`.
fn in_cmd(profile: &str) -> String {
    // Single quotes are none to cmd.exe.
    let profile =
        Some(sanitize::word(profile, "PROFILE")).filter(|word| !word.contains('\'')).unwrap_or("PROFILE".into());
    format!("assume exec {profile} cmd, or: for /f \"delims=\" %i in ('assume export {profile}') do @%i")
}

fn said(switch: &Switch, credentials: &Credentials, context: &Context) -> String {
    let role = format!("{}/{}", switch.account, switch.role);
    let id =
        if switch.account == credentials.account_id { String::new() } else { format!(" ({})", credentials.account_id) };
    let left =
        credentials.life(&context.clock).map_or_else(String::new, |(_, left)| format!(", keys for {}", minutes(left)));
    format!("this shell is now {role}{id}{left}")
}

/// `47 min`, `7 h 59 min`, `12 s`; to the nearest minute, so that fresh keys are for `1 h`.
pub(super) fn minutes(left: SignedDuration) -> String {
    let seconds = left.as_secs();
    let minutes = (seconds + 30) / 60;
    match (minutes / 60, minutes % 60) {
        _ if seconds < 60 => format!("{} s", seconds.max(0)),
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

impl Context {
    /// The shell to write for: `--shell`, what the wrapper passes, the parent process, else an error naming the choices.
    pub fn dialect(&self) -> Result<Dialect> {
        self.globals.shell.or_else(|| Dialect::detect(&self.environment)).ok_or_else(|| {
            if shell::is_under_cmd() {
                return Error::new(Kind::Usage, "cmd.exe cannot be switched: it evaluates no text", in_cmd("PROFILE"));
            }
            Error::new(
                Kind::Usage,
                "cannot tell which shell asks",
                "say it: --shell bash, zsh, fish, powershell, sh or json",
            )
        })
    }

    /// Where this shell is before it becomes `target`; where it is that already, the way back stays what it was. An
    /// account and role are remembered with their session, since another may offer the same.
    pub(super) fn previous(&self, target: &Target) -> Result<Option<String>> {
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

    /// What a prompt of this terminal shows for these names, around the time left.
    pub fn segment(&self, names: &Names) -> Result<Segment> {
        let settings = self.settings()?.segment();
        Ok(segment::render(settings, self.segment_cells()?, names, self.environment.is_utf8()))
    }

    /// The same without a time, for where nothing keeps it up to date.
    pub fn segment_text(&self, names: &Names) -> Result<String> {
        let settings = self.settings()?.segment();
        Ok(segment::names_only(settings, self.segment_cells()?, names, self.environment.is_utf8()))
    }

    /// At most half a line of the terminal.
    fn segment_cells(&self) -> Result<usize> {
        let half = terminal::columns().map_or(usize::MAX, |columns| columns / 2);
        Ok(self.settings()?.segment().width.min(half))
    }

    /// The contract's values for a shell or a child.
    pub fn switch_to(&self, target: &Target, credentials: &Credentials) -> Result<Switch> {
        self.values(target, credentials, self.previous(target)?)
    }

    /// The same for a shell that may have a hook; a shell that stays where it is keeps its way back.
    pub fn hooked(&self, target: &Target, credentials: &Credentials, previous: Option<String>) -> Result<Switch> {
        let switch = self.values(target, credentials, previous)?;
        let key = credentials.access_key_id.expose();
        let watch = self.watch(target, &switch.account, key, credentials.life(&self.clock))?;
        Ok(Switch { watch: Some(watch), ..switch })
    }

    fn values(&self, target: &Target, credentials: &Credentials, previous: Option<String>) -> Result<Switch> {
        let account = sanitize::line(&self.account_name(target)?);
        Ok(Switch {
            access_key_id: credentials.access_key_id.clone(),
            secret_access_key: credentials.secret_access_key.clone(),
            session_token: credentials.session_token.clone(),
            expiration: credentials.expires.map(clock::rfc3339),
            expires_epoch: credentials.expires.map(clock::Timestamp::as_second),
            region: target.region.clone(),
            account_id: Some(credentials.account_id.clone()),
            watch: None,
            segment: self.segment_text(&Self::names(target, &account))?,
            account,
            role: credentials.role.clone(),
            profile: target.name.clone(),
            previous,
            session: target.session.id.label().to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_left_is_said_as_a_person_would() {
        for (seconds, said) in [
            (-5, "0 s"),
            (12, "12 s"),
            (59, "59 s"),
            (60, "1 min"),
            (3569, "59 min"),
            (3595, "1 h"),
            (28_740, "7 h 59 min"),
            (43_198, "12 h"),
        ] {
            assert_eq!(minutes(SignedDuration::from_secs(seconds)), said);
        }
    }
}
