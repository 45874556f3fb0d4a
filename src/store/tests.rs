//! The vault with the keeper `file`: what others see of it.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use super::*;
use crate::error::Kind;
use crate::secret;

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
    fn tell(&self, _text: &str) {}
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

#[test]
fn what_is_saved_comes_back_in_another_process_and_is_not_in_clear() {
    let state = state();
    let id = RecordId::of_session(&session("corp"));
    assert!(store(state.path(), true).load::<Token>(&id).unwrap().is_none());
    assert_eq!(save(&store(state.path(), true), &id, token("aoaSECRET")), Saved::Stored);

    let again = store(state.path(), false);
    let loaded = again.load::<Token>(&id).unwrap().unwrap();
    assert_eq!(loaded.payload.token.expose(), "aoaSECRET");
    assert_eq!((loaded.header.kind.as_str(), &loaded.header.id, loaded.header.counter), ("token", &id, 1));
    assert_eq!(again.headers().unwrap(), [loaded.header]);
    let bytes = std::fs::read(only_record(&again)).unwrap();
    assert!(!bytes.windows(9).any(|part| part == b"aoaSECRET"));
    save(&again, &id, token("aoaNEXT"));
    assert_eq!(again.header::<Token>(&id).unwrap().unwrap().counter, 2);
}

#[test]
fn damage_at_any_byte_is_an_error_that_names_the_record() {
    let state = state();
    let store = store(state.path(), true);
    let id = RecordId::of_session(&session("corp"));
    save(&store, &id, token("aoaSECRET"));
    let file = only_record(&store);
    let sound = std::fs::read(&file).unwrap();
    for at in 0..sound.len() {
        let mut damaged = sound.clone();
        damaged[at] ^= 1;
        std::fs::write(&file, &damaged).unwrap();
        let error = store.load::<Token>(&id).map(|_| ()).unwrap_err();
        assert_eq!(error.kind(), Kind::Keeper, "byte {at}");
        assert!(error.message().contains("the token of session 'corp'"), "byte {at}: {error}");
    }
    std::fs::write(&file, &sound[..sound.len() / 2]).unwrap();
    assert_eq!(store.load::<Token>(&id).map(|_| ()).unwrap_err().kind(), Kind::Keeper);
    assert_eq!(store.headers().unwrap(), []);
    std::fs::write(&file, &sound).unwrap();
    assert!(store.load::<Token>(&id).unwrap().is_some());
}

#[test]
fn a_record_does_not_serve_under_another_name() {
    let state = state();
    let store = store(state.path(), true);
    let (dev, prod) = (role(&session("corp"), "Dev"), role(&session("corp"), "Prod"));
    save(&store, &dev, keys("dev"));
    let file = only_record(&store);
    std::fs::copy(&file, file.with_file_name(record::file_name("role-keys", &prod))).unwrap();
    let error = store.load::<Keys>(&prod).map(|_| ()).unwrap_err();
    assert!(error.message().contains("111111111111/Prod"), "{error}");
    assert_eq!(error.kind(), Kind::Keeper);
    assert!(store.header::<Keys>(&prod).is_err());
    // One bad record costs that record.
    assert_eq!((store.headers().unwrap().len(), store.damaged().unwrap().len()), (1, 1));
}

#[test]
fn names_that_differ_in_case_or_look_like_paths_are_names_like_others() {
    let state = state();
    let store = store(state.path(), true);
    let names = ["Dev", "dev", "../x", "/etc/passwd", "a\nb", ""];
    for name in names {
        save(&store, &role(&session("../../corp"), name), keys(name));
    }
    for name in names {
        let loaded = store.load::<Keys>(&role(&session("../../corp"), name)).unwrap().unwrap();
        assert_eq!(loaded.payload.key.expose(), name);
    }
    // Where one part ends and the next begins is part of the name.
    let moved = RecordId { account: "111111111111D".into(), role: "ev".into(), session: session("../../corp") };
    assert!(store.load::<Keys>(&moved).unwrap().is_none());
    assert!(store.load::<Keys>(&role(&session("../../corP"), "Dev")).unwrap().is_none());
}

