//! What surrounds a fault: a world with a sign-in and some keys, and what of it a fault gets hold of.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Command;

use identity_center::Config;

use super::relay::{Relay, Weather};
use crate::faults_table::steady;
use crate::store_keyring::Session;
use crate::store_processes::Disk;
use crate::world::{Ran, World, run};

pub(crate) struct Stage {
    pub(crate) world: World,
    pub(crate) relay: Option<Relay>,
    pub(crate) keyring: Option<Session>,
    pub(crate) disk: Option<Disk>,
    /// Variables of every run on this stage, over those of the world.
    pub(crate) variables: Vec<(&'static str, String)>,
    /// A file that a fault changed, as it was.
    pub(crate) aside: Option<(PathBuf, Vec<u8>)>,
}

impl Stage {
    pub(crate) fn new() -> Self {
        Self::with(Config::default())
    }

    pub(crate) fn with(config: Config) -> Self {
        let world = World::with(config);
        Self { world, relay: None, keyring: None, disk: None, variables: Vec::new(), aside: None }
    }

    /// AWS behind a network of its own.
    pub(crate) fn behind_a_network() -> Self {
        let mut stage = Self::new();
        let relay = Relay::to(stage.world.aws.url());
        for name in ["AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_SSO_OIDC", "AWS_ENDPOINT_URL_STS"] {
            stage.variables.push((name, relay.url()));
        }
        stage.relay = Some(relay);
        stage
    }

    /// The vault key in a real keyring, on a bus of its own.
    pub(crate) fn with_keyring() -> Option<Self> {
        let mut stage = Self::new();
        let keyring = Session::start()?.keyring(Some("pw"));
        let bus = format!("unix:path={}", keyring.bus_path().display());
        stage.variables.extend([("DBUS_SESSION_BUS_ADDRESS", bus), ("ASSUME_STORE", "keyring".into())]);
        stage.keyring = Some(keyring);
        Some(stage)
    }

    /// The state folder on a small disk of its own.
    pub(crate) fn on_a_disk() -> Option<Self> {
        let mut stage = Self::new();
        let disk = Disk::mount("size=400k")?;
        stage.variables.push(("ASSUME_STATE_DIR", disk.0.path().join("assume").display().to_string()));
        stage.disk = Some(disk);
        Some(stage)
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.disk.as_ref().map_or_else(|| self.world.state(), |disk| disk.0.path().join("assume"))
    }

    /// Which keeper has the key of the vault, and since when.
    pub(crate) fn note_of_the_keeper(&self) -> PathBuf {
        let id = fs::read_to_string(self.state().join("vault/id")).unwrap();
        self.state().join("vault").join(id.trim_end()).join("keeper")
    }

    /// Puts back what a fault changed.
    pub(crate) fn restore(&mut self) {
        let (path, bytes) = self.aside.take().expect("a file that was put aside");
        // `logout --all` and the like may have taken its folder away.
        if path.parent().unwrap().exists() {
            fs::write(&path, bytes).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        }
    }

    pub(crate) fn command(&self, program: &str, words: &[&str]) -> Command {
        let mut command = self.world.program(program, words);
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    pub(crate) fn assume(&self, words: &[&str]) -> Ran {
        run(&mut self.command(crate::world::ASSUME, words))
    }

    pub(crate) fn ok(&self, words: &[&str]) -> Ran {
        let ran = self.assume(words);
        assert_eq!(ran.code, 0, "assume {words:?}: {ran:?}");
        ran
    }

    /// Without what differs from run to run.
    pub(crate) fn steady(&self, text: &str) -> String {
        let text = match &self.relay {
            Some(relay) => text.replace(&relay.url(), self.world.aws.url()),
            None => text.to_owned(),
        };
        let text = match &self.disk {
            Some(disk) => text.replace(disk.0.path().to_str().unwrap(), "/disk"),
            None => text,
        };
        steady(&self.world, &text)
    }

    pub(crate) fn weather(&self, weather: Weather) {
        self.relay.as_ref().expect("a stage behind a network").set(weather);
    }

    pub(crate) fn clear_faults(&mut self) {
        self.world.aws.clear_faults();
        self.world.aws.set_clock_offset(0);
        if self.relay.is_some() {
            self.weather(Weather::Fine);
        }
    }

    pub(crate) fn set(&mut self, name: &'static str, value: &str) {
        self.variables.push((name, value.into()));
    }

    /// Takes back the last of what [`Self::set`] said of it.
    pub(crate) fn unset(&mut self, name: &str) {
        let at = self.variables.iter().rposition(|(known, _)| *known == name).expect("what was set");
        self.variables.remove(at);
    }
}
