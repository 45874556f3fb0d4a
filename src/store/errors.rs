//! Why the vault does not open. Locked, lost, absent and unreachable are four different things to do for a person.

use std::path::Path;

use super::RecordId;
use super::keeper::KeeperName;
use super::key::KeyId;
use super::record::Flaw;
use crate::error::{Error, Kind};
use crate::files;

/// What ends every way out that gives up what is sealed.
const ANEW: &str = "begin anew: assume logout --all, then assume login";

fn keeper(message: impl Into<String>, hint: impl Into<String>) -> Error {
    Error::new(Kind::Keeper, message, hint)
}

/// A record that is there, and is not what it should be. Never taken for absent.
pub(super) fn record(flaw: &Flaw, kind: &str, id: &RecordId, path: &Path) -> Error {
    let name = describe(kind, id);
    let file = path.display();
    let again = format!("AWS gives it anew once it is away: {}", files::removal(path));
    match flaw {
        Flaw::Damaged => keeper(format!("{name} cannot be opened, the record is damaged: {file}"), again),
        Flaw::Foreign => keeper(format!("another record lies in the place of {name}: {file}"), again),
        Flaw::Newer => newer(&name),
    }
}

/// A file among the records of which not even the header can be read.
pub(super) fn nameless(flaw: &Flaw, path: &Path) -> Error {
    let file = path.display();
    match flaw {
        Flaw::Newer => newer(&format!("the record {file}")),
        Flaw::Damaged | Flaw::Foreign => keeper(
            format!("a record is damaged: {file}"),
            format!("AWS gives it anew once it is away: {}", files::removal(path)),
        ),
    }
}

/// AWS's own are a few kilobytes.
pub(super) fn too_large(kind: &str, id: &RecordId) -> Error {
    let name = describe(kind, id);
    let limit = super::record::LARGEST / 1024;
    Error::new(
        Kind::Failure,
        format!("{name} is larger than {limit} KiB and was not saved"),
        "see who answers instead of AWS: assume login --force --verbose names each endpoint",
    )
}

fn newer(name: &str) -> Error {
    keeper(
        format!("a newer assume has sealed {name}"),
        "use the newer one here too; assume --version says which this is",
    )
}

/// `the token of session 'corp'`, `the role keys of 111111111111/Admin in session 'corp'`.
fn describe(kind: &str, id: &RecordId) -> String {
    let (kind, session) = (kind.replace('-', " "), id.session.label());
    if id.account.is_empty() {
        format!("the {kind} of session '{session}'")
    } else {
        format!("the {kind} of {}/{} in session '{session}'", id.account, id.role)
    }
}

pub(super) fn damaged_marker(path: &Path) -> Error {
    keeper(
        format!("{} does not hold what assume wrote there", path.display()),
        format!("remove it: {}", files::removal(path)),
    )
}

pub(super) fn damaged_vault(path: &Path) -> Error {
    keeper(format!("the vault is damaged: {}", path.display()), format!("restore it from a backup, or {ANEW}"))
}

/// Records without an id file are no first run: a new key would make them noise for ever (security rule 13).
pub(super) fn id_missing(file: &Path, ids: &[String]) -> Error {
    let message = format!("the vault has sealed records, but the file that names its key is gone: {}", file.display());
    unnamed(message, file, ids)
}

pub(super) fn id_damaged(file: &Path, ids: &[String]) -> Error {
    unnamed(format!("the file that names the key of the vault is damaged: {}", file.display()), file, ids)
}

fn unnamed(message: String, file: &Path, ids: &[String]) -> Error {
    let hint = match ids {
        [id] => format!("put it back: {}", files::writing(id, file)),
        _ => format!("restore it from a backup, or {ANEW}"),
    };
    keeper(message, hint)
}

pub(super) fn busy() -> Error {
    let look = if cfg!(windows) { "tasklist /fi \"imagename eq assume.exe\"" } else { "pgrep -lx assume" };
    Error::new(
        Kind::Failure,
        "another assume has been changing the vault for 10 seconds",
        format!("try again; if it stays, look for a stopped one: {look}"),
    )
}

/// After `assume lock`.
pub(super) fn locked() -> Error {
    keeper("the vault is locked (assume lock)", "unlock it by typing this at a terminal: assume login")
}

/// The keeper is there and knows nothing of the key.
pub(super) fn lost(id: KeyId, name: KeeperName) -> Error {
    keeper(
        format!("the vault key {id} is lost: {} does not have it; nothing that was sealed with it opens", name.place()),
        format!("restore it from a backup, or {ANEW}"),
    )
}

