//! New keys by a process of its own, so that no prompt waits for AWS.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::renewal::Shell;
use super::{Context, detached, refresh};
use crate::clock::Timestamp;
use crate::config::{Profile, Source};
use crate::credentials::backoff::Backoff;
use crate::credentials::{self, Credentials};
use crate::error::{Error, Kind, Result};

/// Once its keys have expired a prompt waits, but no longer than this from its call on: the hook itself gives up after two
/// seconds, and takes a binary that is slower for one that hangs.
const PATIENCE: Duration = Duration::from_millis(1300);

/// A process of its own renews the keys. Where another is at it already, that one will do.
pub(super) fn start(shell: &Shell, args: &refresh::Args, waits: bool, context: &Context) -> Result<()> {
    let spent = Duration::try_from(Timestamp::now().duration_since(context.begun)).unwrap_or_default();
    let until = Instant::now() + PATIENCE.saturating_sub(spent);
    if let Some(mine) = flight(shell, context, Some(Instant::now()))? {
        drop(mine);
        let passphrase = context.environment.text("ASSUME_STORE_PASSPHRASE");
        let words = args.for_background(shell.words(), passphrase.is_some());
        let child = detached::spawn(&words, passphrase, &context.environment);
        let mut child = child.map_err(|error| {
            Error::new(Kind::Failure, format!("cannot start a renewal: {error}"), "renew the keys with: assume PROFILE")
        })?;
        if waits {
            let (done, wait) = mpsc::channel();
            std::thread::spawn(move || done.send(child.wait().is_ok()));
            let _ = wait.recv_timeout(until.saturating_duration_since(Instant::now()));
        }
    }
    if waits {
        flight(shell, context, Some(until))?;
    }
    Ok(())
}

/// The lock that a renewal under way holds.
fn flight(shell: &Shell, context: &Context, deadline: Option<Instant>) -> Result<Option<crate::files::Lock>> {
    context.store()?.flight("renewal", &credentials::record_id(&shell.role), deadline, &mut || {})
}

/// Detached: asks AWS, and notes what came of it for every shell that has these keys.
pub(super) fn renew(shell: &Shell, args: &refresh::Args, context: &Context) {
    // Shells that merely look hold this for a moment; who is still at it then will do.
    let deadline = Instant::now() + PATIENCE;
    let Ok(Some(_flight)) = flight(shell, context, Some(deadline)) else { return };
    let Ok(store) = context.store() else { return };
    let failed = Backoff::read(store, &shell.role);
    let is_too_soon = |failed: &Backoff| !args.expired() && failed.left(Timestamp::now()).is_some();
    // Whoever was at it before has just failed, and this would be no better.
    if failed.is_some_and(|failed| failed.is_since(context.begun) || is_too_soon(&failed)) {
        return;
    }
    match renewed(shell, context) {
        Ok(_) => Backoff::clear(store, &shell.role),
        Err(error) => Backoff::note(store, &shell.role, &error, Timestamp::now()),
    }
}

fn renewed(shell: &Shell, context: &Context) -> Result<Credentials> {
    let config = context.config()?;
    // An endpoint of the profile's own serves as long as the profile is still this role's.
    let of_profile = if config.has_profile(&shell.profile) { config.profile(&shell.profile).ok() } else { None };
    let overrides = match of_profile {
        Some(Profile { source: Source::Sso { role, .. }, overrides, .. }) if role == shell.role => Some(overrides),
        _ => None,
    };
    let keys = context.renew_keys(&shell.target(overrides, None))?;
    match keys.life(&context.clock) {
        Some((due, _)) if !due.is_positive() => Err(Error::new(
            Kind::Network,
            format!("AWS gave keys for {} that are as old as those before", shell.name()),
            "wait: they are asked for again",
        )),
        _ => Ok(keys),
    }
}
