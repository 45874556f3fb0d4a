use std::path::PathBuf;

use super::allow::find;
use super::{Answer, Context};
use crate::error::Result;
use crate::folder::{self, Trust, Verdict};

/// Stop trusting the .assume file of this folder, and do not be told of it again while it is as it is now
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A folder or its .assume file, instead of the nearest one from here upwards
    #[arg(value_name = "PATH")]
    path: Option<PathBuf>,
}

pub fn run(args: &Args, context: &Context) -> Result<Answer> {
    let named = find(args.path.as_deref())?;
    folder::remember(context.store()?.folder(), &named, &Trust::new(Verdict::Denied, &named, None))?;
    context.person.note(&format!(
        "{} is not trusted; a shell that became what it names goes back at its next prompt",
        named.path.display()
    ));
    Ok(Answer::nothing())
}
