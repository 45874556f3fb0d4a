//! `assume` of Linux, as in WSL, whose vault key `assume.exe` keeps in the Credential Manager.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use crate::credential_manager::{item_of, registry};
use crate::terminal::Terminal;
use crate::world::{Ran, World, built, run, variable};

struct Wsl {
    windows: World,
}

impl Wsl {
    fn new() -> Self {
        let wsl = Self { windows: World::new() };
        let exported = ["HOME", "WINEPREFIX"].map(|name| format!("{name}='{}'", variable(name)));
        // Wine now and then starts no program, which then says nothing: once more.
        wsl.script(
            "assume.exe",
            &format!(
                "#!/bin/sh\nexport {} WINEDEBUG=-all WINEDLLOVERRIDES=explorer.exe=d\n\
                 said=$({wine} {exe} \"$@\")\nstatus=$?\n\
                 if [ $status != 0 ] && [ -z \"$said\" ]; then exec {wine} {exe} \"$@\"; fi\n\
                 printf '%s\\n' \"$said\"\nexit $status\n",
                exported.join(" "),
                wine = variable("ASSUME_TEST_WINE"),
                exe = built("assume.exe").display()
            ),
        );
        let browser = wsl.windows.browser();
        let tell = format!("#!/bin/bash\nprintf %s \"$1\" >/dev/tcp/{}/{}\n", browser.ip(), browser.port());
        wsl.script("browser", &tell);
        let program = wsl.windows.path("assume.exe");
        let settings = format!("[store]\nkeeper = \"windows\"\nwindows_program = \"{}\"\n", program.display());
        wsl.windows.write("linux/config.toml", &settings);
        // Wine's server takes longer to start than the program has to answer.
        assert_eq!(run(Command::new(program).arg("--version").stdin(Stdio::null())).code, 0);
        wsl
    }

    fn script(&self, name: &str, text: &str) {
        self.windows.write(name, text);
        fs::set_permissions(self.windows.path(name), fs::Permissions::from_mode(0o700)).unwrap();
    }

    fn assume(&self, words: &[&str]) -> Ran {
        let (aws, path) = (self.windows.aws.url(), |name: &str| self.windows.path(name));
        let mut command = Command::new(variable("ASSUME_TEST_LINUX"));
        command.args(words).env_clear().current_dir(path("")).stdin(Stdio::null());
        command.env("HOME", path("linux")).env("PATH", "/usr/bin:/bin").env("WSL_DISTRO_NAME", "Ubuntu");
        command.env("ASSUME_CONFIG", path("linux/config.toml")).env("AWS_CONFIG_FILE", path(".aws/config"));
        command.env("BROWSER", path("browser"));
        for service in ["SSO", "SSO_OIDC", "STS"] {
            command.env(format!("AWS_ENDPOINT_URL_{service}"), aws);
        }
        run(&mut command)
    }

    fn ok(&self, words: &[&str]) {
        let ran = self.assume(words);
        assert_eq!(ran.code, 0, "assume {words:?}: {ran:?}");
    }

    fn locked(&self, words: &[&str], said: &str) {
        let ran = self.assume(words);
        assert_eq!((ran.code, ran.stdout.as_str()), (7, ""), "assume {words:?}: {ran:?}");
        assert!(ran.stderr.contains(said), "{ran:?}");
    }

    fn key_id(&self) -> String {
        let id = self.windows.path("linux/.local/state/assume/vault/id");
        fs::read_to_string(id).unwrap().trim().to_owned()
    }

    fn item(&self) -> Option<String> {
        item_of(&self.windows, &self.key_id())
    }
}

const PROCESS: &[&str] = &["process", "dev"];

#[test]
fn the_credential_manager_keeps_the_key_of_wsl_under_a_name_of_its_own() {
    let wsl = Wsl::new();
    wsl.ok(&["login"]);
    wsl.ok(PROCESS);
    wsl.ok(PROCESS);
    assert_eq!(wsl.windows.aws.count("GetRoleCredentials"), 1, "another process opens what the first one sealed");
    assert!(wsl.item().unwrap().contains("assume in WSL"), "{:?}", wsl.item());
    // A vault of Windows comes and goes beside it.
    wsl.windows.ok(&["login"]);
    wsl.windows.ok(&["logout", "--all"]);
    assert!(wsl.item().is_some());
    wsl.ok(&["lock"]);
    wsl.locked(PROCESS, "the vault is locked");
    let before = wsl.key_id();
    wsl.ok(&["logout", "--all"]);
    assert_eq!(item_of(&wsl.windows, &before), None);
    wsl.ok(&["login"]);
    assert!(wsl.key_id() != before && wsl.item().is_some());
}

#[test]
fn a_key_of_wsl_that_is_lost_is_said_and_none_is_made_in_its_place() {
    let wsl = Wsl::new();
    wsl.ok(&["login"]);
    let id = wsl.key_id();
    assert_eq!(registry(&wsl.windows, &["delete", &wsl.item().unwrap(), "/f"]).code, 0);
    for words in [PROCESS, &["login", "--force"]] {
        wsl.locked(words, "the Credential Manager of Windows does not have it");
    }
    assert_eq!(wsl.key_id(), id);
}

#[test]
fn assume_exe_keeps_nothing_but_the_key_of_that_id() {
    let world = World::new();
    for words in [&["fetch", "..\\..\\x"][..], &["keep", "0123456789abcdef0123456789abcdef"], &["discard", "*"]] {
        let ran = world.assume(&[&["keeper"], words].concat());
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{words:?}: {ran:?}");
    }
    let another = format!("assume keeper 1\n{}\n", "07".repeat(32));
    for (said, code) in [(another.as_str(), 0), (&another[..40], 2), ("", 2)] {
        world.write("said", said);
        let keep = |id: &str| {
            let stdin = fs::File::open(world.path("said")).unwrap();
            run(world.command(&["keeper", "keep", id]).stdin(stdin))
        };
        let wrong = keep("0123456789abcdef0123456789abcdef");
        assert_eq!((wrong.code, wrong.stdout.as_str()), (2, ""), "{wrong:?}");
        assert!(!wrong.stderr.contains("0707"), "{wrong:?}");
        // The id of that key.
        assert_eq!(keep("9b3b386f47225baffcf22700845aa030").code, code);
    }
    let discarded = world.assume(&["keeper", "discard", "9b3b386f47225baffcf22700845aa030"]);
    assert_eq!(discarded.code, 0, "{discarded:?}");
    let none = world.assume(&["keeper", "fetch", "0123456789abcdef0123456789abcdef"]);
    assert_eq!((none.code, none.stdout.as_str()), (4, "assume keeper 1\n"), "{none:?}");
}

#[test]
fn a_vault_key_is_not_shown_on_a_console() {
    let id = "b3864dd59ccb465c76c215290125714a";
    let world = World::new();
    world.write("said", &format!("assume keeper 1\n{}\n", "08".repeat(32)));
    let stdin = fs::File::open(world.path("said")).unwrap();
    assert_eq!(run(world.command(&["keeper", "keep", id]).stdin(stdin)).code, 0);
    assert_eq!(world.ok(&["keeper", "fetch", id]).stdout, fs::read_to_string(world.path("said")).unwrap());
    let mut terminal = Terminal::start(&world, &["keeper", "fetch", id]);
    terminal.wait_for("a vault key is not shown on a terminal");
    assert_eq!(terminal.wait_for_end(), 2);
    world.ok(&["keeper", "discard", id]);
}
