//! The keys of a shell that lives on: renewed for what the shell *is*, whatever its profile has become meanwhile.
//!
//! The hook is answered from the vault alone. Where AWS has to be asked, a detached process does it, and a later prompt
//! finds what it brought.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::{Context, detached, refresh};
use crate::clock::Timestamp;
use crate::config::{Profile, Source};
use crate::credentials::backoff::Backoff;
use crate::credentials::target::Target;
use crate::credentials::{self, Credentials, Life};
use crate::endpoint::Overrides;
use crate::error::{Error, Kind, Result};
use crate::identity::{RoleId, Session, SessionId};
use crate::sanitize;
use crate::secret::Secret;
use crate::shell::{self, Dialect, Pause, Watch};
use crate::sso::{RoleKeys, Token};
use crate::store::{Header, Marker, RecordId, Seen, Store};

/// Once its keys have expired a prompt waits, but no longer than this; the hook itself gives up after two seconds.
const PATIENCE: Duration = Duration::from_millis(1700);

/// How often a prompt looks for keys that are on their way.
const LOOK: u64 = 5;
/// As long as only a person can go on; a marker tells of it sooner.
const FOR_A_PERSON: u64 = 30;

/// What a shell is, by the variables of its hook.
pub(super) struct Shell {
    role: RoleId,
    profile: String,
}

impl Shell {
    pub(super) fn new(words: [String; Watch::IDENTITY]) -> Option<Self> {
        let [name, start_url, region, account_id, role, profile, _generation] = words;
        let sound = account_id.len() == 12 && account_id.bytes().all(|byte| byte.is_ascii_digit()) && !role.is_empty();
        let session = SessionId { name, start_url, region };
        sound.then_some(Self { role: RoleId { session, account_id, role }, profile })
    }

    fn target(&self, overrides: Overrides, region: Option<String>) -> Target {
        let session = Session { id: self.role.session.clone(), scopes: Vec::new() };
        Target { name: self.profile.clone(), session, role: self.role.clone(), region, overrides }
    }

    fn name(&self) -> String {
        sanitize::word(&self.profile, "PROFILE")
    }
}

/// The marks of a shell's keys, session and lock.
pub(super) struct Marks {
    pub(super) keys: Seen,
    pub(super) session: Seen,
    pub(super) lock: Seen,
}

impl Marks {
    pub(super) fn read(store: &Store, role: &RoleId) -> Result<Self> {
        let id = credentials::record_id(role);
        Ok(Self {
            keys: store.marker(Marker::Role(&id))?,
            session: store.marker(Marker::Session(&role.session))?,
            lock: store.marker(Marker::Lock)?,
        })
    }
}

/// What the hook is told. `None` for a dialect that has none.
pub(super) fn answer(dialect: Dialect, shell: &Shell, args: &refresh::Args, context: &Context) -> Option<Secret> {
    let said = match look(shell, args, context) {
        Ok(said) => said,
        // A wrong setting, a damaged record: the keys that are there go on until they end.
        Err(error) => Said::Pause(Pause {
            seconds: FOR_A_PERSON,
            said: if args.expired() || error.kind() == Kind::Keeper { line(&error) } else { String::new() },
            state: "",
            keys: 0,
            sign_in: 0,
            lock: 0,
        }),
    };
    match &said {
        Said::Keys(switch) => shell::answer(dialect, &shell::Answer::Keys(switch)),
        Said::Pause(pause) => shell::answer(dialect, &shell::Answer::Pause(pause)),
        Said::Disowned => shell::answer(dialect, &shell::Answer::Disowned),
    }
}

enum Said {
    Keys(Box<shell::Switch>),
    Pause(Pause),
    Disowned,
}

fn look(shell: &Shell, args: &refresh::Args, context: &Context) -> Result<Said> {
    let store = context.store()?;
    // Before the record is read: whatever changes after this is seen by the hook.
    let marks = Marks::read(store, &shell.role)?;
    let id = credentials::record_id(&shell.role);
    let held = context.environment.text("AWS_ACCESS_KEY_ID").unwrap_or_default();
    match store.header::<RoleKeys>(&id)? {
        None => return Ok(Said::Pause(signed_out(shell, &marks))),
        Some(header) if !credentials::was_issued(&header, held) => return Ok(Said::Disowned),
        Some(_) => {}
    }
    if let Some(keys) = fresh(shell, held, context)? {
        return Ok(Said::Keys(keys));
    }
    if needs_sign_in(store, shell, context)? {
        return Ok(Said::Pause(sign_in_needed(shell, &marks)));
    }
    let failed = Backoff::read(store, &shell.role);
    let pause = failed.as_ref().and_then(|failed| failed.left(Timestamp::now()));
    if let (Some(failed), Some(left), false) = (&failed, pause, args.expired()) {
        return Ok(Said::Pause(after_failure(shell, failed, left, false, &marks)));
    }
    start(shell, args, context)?;
    if args.expired() {
        if let Some(keys) = fresh(shell, held, context)? {
            return Ok(Said::Keys(keys));
        }
        if needs_sign_in(store, shell, context)? {
            return Ok(Said::Pause(sign_in_needed(shell, &marks)));
        }
        if let Some(failed) = Backoff::read(store, &shell.role) {
            let left = failed.left(Timestamp::now()).unwrap_or_default();
            return Ok(Said::Pause(after_failure(shell, &failed, left, true, &marks)));
        }
        return Ok(Said::Pause(paused(LOOK, unanswered(shell), "", &marks)));
    }
    Ok(Said::Pause(paused(LOOK, String::new(), "", &marks)))
}

