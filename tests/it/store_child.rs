//! The vault in a process whose environment, umask and end a test chooses: the test program started again, with the name
//! of one test and what it shall do in variables.
#![expect(clippy::print_stdout, reason = "how a child says what became of it")]

use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use std::time::Duration;

use aws_assume::clock::Timestamp;
use aws_assume::error::{Error, Result};
use aws_assume::identity::SessionId;
use aws_assume::person::Person;
use aws_assume::secret::{self, Secret};
use aws_assume::store::{Header, KeeperChoice, Options, Payload, Record, RecordId, Saved, Store};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
pub(crate) struct Token {
    #[serde(serialize_with = "secret::seal")]
    pub(crate) text: Secret,
}

impl Payload for Token {
    const KIND: &'static str = "token";
}

/// A vault in this very process, and nobody to ask.
pub(crate) fn under_passphrase(state: &Path, passphrase: &str) -> Store {
    let options = Options { keeper: KeeperChoice::File, passphrase: Some(passphrase.into()), ..Options::default() };
    Store::open(state, options, Arc::new(Somebody { is_there: false })).unwrap()
}

pub(crate) fn id() -> RecordId {
    RecordId::of_session(&SessionId {
        name: "corp".into(),
        start_url: "https://corp.awsapps.com/start".into(),
        region: "eu-west-1".into(),
    })
}

pub(crate) fn record(text: &str) -> Record<Token> {
    let header = Header {
        kind: String::new(),
        id: id(),
        issued: None,
        received: Timestamp::UNIX_EPOCH,
        expires: Timestamp::UNIX_EPOCH,
        renewable_until: None,
        key_hashes: Vec::new(),
        counter: 0,
    };
    Record { header, payload: Token { text: text.into() } }
}

/// What a child shall do, to be adorned with variables and run.
pub(crate) fn child(state: &Path, keeper: &str, action: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["store_child::do_as_told", "--exact", "--ignored", "--nocapture", "--test-threads=1"]);
    command.env("STORE_ACTION", action).env("STORE_STATE", state).env("STORE_KEEPER", keeper);
    command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").env_remove("DBUS_SESSION_BUS_ADDRESS");
    command
}

/// What the child said: `ok TEXT`, `none`, `outdated`, or `error CODE MESSAGE / HINT`.
pub(crate) fn outcome(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout);
    match text.split_once("outcome: ") {
        Some((_, rest)) => rest.lines().next().unwrap_or_default().to_owned(),
        None => panic!("no outcome: {text}\n{}", String::from_utf8_lossy(&output.stderr)),
    }
}

pub(crate) fn run(command: &mut Command) -> String {
    outcome(&command.output().unwrap())
}

#[test]
#[ignore = "started by the other tests of the vault"]
fn do_as_told() {
    let variable = |name: &str| std::env::var(name).ok();
    let Some(action) = variable("STORE_ACTION") else { return };
    let options = Options {
        keeper: match variable("STORE_KEEPER").as_deref() {
            Some("keyring") => KeeperChoice::Keyring,
            Some("file") => KeeperChoice::File,
            Some("windows") => KeeperChoice::Windows,
            Some("keyutils") => KeeperChoice::Keyutils,
            _ => KeeperChoice::Auto,
        },
        cache: variable("STORE_CACHE").map(|seconds| Duration::from_secs(seconds.parse().unwrap())),
        allow_plain: variable("STORE_PLAIN").is_some(),
        wsl: variable("STORE_PROGRAM").is_some(),
        windows_program: variable("STORE_PROGRAM").map(Into::into),
        interop: Vec::new(),
        passphrase: variable("STORE_PASSPHRASE").map(Secret::new),
        hurried: variable("STORE_HURRIED").is_some(),
        keyrings: variable("STORE_KEYRINGS").map(Into::into),
    };
    let somebody = Arc::new(Somebody { is_there: variable("STORE_PERSON").is_some() });
    let store = Store::open(variable("STORE_STATE").unwrap().as_ref(), options, somebody);
    let outcome = store.and_then(|store| act(&store, &action)).unwrap_or_else(|error| shown(&error));
    println!("outcome: {outcome}");
}

fn act(store: &Store, action: &str) -> Result<String> {
    let (verb, text) = action.split_once(' ').unwrap_or((action, ""));
    match verb {
        "load" => match store.load::<Token>(&id())? {
            Some(record) => Ok(format!("ok {}", record.payload.text.expose())),
            None => Ok("none".into()),
        },
        "save" => {
            let ticket = store.ticket(&id().session)?;
            match store.save(&id(), record(text), &ticket)? {
                Saved::Stored => Ok("ok".into()),
                Saved::Outdated => Ok("outdated".into()),
            }
        }
        "save-for-ever" => loop {
            let ticket = store.ticket(&id().session)?;
            store.save(&id(), record(&text.repeat(2000)), &ticket)?;
            println!("saved");
        },
        "lock" => store.lock_down().map(|()| "ok".into()),
        "forget-all" => store.forget_all().map(|()| "ok".into()),
        "headers" => {
            let (sound, damaged) = store.all_headers()?;
            Ok(format!("ok {} {}", sound.len(), damaged.len()))
        }
        _ => panic!("{action}"),
    }
}

fn shown(error: &Error) -> String {
    format!("error {} {} / {}", error.exit_code(), error.message(), error.hint())
}

struct Somebody {
    is_there: bool,
}

impl Person for Somebody {
    fn show(&self, lines: &[&str]) {
        println!("told: {}", lines.join("\n"));
    }
    fn note(&self, line: &str) {
        println!("noted: {line}");
    }
    fn detail(&self, line: &str) {
        println!("detail: {line}");
    }
    fn is_there(&self) -> bool {
        self.is_there
    }
    fn passphrase(&self, _question: &str) -> Result<Secret> {
        Ok("typed by a person".into())
    }
}
