//! A home with profiles, a stand-in for AWS, and a keeper.

use std::fmt::Write;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use identity_center::{Approval, Config, StandIn};

pub struct Machine {
    home: tempfile::TempDir,
    pub aws: StandIn,
    variables: Vec<(String, String)>,
    /// The private D-Bus with its keyring, ended with the machine.
    desktop: Option<Child>,
}

const PASSPHRASE: &str = "correct horse battery staple";

impl Machine {
    pub fn new(profiles: usize) -> Self {
        let home = tempfile::tempdir().expect("a folder for a home");
        let aws = StandIn::start(Config { approval: Approval::Opened(0), ..Config::default() });
        let machine = Self { home, aws, variables: Vec::new(), desktop: None };
        std::fs::create_dir_all(machine.home.path().join(".aws")).expect("a folder for the config");
        std::fs::write(machine.home.path().join(".aws/config"), machine.config(profiles)).expect("a config");
        machine.with_variables(&[
            ("ASSUME_STORE", "file"),
            ("ASSUME_STORE_PASSPHRASE", PASSPHRASE),
            ("ASSUME_STORE_CACHE", "off"),
        ])
    }

    fn config(&self, profiles: usize) -> String {
        let mut text =
            format!("[sso-session main]\nsso_start_url = {}\nsso_region = us-east-1\n", self.aws.start_url());
        for n in 1..profiles {
            let id = 100_000_000_000_u64 + n as u64;
            let _ = write!(
                text,
                "[profile team-{n}]\nsso_session = main\nsso_account_id = {id}\nsso_role_name = ReadOnlyAccess\nregion = eu-central-1\n"
            );
        }
        text + "[profile dev]\nsso_session = main\nsso_account_id = 111122223333\nsso_role_name = AdministratorAccess\n"
    }

    fn with_variables(mut self, more: &[(&str, &str)]) -> Self {
        let home = self.home.path().to_str().expect("a path of text").to_owned();
        let url = self.aws.url().to_owned();
        let base = [
            ("HOME", home.as_str()),
            ("PATH", "/usr/local/bin:/usr/bin:/bin"),
            ("BROWSER", "curl -sL -o /dev/null %s"),
            ("AWS_ENDPOINT_URL_SSO", &url),
            ("AWS_ENDPOINT_URL_SSO_OIDC", &url),
        ];
        self.variables =
            base.iter().chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self
    }

    pub fn command(&self, program: &str, words: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(words).env_clear().envs(self.variables.iter().cloned()).current_dir(self.home.path());
        command
    }

    pub fn run(&self, program: &str, words: &[&str]) -> String {
        let output = self.command(program, words).stdin(Stdio::null()).output().expect("a program that starts");
        assert!(output.status.success(), "{program} {words:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    }

    pub fn sign_in(&self) {
        self.run(super::ASSUME, &["login", "--quiet"]);
        self.run(super::ASSUME, &["process", "dev"]);
    }

    /// The access token, as the stand-in remembers it.
    pub fn token(&self) -> String {
        let issued = self.aws.issued_secrets();
        issued.into_iter().rfind(|secret| secret.kind == "access_token").expect("somebody signed in").value
    }

    /// A machine whose vault key is kept in the kernel keyring; `None` where the kernel refuses.
    pub fn with_kernel_keyring() -> Option<Self> {
        let aws = StandIn::start(Config { approval: Approval::Opened(0), ..Config::default() });
        let home = tempfile::tempdir().expect("a folder for a home");
        let machine = Self { home, aws, variables: Vec::new(), desktop: None };
        std::fs::create_dir_all(machine.home.path().join(".aws")).expect("a folder for the config");
        std::fs::write(machine.home.path().join(".aws/config"), machine.config(10)).expect("a config");
        let machine = machine.with_variables(&[("ASSUME_STORE", "keyutils")]);
        let signed_in = machine.command(super::ASSUME, &["login", "--quiet"]).stderr(Stdio::null()).status();
        if !signed_in.is_ok_and(|status| status.success()) {
            return None;
        }
        machine.run(super::ASSUME, &["process", "dev"]);
        Some(machine)
    }

    /// A key of the same kind, put there by the reference program.
    pub fn kernel_key(&self, program: &str) -> String {
        let name = format!("assume-bench-{}", std::process::id());
        self.run(program, &["put", &name]);
        name
    }

    /// A private D-Bus session with an unlocked gnome-keyring.
    pub fn with_secret_service() -> Option<Self> {
        let machine = Self::new(10);
        let home = machine.home.path().to_owned();
        let runtime = home.join("run");
        std::fs::create_dir_all(&runtime).ok()?;
        let script = "echo -n pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null && \
                      echo \"$DBUS_SESSION_BUS_ADDRESS\" >\"$HOME/bus\" && exec sleep 1000000";
        let mut command = machine.command("dbus-run-session", &["--", "bash", "-c", script]);
        command.env("XDG_RUNTIME_DIR", &runtime).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut desktop = command.spawn().ok()?;
        let bus = wait_for(&home.join("bus"), &mut desktop)?;
        let mut machine = machine.with_variables(&[("ASSUME_STORE", "keyring"), ("ASSUME_STORE_CACHE", "off")]);
        machine.variables.push(("DBUS_SESSION_BUS_ADDRESS".into(), bus));
        machine.desktop = Some(desktop);
        Some(machine)
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        if let Some(desktop) = &mut self.desktop {
            let _ = desktop.kill();
            let _ = desktop.wait();
        }
    }
}

/// A line of a file that is about to be written; `None` once its writer has ended.
fn wait_for(file: &std::path::Path, writer: &mut Child) -> Option<String> {
    loop {
        match std::fs::read_to_string(file) {
            Ok(text) if text.ends_with('\n') => return Some(text.trim().to_owned()),
            _ if writer.try_wait().ok()?.is_some() => return None,
            _ => std::thread::yield_now(),
        }
    }
}

/// The AWS CLI, where there is one.
pub fn aws_cli() -> Option<String> {
    let named = std::env::var_os("ASSUME_TEST_AWS").map(PathBuf::from);
    let on_path = ["/usr/bin/aws", "/usr/local/bin/aws"].map(PathBuf::from);
    named.into_iter().chain(on_path).find(|path| path.exists()).map(|path| path.display().to_string())
}