#[test]
fn a_record_of_a_newer_version_says_so() {
    let state = state();
    let store = store(state.path(), true);
    let id = RecordId::of_session(&session("corp"));
    save(&store, &id, token("t"));
    let file = only_record(&store);
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[7] = 2;
    std::fs::write(&file, bytes).unwrap();
    let error = store.load::<Token>(&id).map(|_| ()).unwrap_err();
    assert!(error.message().contains("newer assume"), "{error}");
}

#[test]
fn what_was_fetched_before_a_lock_is_not_stored() {
    let state = state();
    let (fetching, other) = (store(state.path(), true), store(state.path(), true));
    let id = role(&session("corp"), "Dev");
    save(&fetching, &id, keys("old"));
    let ticket = fetching.ticket(&id.session).unwrap();
    other.lock_down().unwrap();
    assert_eq!(other.headers().unwrap(), []);
    // Not even where somebody unlocks it in between.
    assert_eq!(fetching.save(&id, keys("new"), &ticket).unwrap(), Saved::Outdated);
    assert!(!other.is_locked().unwrap());
    assert_eq!(fetching.save(&id, keys("new"), &ticket).unwrap(), Saved::Outdated);
    assert_eq!(save(&fetching, &id, keys("new")), Saved::Stored);
}

#[test]
fn what_was_fetched_before_a_logout_is_not_stored_for_that_session_only() {
    let state = state();
    let store = store(state.path(), true);
    let (corp, other) = (RecordId::of_session(&session("corp")), RecordId::of_session(&session("other")));
    let tickets = [store.ticket(&corp.session).unwrap(), store.ticket(&other.session).unwrap()];
    save(&store, &corp, token("a"));
    save(&store, &other, token("b"));
    store.forget(&corp.session).unwrap();
    assert!(store.load::<Token>(&corp).unwrap().is_none());
    assert!(store.load::<Token>(&other).unwrap().is_some());
    assert_eq!(store.save(&corp, token("late"), &tickets[0]).unwrap(), Saved::Outdated);
    assert_eq!(store.save(&other, token("late"), &tickets[1]).unwrap(), Saved::Stored);
    assert!(store.load::<Token>(&corp).unwrap().is_none());
}

#[test]
fn locked_means_that_only_a_person_gets_the_key() {
    let state = state();
    let id = RecordId::of_session(&session("corp"));
    let (typed, hook) = (store(state.path(), true), store(state.path(), false));
    save(&typed, &id, token("t"));
    assert!(hook.load::<Token>(&id).unwrap().is_some());
    typed.lock_down().unwrap();
    let error = hook.load::<Token>(&id).map(|_| ()).unwrap_err();
    assert_eq!((error.kind(), error.hint()), (Kind::Keeper, "unlock it by typing this at a terminal: assume login"));
    assert_eq!(hook.ticket(&id.session).map(|_| ()).unwrap_err().kind(), Kind::Keeper);
    assert!(hook.is_locked().unwrap());
    assert!(typed.load::<Token>(&id).unwrap().is_some());
    assert!(hook.load::<Token>(&id).unwrap().is_some());
}

#[test]
fn forgetting_everything_replaces_the_key() {
    let state = state();
    let id = RecordId::of_session(&session("corp"));
    let store = store(state.path(), true);
    save(&store, &id, token("t"));
    let before = Vault::find(&store.state).unwrap().unwrap().id;
    let ticket = store.ticket(&id.session).unwrap();
    store.forget_all().unwrap();
    assert!(Vault::find(&store.state).unwrap().is_none());
    assert_eq!(store.save(&id, token("late"), &ticket).unwrap(), Saved::Outdated);
    assert!(store.load::<Token>(&id).unwrap().is_none());
    save(&store, &id, token("t"));
    assert!(Vault::find(&store.state).unwrap().unwrap().id != before);
}

#[test]
fn records_without_an_id_file_are_damage_and_the_hint_mends_it() {
    let state = state();
    let id = RecordId::of_session(&session("corp"));
    let store = store(state.path(), true);
    save(&store, &id, token("t"));
    let file = state.path().join("vault/id");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    for error in [store.load::<Token>(&id).map(|_| ()).unwrap_err(), store.ticket(&id.session).map(|_| ()).unwrap_err()]
    {
        assert_eq!(error.kind(), Kind::Keeper);
        assert!(error.hint().contains(text.trim()), "{error}");
    }
    store.forget_all().unwrap();
    assert!(store.load::<Token>(&id).unwrap().is_none());
}

