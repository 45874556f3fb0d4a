//! The keeper `keyring` against a real gnome-keyring on a D-Bus of its own: never the person's.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::skip::lacks;
use crate::store_child::{child, run};

/// A message bus that starts no services by itself, in a home of its own.
pub(crate) struct Session {
    home: tempfile::TempDir,
    bus: Child,
    daemon: Option<Child>,
}

const CONFIG: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path=BUS</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>"#;

impl Session {
    /// `None`, by name, where this machine has no gnome-keyring.
    pub(crate) fn start() -> Option<Self> {
        for program in ["dbus-daemon", "gnome-keyring-daemon"] {
            let found = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
            if found.is_err() {
                lacks(&format!("there is no {program} (Debian: dbus, gnome-keyring)"));
                return None;
            }
        }
        let home = tempfile::tempdir().unwrap();
        fs::set_permissions(home.path(), fs::Permissions::from_mode(0o700)).unwrap();
        let bus = home.path().join("bus");
        let config = home.path().join("bus.conf");
        fs::write(&config, CONFIG.replace("BUS", bus.to_str().unwrap())).unwrap();
        let mut command = Command::new("dbus-daemon");
        command.arg("--config-file").arg(&config).args(["--nofork", "--print-address=1"]);
        let mut bus = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        // It prints its address once it listens.
        first_line(&mut bus);
        Some(Self { home, bus, daemon: None })
    }

    /// The daemon with its default keyring unlocked by `password`, or as it finds it.
    pub(crate) fn keyring(mut self, password: Option<&str>) -> Self {
        let mut command = Command::new("gnome-keyring-daemon");
        command.args(["--foreground", "--components=secrets", "--control-directory"]).arg(self.home.path().join("ctl"));
        command.args(password.map(|_| "--unlock"));
        self.adorn(&mut command);
        let streams = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut daemon = streams.spawn().unwrap();
        daemon.stdin.take().unwrap().write_all(password.unwrap_or_default().as_bytes()).unwrap();
        first_line(&mut daemon);
        self.daemon = Some(daemon);
        self.wait_for_service();
        self
    }

    /// The daemon with a default keyring that has no password, as an empty one in its window makes it.
    fn plain_keyring(self) -> Self {
        fs::create_dir_all(self.keyrings()).unwrap();
        let text = "[keyring]\ndisplay-name=Plain\nctime=0\nmtime=0\nlock-on-idle=false\nlock-after=false\n";
        fs::write(self.keyrings().join("plain.keyring"), text).unwrap();
        fs::write(self.keyrings().join("default"), "plain").unwrap();
        self.keyring(None)
    }

    pub(crate) fn without_keyring(mut self) -> Self {
        end(&mut self.daemon.take().unwrap());
        self
    }

    fn adorn(&self, command: &mut Command) {
        let home = self.home.path();
        command.env("HOME", home).env("XDG_DATA_HOME", home.join("data")).env("XDG_RUNTIME_DIR", home);
        command.env("XDG_CONFIG_HOME", home.join("config")).env("XDG_CACHE_HOME", home.join("cache"));
        command.env("DBUS_SESSION_BUS_ADDRESS", format!("unix:path={}", home.join("bus").display()));
        command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
    }

