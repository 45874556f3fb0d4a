//! The only reader of the environment. Everything else is handed an [`Environment`], so that tests need no tricks.

mod elsewhere;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod place;

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use crate::error::{Error, Kind, Result};

/// The variables this process was started with.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    variables: BTreeMap<OsString, OsString>,
}

impl Environment {
    #[must_use]
    pub fn of_process() -> Self {
        Self::from_pairs(std::env::vars_os())
    }

    pub fn from_pairs<N: Into<OsString>, V: Into<OsString>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        Self { variables: pairs.into_iter().map(|(name, value)| (key(name.into()), value.into())).collect() }
    }

    /// Sets a variable, or removes it.
    pub fn set(&mut self, name: &str, value: Option<&OsStr>) {
        match value {
            Some(value) => self.variables.insert(key(name.into()), value.to_owned()),
            None => self.variables.remove(&key(name.into())),
        };
    }

    /// The bytes of a variable, also when it is set and empty.
    #[must_use]
    pub fn raw(&self, name: &str) -> Option<&OsStr> {
        self.variables.get(&key(name.into())).map(OsString::as_os_str)
    }

    /// A variable that holds text; empty counts as absent, as in the SDKs.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.raw(name).and_then(OsStr::to_str).filter(|text| !text.is_empty())
    }

    #[must_use]
    pub fn is_set(&self, name: &str) -> bool {
        self.raw(name).is_some()
    }

    /// Every variable, in order of its name.
    pub fn iter(&self) -> impl Iterator<Item = (&OsStr, &OsStr)> {
        self.variables.iter().map(|(name, value)| (name.as_os_str(), value.as_os_str()))
    }

    /// A variable that holds a path; empty counts as absent.
    #[must_use]
    pub fn path(&self, name: &str) -> Option<PathBuf> {
        self.raw(name).filter(|value| !value.is_empty()).map(PathBuf::from)
    }

    /// The home folder as AWS's tools find it: `HOME`; on Windows `USERPROFILE`, then `HOMEDRIVE` and `HOMEPATH`.
    #[must_use]
    pub fn home(&self) -> Option<PathBuf> {
        if cfg!(windows) {
            self.path("USERPROFILE").or_else(|| {
                let mut home = self.raw("HOMEDRIVE")?.to_owned();
                home.push(self.raw("HOMEPATH")?);
                Some(home.into())
            })
        } else {
            self.path("HOME")
        }
    }

    /// `~/.aws/config`, or what `AWS_CONFIG_FILE` says.
    ///
    /// # Errors
    /// `Config` where neither that variable nor a home folder is known.
    pub fn aws_config_file(&self) -> Result<PathBuf> {
        self.aws_file("AWS_CONFIG_FILE", "config")
    }

    /// `~/.aws/credentials`, or what `AWS_SHARED_CREDENTIALS_FILE` says.
    ///
    /// # Errors
    /// `Config` where neither that variable nor a home folder is known.
    pub fn aws_credentials_file(&self) -> Result<PathBuf> {
        self.aws_file("AWS_SHARED_CREDENTIALS_FILE", "credentials")
    }

    fn aws_file(&self, variable: &str, name: &str) -> Result<PathBuf> {
        match self.path(variable) {
            Some(path) => Ok(self.expanded(path)),
            None => Ok(self.known_home()?.join(".aws").join(name)),
        }
    }

    fn expanded(&self, path: PathBuf) -> PathBuf {
        self.expand_home(self.expand_variables(path))
    }

    /// `$NAME` and `${NAME}`, which the AWS CLI expands in its file variables, where no shell did. Unknown ones stay.
    fn expand_variables(&self, path: PathBuf) -> PathBuf {
        let Some(mut rest) = path.to_str().filter(|text| text.contains('$')) else { return path };
        let mut expanded = OsString::new();
        while let Some((before, after)) = rest.split_once('$') {
            let end = |text: &str| text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
            let (name, length) = match after.strip_prefix('{').and_then(|braced| braced.split_once('}')) {
                Some((name, _)) => (name, name.len() + 2),
                None => (&after[..end(after)], end(after)),
            };
            expanded.push(before);
            match self.raw(name) {
                Some(value) => expanded.push(value),
                None => expanded.push(&rest[before.len()..=before.len() + length]),
            }
            rest = &after[length..];
        }
        expanded.push(rest);
        expanded.into()
    }

    /// Where `config.toml` is: `ASSUME_CONFIG`, else in the XDG config folder (macOS too), `%APPDATA%` on Windows.
    ///
    /// # Errors
    /// `Config` where no home folder is known.
    pub fn settings_file(&self) -> Result<PathBuf> {
        match self.own_path("ASSUME_CONFIG")? {
            Some(path) => Ok(path),
            None => Ok(self.base_folder("XDG_CONFIG_HOME", ".config", "APPDATA")?.join("assume").join("config.toml")),
        }
    }

    /// Where the vault and its markers are: `ASSUME_STATE_DIR`, else in the XDG state folder, `%LOCALAPPDATA%` on Windows.
    ///
    /// # Errors
    /// `Config` where no home folder is known.
    pub fn state_folder(&self) -> Result<PathBuf> {
        match self.own_path("ASSUME_STATE_DIR")? {
            Some(path) => Ok(path),
            None => Ok(self.base_folder("XDG_STATE_HOME", ".local/state", "LOCALAPPDATA")?.join("assume")),
        }
    }

    /// A path of our own. A relative one would mean another vault or other settings in every folder, also in a cloned one
    /// whose `.env` was loaded.
    fn own_path(&self, variable: &str) -> Result<Option<PathBuf>> {
        match self.path(variable).map(|path| self.expand_home(path)) {
            Some(path) if !path.is_absolute() => Err(Error::new(
                Kind::Config,
                format!("{variable} is '{}', which is relative", path.display()),
                format!("set {variable} to a path from the root, or unset it"),
            )),
            path => Ok(path),
        }
    }

    /// `$XDG_DATA_HOME`, where other programs of the desktop keep their files; `None` where no home folder is known.
    #[must_use]
    pub fn data_folder(&self) -> Option<PathBuf> {
        self.base_folder("XDG_DATA_HOME", ".local/share", "LOCALAPPDATA").ok()
    }

    /// A relative `XDG_*` is ignored, as the XDG specification says.
    fn base_folder(&self, xdg: &str, in_home: &str, windows: &str) -> Result<PathBuf> {
        let named = if cfg!(windows) { windows } else { xdg };
        match self.path(named).filter(|path| path.is_absolute()) {
            Some(path) => Ok(path),
            None => Ok(self.known_home()?.join(in_home)),
        }
    }

    /// Whether the terminal takes UTF-8, as far as the locale says. macOS and Windows need none for that.
    #[must_use]
    pub fn is_utf8(&self) -> bool {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| self.text(name));
        let named = |locale: &str| {
            let locale = locale.to_ascii_lowercase();
            locale.contains("utf-8") || locale.contains("utf8")
        };
        cfg!(windows) || locale.map_or(cfg!(target_os = "macos"), named)
    }

    fn known_home(&self) -> Result<PathBuf> {
        self.home().ok_or_else(|| {
            let variable = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
            Error::new(
                Kind::Config,
                format!("there is no home folder: {variable} is not set"),
                format!("set {variable} to your home folder"),
            )
        })
    }

    /// `~` and `~/…`, as the CLI and the SDKs have it in their file variables.
    fn expand_home(&self, path: PathBuf) -> PathBuf {
        match (path.strip_prefix("~"), self.home()) {
            (Ok(rest), Some(home)) => home.join(rest),
            _ => path,
        }
    }
}

