//! Those who would act through the hook: what is inherited, what stands first on PATH, who changes settings later, who names
//! accounts, and who looks on.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
#[cfg(target_os = "linux")]
use std::sync::atomic::{AtomicBool, Ordering};

use identity_center::Config;

use crate::hook::driver::{HOOKED, Person, Start, short_lived};
use crate::hook::state::CONTRACT;
use crate::shells::run::Shell;
#[cfg(target_os = "linux")]
use crate::skip::skip;
use crate::world::{PASSPHRASE, World};

/// What shells calculate with.
const CALCULATED: [&str; 3] = ["COLUMNS", "SECONDS", "EPOCHSECONDS"];

const OWN: [&str; 6] =
    ["__assume_is", "__assume_at", "__assume_here", "__assume_back", "__assume_hung", "__assume_shown"];

fn set(shell: Shell, name: &str, value: &str) -> String {
    match shell {
        Shell::Fish => format!("set -gx {name} {value}"),
        Shell::Pwsh => format!("$env:{name} = '{value}'"),
        _ => format!("export {name}={value}"),
    }
}

#[test]
fn a_forged_identity_in_a_fresh_shell_asks_nobody_and_changes_nothing() {
    Shell::each(&HOOKED, |shell, program| {
        let world = World::new();
        world.sign_in();
        // Keys that the vault did issue, for another role than the one that is claimed.
        let issued: serde_json::Value = serde_json::from_str(&world.ok(&["process", "dev"]).stdout).unwrap();
        let key = issued["AccessKeyId"].as_str().unwrap();
        let twenty = "main x us-east-1 777788889999 ReadOnlyAccess prod 0 AKIA 0 0 a 0 b 0 c 0 d e left plain";
        let mut forged = vec![
            ("ASSUME_PROFILE", "prod"),
            ("ASSUME_SESSION", "main"),
            ("ASSUME_ROLE", "ReadOnlyAccess"),
            ("AWS_ACCOUNT_ID", "777788889999"),
            ("ASSUME_EXPIRES", "1"),
            ("AWS_ACCESS_KEY_ID", key),
        ];
        forged.extend(OWN.map(|name| (name, twenty)));
        let asked = world.aws.log().len();
        let mut person = Person::start(shell, program, &world, &Start { variables: &forged, ..Start::default() });
        (0..3).for_each(|_| person.does("/bin/true"));
        assert_eq!(world.aws.log().len(), asked, "{shell:?}");
        for (name, value) in &forged[..6] {
            assert_eq!(person.variable(name), *value, "{shell:?} {name}");
        }
        assert_eq!(person.times_written("assume: "), 0, "{shell:?}: {}", person.terminal.screen());
    });
}

#[test]
fn nothing_that_is_inherited_runs_at_a_prompt() {
    Shell::each(&HOOKED, |shell, program| {
        let world = short_lived(6);
        let canary = world.path("canary").display().to_string();
        for attack in [format!("x[$(touch {canary})]"), format!("`touch {canary}`;touch {canary};(touch {canary})")] {
            let variables: Vec<(&str, &str)> =
                CONTRACT.iter().chain(&CALCULATED).chain(&OWN).map(|name| (*name, attack.as_str())).collect();
            let start = Start { variables: &variables, options: "--prompt", ..Start::default() };
            let mut person = Person::start(shell, program, &world, &start);
            (0..3).for_each(|_| person.does("/bin/true"));
            person.does("assume dev");
            person.until_renewed();
            assert!(!Path::new(&canary).exists(), "{shell:?} {attack}: {}", person.terminal.screen());
        }
    });
}

/// A word that an unquoted value falls into would be an assignment, and its subscript a sum.
#[test]
fn a_width_that_is_no_number_runs_nothing() {
    // zsh calculates it by itself, as soon as it is set.
    Shell::each(&[Shell::Bash, Shell::Fish, Shell::Pwsh], |shell, program| {
        let world = short_lived(6);
        let canary = world.path("canary");
        let mut person = Person::start(shell, program, &world, &Start { options: "--prompt", ..Start::default() });
        person.does("assume dev");
        let keys = person.variable("AWS_ACCESS_KEY_ID");
        person.until("a renewal", |person| {
            person.does(&set(shell, "COLUMNS", &format!("'80 x[$(>{})]=1'", canary.display())).replace("''", "'"));
            person.variable("AWS_ACCESS_KEY_ID") != keys
        });
        assert!(!canary.exists(), "{shell:?}: {}", person.terminal.screen());
    });
}

