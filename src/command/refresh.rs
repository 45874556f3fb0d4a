use std::process::{Command, Stdio};

use super::{Answer, Context};
use crate::error::{Error, Kind, Result};
use crate::identity::Session;
use crate::sso::{self, Browser, SignIn};

/// What runs detached, with nobody to ask or tell
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Fetch the names of a session's accounts
    #[arg(long, value_name = "SESSION")]
    accounts: Option<String>,
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    words: Vec<std::ffi::OsString>,
}

pub fn run(args: &Args, context: &Context) -> Result<Answer> {
    let Some(name) = &args.accounts else {
        return Err(Error::new(
            Kind::Failure,
            "'assume refresh' is not built yet",
            "renew keys with: assume PROFILE; a profile named refresh is reached with: assume switch refresh",
        ));
    };
    leave_the_terminal();
    let config = context.config()?;
    let center = context.center(&config.session(name)?, &config.overrides())?;
    let never = SignIn { flow: None, browser: Browser::None, force: false, may_move: false };
    center.accounts(&never)?;
    Ok(Answer::nothing())
}

/// A session of its own: neither Ctrl-C nor a closed terminal ends it.
fn leave_the_terminal() {
    #[cfg(unix)]
    // Refused to a leader of a process group, which then is none of the shell's job already.
    let _ = rustix::process::setsid();
}

/// The names that took longer than a sign-in waits for, fetched by a process that outlives this one. Names are a comfort:
/// where it can't start, ids stand in. It gets no passphrase, so under the `file` keeper without a cache it is not tried.
pub(super) fn fetch_names_later(session: &Session, context: &Context) {
    let Ok(program) = std::env::current_exe() else { return };
    if context.environment.is_set("ASSUME_STORE_PASSPHRASE") {
        return;
    }
    let mut command = Command::new(program);
    command.args(["refresh", "--quiet", "--no-input"]).arg(format!("--accounts={}", session.id.label()));
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.current_dir(if cfg!(windows) { "C:\\" } else { "/" });
    for name in sso::WITHHELD {
        command.env_remove(name);
    }
    // Not waited for: it is adopted by the system when this process ends.
    let _ = command.spawn();
}