/// Keys that are better than those the shell holds.
fn fresh(shell: &Shell, held: &str, context: &Context) -> Result<Option<Box<shell::Switch>>> {
    let Some((header, keys)) = credentials::kept(context.store()?, &shell.role)? else { return Ok(None) };
    let life = credentials::life_of(&header, &context.clock);
    let newer = life == Life::Due && keys.access_key_id.expose() != held;
    if life != Life::Fine && !newer {
        return Ok(None);
    }
    let region = context.environment.text("AWS_REGION").map(str::to_owned);
    context.renewed(&shell.target(Overrides::default(), region), &keys).map(Box::new).map(Some)
}

/// Whether only a person can renew the session, by the header of its token alone.
fn needs_sign_in(store: &Store, shell: &Shell, context: &Context) -> Result<bool> {
    let token = store.header::<Token>(&RecordId::of_session(&shell.role.session))?;
    Ok(token.is_none_or(|Header { issued, received, expires, renewable_until, .. }| {
        let now = context.clock.now_for(issued, received);
        now >= expires && renewable_until.is_none_or(|until| now >= until)
    }))
}

/// A process of its own renews the keys. Where another is at it already, that one will do.
fn start(shell: &Shell, args: &refresh::Args, context: &Context) -> Result<()> {
    let until = Instant::now() + PATIENCE;
    if let Some(mine) = flight(shell, context, Some(Instant::now()))? {
        drop(mine);
        let passphrase = context.environment.text("ASSUME_STORE_PASSPHRASE");
        let words = args.for_background(passphrase.is_some());
        let child = detached::spawn(&words, passphrase);
        let mut child = child.map_err(|error| {
            Error::new(Kind::Failure, format!("cannot start a renewal: {error}"), "renew the keys with: assume PROFILE")
        })?;
        if args.expired() {
            let (done, wait) = mpsc::channel();
            std::thread::spawn(move || done.send(child.wait().is_ok()));
            let _ = wait.recv_timeout(until.saturating_duration_since(Instant::now()));
        }
    }
    if args.expired() {
        flight(shell, context, Some(until))?;
    }
    Ok(())
}

/// The lock that a renewal under way holds.
fn flight(shell: &Shell, context: &Context, deadline: Option<Instant>) -> Result<Option<crate::files::Lock>> {
    context.store()?.flight("renewal", &credentials::record_id(&shell.role), deadline, &mut || {})
}

/// Detached: asks AWS, and notes what came of it for every shell that has these keys.
pub(super) fn renew(shell: &Shell, context: &Context) {
    // Somebody else is at it, or nothing can be written: then there is nothing to be noted either.
    let Ok(Some(_flight)) = flight(shell, context, Some(Instant::now())) else { return };
    let Ok(store) = context.store() else { return };
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
        Some(Profile { source: Source::Sso { role, .. }, overrides, .. }) if role == shell.role => overrides,
        _ => config.overrides(),
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

fn paused(seconds: u64, said: String, state: &'static str, marks: &Marks) -> Pause {
    Pause { seconds, said, state, keys: marks.keys.number, sign_in: marks.session.number, lock: marks.lock.number }
}

fn sign_in_needed(shell: &Shell, marks: &Marks) -> Pause {
    let label = shell.role.session.label();
    let login = format!("assume login {}", sanitize::word(label, "SESSION"));
    let said = format!("assume: '{label}' needs a sign-in to keep {} alive: {login}", shell.name());
    paused(FOR_A_PERSON, sanitize::line(&said), "sign_in_needed", marks)
}

/// The record of these keys went with the sign-in, or with the lock.
fn signed_out(shell: &Shell, marks: &Marks) -> Pause {
    let name = shell.name();
    let said = format!("assume: {name} is not renewed any more: somebody signed out; to come back: assume {name}");
    paused(FOR_A_PERSON, said, "sign_in_needed", marks)
}

/// Neither keys nor a failure within the time a prompt waits.
fn unanswered(shell: &Shell) -> String {
    let name = shell.name();
    format!(
        "assume: the keys of {name} are over, and AWS has not answered yet: a later prompt has new ones, or: assume {name}"
    )
}

fn after_failure(shell: &Shell, failed: &Backoff, left: Duration, expired: bool, marks: &Marks) -> Pause {
    // The sign-in itself is good: it is being sent elsewhere than it was issued, which is for no hook to mend (rule 1).
    let tell = !failed.needs_sign_in() && (expired || failed.is_refusal() || failed.needs_unlocking());
    let said = format!("assume: the keys of {} are not renewed: {}; {}", shell.name(), failed.message, failed.hint);
    let said = if tell { sanitize::line(&said) } else { String::new() };
    let state = if failed.needs_unlocking() { "locked" } else { "" };
    paused(left.as_secs() + 1, said, state, marks)
}

fn line(error: &Error) -> String {
    sanitize::line(&format!("assume: {}; {}", error.message(), error.hint()))
}
