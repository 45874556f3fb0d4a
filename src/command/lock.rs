use super::{Answer, Context};
use crate::error::Result;

/// Drop the cached vault key and the role keys, here and now
#[derive(Debug, clap::Args)]
pub struct Args {}

pub fn run(_args: &Args, context: &Context) -> Result<Answer> {
    context.store()?.lock_down()?;
    context
        .person
        .note("locked; a shell with the hook drops its keys at the next prompt, others keep theirs until they expire");
    Ok(Answer::nothing())
}
