//! Records: sealed, whole, and under their own name or not at all.

use super::*;

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
    assert!(
        error.message().starts_with("another record lies in the place of the role keys of 111111111111/Prod"),
        "{error}"
    );
    assert_eq!(error.kind(), Kind::Keeper);
    assert!(store.header::<Keys>(&prod).is_err());
    // One bad record costs that record.
    let (sound, damaged) = store.all_headers().unwrap();
    assert_eq!((store.headers().unwrap().len(), sound.len(), damaged.len()), (1, 1, 1));
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
fn what_could_not_be_read_again_is_not_written() {
    let state = state();
    let store = store(state.path(), true);
    let id = RecordId::of_session(&session("corp"));
    save(&store, &id, token("t"));
    let ticket = store.ticket(&id.session).unwrap();
    let error = store.save(&id, token(&"x".repeat(300_000)), &ticket).map(|_| ()).unwrap_err();
    assert!(error.message().contains("the token of session 'corp'"), "{error}");
    assert_eq!(store.load::<Token>(&id).unwrap().unwrap().payload.token.expose(), "t");
}

proptest::proptest! {
    /// Whatever a file holds, reading its header ends in a header or in a flaw.
    #[test]
    fn no_bytes_break_the_reader(length: u32, rest: Vec<u8>, at in 0..400_usize) {
        let bytes = [b"ASSUME\0\x01".as_slice(), &length.to_le_bytes(), &rest].concat();
        let _ = record::header(&bytes);
        let key = key::VaultKey::copy(&[7; 32]).unwrap();
        let mut sealed = record::seal(&key, &token("t").header, &token("t").payload).unwrap();
        sealed.truncate(at);
        let _ = record::header(&sealed);
    }
}
