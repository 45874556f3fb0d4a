//! Which file a word of `exec` names on Windows. `std` and Windows add no ending but `.exe`, and `npm`, `az` and `cdk` are
//! `.cmd` files there. The crate `which` would take relative folders of PATH, and files that only a desktop opens, such as `.js`.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use crate::environment::Environment;

/// Windows itself starts the first two, cmd.exe the others. `PATHEXT` names more, which only a desktop opens.
const RUN: [&str; 4] = ["com", "exe", "bat", "cmd"];

/// `None` where there is none: Windows may know better. Looks as cmd.exe does, save in the current folder, which is anybody's.
pub(super) fn find(word: &OsStr, environment: &Environment) -> Option<PathBuf> {
    let path = Path::new(word);
    path.file_name()?;
    let names = names(path, environment.text("PATHEXT"));
    if path.parent().is_some_and(|folder| !folder.as_os_str().is_empty()) {
        return names.into_iter().map(PathBuf::from).find(|file| is_there(file));
    }
    std::env::split_paths(environment.raw("PATH")?)
        .filter(|folder| folder.is_absolute())
        .find_map(|folder| names.iter().map(|name| folder.join(name)).find(|file| is_there(file)))
}

/// A program of the Microsoft Store is a link that only Windows itself can follow.
fn is_there(file: &Path) -> bool {
    file.symlink_metadata().is_ok_and(|data| !data.is_dir())
}

/// The word with each ending that runs, in the order of `PATHEXT`; or as it is, where it has one.
fn names(word: &Path, endings: Option<&str>) -> Vec<OsString> {
    let runs = |ending: &str| RUN.contains(&ending);
    let lower = |ending: &OsStr| ending.to_str().map(str::to_ascii_lowercase);
    if word.extension().and_then(lower).is_some_and(|ending| runs(&ending)) {
        return vec![word.into()];
    }
    let endings = endings.unwrap_or(".COM;.EXE;.BAT;.CMD").split(';');
    let endings = endings.filter_map(|ending| ending.trim().strip_prefix('.')).map(str::to_ascii_lowercase);
    endings.filter(|ending| runs(ending)).map(|ending| with_ending(word, &ending)).collect()
}

/// `terraform-1.5` keeps its `.5`.
fn with_ending(word: &Path, ending: &str) -> OsString {
    let mut name = word.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// The two folders of a PATH, and what they hold.
    struct Folders(tempfile::TempDir, Environment);

    impl Folders {
        fn with(files: &[&str]) -> Self {
            let root = tempfile::tempdir().unwrap();
            let folders = ["a", "b"].map(|name| root.path().join(name));
            for folder in &folders {
                fs::create_dir(folder).unwrap();
            }
            for file in files {
                fs::write(root.path().join(file), "").unwrap();
            }
            let path =
                std::env::join_paths(folders.iter().map(PathBuf::as_path).chain([Path::new("."), Path::new("")]));
            let pairs = [("PATH", path.unwrap()), ("PATHEXT", ".COM;.EXE;.BAT;.CMD;.VBS;.JS".into())];
            Self(root, Environment::from_pairs(pairs))
        }

        fn find(&self, word: &str) -> Option<String> {
            let found = find(word.as_ref(), &self.1)?;
            let found = found.strip_prefix(self.0.path()).unwrap();
            Some(found.to_str().unwrap().replace('\\', "/"))
        }
    }

    #[test]
    fn the_first_folder_decides_and_in_it_the_first_ending_that_runs() {
        let folders =
            Folders::with(&["a/cdk", "a/cdk.js", "a/cdk.cmd", "b/cdk.exe", "b/az.cmd", "b/az.exe", "b/tf-1.5.exe"]);
        for (word, file) in [
            ("cdk", "a/cdk.cmd"),
            ("az", "b/az.exe"),
            ("az.cmd", "b/az.cmd"),
            ("cdk.exe", "b/cdk.exe"),
            ("tf-1.5", "b/tf-1.5.exe"),
        ] {
            assert_eq!(folders.find(word).as_deref(), Some(file), "{word}");
        }
        for word in ["npm", "cdk.js", "", "..", "az.exe.cmd"] {
            assert_eq!(folders.find(word), None, "{word}");
        }
    }

    #[test]
    fn a_word_with_a_folder_is_looked_for_there_alone() {
        let folders = Folders::with(&["a/cdk.cmd", "b/cdk.exe"]);
        let word = |file: &str| folders.0.path().join(file).to_str().unwrap().to_owned();
        assert_eq!(folders.find(&word("a/cdk")).as_deref(), Some("a/cdk.cmd"));
        assert_eq!(folders.find(&word("cdk")), None);
    }

    #[test]
    fn without_a_list_of_endings_those_of_windows_are_it() {
        assert_eq!(names(Path::new("az"), None), ["az.com", "az.exe", "az.bat", "az.cmd"]);
        assert_eq!(names(Path::new("az"), Some(".CMD; .exe;;x")), ["az.cmd", "az.exe"]);
    }
}