#[test]
fn the_hook_looks_nothing_up_on_path() {
    Shell::each(&HOOKED, |shell, program| {
        let world = short_lived(6);
        let first = world.path("first");
        fs::create_dir(&first).unwrap();
        let canary = world.path("canary");
        for name in [
            "assume", "timeout", "gtimeout", "date", "test", "[", "cat", "printf", "echo", "read", "sleep", "expr",
            "stat", "tty", "uname", "env", "id", "ps", "kill", "math", "path", "string", "count", "true", "false",
            "head", "sed",
        ] {
            let file = first.join(name);
            fs::write(&file, format!("#!/bin/sh\necho {name} >>'{}'\n", canary.display())).unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        }
        let path = format!("{}:/usr/bin:/bin", first.display());
        let start = Start { variables: &[("PATH", &path)], options: "--prompt", ..Start::default() };
        let mut person = Person::start(shell, program, &world, &start);
        person.does("assume dev");
        person.until_renewed();
        person.does("cd /");
        let called = fs::read_to_string(&canary).unwrap_or_default();
        assert_eq!(called, "", "{shell:?}: {}", person.terminal.screen());
    });
}

#[test]
fn a_trace_of_the_hook_shows_no_secret() {
    Shell::each(&HOOKED, |shell, program| {
        let world = short_lived(6);
        let trace = match shell {
            Shell::Bash => "set -xv",
            Shell::Zsh => "setopt xtrace verbose",
            Shell::Fish => "set -g fish_trace 1",
            _ => "Set-PSDebug -Trace 1",
        };
        let mut person = Person::start(shell, program, &world, &Start { options: "--prompt", ..Start::default() });
        person.does(trace);
        person.does("assume dev");
        person.until_renewed();
        let written = person.written();
        assert!(written.matches("/bin/sleep 0.1").count() > 2, "{shell:?}: {written}");
        for secret in world.aws.issued_secrets() {
            let base64 = data_encoding::BASE64.encode(&secret.value.as_bytes()[..15]);
            for form in [secret.value.as_str(), base64.as_str()] {
                assert!(!written.contains(form), "{shell:?}: {} in the trace", secret.kind);
            }
        }
    });
}

#[test]
fn settings_that_change_after_the_load_lead_the_hook_nowhere() {
    Shell::each(&HOOKED, |shell, program| {
        let world = short_lived(9);
        let elsewhere = world.path("elsewhere");
        let elsewhere = elsewhere.to_str().unwrap();
        let mut person = Person::new(shell, program, &world);
        person.does("assume dev");
        person.does(&set(shell, "ASSUME_STATE_DIR", elsewhere));
        person.does(&set(shell, "ASSUME_CONFIG", &format!("{elsewhere}/config.toml")));
        person.does(&set(shell, "ASSUME_STORE", "keyutils"));
        person.until_renewed();
        assert!(!Path::new(elsewhere).exists(), "{shell:?}");
    });
}

#[test]
fn endpoints_that_change_after_the_sign_in_get_nothing_and_the_hook_is_silent() {
    Shell::each(&HOOKED, |shell, program| {
        let (world, other) = (short_lived(9), World::new());
        let mut person = Person::new(shell, program, &world);
        person.does("assume dev");
        let asked = world.aws.log().len();
        for name in ["AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_SSO_OIDC"] {
            person.does(&set(shell, name, other.aws.url()));
        }
        person.until("the end of the keys", |person| person.variable("ASSUME_SEGMENT").contains("expired"));
        (0..2).for_each(|_| person.does("/bin/true"));
        assert_eq!(other.aws.log().len(), 0, "{shell:?}");
        assert_eq!(world.aws.log().len(), asked, "{shell:?}");
        assert_eq!(person.times_written("assume: "), 1, "{shell:?}: {}", person.terminal.screen());
        assert_eq!(world.tabs().len(), 1, "{shell:?}");
    });
}

