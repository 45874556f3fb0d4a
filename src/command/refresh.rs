use std::ffi::OsString;
use std::path::PathBuf;

use clap::Parser;

use super::renewal::{self, Shell};
use super::{Answer, Context, background, detached, entering};
use crate::cli::AtLoad;
use crate::environment::Environment;
use crate::error::{Error, Kind, Result};
use crate::identity::Session;
use crate::shell::{Dialect, Watch};
use crate::sso::{Browser, SignIn};

/// What the hook calls, and what runs detached
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// Fetch the names of a session's accounts
    #[arg(long, value_name = "SESSION")]
    accounts: Option<String>,
    /// Renew the keys, with all the time that takes
    #[arg(long)]
    background: bool,
    /// The passphrase of the vault comes on standard input
    #[arg(long)]
    passphrase: bool,
    /// The keys of the shell have expired: wait for new ones, up to two seconds
    #[arg(long)]
    expired: bool,
    /// The shell is in a folder with this .assume file
    #[arg(long, value_name = "FILE")]
    folder: Option<PathBuf>,
    /// All of these words as base64, NUL between them, from a shell that can't hand over a list
    #[arg(long, value_name = "BASE64")]
    packed: Option<String>,
    /// Start a detached process with these words, which come as base64
    #[cfg(windows)]
    #[arg(long, value_name = "BASE64", hide = true)]
    hand_over: Option<String>,
    #[command(flatten)]
    at_load: AtLoad,
    /// What the shell is: session, start URL, region, account, role, profile, generation of the lock
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    words: Vec<String>,
}

#[derive(Parser)]
struct Packed {
    #[command(flatten)]
    args: Args,
}

impl Args {
    #[cfg(windows)]
    pub(super) fn handed_over(&self) -> Option<&str> {
        self.hand_over.as_deref()
    }

    /// With what was packed taken out.
    pub fn unpacked(self) -> Result<Self> {
        let Some(packed) = &self.packed else { return Ok(self) };
        let wrong = || Error::new(Kind::Usage, "these words are not what a hook packs", "open a new shell");
        let words = data_encoding::BASE64.decode(packed.as_bytes()).map_err(|_| wrong())?;
        let words = String::from_utf8(words).map_err(|_| wrong())?;
        let words = std::iter::once("refresh").chain(words.split('\0'));
        Packed::try_parse_from(words).map(|packed| packed.args).map_err(|_| wrong())
    }

    /// The environment with the settings that held when the hook was loaded (security rule 19), and the passphrase that
    /// came by a pipe.
    #[must_use]
    pub fn environment(&self, environment: &Environment) -> Environment {
        let mut environment = self.at_load.apply(environment);
        if self.passphrase
            && let Some(passphrase) = detached::take_passphrase()
        {
            environment.set("ASSUME_STORE_PASSPHRASE", Some(passphrase.expose().as_ref()));
        }
        environment
    }

    /// A hook waits for the answer.
    #[must_use]
    pub fn is_hurried(&self) -> bool {
        !self.background && self.accounts.is_none()
    }
}

pub fn run(args: &Args, context: &Context) -> Result<Answer> {
    if let Some(session) = &args.accounts {
        return fetch_names(session, context);
    }
    let dialect = context.globals.shell.or_else(|| Dialect::detect(&context.environment));
    let no_hook = || Error::new(Kind::Usage, "this shell has no hook", "use eval");
    if let Some(file) = &args.folder {
        let text = dialect.and_then(|dialect| entering::answer(dialect, file, args, context));
        return text.map(Answer::text).ok_or_else(no_hook);
    }
    let shell =
        <[String; Watch::IDENTITY]>::try_from(args.words.clone()).ok().and_then(Shell::new).ok_or_else(|| {
            Error::new(
                Kind::Usage,
                "refresh is for the hook that assume init prints",
                "renew keys with: assume PROFILE; a profile named refresh is reached with: assume switch refresh",
            )
        })?;
    if args.background {
        detached::leave_the_terminal();
        background::renew(&shell, args, context);
        return Ok(Answer::nothing());
    }
    let text = dialect.and_then(|dialect| renewal::answer(dialect, &shell, args, context));
    text.map(Answer::text).ok_or_else(no_hook)
}

impl Args {
    pub(super) fn expired(&self) -> bool {
        self.expired
    }

    /// The words for the same shell, detached.
    pub(super) fn for_background(&self, identity: [String; Watch::IDENTITY], passphrase: bool) -> Vec<OsString> {
        let options = ["refresh", "--quiet", "--no-input", "--background"].map(str::to_owned);
        let passphrase = passphrase.then(|| "--passphrase".to_owned());
        let expired = self.expired.then(|| "--expired".to_owned());
        let rest = std::iter::once("--".to_owned()).chain(identity);
        let options = options.into_iter().chain(passphrase).chain(expired).map(OsString::from);
        options.chain(self.at_load.again()).chain(rest.map(OsString::from)).collect()
    }
}

fn fetch_names(name: &str, context: &Context) -> Result<Answer> {
    detached::leave_the_terminal();
    let config = context.config()?;
    let center = context.center(&config.session(name)?, None)?;
    let never = SignIn { flow: None, browser: Browser::None, force: false, may_move: false };
    center.accounts(&never)?;
    Ok(Answer::nothing())
}

/// The names that took longer than a sign-in waits for, fetched by a process that outlives this one. Names are a comfort:
/// where it can't start, ids stand in.
pub(super) fn fetch_names_later(session: &Session, context: &Context) {
    let passphrase = context.environment.text("ASSUME_STORE_PASSPHRASE");
    let mut words = ["refresh", "--quiet", "--no-input"].map(OsString::from).to_vec();
    words.push(format!("--accounts={}", session.id.label()).into());
    words.extend(passphrase.map(|_| "--passphrase".into()));
    words.extend(AtLoad::words(&context.environment));
    // Not waited for: it is adopted by the system when this process ends.
    let _ = detached::spawn(&words, passphrase, &context.environment);
}
