use serde_json::Value;

use super::listing::{self, Looks};
use super::records::Records;
use super::{Answer, Context};
use crate::cli::Json;
use crate::error::Result;
use crate::terminal::columns_of_stdout;
use crate::terminal::table::{self, Cell, Page};

/// List the profiles of your AWS config, with account, role, region and the state of their keys
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    json: Json,
}

pub fn run(args: &Args, context: &Context) -> Result<Answer> {
    let config = context.config()?;
    let records = Records::read(context)?;
    listing::note_damage(&records, context);
    // One row at a time: there may be ten thousand, and a tree of JSON for each would be large.
    let names = config.profile_names();
    if names.is_empty() {
        context.person.note("your AWS config has no profiles yet; to add some: aws configure sso");
    }
    let rows = names.into_iter().map(|name| match config.profile(name) {
        Ok(profile) => listing::profile(&profile, &records),
        Err(error) => {
            context.person.note(error.message());
            listing::broken_profile(name)
        }
    });
    let answer = if args.json.json { as_json(rows) } else { as_table(rows, context)? };
    let problems = config.problems();
    for problem in problems.iter().take(listing::SAID) {
        context.person.note(&format!("{} line {}: {}", problem.file.display(), problem.line, problem.message));
    }
    if let Some(more) = problems.len().checked_sub(listing::SAID).filter(|more| *more > 0) {
        context.person.note(&format!("and {more} more lines that are wrong: assume show PROFILE names those of one"));
    }
    Ok(Answer::text(answer))
}

fn as_json(rows: impl Iterator<Item = Value>) -> String {
    let rows: Vec<String> = rows.map(|row| row.to_string()).collect();
    format!("[{}]\n", rows.join(","))
}

fn as_table(rows: impl Iterator<Item = Value>, context: &Context) -> Result<String> {
    let settings = context.settings()?;
    let rows: Vec<Vec<Cell>> = rows
        .map(|row| {
            let looks = Looks::new(&row, settings);
            let [profile, role, region, source] = ["profile", "role", "region", "source"].map(|key| looks.cell(&[key]));
            vec![profile, looks.cell(&["account_name", "account_id"]), role, region, source, looks.state()]
        })
        .collect();
    let page = Page { columns: columns_of_stdout(), display: context.display() };
    Ok(table::render(&["PROFILE", "ACCOUNT", "ROLE", "REGION", "SOURCE", "STATE"], &rows, page))
}
