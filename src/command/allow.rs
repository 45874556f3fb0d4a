use std::path::{Path, PathBuf};

use super::entering::{canonical, resolve};
use super::{Answer, Context};
use crate::error::{Error, Kind, Result};
use crate::folder::{self, Named, Trust, Verdict};

/// Trust the .assume file of this folder, as it is now: shells that enter the folder switch to what it names
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A folder or its .assume file, instead of the nearest one from here upwards
    #[arg(value_name = "PATH")]
    path: Option<PathBuf>,
}

pub fn run(args: &Args, context: &Context) -> Result<Answer> {
    let named = find(args.path.as_deref())?;
    let target = resolve(&named, context)?;
    let account = context.account_name(&target)?;
    let id = &target.role.account_id;
    let known = if account == *id { String::new() } else { format!(" ({id})") };
    let trust = Trust::new(Verdict::Allowed, &named, Some(&target.role));
    folder::remember(context.store()?.folder(), &named, &trust)?;
    context.person.tell(&format!(
        "{} is trusted: {} is account {account}{known}, role {}, of session {} at {}",
        named.path.display(),
        named.name,
        target.role.role,
        target.session.id.label(),
        target.session.id.start_url
    ));
    if context.needs_confirmation(&target)? {
        context.person.tell("It is production, so a shell that enters the folder is told of it, and not switched.");
    }
    Ok(Answer::nothing())
}

/// The file that is meant, as it is now.
pub(super) fn find(path: Option<&Path>) -> Result<Named> {
    let here = || {
        std::env::current_dir().map_err(|error| {
            Error::new(
                Kind::Failure,
                format!("cannot tell which folder this is: {error}"),
                "go to a folder that exists",
            )
        })
    };
    let file = match path {
        Some(path) if path.is_dir() => path.join(folder::FILE),
        Some(path) if path.file_name().is_some_and(|name| name == folder::FILE) => path.to_owned(),
        Some(path) => return Err(no_such(path)),
        None => {
            let here = here()?;
            folder::nearest(&here).ok_or_else(|| {
                Error::new(
                    Kind::NotFound,
                    format!("there is no {} in {} or above it", folder::FILE, here.display()),
                    format!("write the name of a profile into one: echo dev >{}", folder::FILE),
                )
            })?
        }
    };
    let file = here().map_or_else(|_| file.clone(), |here| here.join(&file));
    folder::read(&canonical(&file))
}

/// Nothing else than what was named is trusted, and no other file beside it.
fn no_such(path: &Path) -> Error {
    let hint = format!("name a folder, or the {} file in it", folder::FILE);
    if path.symlink_metadata().is_ok() {
        return Error::new(
            Kind::Usage,
            format!("{} is neither a folder nor a {} file", path.display(), folder::FILE),
            hint,
        );
    }
    Error::new(Kind::NotFound, format!("there is no {}", path.display()), hint)
}
