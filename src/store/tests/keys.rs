//! The key of the vault: lost, wrong, planted, or not named any more.

use super::*;

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

/// Types these passphrases, one after the other.
struct Typist(Mutex<Vec<&'static str>>);

impl Person for Typist {
    fn show(&self, _lines: &[&str]) {}
    fn note(&self, _line: &str) {}
    fn detail(&self, _line: &str) {}
    fn is_there(&self) -> bool {
        true
    }
    fn passphrase(&self, _question: &str) -> Result<Secret> {
        Ok(self.0.lock().unwrap().remove(0).into())
    }
}

#[test]
fn a_person_types_a_new_passphrase_twice_and_then_once() {
    let state = state();
    let id = RecordId::of_session(&session("corp"));
    let typing = |passphrases: &[&'static str]| {
        let typist = Arc::new(Typist(Mutex::new(passphrases.to_vec())));
        let options = Options { passphrase: None, ..options("") };
        let store = Store::open(state.path(), options, Arc::clone(&typist) as Arc<dyn Person>).unwrap();
        let result = store.ticket(&id.session).and_then(|ticket| store.save(&id, token("t"), &ticket));
        (result, typist.0.lock().unwrap().len())
    };
    let (differing, left) = typing(&["correct horse battery", "correct horse batterz"]);
    assert!(differing.unwrap_err().message().contains("not typed the same twice"));
    assert_eq!(left, 0);
    assert_eq!(typing(&["correct horse battery"; 3]), (Ok(Saved::Stored), 1));
    assert_eq!(typing(&["wrong", "correct horse battery", "again"]), (Ok(Saved::Stored), 1));
    let (wrong, left) = typing(&["wrong"; 4]);
    assert!(wrong.unwrap_err().message().contains("the passphrase is wrong"));
    assert_eq!(left, 1);
}
