//! The vault with the keeper `file`: what others see of it.

mod generations;
#[cfg(unix)]
mod hostile;
mod keys;
mod sealed;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Serialize};

use super::*;
use crate::clock::Timestamp;
use crate::error::Kind;
use crate::secret::{self, Secret};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Token {
    #[serde(serialize_with = "secret::seal")]
    token: Secret,
}

impl Payload for Token {
    const KIND: &'static str = "token";
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Keys {
    #[serde(serialize_with = "secret::seal")]
    key: Secret,
}

impl Payload for Keys {
    const KIND: &'static str = "role-keys";
}

/// Someone at the terminal, or nobody.
struct Somebody(AtomicBool);

impl Person for Somebody {
    fn show(&self, _lines: &[&str]) {}
    fn note(&self, _line: &str) {}
    fn detail(&self, _line: &str) {}
    fn is_there(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
    fn passphrase(&self, _question: &str) -> Result<Secret> {
        panic!("the passphrase was given")
    }
}

fn options(passphrase: &str) -> Options {
    Options { keeper: KeeperChoice::File, passphrase: Some(passphrase.into()), ..Options::default() }
}

fn store(state: &Path, person_is_there: bool) -> Store {
    let person = Arc::new(Somebody(AtomicBool::new(person_is_there)));
    Store::open(state, options("correct horse battery"), person).unwrap()
}

fn session(name: &str) -> SessionId {
    SessionId { name: name.into(), start_url: "https://corp.awsapps.com/start".into(), region: "eu-west-1".into() }
}

fn role(session: &SessionId, role: &str) -> RecordId {
    RecordId { session: session.clone(), account: "111111111111".into(), role: role.into() }
}

fn record<P: Payload>(payload: P) -> Record<P> {
    let header = Header {
        kind: String::new(),
        id: RecordId::of_session(&session("")),
        issued: None,
        received: Timestamp::UNIX_EPOCH,
        expires: Timestamp::UNIX_EPOCH,
        renewable_until: None,
        key_hashes: Vec::new(),
        counter: 0,
    };
    Record { header, payload }
}

fn token(text: &str) -> Record<Token> {
    record(Token { token: text.into() })
}

fn keys(text: &str) -> Record<Keys> {
    record(Keys { key: text.into() })
}

fn save<P: Payload>(store: &Store, id: &RecordId, record: Record<P>) -> Saved {
    store.save(id, record, &store.ticket(&id.session).unwrap()).unwrap()
}

/// A state folder that the store makes itself.
struct State {
    _parent: tempfile::TempDir,
    path: PathBuf,
}

impl State {
    fn path(&self) -> &Path {
        &self.path
    }
}

fn state() -> State {
    let parent = tempfile::tempdir().unwrap();
    let path = parent.path().join("assume");
    State { _parent: parent, path }
}

/// The file of the only record there is.
fn only_record(store: &Store) -> PathBuf {
    let vault = Vault::find(&store.state).unwrap().unwrap();
    let names = vault.record_names().unwrap();
    assert_eq!(names.len(), 1);
    vault.records.path().join(&names[0])
}
