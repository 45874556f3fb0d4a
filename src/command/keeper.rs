//! What `assume` in WSL asks of `assume.exe`: to keep its vault key in the Credential Manager.

use super::Answer;
use crate::error::{Error, Kind, Result};

/// For assume in WSL: its vault key, in the Credential Manager of Windows
#[derive(Debug, clap::Args)]
pub struct Args {
    action: Action,
    /// The id of the vault key
    #[arg(value_name = "ID")]
    id: String,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Action {
    Fetch,
    Keep,
    Discard,
}

/// What is asked for and answered goes by pipes: there is nothing here for a person to read or to type.
#[cfg(windows)]
pub fn run(args: &Args) -> Result<Answer> {
    use std::io::IsTerminal;

    use crate::store::for_wsl;

    if std::io::stdout().is_terminal() {
        return Err(Error::new(Kind::Usage, "a vault key is not shown on a terminal", NOT_FOR_A_PERSON));
    }
    let (text, code) = match args.action {
        Action::Fetch => for_wsl::fetch(&args.id),
        Action::Keep => for_wsl::keep(&args.id, std::io::stdin().lock()),
        Action::Discard => for_wsl::discard(&args.id),
    }?;
    Ok(Answer::text(text).with_code(code))
}

#[cfg(not(windows))]
pub fn run(_: &Args) -> Result<Answer> {
    Err(Error::new(Kind::Usage, "'assume keeper' is for assume.exe, which keeps vault keys of WSL", NOT_FOR_A_PERSON))
}

const NOT_FOR_A_PERSON: &str = "choose it in WSL by keeper = \"windows\" under [store] in config.toml; a profile of that name: assume switch keeper";
