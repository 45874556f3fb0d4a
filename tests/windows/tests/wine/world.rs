//! One person's Windows: a folder for everything, an AWS config, a stand-in for AWS, and programs under Wine.

use std::fs;
use std::io::Read;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread::JoinHandle;

use identity_center::{Config, StandIn};

pub(crate) const PASSPHRASE: &str = "correct horse battery staple";

pub(crate) struct World {
    /// This user's alone: Wine hands on what the folder above grants.
    pub(crate) folder: tempfile::TempDir,
    pub(crate) aws: StandIn,
    browser: Browser,
}

#[derive(Clone, Debug)]
pub(crate) struct Ran {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: i32,
}

/// A folder with `assume.exe` and `actor.exe`.
pub(crate) fn built(name: &str) -> PathBuf {
    PathBuf::from(variable("ASSUME_TEST_WINDOWS")).join(name)
}

pub(crate) fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run .ci/cross test windows"))
}

/// As Windows programs name it.
pub(crate) fn windows(path: &Path) -> String {
    format!("Z:{}", path.to_str().unwrap().replace('/', "\\"))
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(Config::default())
    }

    pub(crate) fn with(config: Config) -> Self {
        let folder = tempfile::Builder::new().permissions(fs::Permissions::from_mode(0o700)).tempdir().unwrap();
        let world = Self { folder, aws: StandIn::start(config), browser: Browser::start(true) };
        // As editors on Windows write it.
        world.write(".aws/config", &world.config().replace('\n', "\r\n"));
        world.write("config.toml", "");
        world
    }

    /// Whose browser shows pages, and presses nothing.
    pub(crate) fn with_idle_browser(config: Config) -> Self {
        Self { browser: Browser::start(false), ..Self::with(config) }
    }

    pub(crate) fn config(&self) -> String {
        let start_url = self.aws.start_url();
        format!(
            "[sso-session main]\nsso_start_url = {start_url}\nsso_region = us-east-1\n\
             [profile dev]\nsso_session = main\nsso_account_id = 111122223333\n\
             sso_role_name = AdministratorAccess\nregion = eu-central-1\n\
             [profile größe]\nsso_session = main\nsso_account_id = 444455556666\nsso_role_name = ReadOnlyAccess\n"
        )
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.path("state")
    }

    /// The folder of the vault key, `vault/KEY-ID`.
    pub(crate) fn vault(&self) -> PathBuf {
        let vault = self.state().join("vault");
        vault.join(fs::read_to_string(vault.join("id")).unwrap().trim())
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Any Windows program, with nothing of the environment of the test.
    pub(crate) fn program(&self, program: &Path, words: &[&str]) -> Command {
        let mut command = Command::new(variable("ASSUME_TEST_WINE"));
        command.arg(program).args(words).env_clear().envs(self.variables());
        command.current_dir(self.folder.path()).stdin(Stdio::null());
        command
    }

    pub(crate) fn variables(&self) -> Vec<(String, String)> {
        let url = self.aws.url();
        let quoted = |path: &Path| format!("\"{}\"", windows(path));
        [
            ("HOME", variable("HOME").as_str()),
            ("WINEPREFIX", &variable("WINEPREFIX")),
            ("WINEDEBUG", "-all"),
            // A desktop that nobody sees would keep the output of whoever starts it open.
            ("WINEDLLOVERRIDES", "explorer.exe=d"),
            ("LANG", "C.UTF-8"),
            ("TERM", "xterm-256color"),
            ("PATH", "/usr/bin:/bin"),
            ("AWS_CONFIG_FILE", &windows(&self.path(".aws/config"))),
            ("AWS_SHARED_CREDENTIALS_FILE", &windows(&self.path(".aws/credentials"))),
            ("ASSUME_STATE_DIR", &windows(&self.state())),
            ("ASSUME_CONFIG", &windows(&self.path("config.toml"))),
            ("AWS_ENDPOINT_URL_SSO", url),
            ("AWS_ENDPOINT_URL_SSO_OIDC", url),
            ("AWS_ENDPOINT_URL_STS", url),
            ("BROWSER", &format!("{} tell {} %s", quoted(&built("actor.exe")), self.browser.address)),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
    }

    pub(crate) fn command(&self, words: &[&str]) -> Command {
        self.program(&built("assume.exe"), words)
    }

    pub(crate) fn assume(&self, words: &[&str]) -> Ran {
        run(&mut self.command(words))
    }

    /// A run that must end well.
    pub(crate) fn ok(&self, words: &[&str]) -> Ran {
        let ran = self.assume(words);
        assert_eq!(ran.code, 0, "assume {words:?}: {ran:?}");
        ran
    }

    /// In front of `program`, a parent of ours under the name `parent`.
    pub(crate) fn under(&self, parent: &str, variables: &[&str], program: &Path, words: &[&str]) -> Command {
        let parent = self.path(parent);
        fs::copy(built("actor.exe"), &parent).unwrap();
        // Wine 8 lacks it.
        fs::copy(built("bcryptprimitives.dll"), self.path("bcryptprimitives.dll")).unwrap();
        let program = windows(program);
        let words = [&["run"], variables, &["--", &program], words].concat();
        self.program(&parent, &words)
    }

    pub(crate) fn pages(&self) -> &Pages {
        &self.browser.pages
    }

    pub(crate) fn browser(&self) -> SocketAddr {
        self.browser.address
    }
}

pub(crate) fn run(command: &mut Command) -> Ran {
    command.output().unwrap().into()
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let code = output.status.code().unwrap_or_else(|| 128 + output.status.signal().unwrap_or(0));
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is text");
        Self { stdout: text(output.stdout), stderr: text(output.stderr), code }
    }
}

pub(crate) type Pages = std::sync::Mutex<std::sync::mpsc::Receiver<String>>;

/// The person's browser: `actor.exe tell` brings it a page.
struct Browser {
    address: SocketAddr,
    pages: Pages,
    _thread: JoinHandle<()>,
}

impl Browser {
    fn start(visits: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, pages) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let mut page = String::new();
                stream.read_to_string(&mut page).unwrap();
                if visits {
                    // Whoever asked for it may be gone.
                    let _ = identity_center::browse(&page, None);
                }
                if sender.send(page).is_err() {
                    return;
                }
            }
        });
        Self { address, pages: pages.into(), _thread: thread }
    }
}
