//! A shell enters a folder with an `.assume` file: what the hook is told then.

use std::path::Path;

use super::renewal::{self, Shell};
use super::{Context, refresh};
use crate::credentials::target::{self, Directory, Target};
use crate::error::{Error, Kind, Result};
use crate::folder::{self, Named, Verdict};
use crate::identity::Session;
use crate::sanitize;
use crate::secret::Secret;
use crate::shell::{self, Dialect, Entered, Outcome, Watched};
use crate::sso::{self, Account};

/// What is known without asking anybody: entering a folder never reaches AWS to find out what a name means.
pub(super) struct Offline<'a>(pub(super) &'a Context);

impl Directory for Offline<'_> {
    fn known_accounts(&self, session: &Session) -> Vec<Account> {
        let store = self.0.existing_store().ok().flatten();
        store.map(|store| sso::known_accounts(store, &session.id)).unwrap_or_default()
    }

    /// As if that were all.
    fn accounts(&self, session: &Session) -> Result<Option<Vec<Account>>> {
        Ok(Some(self.known_accounts(session)))
    }

    fn roles(&self, _session: &Session, _account_id: &str) -> Result<Option<Vec<String>>> {
        Ok(None)
    }

    fn sign_in(&self, _session: &Session) -> Result<()> {
        Ok(())
    }
}

/// Outcome and line, with the switch where there is one.
type Told = (Outcome, String, Option<Box<shell::Switch>>);

/// `None` for a dialect that has no hook. Whatever is wrong with the file is one line.
pub(super) fn answer(dialect: Dialect, file: &Path, args: &refresh::Args, context: &Context) -> Option<Secret> {
    let path = canonical(file);
    let read = folder::read(&path);
    let told = match &read {
        Ok(named) => enter(named, args, context),
        Err(error) => Err(error.clone()),
    };
    let (outcome, said, switch) = told.unwrap_or_else(|error| {
        // Removed again since the shell saw it.
        let gone = read.as_ref().is_err_and(|error| error.kind() == Kind::NotFound);
        (
            Outcome::Kept,
            if gone { String::new() } else { format!("assume: {}; {}", error.message(), error.hint()) },
            None,
        )
    });
    let entered = Entered {
        file: file.display().to_string(),
        marker: marker(&path, read.ok().as_ref(), context),
        outcome,
        said: sanitize::line(&said),
    };
    let entered = shell::Answer::Entered(&entered, switch.as_deref());
    shell::answer(dialect, &entered, &context.environment)
}

/// The file by its one true path: `assume allow` may have been typed under another name of the folder.
pub(super) fn canonical(file: &Path) -> std::path::PathBuf {
    let folder = file.parent().and_then(|folder| folder.canonicalize().ok());
    folder.map_or_else(|| file.to_owned(), |folder| folder.join(folder::FILE))
}

/// Where no marker can be kept, the shell looks again only when it comes back.
fn marker(path: &Path, named: Option<&Named>, context: &Context) -> Watched {
    let kept = context.store().and_then(|store| match named {
        Some(named) => folder::mark(store.folder(), named),
        None => folder::touch(store.folder(), path),
    });
    kept.map_or_else(|_| Watched { path: "".into(), number: 0 }, |(path, number)| Watched { path, number })
}

/// What the name means to this person's own config.
pub(super) fn resolve(named: &Named, context: &Context) -> Result<Target> {
    target::resolve(&named.name, None, context.config()?, &Offline(context))
}

fn enter(named: &Named, args: &refresh::Args, context: &Context) -> Result<Told> {
    let kept = |said: String| Ok((Outcome::Kept, said, None));
    let (path, name) = (named.path.display(), &named.name);
    let word = sanitize::word(name, "PROFILE");
    let target = match resolve(named, context) {
        Ok(target) => target,
        Err(error) => return kept(format!("assume: {path}: {}", error.message())),
    };
    match folder::is_trusted(context.store()?.folder(), named, &target.role)? {
        Some(Verdict::Denied) => return kept(String::new()),
        None => {
            return kept(format!("assume: {path} names {name}, and is not trusted; to trust it: assume allow"));
        }
        Some(Verdict::Allowed) => {}
    }
    let shell = Shell::of(&target);
    if renewal::is_already(&shell, context) {
        return kept(String::new());
    }
    if context.needs_confirmation(&target)? {
        return kept(format!("assume: {path} names {name}, which is production; to go there: assume {word}"));
    }
    match renewal::keys_at_once(&shell, args, context) {
        Ok(keys) => {
            let switch = context.hooked(&target, &keys, context.previous(&target)?)?;
            let said = format!("assume: this shell is now {}/{} ({path})", switch.account, switch.role);
            Ok((Outcome::Switched, said, Some(Box::new(switch))))
        }
        Err(error) => {
            let said = without_keys(name, &word, &error);
            Ok((Outcome::Dropped, said, None))
        }
    }
}

fn without_keys(name: &str, word: &str, error: &Error) -> String {
    format!(
        "assume: this shell has no keys, since those of {name} are not to be had here: {}; to get them: assume {word}",
        error.message()
    )
}
