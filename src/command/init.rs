use std::path::{Path, PathBuf};

use super::{Answer, Context};
use crate::cli::{self, AtLoad};
use crate::environment::Environment;
use crate::error::{Error, Kind, Result};
use crate::settings::SegmentSettings;
use crate::shell::{self, Colors, Dialect, Load};

/// Print what a shell loads: the wrapper, with which 'assume PROFILE' acts in place, and the hook that renews its keys
#[derive(Debug, clap::Args)]
pub struct Args {
    /// bash, zsh, fish or powershell
    #[arg(value_name = "SHELL")]
    name: Option<String>,
    /// Put profile, account, role and time left into the prompt
    #[arg(long)]
    prompt: bool,
    /// Print the completion alone, as a file for the folder where the shell looks for completions
    #[arg(long)]
    completions: bool,
}

pub fn run(args: &Args, context: &Context) -> Result<Answer> {
    let choices = "choose bash, zsh, fish or powershell";
    let dialect = match &args.name {
        Some(name) => Dialect::parse(name)
            .ok_or_else(|| Error::new(Kind::Usage, format!("no shell named '{name}' is known"), choices))?,
        None => context.dialect()?,
    };
    let binary = called_by(&context.environment)?;
    if args.completions {
        // A file is loaded at some TAB later: what is set then, or now, is nothing to go by.
        let text = shell::completion(dialect, binary.as_os_str(), &[]);
        return text.map(Answer::text).ok_or_else(|| Error::new(Kind::Usage, "this shell has no completion", choices));
    }
    let at_load = AtLoad::words(&context.environment);
    let timeout = timeout();
    let load = Load {
        binary: binary.as_os_str(),
        verbs: &cli::VERBS,
        valued: &cli::WITH_VALUE,
        at_load: &at_load,
        timeout: timeout.as_deref().map(Path::as_os_str),
        prompt: args.prompt,
        colors: colors(context),
        adopted: context.inherited(),
    };
    let text = shell::init(dialect, &load)
        .ok_or_else(|| Error::new(Kind::Usage, "this shell has no wrapper: use eval", choices))?;
    let completion = shell::completion(dialect, binary.as_os_str(), &at_load).unwrap_or_default();
    Ok(Answer::text(text + &completion))
}

/// A wrong setting is named, and the shell starts all the same.
fn colors(context: &Context) -> Colors {
    let usual = SegmentSettings::default().colors;
    let colors = match context.settings() {
        Ok(settings) => settings.segment().colors,
        Err(error) => {
            context.person.note(&format!("{}; {}", error.message(), error.hint()));
            usual
        }
    };
    let plain = context.environment.text("NO_COLOR").is_some() || context.environment.text("TERM") == Some("dumb");
    let numbers = |style: anstyle::Style| {
        let written = if plain { String::new() } else { style.render().to_string() };
        written
            .split("\u{1b}[")
            .map(|part| part.trim_end_matches('m'))
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(";")
    };
    Colors {
        fine: numbers(colors.fine),
        production: numbers(colors.production),
        expiring: numbers(colors.expiring),
        expired: numbers(colors.expired),
        sign_in_needed: numbers(colors.sign_in_needed),
        locked: numbers(colors.locked),
    }
}

/// Where it can only have been put by the system or its owner (security rule 8).
fn timeout() -> Option<PathBuf> {
    let folders = ["/usr/bin", "/bin", "/usr/local/bin", "/opt/homebrew/bin"];
    let mut files = folders.iter().flat_map(|folder| ["timeout", "gtimeout"].map(|name| Path::new(folder).join(name)));
    files.find(|file| file.is_file())
}

/// The path this program was called by, absolute, its links kept: an upgrade that moves the link is followed, and nothing
/// looks `assume` up on PATH later (security rule 8).
fn called_by(environment: &Environment) -> Result<PathBuf> {
    let unknown = |error: std::io::Error| {
        Error::new(Kind::Failure, format!("cannot tell where this program is: {error}"), "call it by its full path")
    };
    let called = std::env::args_os().next().map(PathBuf::from).unwrap_or_default();
    if called.components().count() > 1 {
        return std::path::absolute(called).map_err(unknown);
    }
    let current = std::env::current_exe().map_err(unknown)?;
    // Replaced in this moment, it has none: then nothing on PATH is it.
    let Ok(real) = current.canonicalize() else { return Ok(current) };
    // Found on PATH: where in it, so that the link a package made is what is written down.
    let path = environment.path("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path)
        .map(|folder| folder.join(&called))
        .find(|file| file.is_absolute() && file.canonicalize().is_ok_and(|file| file == real));
    Ok(found.unwrap_or(current))
}
