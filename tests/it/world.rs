//! One person's machine in a folder: a home, an AWS config, a browser, a stand-in for AWS, and the program under test.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use identity_center::{Config, StandIn};

/// The program under test.
pub const ASSUME: &str = env!("CARGO_BIN_EXE_assume");

pub const PASSPHRASE: &str = "correct horse battery staple";

pub struct World {
    pub home: tempfile::TempDir,
    pub aws: StandIn,
}

/// What one run of a program gave.
#[derive(Clone, Debug)]
pub struct Ran {
    pub stdout: String,
    pub stderr: String,
    pub code: i32,
}

impl World {
    /// One session, `main`, and the profiles `dev`, `staging` and `prod` in it; sign-ins are approved at once.
    pub fn new() -> Self {
        Self::with(Config::default())
    }

    pub fn with(config: Config) -> Self {
        let world = Self { home: tempfile::tempdir().unwrap(), aws: StandIn::start(config) };
        world.write(".aws/config", &world.config());
        // A browser that follows where it is sent, as a person's does, and keeps a note of it.
        world.write("browser", "#!/bin/sh\necho \"$1\" >>\"$HOME/tabs\"\nexec curl -sL -o /dev/null \"$1\"\n");
        fs::set_permissions(world.path("browser"), fs::Permissions::from_mode(0o755)).unwrap();
        world
    }

    /// The config of [`World::new`], for tests that add to it.
    pub fn config(&self) -> String {
        let start_url = self.aws.start_url();
        format!(
            "[sso-session main]\nsso_start_url = {start_url}\nsso_region = us-east-1\n\
             [profile dev]\nsso_session = main\nsso_account_id = 111122223333\nsso_role_name = AdministratorAccess\nregion = eu-central-1\n\
             [profile staging]\nsso_session = main\nsso_account_id = 444455556666\nsso_role_name = ReadOnlyAccess\n\
             [profile prod]\nsso_session = main\nsso_account_id = 777788889999\nsso_role_name = ReadOnlyAccess\nregion = us-west-2\n"
        )
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// The vault and its markers.
    pub fn state(&self) -> PathBuf {
        self.path(".local/state/assume")
    }

    /// A file of this home, with the folders above it.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// How often a browser was opened, and with what.
    pub fn tabs(&self) -> Vec<String> {
        fs::read_to_string(self.path("tabs")).unwrap_or_default().lines().map(str::to_owned).collect()
    }

    /// The program with these words: nothing of the environment of the test, a passphrase vault, and AWS at the stand-in.
    pub fn command(&self, words: &[&str]) -> Command {
        self.program(ASSUME, words)
    }

    /// Any program in this world: a shell, boto3, the AWS CLI.
    pub fn program(&self, program: impl AsRef<OsStr>, words: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(words).env_clear().envs(self.variables()).current_dir(self.home.path()).stdin(Stdio::null());
        command
    }

    pub fn variables(&self) -> Vec<(String, String)> {
        let url = self.aws.url().to_owned();
        let binary = PathBuf::from(ASSUME);
        let path = format!("{}:/usr/local/bin:/usr/bin:/bin", binary.parent().unwrap().display());
        [
            ("HOME", self.home.path().to_str().unwrap()),
            ("PATH", &path),
            ("LANG", "C.UTF-8"),
            ("TERM", "xterm-256color"),
            ("BROWSER", &format!("{} %s", self.path("browser").display())),
            ("AWS_ENDPOINT_URL_SSO", &url),
            ("AWS_ENDPOINT_URL_SSO_OIDC", &url),
            ("AWS_ENDPOINT_URL_STS", &url),
            ("ASSUME_STORE", "file"),
            ("ASSUME_STORE_PASSPHRASE", PASSPHRASE),
            ("ASSUME_STORE_CACHE", "off"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
    }

    pub fn assume(&self, words: &[&str]) -> Ran {
        run(&mut self.command(words))
    }

    /// A run that must end well.
    pub fn ok(&self, words: &[&str]) -> Ran {
        let ran = self.assume(words);
        assert_eq!(ran.code, 0, "assume {words:?}: {ran:?}");
        ran
    }

    /// Signed in, by the browser.
    pub fn sign_in(&self) {
        self.ok(&["login"]);
    }
}

pub fn run(command: &mut Command) -> Ran {
    command.output().unwrap().into()
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        use std::os::unix::process::ExitStatusExt;
        let code = output.status.code().unwrap_or_else(|| 128 + output.status.signal().unwrap_or(0));
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is text");
        Self { stdout: text(output.stdout), stderr: text(output.stderr), code }
    }
}

impl Ran {
    /// The last two lines of stderr: what went wrong, and the remedy.
    pub fn error(&self) -> String {
        let lines: Vec<&str> = self.stderr.lines().collect();
        lines[lines.len().saturating_sub(2)..].join("\n")
    }
}
