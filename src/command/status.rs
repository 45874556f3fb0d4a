use serde_json::{Value, json};

use super::listing::{self, Looks};
use super::records::{Records, State};
use super::{Answer, Context};
use crate::cli::Json;
use crate::clock::{self, Timestamp};
use crate::credentials;
use crate::error::{Kind, Result};
use crate::identity::Session;
use crate::terminal::table::{self, Cell, Page};

/// Show this shell and the sign-ins, without the network; exit 0, 3 (sign-in needed) or 7 (locked)
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    json: Json,
}

pub fn run(args: &Args, context: &Context) -> Result<Answer> {
    let sessions = context.config()?.sessions();
    let records = Records::read(context)?;
    if let Some(unreadable) = sessions.iter().find_map(|session| records.unreadable(&session.id)) {
        return Err(unreadable);
    }
    listing::note_damage(&records, context);
    let shell = this_shell(&records, context);
    let code = exit_code(&sessions, &records, shell["session"].as_str());
    let rows: Vec<Value> = sessions.iter().map(|session| listing::session(session, &records)).collect();
    let answer = if args.json.json {
        Answer::json(&json!({ "shell": shell, "sessions": rows }))
    } else {
        Answer::text(in_words(&shell, &rows, records.is_locked(), context)?)
    };
    Ok(answer.with_code(code))
}

/// From the variables of the contract, which are outputs: shown, never trusted.
fn this_shell(records: &Records, context: &Context) -> Value {
    let environment = &context.environment;
    let text = |name: &str| environment.text(name);
    let Some(profile) = text("ASSUME_PROFILE") else {
        return json!({ "profile": null, "state": State::None.name() });
    };
    let expires = text("ASSUME_EXPIRES").and_then(|t| t.parse().ok()).and_then(|t| Timestamp::from_second(t).ok());
    // The rest is what a switch said; whether these are its keys is what the vault knows, where it has any of that role.
    let key = text("AWS_ACCESS_KEY_ID");
    let issued = key.and_then(|key| records.of_shell().find(|header| credentials::was_issued(header, key)));
    let are_others = key.is_none() || (issued.is_none() && records.of_shell().next().is_some());
    let expires = expires.filter(|_| !are_others);
    let clock = &context.clock;
    let now = issued.map_or_else(|| clock.now(), |header| clock.now_for(header.issued, header.received));
    let state = match expires {
        None => State::None,
        Some(at) if now >= at => State::Expired,
        Some(at) if now >= clock::keys_due_at(None, at) => State::Expiring,
        Some(_) => State::Fine,
    };
    json!({
        "profile": profile,
        "session": text("ASSUME_SESSION"),
        "account_id": text("AWS_ACCOUNT_ID"),
        // Until the name is known the id stands in for it, in a prompt and not here.
        "account_name": text("ASSUME_ACCOUNT").filter(|name| Some(*name) != text("AWS_ACCOUNT_ID")),
        "role": text("ASSUME_ROLE"),
        "region": text("AWS_REGION").or_else(|| text("AWS_DEFAULT_REGION")),
        "expires_at": expires.map(clock::rfc3339),
        "state": state.name(),
    })
}

/// A session nobody signed in to yet asks nothing of the person, as long as the one of this shell, or any other, is good.
fn exit_code(sessions: &[Session], records: &Records, of_shell: Option<&str>) -> u8 {
    if records.is_locked() {
        return Kind::Keeper as u8;
    }
    let needs = |session: &Session| records.session(&session.id).0 == State::SignInNeeded;
    let ended =
        |session: &Session| needs(session) && (records.knows(&session.id) || of_shell == Some(session.id.label()));
    let nowhere = !sessions.is_empty() && sessions.iter().all(needs);
    if nowhere || sessions.iter().any(ended) { Kind::SignInNeeded as u8 } else { 0 }
}

fn in_words(shell: &Value, sessions: &[Value], locked: bool, context: &Context) -> Result<String> {
    let (settings, paint) = (context.settings()?, context.paint());
    let text = |key: &str| crate::sanitize::line(shell[key].as_str().unwrap_or("-"));
    let mut said = if shell["profile"].is_null() {
        "this shell: no profile\n".to_owned()
    } else {
        let account = if shell["account_name"].is_null() { text("account_id") } else { text("account_name") };
        let names = format!("{}, {account}/{}", text("profile"), text("role"));
        let looks = Looks::new(shell, settings);
        let (names, state) =
            (paint.paint(looks.names_style(), &names), paint.paint(looks.state_style(), &text("state")));
        let keys = match shell["expires_at"].as_str() {
            None => "without its keys".to_owned(),
            Some(at) if shell["state"] == State::Expired.name() => format!("keys {state} since {at}"),
            Some(at) => format!("keys {state} until {at}"),
        };
        format!("this shell: {names}, {keys}\n")
    };
    if locked {
        said += "the vault is locked: any verb that needs keys unlocks it at a terminal\n";
    }
    let rows: Vec<Vec<Cell>> = sessions
        .iter()
        .map(|row| {
            let looks = Looks::new(row, settings);
            let [session, url, region, until] =
                ["session", "start_url", "region", "expires_at"].map(|key| looks.cell(&[key]));
            vec![session, url, region, looks.state(), until]
        })
        .collect();
    // A start URL of which a part is cut out is of no use.
    let page = Page { display: context.display(), ..Page::default() };
    Ok(said + &table::render(&["SESSION", "START URL", "REGION", "STATE", "TOKEN UNTIL"], &rows, page))
}
