//! `config.toml` and the variables that go before it. An unknown key is an error with its line: a misspelt safety
//! setting must not be silently without effect.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use serde::Deserialize;

use crate::environment::Environment;
use crate::error::{Error, Kind, Result};

/// What a person chose; `None` where nobody said anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    pub keeper: Option<Keeper>,
    pub cache: Option<Cache>,
    /// Accept a Secret Service collection that has no password.
    pub allow_plain: bool,
    login: Login,
    sessions: BTreeMap<String, Login>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Keeper {
    Auto,
    Keyring,
    File,
    Keyutils,
}

/// How long the vault key rests in the kernel keyring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cache {
    Off,
    For(Duration),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LoginFlow {
    Pkce,
    Device,
}

/// `[login]`, and `[session.NAME]` which goes before it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Login {
    flow: Option<LoginFlow>,
    browser: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct File {
    store: StoreTable,
    login: Login,
    session: BTreeMap<String, Login>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct StoreTable {
    keeper: Option<Keeper>,
    cache: Option<String>,
    allow_plain: bool,
}

impl Settings {
    /// # Errors
    /// `Config`, naming file and line, or the variable.
    pub fn load(environment: &Environment) -> Result<Self> {
        let path = environment.settings_file()?;
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => {
                return Err(Error::new(
                    Kind::Config,
                    format!("cannot read {}: {error}", path.display()),
                    format!("make {} a readable text file, or remove it", path.display()),
                ));
            }
        };
        let mut settings = Self::parse(&text, &path)?;
        settings.take_variables(environment)?;
        Ok(settings)
    }

    fn parse(text: &str, path: &Path) -> Result<Self> {
        let file: File = toml::from_str(text).map_err(|error| {
            let before = error.span().map_or("", |span| text.get(..span.start).unwrap_or(""));
            let line = before.matches('\n').count() + 1;
            Error::new(
                Kind::Config,
                format!("{} line {line}: {}", path.display(), error.message()),
                format!("correct line {line} of {}", path.display()),
            )
        })?;
        let cache = match &file.store.cache {
            Some(cache) => Some(Cache::parse(cache).ok_or_else(|| {
                Error::new(
                    Kind::Config,
                    format!("{}: store.cache is '{cache}'", path.display()),
                    format!("correct store.cache in {}: a time such as \"8h\", or \"off\"", path.display()),
                )
            })?),
            None => None,
        };
        Ok(Self {
            keeper: file.store.keeper,
            cache,
            allow_plain: file.store.allow_plain,
            login: file.login,
            sessions: file.session,
        })
    }

    fn take_variables(&mut self, environment: &Environment) -> Result<()> {
        if let Some(name) = environment.text("ASSUME_STORE") {
            self.keeper = Some(match name {
                "auto" => Keeper::Auto,
                "keyring" => Keeper::Keyring,
                "file" => Keeper::File,
                "keyutils" => Keeper::Keyutils,
                _ => return Err(wrong_variable("ASSUME_STORE", name, "auto, keyring, file or keyutils")),
            });
        }
        if let Some(text) = environment.text("ASSUME_STORE_CACHE") {
            let wrong = || wrong_variable("ASSUME_STORE_CACHE", text, "a time such as 8h, or off");
            self.cache = Some(Cache::parse(text).ok_or_else(wrong)?);
        }
        if let Some(name) = environment.text("ASSUME_LOGIN_FLOW") {
            let flow = match name {
                "pkce" => LoginFlow::Pkce,
                "device" => LoginFlow::Device,
                _ => return Err(wrong_variable("ASSUME_LOGIN_FLOW", name, "pkce or device")),
            };
            // A variable goes before the file, also before what the file says of one session.
            self.login.flow = Some(flow);
            self.sessions.values_mut().for_each(|session| session.flow = None);
        }
        Ok(())
    }

    /// The flow somebody chose for this session, by its name or start URL.
    #[must_use]
    pub fn login_flow(&self, session: &str) -> Option<LoginFlow> {
        self.sessions.get(session).and_then(|login| login.flow).or(self.login.flow)
    }

    /// `login.browser`, a command line: `%s` is the URL, else it comes last.
    #[must_use]
    pub fn browser(&self, session: &str) -> Option<&str> {
        self.sessions.get(session).and_then(|login| login.browser.as_deref()).or(self.login.browser.as_deref())
    }
}

impl Cache {
    /// `off`, or a time: `8h`, `90 min`.
    fn parse(text: &str) -> Option<Self> {
        if text == "off" {
            return Some(Self::Off);
        }
        let time: jiff::SignedDuration = text.parse().ok()?;
        let time = Duration::try_from(time).ok()?;
        (time >= Duration::from_secs(1)).then_some(Self::For(time))
    }
}

fn wrong_variable(name: &str, value: &str, choices: &str) -> Error {
    Error::new(Kind::Config, format!("{name} is '{value}'"), format!("set {name} to {choices}, or unset it"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Settings> {
        Settings::parse(text, Path::new("/c/config.toml"))
    }

    #[test]
    fn a_wrong_key_is_named_with_its_line() {
        let error = parse("[store]\nkeeper = \"file\"\nkeepr = 1\n").unwrap_err();
        assert_eq!(error.kind(), Kind::Config);
        assert!(error.message().starts_with("/c/config.toml line 3: unknown field `keepr`"), "{}", error.message());
    }

    #[test]
    fn a_session_goes_before_the_general_setting_and_the_variable_before_both() {
        let text = "[login]\nflow = \"pkce\"\n[session.dev]\nflow = \"device\"\nbrowser = \"firefox -P work\"\n";
        let mut settings = parse(text).unwrap();
        assert_eq!(settings.login_flow("dev"), Some(LoginFlow::Device));
        assert_eq!(settings.login_flow("other"), Some(LoginFlow::Pkce));
        assert_eq!(settings.browser("dev"), Some("firefox -P work"));
        settings.take_variables(&Environment::from_pairs([("ASSUME_LOGIN_FLOW", "pkce")])).unwrap();
        assert_eq!(settings.login_flow("dev"), Some(LoginFlow::Pkce));
    }

    #[test]
    fn the_cache_is_a_time_or_off() {
        assert_eq!(Cache::parse("8h"), Some(Cache::For(Duration::from_hours(8))));
        assert_eq!(Cache::parse("off"), Some(Cache::Off));
        for wrong in ["", "eight", "-1h", "0s", "8", "1d"] {
            assert_eq!(Cache::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_unknown_keeper_is_refused_by_name() {
        let error =
            Settings::default().take_variables(&Environment::from_pairs([("ASSUME_STORE", "pass")])).unwrap_err();
        assert_eq!(
            error.to_string(),
            "assume: ASSUME_STORE is 'pass'\nhint: set ASSUME_STORE to auto, keyring, file or keyutils, or unset it"
        );
    }
}