/// Windows knows `Path` and `PATH` as one name.
fn key(name: OsString) -> OsString {
    if cfg!(windows) { name.to_ascii_uppercase() } else { name }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn relative_xdg_folders_are_ignored() {
        let env = Environment::from_pairs([("HOME", "/h"), ("XDG_STATE_HOME", "state"), ("XDG_CONFIG_HOME", "/c")]);
        assert_eq!(env.state_folder().unwrap(), Path::new("/h/.local/state/assume"));
        assert_eq!(env.settings_file().unwrap(), Path::new("/c/assume/config.toml"));
    }

    #[test]
    fn aws_files_follow_their_variables() {
        let env = Environment::from_pairs([
            ("HOME", "/h"),
            ("AWS_CONFIG_FILE", "~/work/aws"),
            ("AWS_SHARED_CREDENTIALS_FILE", ""),
        ]);
        assert_eq!(env.aws_config_file().unwrap(), Path::new("/h/work/aws"));
        assert_eq!(env.aws_credentials_file().unwrap(), Path::new("/h/.aws/credentials"));
    }

    #[test]
    fn a_relative_folder_of_our_own_is_refused() {
        let env =
            Environment::from_pairs([("HOME", "/h"), ("ASSUME_STATE_DIR", "state"), ("ASSUME_CONFIG", "~/c.toml")]);
        assert_eq!(env.state_folder().unwrap_err().kind(), Kind::Config);
        assert_eq!(env.settings_file().unwrap(), Path::new("/h/c.toml"));
    }

    #[test]
    fn variables_in_the_path_of_an_aws_file_are_expanded() {
        for (value, path) in [
            ("$HOME/x", "/h/x"),
            ("${HOME}/x$A", "/h/xa"),
            ("/a$NONE/b${NONE}c", "/a$NONE/b${NONE}c"),
            ("/a$", "/a$"),
            ("/${A", "/${A"),
            ("~/$A-é$A", "/h/a-éa"),
        ] {
            let env = Environment::from_pairs([("HOME", "/h"), ("A", "a"), ("AWS_CONFIG_FILE", value)]);
            assert_eq!(env.aws_config_file().unwrap(), Path::new(path), "{value}");
        }
    }

    #[test]
    #[cfg(not(windows))]
    fn the_first_locale_that_is_set_says_whether_there_is_utf_8() {
        for (pairs, utf8) in [
            (&[("LC_ALL", "C"), ("LANG", "de_DE.UTF-8")][..], false),
            (&[("LC_ALL", ""), ("LC_CTYPE", "en_US.utf8"), ("LANG", "C")], true),
            (&[("LANG", "C.UTF-8")], true),
            (&[("LANG", "de_DE@euro")], false),
            (&[], cfg!(target_os = "macos")),
        ] {
            assert_eq!(Environment::from_pairs(pairs.iter().copied()).is_utf8(), utf8, "{pairs:?}");
        }
    }

    #[test]
    fn without_a_home_the_error_names_the_variable() {
        let error = Environment::default().state_folder().unwrap_err();
        assert_eq!(error.kind(), Kind::Config);
    }
}
