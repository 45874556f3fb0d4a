//! The keys of a shell that lives on: renewed for what the shell *is*, whatever its profile has become meanwhile.
//!
//! The hook is answered from the vault alone. Where AWS has to be asked, a detached process does it, and a later prompt
//! finds what it brought.

use std::time::Duration;

use super::{Context, background, refresh};
use crate::clock::Timestamp;
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
use crate::terminal;

/// How often a prompt looks for keys that are on their way.
const LOOK: u64 = 5;
/// As long as only a person can go on; a marker tells of it sooner.
const FOR_A_PERSON: u64 = 30;

/// What a line of a prompt may take, in characters.
const LEAST_LINE: usize = 60;
const LONGEST_LINE: usize = 160;

/// What a shell is, by the variables of its hook.
pub(super) struct Shell {
    pub(super) role: RoleId,
    pub(super) profile: String,
}

impl Shell {
    pub(super) fn new(words: [String; Watch::IDENTITY]) -> Option<Self> {
        let [name, start_url, region, account_id, role, profile, _generation] = words;
        let sound = account_id.len() == 12 && account_id.bytes().all(|byte| byte.is_ascii_digit()) && !role.is_empty();
        let session = SessionId { name, start_url, region };
        sound.then_some(Self { role: RoleId { session, account_id, role }, profile })
    }

    pub(super) fn of(target: &Target) -> Self {
        Self { role: target.role.clone(), profile: target.name.clone() }
    }

    /// As words for a process of its own; the generation of the lock is for the hook alone.
    pub(super) fn words(&self) -> [String; Watch::IDENTITY] {
        let RoleId { session, account_id, role } = &self.role;
        let words = [&session.name, &session.start_url, &session.region, account_id, role, &self.profile];
        let [name, url, region, account, role, profile] = words.map(Clone::clone);
        [name, url, region, account, role, profile, String::new()]
    }

    pub(super) fn target(&self, overrides: Option<Overrides>, region: Option<String>) -> Target {
        let session = Session { id: self.role.session.clone(), scopes: Vec::new() };
        Target { name: self.profile.clone(), session, role: self.role.clone(), region, overrides }
    }

    pub(super) fn name(&self) -> String {
        sanitize::word(&self.profile, "PROFILE")
    }
}

/// The marks of a shell's keys, session and lock.
#[derive(Default)]
pub(super) struct Marks {
    pub(super) keys: Seen,
    pub(super) session: Seen,
    pub(super) lock: Seen,
}

impl Marks {
    pub(super) fn read(store: &Store, role: &RoleId) -> Result<Self> {
        let id = credentials::record_id(role);
        let [keys, session, lock] = store.markers([Marker::Role(&id), Marker::Session(&role.session), Marker::Lock])?;
        Ok(Self { keys, session, lock })
    }
}