    fn wait_for_service(&self) {
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            let mut command = Command::new("dbus-send");
            command.args(["--session", "--print-reply", "--dest=org.freedesktop.DBus", "/"]);
            command.args(["org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets"]);
            self.adorn(&mut command);
            let answer = command.output().unwrap();
            if String::from_utf8_lossy(&answer.stdout).contains("boolean true") {
                return;
            }
            assert!(Instant::now() < deadline, "gnome-keyring does not come up");
        }
    }

    pub(crate) fn bus_path(&self) -> PathBuf {
        self.home.path().join("bus")
    }

    /// `STOP` freezes the daemon, `CONT` thaws it.
    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(self.daemon.as_ref().unwrap()), signal).unwrap();
    }

    fn state(&self) -> PathBuf {
        self.home.path().join("state")
    }

    pub(crate) fn keyrings(&self) -> PathBuf {
        self.home.path().join("data/keyrings")
    }

    fn child(&self, action: &str) -> Command {
        let mut command = child(&self.state(), "keyring", action);
        self.adorn(&mut command);
        command.env("STORE_KEYRINGS", self.keyrings());
        command
    }

    fn act(&self, action: &str) -> String {
        run(&mut self.child(action))
    }

    /// Whether the keyring has an item of ours.
    fn has_item(&self) -> bool {
        let files = fs::read_dir(self.keyrings()).unwrap();
        let id = |text: &[u8]| text.windows(16).any(|part| part == b"assume vault key");
        files.map(|file| fs::read(file.unwrap().path()).unwrap()).any(|text| id(&text))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Some(daemon) = &mut self.daemon {
            end(daemon);
        }
        end(&mut self.bus);
    }
}

fn end(process: &mut Child) {
    process.kill().unwrap();
    process.wait().unwrap();
}

fn first_line(process: &mut Child) -> String {
    let mut line = String::new();
    BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
    line
}

fn timed(action: impl FnOnce() -> String) -> (String, Duration) {
    let start = Instant::now();
    let outcome = action();
    (outcome, start.elapsed())
}

fn vault_is_empty(state: &Path) -> bool {
    !state.join("vault/id").exists() && fs::read_dir(state.join("vault")).is_ok_and(|mut names| names.next().is_none())
}

#[test]
fn an_unlocked_keyring_holds_the_key_across_processes() {
    let Some(session) = Session::start() else { return };
    let session = session.keyring(Some("pw"));
    assert_eq!(session.act("load"), "none");
    assert_eq!(session.act("save aoaSECRET"), "ok");
    assert_eq!(session.act("load"), "ok aoaSECRET");
    // An existing vault remembers its keeper.
    assert_eq!(run(session.child("load").env("STORE_KEEPER", "auto")), "ok aoaSECRET");
    assert_eq!(session.act("forget-all"), "ok");
    assert_eq!(session.act("load"), "none");
    assert_eq!(session.act("save again"), "ok");
    assert_eq!(session.act("load"), "ok again");
}

#[test]
fn a_locked_keyring_is_said_so_and_opens_no_window_unasked() {
    let Some(session) = Session::start() else { return };
    let session = session.keyring(Some("pw"));
    assert_eq!(session.act("save aoaSECRET"), "ok");
    let session = session.without_keyring().keyring(None);
    let unasked = session.act("load");
    assert!(unasked.starts_with("error 7 the keyring that holds the vault key is locked / unlock it"), "{unasked}");
    assert_eq!(session.act("headers"), "ok 1 0");
    // With a person the keyring is asked to open its window; here is no display for one.
    let output = session.child("load").env("STORE_PERSON", "1").output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("told: The keyring is locked: waiting up to 60 seconds"), "{text}");
    assert!(text.contains("error 7 the keyring stays locked"), "{text}");
    let session = session.without_keyring().keyring(Some("pw"));
    assert_eq!(session.act("load"), "ok aoaSECRET");
}

#[test]
fn a_lost_key_is_not_a_first_run() {
    let Some(session) = Session::start() else { return };
    let session = session.keyring(Some("pw"));
    assert_eq!(session.act("save aoaSECRET"), "ok");
    let session = session.without_keyring();
    fs::remove_dir_all(session.keyrings()).unwrap();
    let session = session.keyring(Some("pw"));
    for action in ["load", "save other"] {
        let outcome = session.act(action);
        assert!(outcome.starts_with("error 7 the vault key ") && outcome.contains(" is lost"), "{outcome}");
    }
    assert_eq!(session.act("forget-all"), "ok");
    assert_eq!(session.act("save other"), "ok");
}

#[test]
fn no_default_keyring_is_neither_lost_nor_locked() {
    let Some(session) = Session::start() else { return };
    let session = session.keyring(None);
    let outcome = session.act("save aoaSECRET");
    assert!(outcome.starts_with("error 7 the Secret Service has no default keyring"), "{outcome}");
    assert!(vault_is_empty(&session.state()));
}

