use clap::ValueEnum;

use super::session::Wishes;
use super::{Answer, Context, refresh};
use crate::config::{Config, Source};
use crate::error::{Error, Kind, Result};
use crate::identity::Session;
use crate::sso::{self, SignedIn};

/// Sign in to a session of Identity Center; does nothing while the sign-in is good
#[derive(Debug, clap::Args)]
pub struct Args {
    /// An sso-session of your AWS config, its start URL, or a profile that uses it
    #[arg(value_name = "SESSION")]
    session: Option<String>,
    /// Sign in anew although the sign-in is good
    #[arg(long)]
    force: bool,
    /// How to sign in: in a browser on this machine, or by a code that any device can approve
    #[arg(long, value_name = "FLOW")]
    flow: Option<Flow>,
    /// Print the URL instead of opening a browser
    #[arg(long)]
    no_browser: bool,
    /// Draw the page as a QR code, to approve the sign-in on another device
    #[arg(long)]
    qr: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Flow {
    Pkce,
    Device,
}

pub fn run(args: &Args, context: &Context) -> Result<Answer> {
    let flow = match (args.flow, args.qr) {
        (Some(Flow::Pkce), true) => return Err(no_qr()),
        (Some(Flow::Pkce), false) => Some(sso::Flow::Pkce),
        (Some(Flow::Device), _) | (None, true) => Some(sso::Flow::Device),
        (None, false) => None,
    };
    let config = context.config()?;
    let session = find("login", config, args.session.as_deref())?;
    // Whoever names a profile signs in where that one leads.
    let profile = args.session.as_deref().filter(|name| config.session(name).is_err());
    let overrides = profile.map(|name| config.profile(name)).transpose()?.map(|profile| profile.overrides);
    let wishes = Wishes { flow, no_browser: args.no_browser || args.qr, force: args.force, may_move: true };
    let center = context.center(&session, overrides.as_ref())?.drawing(args.qr);
    let label = session.id.label();
    context.person.may_wait();
    let sign_in = context.sign_in(&session, &wishes)?;
    let signed_in = center.ensure_signed_in(&sign_in).map_err(|error| {
        let leads_here = sign_in.flow.is_none() && error.hint() == center.login_command();
        if leads_here { nobody_there(&error, context) } else { error }
    });
    match signed_in? {
        SignedIn::Already => context.person.note(&format!("already signed in to {label}")),
        SignedIn::Refreshed => context.person.note(&format!("signed in to {label}, renewed without a browser")),
        SignedIn::Anew => context.person.note(&format!("signed in to {label}")),
    }
    if center.names_are_missing() {
        refresh::fetch_names_later(&session, context);
    }
    Ok(Answer::nothing())
}

/// `login` cannot be told to run `login`.
fn nobody_there(error: &Error, context: &Context) -> Error {
    let (why, how) = if context.globals.no_input {
        ("--no-input lets nobody sign in", "without --no-input")
    } else {
        ("without a terminal nobody would see the page or the code", "at a terminal")
    };
    Error::new(error.kind(), format!("{}; {why}", error.message()), format!("{how}: {}", error.hint()))
}

fn no_qr() -> Error {
    Error::new(
        Kind::Usage,
        "--flow pkce ends in a browser of this machine: another device can't do it by a QR code",
        "leave --flow out: assume login --qr",
    )
}

/// A line that cannot be read may be the one that is missed.
fn no_session(config: &Config) -> Error {
    let hint = match config.problems() {
        [problem, ..] => {
            format!("correct {}, line {}: {}", problem.file.display(), problem.line, problem.message)
        }
        [] => "add an [sso-session NAME] with sso_start_url and sso_region, or run: aws configure sso".to_owned(),
    };
    Error::new(Kind::NotFound, "your AWS config has no session to sign in to", hint)
}

/// By name or start URL, or by a profile that uses it; without a word, the only one there is.
pub(super) fn find(verb: &str, config: &Config, word: Option<&str>) -> Result<Session> {
    match word {
        Some(word) => match config.session(word) {
            Err(error) if error.kind() == Kind::NotFound && config.has_profile(word) => {
                match config.profile(word)?.source {
                    Source::Sso { session, .. } | Source::SsoToken { session } => Ok(session),
                    _ => Err(Error::new(
                        Kind::NotFound,
                        format!("profile '{word}' belongs to no session of Identity Center"),
                        "name an sso-session: assume status shows them",
                    )),
                }
            }
            found => found,
        },
        None => match config.sessions().as_slice() {
            [session] => Ok(session.clone()),
            [] => Err(no_session(config)),
            several => {
                let names: Vec<&str> = several.iter().map(|session| session.id.label()).collect();
                Err(Error::new(
                    Kind::Usage,
                    format!("there are several sessions: {}", names.join(", ")),
                    format!("name one: assume {verb} {}", crate::sanitize::word(names[0], "SESSION")),
                ))
            }
        },
    }
}
