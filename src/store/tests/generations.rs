//! Lock, logout, and what they forbid to be stored.

use super::*;

#[test]
fn what_was_fetched_before_a_lock_is_not_stored() {
    let state = state();
    let (fetching, other) = (store(state.path(), true), store(state.path(), true));
    let id = role(&session("corp"), "Dev");
    save(&fetching, &id, keys("old"));
    let ticket = fetching.ticket(&id.session).unwrap();
    other.lock_down().unwrap();
    assert_eq!(other.headers().unwrap(), []);
    assert_eq!(fetching.save(&id, keys("new"), &ticket).unwrap(), Saved::Outdated);
    assert!(other.is_locked().unwrap(), "who comes too late does not undo the lock");
    // Not even where somebody unlocks it in between.
    other.ticket(&id.session).unwrap();
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
fn markers_move_with_what_they_stand_for() {
    let state = state();
    let store = store(state.path(), true);
    let (corp, dev) = (session("corp"), role(&session("corp"), "Dev"));
    let numbers = || {
        [Marker::Lock, Marker::Session(&corp), Marker::Role(&dev)].map(|marker| {
            let text = std::fs::read_to_string(&store.markers([marker]).unwrap()[0].path).unwrap_or_default();
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