/// The process that asks AWS, found by its words while AWS takes its time.
#[cfg(target_os = "linux")]
#[test]
fn the_detached_renewal_has_a_session_of_its_own_and_nothing_of_the_shell() {
    let is_closed = AtomicBool::new(false);
    Shell::each(&HOOKED, |shell, program| {
        let world = short_lived(9);
        let mut person = Person::new(shell, program, &world);
        person.does(if shell == Shell::Pwsh {
            "$env:AWS_SHARED_CREDENTIALS_FILE = 'keys'"
        } else {
            "export AWS_SHARED_CREDENTIALS_FILE=keys"
        });
        person.does("assume dev");
        world.aws.set_latency("GetRoleCredentials", 3_600_000);
        person.until("a renewal under way", |_| world.aws.count("GetRoleCredentials") > 1);
        let folder = fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path()).find(|process| {
            let words = fs::read(process.join("cmdline")).unwrap_or_default();
            let words = String::from_utf8_lossy(&words).into_owned();
            words.contains("--background") && words.contains(&world.aws.start_url())
        });
        let folder = folder.unwrap_or_else(|| panic!("{shell:?}: there is no such process"));
        let id = folder.file_name().and_then(OsStr::to_str).unwrap().to_owned();
        let status = fs::read_to_string(folder.join("stat")).unwrap();
        let fields: Vec<&str> = status.rsplit_once(") ").unwrap().1.split(' ').collect();
        assert_eq!(fields[3], id, "{shell:?}: a session of its own");
        let words = fs::read(folder.join("cmdline")).unwrap();
        assert!(!String::from_utf8_lossy(&words).contains(PASSPHRASE), "{shell:?}");
        // What it holds is closed to other processes of this user; root may look.
        let Ok(there) = fs::read_link(folder.join("cwd")) else {
            assert!(!rustix::process::geteuid().is_root(), "{shell:?}: root may look");
            is_closed.store(true, Ordering::Relaxed);
            return;
        };
        assert_eq!(there, Path::new("/"), "{shell:?}");
        for number in 0..3 {
            let file = fs::read_link(folder.join(format!("fd/{number}"))).unwrap();
            assert_eq!(file, Path::new("/dev/null"), "{shell:?} fd {number}");
        }
        let environment = fs::read(folder.join("environ")).unwrap();
        let environment = String::from_utf8_lossy(&environment).into_owned();
        assert!(!environment.contains(PASSPHRASE), "{shell:?}");
        // It is in another folder than the shell.
        let keys = format!("AWS_SHARED_CREDENTIALS_FILE={}", world.path("keys").display());
        assert!(environment.split('\0').any(|pair| pair == keys), "{shell:?}: {environment}");
        for name in CONTRACT {
            let inherited = environment.split('\0').any(|pair| pair.starts_with(&format!("{name}=")));
            assert!(!inherited, "{shell:?}: {name}");
        }
    });
    if is_closed.into_inner() {
        skip("only root may see which folder, files and environment the detached renewal has");
    }
}

#[test]
fn an_account_named_by_an_enemy_runs_nothing_and_keeps_the_width_of_the_prompt() {
    Shell::each(&HOOKED, |shell, program| {
        let name = "D$(touch canary)`touch canary`%F{red}%n\\[\\033[31m\u{1b}[31m\u{202e}\\u";
        let world = World::with(Config::empty().account("111122223333", name, &["AdministratorAccess"]));
        world.write(".config/assume/config.toml", "[segment]\nwidth = 78\n");
        world.sign_in();
        let mut person = Person::start(shell, program, &world, &Start { options: "--prompt", ..Start::default() });
        person.does("assume dev");
        person.does("/bin/true");
        person
            .terminal
            .wait_until("the name on the screen", |screen| screen.contains("D$(touch canary)`touch canary`%F{red}%n"));
        if shell != Shell::Pwsh {
            // Longer than the line: where the shell is wrong about the width, it draws over what was typed.
            let typed = "x".repeat(200);
            person.terminal.keys(&format!(": {typed}"));
            person.terminal.wait_until("all that was typed", |screen| screen.replace('\n', "").contains(&typed));
            person.terminal.keys("\n");
            person.does("/bin/true");
        }
        assert!(!world.path("canary").exists(), "{shell:?}: {}", person.terminal.screen());
    });
}
