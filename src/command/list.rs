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

pub fn run(args: &Args, context: &Context) -> Result<Answer> {
    let config = context.config()?;
    let records = listing::Records::read(context)?;
    let mut rows = Vec::new();
    for name in config.profile_names() {
        rows.push(match config.profile(name) {
            Ok(profile) => listing::profile(&profile, &records),
            Err(error) => {
                context.person.note(error.message());
                listing::broken_profile(name)
            }
        });
    }
    for problem in config.problems() {
        context.person.note(&format!("{} line {}: {}", problem.file.display(), problem.line, problem.message));
    }
    Ok(if args.json.json { Answer::json(&Value::Array(rows)) } else { Answer::text(as_table(&rows)) })
}

fn as_table(rows: &[Value]) -> String {
    let text = |row: &Value, key: &str| row[key].as_str().unwrap_or("-").to_owned();
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            let account = row["account_name"].as_str().map_or_else(|| text(row, "account_id"), str::to_owned);
            let state = text(row, "state").replace("none", "-").replace('_', " ");
            vec![text(row, "profile"), account, text(row, "role"), text(row, "region"), text(row, "source"), state]
        })
        .collect();
    table::render(&["PROFILE", "ACCOUNT", "ROLE", "REGION", "SOURCE", "STATE"], &rows)
}
