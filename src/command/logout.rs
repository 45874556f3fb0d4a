use super::{Answer, Context};
use crate::config::Config;
use crate::error::{Kind, Result};
use crate::identity::Session;

/// Sign out: revoke the sign-in at AWS and wipe it here
#[derive(Debug, clap::Args)]
pub struct Args {
    /// An sso-session of your AWS config, its start URL, or a profile that uses it
    #[arg(value_name = "SESSION", conflicts_with = "all")]
    session: Option<String>,
    /// Sign out of every session, and replace the key of the vault
    #[arg(long)]
    all: bool,
}

pub fn run(args: &Args, context: &Context) -> Result<Answer> {
    let sessions = if args.all {
        everywhere(context)?
    } else {
        vec![super::login::find("logout", context.config()?, args.session.as_deref())?]
    };
    context.person.may_wait();
    let mut failed = None;
    // What can't be read may have been a sign-in.
    let mut was_any = args.all && context.store()?.headers().map_or(true, |headers| !headers.is_empty());
    for session in &sessions {
        match sign_out(session, context) {
            Ok(was) => was_any |= was,
            Err(error) => failed = Some(error),
        }
    }
    if args.all {
        context.store()?.forget_all()?;
    }
    match failed {
        // What could not be opened is gone now: that was the way out.
        Some(error) if args.all && error.kind() == Kind::Keeper => {
            was_any = true;
            context.person.note(&format!("forgotten here, not revoked at AWS: {}", error.message()));
        }
        Some(error) => return Err(error),
        None => {}
    }
    context.person.note(&match sessions.as_slice() {
        _ if was_any => "signed out; role keys already handed out live on until they expire".to_owned(),
        [session] if !args.all => format!("nobody was signed in to {}", session.id.label()),
        _ => "nobody was signed in".to_owned(),
    });
    Ok(Answer::nothing())
}

/// The sessions of the config, and those that only the vault still knows.
fn everywhere(context: &Context) -> Result<Vec<Session>> {
    // A config or a vault that can't be read is no reason to wipe nothing.
    let mut sessions = context.config().map(Config::sessions).unwrap_or_default();
    for header in context.store()?.headers().unwrap_or_default() {
        if sessions.iter().all(|session| session.id != header.id.session) {
            sessions.push(Session { id: header.id.session, scopes: Vec::new() });
        }
    }
    Ok(sessions)
}

fn sign_out(session: &Session, context: &Context) -> Result<bool> {
    context.center(session, None)?.sign_out()
}
