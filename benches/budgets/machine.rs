//! A home with profiles, a stand-in for AWS, and a keeper; nothing of it is left behind.

use std::fmt::Write;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use identity_center::{Approval, Config, StandIn};

use super::ASSUME;

pub struct Machine {
    home: tempfile::TempDir,
    pub aws: StandIn,
    variables: Vec<(String, String)>,
    /// The private D-Bus with its keyring: it ends when its standard input does.
    desktop: Option<Child>,
}

const PASSPHRASE: &str = "correct horse battery staple";

impl Machine {
    /// The vault key under a passphrase, derived at each run.
    pub fn with_passphrase(profiles: usize) -> Self {
        let passphrase =
            [("ASSUME_STORE", "file"), ("ASSUME_STORE_PASSPHRASE", PASSPHRASE), ("ASSUME_STORE_CACHE", "off")];
        Self::new(profiles, &passphrase).signed_in().expect("a sign-in at the stand-in")
    }

    /// The vault key in the kernel keyring; `None` where the kernel refuses.
    pub fn with_kernel_keyring(profiles: usize) -> Option<Self> {
        Self::new(profiles, &[("ASSUME_STORE", "keyutils")]).signed_in()
    }

    /// The vault key in an unlocked gnome-keyring on a private D-Bus, asked at each run; `None` where there is none.
    pub fn with_secret_service() -> Option<Self> {
        let mut machine = Self::new(10, &[("ASSUME_STORE", "keyring"), ("ASSUME_STORE_CACHE", "off")]);
        let runtime = machine.home.path().join("run");
        std::fs::create_dir_all(&runtime).ok()?;
        let script = "echo -n pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1 && \
                      echo \"$DBUS_SESSION_BUS_ADDRESS\" && exec cat";
        let mut command = machine.command("dbus-run-session", &["--", "bash", "-c", script]);
        command.env("XDG_RUNTIME_DIR", &runtime).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut desktop = command.spawn().ok()?;
        let mut bus = String::new();
        BufReader::new(desktop.stdout.take()?).read_line(&mut bus).ok()?;
        machine.desktop = Some(desktop);
        machine.variables.push(("DBUS_SESSION_BUS_ADDRESS".into(), bus.trim().to_owned()));
        if bus.is_empty() { None } else { machine.signed_in() }
    }

    fn new(profiles: usize, keeper: &[(&str, &str)]) -> Self {
        let home = tempfile::tempdir().expect("a folder for a home");
        let aws = StandIn::start(Config { approval: Approval::Opened(0), ..Config::default() });
        std::fs::create_dir_all(home.path().join(".aws")).expect("a folder for the config");
        std::fs::write(home.path().join(".aws/config"), config(&aws.start_url(), profiles)).expect("a config");
        let base = [
            ("HOME", home.path().to_str().expect("a path of text")),
            ("PATH", "/usr/local/bin:/usr/bin:/bin"),
            ("BROWSER", "curl -sL -o /dev/null %s"),
            ("AWS_ENDPOINT_URL_SSO", aws.url()),
            ("AWS_ENDPOINT_URL_SSO_OIDC", aws.url()),
        ];
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let variables = base.iter().chain(keeper).map(own).collect();
        Self { home, aws, variables, desktop: None }
    }

    /// With the keys of `dev` in the vault; `None` where the keeper can't be had.
    fn signed_in(self) -> Option<Self> {
        let login =
            self.command(ASSUME, &["login", "--quiet"]).stdin(Stdio::null()).output().expect("a program that starts");
        match login.status.code() {
            Some(0) => self.run(ASSUME, &["process", "dev"]),
            Some(7) => return None,
            code => panic!("assume login: {code:?}: {}", String::from_utf8_lossy(&login.stderr)),
        };
        Some(self)
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

    /// The access token, as the stand-in remembers it.
    pub fn token(&self) -> String {
        let issued = self.aws.issued_secrets();
        issued.into_iter().rfind(|secret| secret.kind == "access_token").expect("somebody signed in").value
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        // Takes the vault key out of its keeper, the kernel's included.
        let _ = self.command(ASSUME, &["logout", "--all"]).stdin(Stdio::null()).output();
        if let Some(desktop) = &mut self.desktop {
            drop(desktop.stdin.take());
            let _ = desktop.wait();
        }
    }
}

fn config(start_url: &str, profiles: usize) -> String {
    let mut text = format!("[sso-session main]\nsso_start_url = {start_url}\nsso_region = us-east-1\n");
    for n in 1..profiles {
        let id = 100_000_000_000_u64 + n as u64;
        let _ = write!(
            text,
            "[profile team-{n}]\nsso_session = main\nsso_account_id = {id}\nsso_role_name = ReadOnlyAccess\nregion = eu-central-1\n"
        );
    }
    text + "[profile dev]\nsso_session = main\nsso_account_id = 111122223333\nsso_role_name = AdministratorAccess\n"
}

/// The AWS CLI, where there is one: `ASSUME_TEST_AWS`, else in the usual folders.
pub fn aws_cli() -> Option<String> {
    let named = std::env::var_os("ASSUME_TEST_AWS").map(PathBuf::from);
    let usual = ["/usr/bin/aws", "/usr/local/bin/aws"].map(PathBuf::from);
    named.into_iter().chain(usual).find(|path| path.exists()).map(|path| path.display().to_string())
}
