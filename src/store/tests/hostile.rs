//! A link, or a mode that lets others in, at every name there is (security rule 15).

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use super::*;

/// The state folder and everything in it.
fn everything(path: &Path) -> Vec<PathBuf> {
    let mut found = vec![path.to_owned()];
    if path.is_dir() {
        found.extend(fs::read_dir(path).unwrap().flat_map(|entry| everything(&entry.unwrap().path())));
    }
    found
}

/// Reads, then writes, as a program does that is started anew.
fn use_it(path: &Path) -> Result<()> {
    let person = Arc::new(Somebody(AtomicBool::new(true)));
    let store = Store::open(path, options("correct horse battery"), person)?;
    let id = RecordId::of_session(&session("corp"));
    store.load::<Token>(&id)?.expect("never taken for absent");
    store.save(&id, token("new"), &store.ticket(&id.session)?).map(drop)
}

fn filled() -> State {
    let state = state();
    save(&store(state.path(), true), &RecordId::of_session(&session("corp")), token("t"));
    // So that the marker of the lock exists, too.
    store(state.path(), true).lock_down().unwrap();
    use_it(state.path()).unwrap();
    state
}

#[test]
fn a_link_at_any_name_is_refused() {
    let state = filled();
    let away = state.path().with_file_name("away");
    let paths = everything(state.path());
    assert!(paths.len() > 10, "{paths:?}");
    for path in paths {
        fs::rename(&path, &away).unwrap();
        symlink(&away, &path).unwrap();
        let error = use_it(state.path()).unwrap_err();
        assert_eq!(error.kind(), Kind::Keeper, "{}: {error}", path.display());
        assert!(error.message().starts_with(&format!("{} is a link", path.display())), "{error}");
        fs::remove_file(&path).unwrap();
        fs::rename(&away, &path).unwrap();
        use_it(state.path()).unwrap();
    }
}

#[test]
fn whatever_others_may_read_or_write_is_refused() {
    let state = filled();
    for path in everything(state.path()) {
        let mode = fs::metadata(&path).unwrap().permissions();
        for open in [0o040, 0o002] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode.mode() | open)).unwrap();
            let error = use_it(state.path()).unwrap_err();
            assert_eq!(error.kind(), Kind::Keeper, "{}: {error}", path.display());
            assert!(error.hint().starts_with("chmod ") && error.hint().ends_with(&*path.to_string_lossy()), "{error}");
        }
        fs::set_permissions(&path, mode).unwrap();
        use_it(state.path()).unwrap();
    }
}
