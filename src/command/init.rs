use super::{Answer, Context};
use crate::cli;
use crate::environment::Environment;
use crate::error::{Error, Kind, Result};
use crate::shell::{self, Dialect};

/// Print the wrapper function for a shell, with which 'assume PROFILE' acts in place
#[derive(Debug, clap::Args)]
pub struct Args {
    /// bash, zsh, fish or powershell
    #[arg(value_name = "SHELL")]
    name: Option<String>,
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
    let text = shell::init(dialect, binary.as_os_str(), &cli::VERBS, &cli::WITH_VALUE)
        .ok_or_else(|| Error::new(Kind::Usage, "this shell has no wrapper: use eval", choices))?;
    Ok(Answer::text(text))
}

/// The path this program was called by, absolute, its links kept: an upgrade that moves the link is followed, and nothing
/// looks `assume` up on PATH later (security rule 8).
fn called_by(environment: &Environment) -> Result<std::path::PathBuf> {
    let unknown = |error: std::io::Error| {
        Error::new(Kind::Failure, format!("cannot tell where this program is: {error}"), "call it by its full path")
    };
    let called = std::env::args_os().next().map(std::path::PathBuf::from).unwrap_or_default();
    if called.components().count() > 1 {
        return std::path::absolute(called).map_err(unknown);
    }
    let current = std::env::current_exe().map_err(unknown)?;
    // Found on PATH: where in it, so that the link a package made is what is written down.
    let path = environment.path("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path)
        .map(|folder| folder.join(&called))
        .find(|file| file.is_absolute() && file.canonicalize().ok() == current.canonicalize().ok());
    Ok(found.unwrap_or(current))
}