#[test]
fn a_lost_key_a_wrong_passphrase_and_another_keeper_are_different_errors() {
    let state = state();
    let id = RecordId::of_session(&session("corp"));
    save(&store(state.path(), true), &id, token("t"));
    let load = |options: Options| {
        let store = Store::open(state.path(), options, Arc::new(Somebody(AtomicBool::new(false)))).unwrap();
        let error = store.load::<Token>(&id).map(|_| ()).unwrap_err();
        assert_eq!(error.kind(), Kind::Keeper);
        error.message().to_owned()
    };
    let wrong = load(options("wrong horse battery"));
    let nobody = load(Options { passphrase: None, ..options("") });
    let other = load(Options { keeper: KeeperChoice::Keyutils, ..options("") });
    let vault = Vault::find(&store(state.path(), false).state).unwrap().unwrap();
    std::fs::remove_file(vault.records.path().join("key")).unwrap();
    let lost = load(options("correct horse battery"));
    let note = std::fs::read_to_string(vault.records.path().join("keeper")).unwrap();
    let (before, after) = note.split_once("machine = ").unwrap();
    let after = after.split_once('\n').unwrap().1;
    vault.records.write("keeper", format!("{before}machine = elsewhere\n{after}").as_bytes()).unwrap();
    let foreign = load(options("correct horse battery"));
    assert!(foreign.contains("was made on 'elsewhere'"), "{foreign}");
    assert!(wrong.contains("passphrase in ASSUME_STORE_PASSPHRASE is wrong"), "{wrong}");
    assert!(nobody.contains("nobody to ask"), "{nobody}");
    assert!(other.contains("is with 'file', but 'keyutils' is chosen"), "{other}");
    assert!(lost.contains("is lost"), "{lost}");
}

#[test]
fn a_planted_key_seals_nothing() {
    let (mine, planted) = (state(), state());
    let id = RecordId::of_session(&session("corp"));
    save(&store(mine.path(), true), &id, token("t"));
    save(&store(planted.path(), true), &id, token("t"));
    let places = [&mine, &planted].map(|state| Vault::find(&store(state.path(), true).state).unwrap().unwrap());
    std::fs::copy(places[1].records.path().join("key"), places[0].records.path().join("key")).unwrap();
    // The key file is bound to its key id, so it does not even open.
    let store = store(mine.path(), true);
    assert_eq!(store.ticket(&id.session).map(|_| ()).unwrap_err().kind(), Kind::Keeper);
    assert_eq!(store.load::<Token>(&id).map(|_| ()).unwrap_err().kind(), Kind::Keeper);
}

#[test]
fn weak_new_passphrases_are_refused_and_leave_nothing() {
    let state = state();
    for weak in ["", "short"] {
        let person = Arc::new(Somebody(AtomicBool::new(true)));
        let store = Store::open(state.path(), options(weak), person).unwrap();
        let error = store.ticket(&session("corp")).map(|_| ()).unwrap_err();
        assert!(error.message().contains("passphrase"), "{error}");
        assert_eq!(store.state.existing_subfolder("vault").unwrap().unwrap().names().unwrap(), [""; 0]);
    }
}

#[test]
fn markers_move_with_what_they_stand_for() {
    let state = state();
    let store = store(state.path(), true);
    let (corp, dev) = (session("corp"), role(&session("corp"), "Dev"));
    let numbers = || {
        [Marker::Lock, Marker::Session(&corp), Marker::Role(&dev)].map(|marker| {
            let text = std::fs::read_to_string(store.marker(marker)).unwrap_or_default();
            text.lines().next().map_or(0, |line| line.parse::<u64>().unwrap())
        })
    };
    assert_eq!(numbers(), [0, 0, 0]);
    save(&store, &RecordId::of_session(&corp), token("t"));
    assert_eq!(numbers(), [0, 1, 0]);
    save(&store, &dev, keys("k"));
    assert_eq!(numbers(), [0, 1, 1]);
    store.lock_down().unwrap();
    assert_eq!(numbers(), [1, 1, 2]);
    store.load::<Token>(&RecordId::of_session(&corp)).unwrap().unwrap();
    assert_eq!(numbers(), [2, 1, 2]);
    store.forget(&corp).unwrap();
    // Once for the signing out, once for the record.
    assert_eq!(numbers(), [2, 3, 2]);
}
