use serde_json::Value;

use super::{Answer, Context, listing};
use crate::cli::Json;
use crate::error::Result;
use crate::terminal::table;

/// List the profiles of your AWS config, with account, role, region and the state of their keys
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    json: Json,
}

/// Of a badly broken file, so many lines are named.
const SAID: usize = 10;

pub fn run(args: &Args, context: &Context) -> Result<Answer> {
    let config = context.config()?;
    let records = listing::Records::read(context)?;
    // One row at a time: there may be ten thousand, and a tree of JSON for each would be large.
    let rows = config.profile_names().into_iter().map(|name| match config.profile(name) {
        Ok(profile) => listing::profile(&profile, &records),
        Err(error) => {
            context.person.note(error.message());
            listing::broken_profile(name)
        }
    });
    let answer = if args.json.json { as_json(rows) } else { as_table(rows) };
    let problems = config.problems();
    for problem in problems.iter().take(SAID) {
        context.person.note(&format!("{} line {}: {}", problem.file.display(), problem.line, problem.message));
    }
    if let Some(more) = problems.len().checked_sub(SAID).filter(|more| *more > 0) {
        context.person.note(&format!("and {more} more lines that are wrong: assume show PROFILE names those of one"));
    }
    Ok(Answer::text(answer))
}

fn as_json(rows: impl Iterator<Item = Value>) -> String {
    let rows: Vec<String> = rows.map(|row| row.to_string()).collect();
    format!("[{}]\n", rows.join(","))
}

fn as_table(rows: impl Iterator<Item = Value>) -> String {
    let text = |row: &Value, key: &str| row[key].as_str().unwrap_or("-").to_owned();
    let rows: Vec<Vec<String>> = rows
        .map(|row| {
            let account = row["account_name"].as_str().map_or_else(|| text(&row, "account_id"), str::to_owned);
            let state = text(&row, "state").replace("none", "-").replace('_', " ");
            vec![text(&row, "profile"), account, text(&row, "role"), text(&row, "region"), text(&row, "source"), state]
        })
        .collect();
    table::render(&["PROFILE", "ACCOUNT", "ROLE", "REGION", "SOURCE", "STATE"], &rows)
}