pub(super) fn made_elsewhere(id: KeyId, name: KeeperName, machine: &str, path: &Path) -> Error {
    keeper(
        format!("the vault {} was made on '{machine}', whose {} has its key {id}", path.display(), name.as_str()),
        format!("to use this folder here, {ANEW}"),
    )
}

pub(super) fn wrong_key(id: KeyId, name: KeeperName) -> Error {
    keeper(
        format!("what {} has under the name of the vault key {id} is another key", name.place()),
        format!("restore the right one from a backup, or {ANEW}"),
    )
}

pub(super) fn not_kept(name: KeeperName) -> Error {
    keeper(
        format!("{} took the vault key and did not give it back", name.place()),
        "choose another keeper: ASSUME_STORE=file, or ASSUME_STORE=keyutils on Linux",
    )
}

pub(super) fn other_keeper(has: KeeperName, chosen: KeeperName) -> Error {
    let (has, chosen) = (has.as_str(), chosen.as_str());
    keeper(
        format!("the key of this vault is with '{has}', but '{chosen}' is chosen (ASSUME_STORE or store.keeper)"),
        format!("choose '{has}' or nothing; or move to '{chosen}': assume logout --all, then assume login"),
    )
}

/// `auto` takes the keyring of the system or nothing: a person chooses what is weaker, we do not.
pub(super) fn no_keyring(reason: &Error, wsl: bool) -> Error {
    let choices = if wsl {
        "in WSL choose: ASSUME_STORE=file assume … (a passphrase), or ASSUME_STORE=keyutils assume … (until WSL restarts), \
         or keeper = \"windows\" with windows_program = \"/mnt/c/…/assume.exe\" under [store] in config.toml (the Credential \
         Manager of Windows)"
    } else if cfg!(target_os = "linux") {
        "mend that, or choose: ASSUME_STORE=file assume … (a passphrase), or ASSUME_STORE=keyutils assume … (until \
         the next restart); for good: keeper = \"file\" under [store] in config.toml"
    } else {
        "mend that, or choose a passphrase: ASSUME_STORE=file assume …; for good: keeper = \"file\" under [store] in \
         config.toml"
    };
    keeper(format!("there is no keyring to hold the vault key: {}", reason.message()), choices)
}

pub(super) fn passphrase_wanted() -> Error {
    keeper(
        "the vault key is under a passphrase, and there is nobody to ask for it",
        "run assume login at a terminal, or set ASSUME_STORE_PASSPHRASE",
    )
}

pub(super) fn passphrase_wrong(from_variable: bool) -> Error {
    let (what, hint) = if from_variable {
        ("the passphrase in ASSUME_STORE_PASSPHRASE is wrong", "set the right one, or unset it to be asked")
    } else {
        ("the passphrase is wrong", "try again")
    };
    keeper(what, format!("{hint}; forgotten: {ANEW}"))
}

pub(super) fn new_passphrase_wanted() -> Error {
    keeper(
        "a new vault needs a passphrase, and there is nobody to ask for one",
        "run assume login at a terminal, or set ASSUME_STORE_PASSPHRASE",
    )
}

pub(super) fn passphrase_refused(why: &str) -> Error {
    keeper(format!("the new passphrase {why}"), "choose one of 12 characters or more")
}

pub(super) fn damaged_key_file(path: &Path) -> Error {
    keeper(format!("the key file is damaged: {}", path.display()), format!("restore it from a backup, or {ANEW}"))
}

#[cfg(target_os = "linux")]
pub(super) fn cache_stays() -> Error {
    keeper(
        "the vault key cannot be removed from the kernel keyring",
        "remove it by hand: keyctl show @u, then keyctl invalidate with its number",
    )
}

/// A program of WSL that was started without its variables, such as a service, is told so too.
pub(super) fn not_in_wsl() -> Error {
    keeper(
        "the keeper 'windows' is for WSL, and neither WSL_DISTRO_NAME nor WSL_INTEROP says that this is WSL",
        "set WSL_DISTRO_NAME where it is; elsewhere choose: ASSUME_STORE=keyring or ASSUME_STORE=file",
    )
}

#[cfg(not(target_os = "linux"))]
pub(super) fn no_keyutils() -> Error {
    keeper("only Linux has a kernel keyring", "choose another keeper: ASSUME_STORE=keyring or ASSUME_STORE=file")
}
