//! `config.toml` and the variables that go before it. An unknown key is an error with its line: a misspelt safety
//! setting must not be silently without effect.

mod format;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod production;
mod segment;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use toml::Spanned;

use crate::environment::Environment;
use crate::error::{Error, Kind, Result};
use crate::files::read_outside;
use crate::identity::Names;

pub use format::{Field, Format, Piece};
pub use segment::{Colors, SegmentSettings};

use production::Production;

/// A thousand sessions would not fill it.
const LIMIT: usize = 1024 * 1024;

/// What a person chose; `None` where nobody said anything.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    pub keeper: Option<Keeper>,
    pub cache: Option<Cache>,
    /// Accept a Secret Service collection that has no password.
    pub allow_plain: bool,
    /// The `assume.exe` that keeps the vault key of WSL: a path from the root, as Linux has it.
    pub windows_program: Option<PathBuf>,
    login: Login,
    sessions: BTreeMap<String, Login>,
    segment: SegmentSettings,
    production: Production,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Keeper {
    Auto,
    Keyring,
    File,
    Keyutils,
    Windows,
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
    segment: segment::Table,
    production: production::Table,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct StoreTable {
    keeper: Option<Keeper>,
    cache: Option<Spanned<String>>,
    allow_plain: bool,
    windows_program: Option<Spanned<String>>,
}

impl Settings {
    /// # Errors
    /// `Config`, naming file and line, or the variable.
    pub fn load(environment: &Environment) -> Result<Self> {
        let path = environment.settings_file()?;
        let found = read_outside(&path, LIMIT).and_then(|bytes| {
            let text = std::str::from_utf8(&bytes).map(str::to_owned);
            text.map_err(|_| std::io::Error::new(std::io::ErrorKind::InvalidData, "it is not UTF-8"))
        });
        let text = match found {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => match named_and_absent(environment, &path) {
                Some(error) => return Err(error),
                None => String::new(),
            },
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
        let source = Source { text, path };
        let file: File = toml::from_str(text).map_err(|error| {
            let line = source.line(error.span().map_or(0, |span| span.start));
            source.wrong(line, error.message(), format!("correct line {line} of {}", path.display()))
        })?;
        let cache = file.store.cache.map(|cache| {
            let wrong = || source.wrong_value("store.cache", &cache, "write a time such as \"8h\", or \"off\"");
            Cache::parse(cache.get_ref()).ok_or_else(wrong)
        });
        let windows_program = file.store.windows_program.map(|program| {
            let wrong =
                || source.wrong_value("store.windows_program", &program, "write its path from the root: \"/mnt/c/…\"");
            from_the_root(program.get_ref()).ok_or_else(wrong)
        });
        Ok(Self {
            keeper: file.store.keeper,
            cache: cache.transpose()?,
            allow_plain: file.store.allow_plain,
            windows_program: windows_program.transpose()?,
            login: file.login,
            sessions: file.session,
            segment: file.segment.check(&source)?,
            production: file.production.check(&source)?,
        })
    }

    fn take_variables(&mut self, environment: &Environment) -> Result<()> {
        if let Some(name) = environment.text("ASSUME_STORE") {
            self.keeper = Some(match name {
                "auto" => Keeper::Auto,
                "keyring" => Keeper::Keyring,
                "file" => Keeper::File,
                "keyutils" => Keeper::Keyutils,
                "windows" => Keeper::Windows,
                _ => return Err(wrong_variable("ASSUME_STORE", name, "auto, keyring, file, keyutils or windows")),
            });
        }
        if let Some(text) = environment.text("ASSUME_STORE_CACHE") {
            let wrong = || wrong_variable("ASSUME_STORE_CACHE", text, "a time such as 8h, or off");
            self.cache = Some(Cache::parse(text).ok_or_else(wrong)?);
        }
        if let Some(path) = environment.text("ASSUME_STORE_WINDOWS_PROGRAM") {
            let wrong = || wrong_variable("ASSUME_STORE_WINDOWS_PROGRAM", path, "a path from the root: /mnt/c/…");
            self.windows_program = Some(from_the_root(path).ok_or_else(wrong)?);
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

    /// What a prompt shows, and in which colours.
    #[must_use]
    pub fn segment(&self) -> &SegmentSettings {
        &self.segment
    }

    /// Whether one of the names fits a pattern of `production.match`.
    #[must_use]
    pub fn is_production(&self, names: &Names) -> bool {
        self.production.fits(names)
    }

    /// `production.confirm`: a shell is switched to production only after a typed confirmation.
    #[must_use]
    pub fn confirms_production(&self) -> bool {
        self.production.confirm
    }
}

/// Whoever names a file means it: without it `production.confirm` would be silently without effect.
fn named_and_absent(environment: &Environment, path: &Path) -> Option<Error> {
    let is_named = environment.path("ASSUME_CONFIG").is_some();
    // The folder too: where both are kept elsewhere, that place may not be mounted.
    if let Some(link) = path.ancestors().take(2).find(|part| part.is_symlink() && !part.exists()) {
        let link = link.display();
        let who = if is_named { "where ASSUME_CONFIG says" } else { "there" };
        let what = format!("{link} is a link that leads nowhere, and your settings are to be {who}");
        return Some(Error::new(Kind::Config, what, format!("let {link} lead to your settings again, or remove it")));
    }
    is_named.then(|| {
        let what = format!("there is no {}, which ASSUME_CONFIG names as the file of your settings", path.display());
        Error::new(Kind::Config, what, "set ASSUME_CONFIG to the file that you have, or unset it")
    })
}

/// The file that is read, for errors that name the line.
struct Source<'a> {
    text: &'a str,
    path: &'a Path,
}

impl Source<'_> {
    /// The line of a place in the text.
    fn line(&self, at: usize) -> usize {
        self.text.get(..at).unwrap_or("").matches('\n').count() + 1
    }

    fn wrong(&self, line: usize, message: &str, hint: impl Into<String>) -> Error {
        Error::new(Kind::Config, format!("{} line {line}: {message}", self.path.display()), hint)
    }

    fn wrong_value(&self, key: &str, value: &Spanned<String>, hint: impl Into<String>) -> Error {
        self.wrong(self.line(value.span().start), &format!("{key} is '{}'", value.get_ref()), hint)
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

/// As Linux has it, also in the settings that a program of Windows reads.
fn from_the_root(path: &str) -> Option<PathBuf> {
    path.starts_with('/').then(|| path.into())
}

fn wrong_variable(name: &str, value: &str, choices: &str) -> Error {
    Error::new(Kind::Config, format!("{name} is '{value}'"), format!("set {name} to {choices}, or unset it"))
}