/// What the hook is told. `None` for a dialect that has none.
pub(super) fn answer(dialect: Dialect, shell: &Shell, args: &refresh::Args, context: &Context) -> Option<Secret> {
    let said = match look(shell, args, context) {
        Ok(said) => said,
        // A wrong setting, a damaged record: the keys that are there go on until they end.
        Err(error) => {
            let tell = args.expired() || error.kind() == Kind::Keeper;
            let marks = context.store().and_then(|store| Marks::read(store, &shell.role)).unwrap_or_default();
            let said = if tell { not_renewed(shell, error.message()) } else { String::new() };
            Said::Pause(paused(FOR_A_PERSON, said, "", &marks))
        }
    };
    let environment = &context.environment;
    match &said {
        Said::Keys(switch) => shell::answer(dialect, &shell::Answer::Keys(switch), environment),
        Said::Pause(pause) => shell::answer(dialect, &shell::Answer::Pause(pause), environment),
        Said::Disowned => shell::answer(dialect, &shell::Answer::Disowned, environment),
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
        None => return Ok(Said::Pause(withdrawn(shell, &marks))),
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
    background::start(shell, args, args.expired(), context)?;
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
    context.hooked(&shell.target(None, region), &keys, None).map(Box::new).map(Some)
}

/// Whether the shell is that profile already, and holds keys of that very role.
pub(super) fn is_already(shell: &Shell, context: &Context) -> bool {
    // Another profile of the same role may have another region.
    if context.environment.text("ASSUME_PROFILE") != Some(&shell.profile) {
        return false;
    }
    let held = context.environment.text("AWS_ACCESS_KEY_ID").unwrap_or_default();
    let header = context.store().and_then(|store| store.header::<RoleKeys>(&credentials::record_id(&shell.role)));
    header.is_ok_and(|header| header.is_some_and(|header| credentials::was_issued(&header, held)))
}

/// Keys for a shell that goes there now: those of the vault, else new ones if they come soon enough.
pub(super) fn keys_at_once(shell: &Shell, args: &refresh::Args, context: &Context) -> Result<Credentials> {
    let store = context.store()?;
    let good = || -> Result<Option<Credentials>> {
        let kept = credentials::kept(store, &shell.role)?;
        Ok(kept
            .filter(|(header, _)| credentials::life_of(header, &context.clock) != Life::Expired)
            .map(|(_, keys)| keys))
    };
    if let Some(keys) = good()? {
        return Ok(keys);
    }
    let label = shell.role.session.label();
    let login = || format!("assume login {}", sanitize::word(label, "SESSION"));
    let signed_out = || Error::new(Kind::SignInNeeded, format!("'{label}' needs a sign-in"), login());
    if needs_sign_in(store, shell, context)? {
        return Err(signed_out());
    }
    background::start(shell, args, true, context)?;
    match (good()?, Backoff::read(store, &shell.role)) {
        (Some(keys), _) => Ok(keys),
        (None, Some(failed)) if !failed.needs_sign_in() => Err(Error::new(Kind::Network, failed.message, failed.hint)),
        (None, _) if needs_sign_in(store, shell, context)? => Err(signed_out()),
        _ => Err(Error::new(Kind::Network, "AWS has not answered yet", "try again")),
    }
}

/// Whether only a person can renew the session, by the header of its token alone.
fn needs_sign_in(store: &Store, shell: &Shell, context: &Context) -> Result<bool> {
    let token = store.header::<Token>(&RecordId::of_session(&shell.role.session))?;
    Ok(token.is_none_or(|Header { issued, received, expires, renewable_until, .. }| {
        let now = context.clock.now_for(issued, received);
        now >= expires && renewable_until.is_none_or(|until| now >= until)
    }))
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
fn withdrawn(shell: &Shell, marks: &Marks) -> Pause {
    let name = shell.name();
    let (why, state) =
        if marks.lock.locked { ("the vault is locked", "locked") } else { ("somebody signed out", "sign_in_needed") };
    let said = format!("assume: {name} is not renewed any more: {why}; to come back: assume {name}");
    paused(FOR_A_PERSON, said, state, marks)
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
    let said = if tell { not_renewed(shell, &failed.message) } else { String::new() };
    let state = if failed.needs_unlocking() { "locked" } else { "" };
    paused(left.as_secs() + 1, said, state, marks)
}

/// One line of the terminal, whatever the reason: the command at its end tells the rest.
fn not_renewed(shell: &Shell, why: &str) -> String {
    // What was being done is known; why it failed is not.
    let why = why.split_once(" failed: ").map_or(why, |(_, reason)| reason);
    let name = shell.name();
    let (head, tail) = (format!("assume: the keys of {name} are not renewed: "), format!("; to try: assume {name}"));
    let line = terminal::columns().unwrap_or(usize::MAX).clamp(LEAST_LINE, LONGEST_LINE);
    let room = line.saturating_sub(head.chars().count() + tail.chars().count());
    format!("{head}{}{tail}", sanitize::line_within(why, room.max(20)))
}
