//! What every verb works with, each part made when it is first asked for.

use std::cell::OnceCell;
use std::sync::Arc;

use super::interrupt;
use crate::cli::Globals;
use crate::clock::{Clock, Timestamp};
use crate::config::Config;
use crate::environment::Environment;
use crate::error::Result;
use crate::files::Folder;
use crate::person::Person;
use crate::process::{self, Hardened};
use crate::secret::Secret;
use crate::settings::{Keeper, Settings};
use crate::store::{KeeperChoice, Options, Store, Surroundings, cache_policy};
use crate::terminal::{Display, Paint, Terminal};

pub struct Context {
    pub environment: Environment,
    pub globals: Globals,
    pub person: Arc<dyn Person>,
    pub clock: Clock,
    /// When the command began, by the local clock.
    pub begun: Timestamp,
    /// An SDK called, and waits for the answer.
    pub waits_briefly: bool,
    /// A prompt waits for the answer: keepers have a second, and open no window.
    hurried: bool,
    settings: OnceCell<Settings>,
    config: OnceCell<Config>,
    store: OnceCell<Arc<Store>>,
    hardened: Hardened,
}

impl Context {
    /// `may_ask` is false for verbs that programs call.
    pub fn new(environment: Environment, globals: Globals, may_ask: bool) -> Self {
        let display = Display { paint: Paint::for_stderr(globals.color, &environment), utf8: environment.is_utf8() };
        let terminal =
            Terminal::new(globals.quiet, globals.verbose, may_ask && !globals.no_input, interrupt::arm).on(display);
        Self {
            environment,
            globals,
            person: Arc::new(terminal),
            clock: Clock::system(),
            begun: Timestamp::now(),
            waits_briefly: false,
            hurried: false,
            settings: OnceCell::new(),
            config: OnceCell::new(),
            store: OnceCell::new(),
            // The AWS files are the first thing read that may hold a secret (security rule 21).
            hardened: process::harden(),
        }
    }

    /// For a verb that SDKs call.
    #[must_use]
    pub fn for_a_program(self) -> Self {
        Self { waits_briefly: true, ..self }
    }

    /// For the hook.
    #[must_use]
    pub fn hurried(self) -> Self {
        Self { hurried: true, ..self }
    }

    /// For what goes to stdout.
    pub fn paint(&self) -> Paint {
        Paint::for_stdout(self.globals.color, &self.environment)
    }

    /// What stdout shows.
    pub fn display(&self) -> Display {
        Display { paint: self.paint(), utf8: self.environment.is_utf8() }
    }

    pub fn settings(&self) -> Result<&Settings> {
        get_or_try(&self.settings, || Settings::load(&self.environment))
    }

    pub fn config(&self) -> Result<&Config> {
        get_or_try(&self.config, || Config::load(&self.environment))
    }

    /// The vault. No keeper is asked before a record is opened or sealed.
    pub fn store(&self) -> Result<&Arc<Store>> {
        get_or_try(&self.store, || {
            let options = self.store_options()?;
            Store::open(&self.environment.state_folder()?, options, Arc::clone(&self.person)).map(Arc::new)
        })
    }

    /// Gives `exec`'s child the limits this process was started with.
    pub fn soften(&self) {
        self.hardened.undo();
    }

    /// The vault where there is one: what only reads must not need a home that can be written.
    pub fn existing_store(&self) -> Result<Option<&Arc<Store>>> {
        match Folder::open_existing(&self.environment.state_folder()?)? {
            Some(_) => self.store().map(Some),
            None => Ok(None),
        }
    }

    fn store_options(&self) -> Result<Options> {
        let settings = self.settings()?;
        let passphrase = self.environment.text("ASSUME_STORE_PASSPHRASE").map(Secret::from);
        let surroundings = Surroundings {
            passphrase_given: passphrase.is_some(),
            ci: self.environment.is_set("CI"),
            container: self.environment.is_container(),
        };
        Ok(Options {
            keeper: match settings.keeper {
                None | Some(Keeper::Auto) => KeeperChoice::Auto,
                Some(Keeper::Keyring) => KeeperChoice::Keyring,
                Some(Keeper::File) => KeeperChoice::File,
                Some(Keeper::Keyutils) => KeeperChoice::Keyutils,
                Some(Keeper::Windows) => KeeperChoice::Windows,
            },
            cache: cache_policy(settings.cache, surroundings),
            allow_plain: settings.allow_plain,
            wsl: self.environment.is_wsl(),
            windows_program: settings.windows_program.clone(),
            interop: self.environment.interop(),
            passphrase,
            hurried: self.hurried,
            keyrings: self.environment.data_folder().map(|data| data.join("keyrings")),
        })
    }
}

/// `OnceCell::get_or_try_init`, which the standard library does not have in its stable part.
pub(super) fn get_or_try<T>(cell: &OnceCell<T>, make: impl FnOnce() -> Result<T>) -> Result<&T> {
    if let Some(value) = cell.get() {
        return Ok(value);
    }
    let value = make()?;
    Ok(cell.get_or_init(|| value))
}