#[test]
fn no_service_and_no_bus_are_unreachable_and_auto_names_the_choices() {
    let Some(session) = Session::start() else { return };
    let outcome = session.act("save aoaSECRET");
    assert!(outcome.starts_with("error 7 no keyring answers: "), "{outcome}");
    let no_bus = run(session.child("save x").env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus"));
    assert!(no_bus.starts_with("error 7 no keyring answers: "), "{no_bus}");
    let auto = run(session.child("save x").env("STORE_KEEPER", "auto"));
    assert!(auto.starts_with("error 7 there is no keyring to hold the vault key: "), "{auto}");
    for choice in ["ASSUME_STORE=file", "ASSUME_STORE=keyutils", "config.toml"] {
        assert!(auto.contains(choice), "{auto}");
    }
    assert!(vault_is_empty(&session.state()));
}

#[test]
fn a_frozen_daemon_costs_five_seconds_and_one_in_a_hurry() {
    let Some(session) = Session::start() else { return };
    let session = session.keyring(Some("pw"));
    assert_eq!(session.act("save aoaSECRET"), "ok");
    let daemon = Pid::from_child(session.daemon.as_ref().unwrap());
    kill_process(daemon, Signal::STOP).unwrap();
    let (outcome, time) = timed(|| session.act("load"));
    assert!(outcome.starts_with("error 7 the keyring did not answer within 5 s"), "{outcome}");
    assert!((5..8).contains(&time.as_secs()), "{time:?}");
    let (outcome, time) = timed(|| run(session.child("load").env("STORE_HURRIED", "1").env("STORE_PERSON", "1")));
    assert!(outcome.starts_with("error 7 the keyring did not answer within 1 s"), "{outcome}");
    assert!((1..4).contains(&time.as_secs()), "{time:?}");
    kill_process(daemon, Signal::CONT).unwrap();
    assert_eq!(session.act("load"), "ok aoaSECRET");
}

#[test]
fn a_keyring_without_a_password_is_refused_and_left_as_it_was() {
    let Some(session) = Session::start() else { return };
    let session = session.plain_keyring();
    // Locked at first like any other; unlocking it needs no password and no window, but is left to a person.
    let outcome = run(session.child("save aoaSECRET").env("STORE_PERSON", "1"));
    assert!(outcome.starts_with("error 7 this keyring has no password"), "{outcome}");
    assert!(outcome.contains("allow_plain") && outcome.contains("plain.keyring"), "{outcome}");
    assert!(!session.has_item());
    assert!(vault_is_empty(&session.state()));
    assert_eq!(run(session.child("save aoaSECRET").env("STORE_PLAIN", "1")), "ok");
    assert!(session.has_item());
    assert_eq!(session.act("load"), "ok aoaSECRET");
}

#[test]
fn thirty_first_runs_at_once_make_one_key_in_the_keyring() {
    let Some(session) = Session::start() else { return };
    // Without a password, so that what is left in its file can be counted.
    let session = session.plain_keyring();
    assert_eq!(run(session.child("save first").env("STORE_PLAIN", "1").env("STORE_PERSON", "1")), "ok");
    assert_eq!(session.act("forget-all"), "ok");
    let start = || {
        let mut command = session.child("save aoaSECRET");
        command.env("STORE_PLAIN", "1").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let children: Vec<Child> = (0..30).map(|_| start()).collect();
    for child in children {
        assert_eq!(crate::store_child::outcome(&child.wait_with_output().unwrap()), "ok");
    }
    assert_eq!(session.act("load"), "ok aoaSECRET");
    assert_eq!(fs::read_dir(session.state().join("vault")).unwrap().count(), 2, "the id and one folder");
    let text = fs::read_to_string(session.keyrings().join("plain.keyring")).unwrap();
    assert_eq!(text.matches("assume vault key").count(), 1);
}
