//! WSL, SSH, containers: which flow signs in, which browser opens, who keeps the key.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt;

use identity_center::{Approval, Config};

use crate::shells::run::Variables;
#[cfg(target_os = "linux")]
use crate::skip::skip;
use crate::terminal::Terminal;
use crate::world::{ASSUME, World, run};

fn variables(world: &World, without: &[&str], with: &[(&str, &str)]) -> Variables {
    let kept = world.variables().into_iter().filter(|(name, _)| !without.contains(&name.as_str()));
    let added = with.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    kept.chain(added).map(|(name, value)| (OsString::from(name), OsString::from(value))).collect()
}

const FAR: [(&str, &str); 5] = [
    ("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22"),
    ("container", "podman"),
    ("KUBERNETES_SERVICE_HOST", "10.0.0.1"),
    ("CODESPACES", "true"),
    ("AWS_EXECUTION_ENV", "CloudShell"),
];

#[test]
fn far_from_the_person_s_browser_a_sign_in_shows_a_code() {
    for place in FAR {
        // Not approved before it was shown.
        let world = World::with(Config::default().approval(Approval::After(500)));
        let path = with_opener(&world, "xdg-open");
        let here = variables(&world, &["BROWSER", "PATH"], &[place, ("DISPLAY", ":0"), ("PATH", &path)]);
        let mut person = Terminal::start(ASSUME.as_ref(), &["login"], &here, world.home.path());
        assert_eq!(person.wait_for_end(), 0, "{place:?}: {}", person.screen());
        assert!(person.screen().contains("approve this code"), "{place:?}: {}", person.screen());
        assert_eq!(world.aws.count("StartDeviceAuthorization"), 1, "{place:?}");
        assert!(world.tabs().is_empty(), "{place:?}: nothing is opened");
    }
}

#[test]
fn far_from_the_person_s_browser_a_program_asks_for_no_sign_in() {
    for place in FAR {
        let world = World::new();
        let mut command = world.command(&["process", "dev"]);
        let ran = run(command.env_remove("BROWSER").env(place.0, place.1).env("DISPLAY", ":0"));
        assert_eq!(ran.code, 3, "{place:?}: {ran:?}");
        assert!(ran.error().contains("hint: assume login main"), "{place:?}: {ran:?}");
        assert!(world.aws.log().is_empty(), "{place:?}");
    }
}

#[test]
fn over_ssh_the_browser_flow_is_there_for_who_wants_it() {
    let world = World::new();
    let here = variables(&world, &[], &[FAR[0]]);
    let mut person = Terminal::start(ASSUME.as_ref(), &["login", "--flow", "pkce"], &here, world.home.path());
    assert_eq!(person.wait_for_end(), 0, "{}", person.screen());
    assert_eq!((world.aws.count("StartDeviceAuthorization"), world.tabs().len()), (0, 1));
}

/// An opener first on PATH, which writes each of its words on a line and does what a browser does.
fn with_opener(world: &World, name: &str) -> String {
    let browser = "#!/bin/sh\nprintf '%s\\n' \"$@\" >>\"$HOME/tabs\"\nexec curl -sL -o /dev/null \"$1\"\n";
    let file = format!("openers/{name}");
    world.write(&file, browser);
    fs::set_permissions(world.path(&file), fs::Permissions::from_mode(0o755)).unwrap();
    format!("{}:/usr/bin:/bin", world.path("openers").display())
}

#[cfg(target_os = "linux")]
#[test]
fn in_wsl_the_browser_of_windows_gets_the_page_as_one_word() {
    for name in ["WSL_DISTRO_NAME", "WSL_INTEROP"] {
        let world = World::new();
        let path = with_opener(&world, "wslview");
        let wsl = |words: &[&str]| {
            let mut command = world.command(words);
            run(command.env_remove("BROWSER").env("PATH", &path).env(name, "Ubuntu"))
        };
        let ran = wsl(&["login"]);
        assert_eq!(ran.code, 0, "{name}: {ran:?}");
        let tabs = world.tabs();
        assert!(matches!(&tabs[..], [page] if page.starts_with("http://127.0.0.1:")), "{name}: {tabs:?}");
        assert_eq!(wsl(&["process", "dev"]).code, 0, "{name}");
    }
}

/// In a file system of its own, where drive C: is mounted.
#[cfg(target_os = "linux")]
#[test]
fn in_wsl_without_wslu_the_opener_of_windows_gets_the_page_by_its_full_path() {
    let world = World::new();
    let opener = "mnt/c/Windows/System32/rundll32.exe";
    world.write(opener, "#!/bin/sh\nprintf '%s\\n' \"$@\" >>\"$HOME/tabs\"\nexec curl -sL -o /dev/null \"$2\"\n");
    fs::set_permissions(world.path(opener), fs::Permissions::from_mode(0o755)).unwrap();
    let apart = |then: &str| {
        let script = format!("mount --bind \"$HOME/mnt\" /mnt && {then}");
        let mut command = world.program("unshare", &["-rm", "sh", "-c", &script]);
        run(command.env_remove("BROWSER").env("PATH", "/usr/bin:/bin:/usr/sbin:/sbin").env("WSL_INTEROP", "/run/WSL/1"))
    };
    if apart("true").code != 0 {
        return skip("this machine gives no mount namespace");
    }
    let ran = apart(&format!("exec '{ASSUME}' login"));
    assert_eq!(ran.code, 0, "{ran:?}");
    let tabs = world.tabs();
    let as_wanted = matches!(&tabs[..], [how, page] if how == "url.dll,FileProtocolHandler" && page.starts_with("http://127.0.0.1:"));
    assert!(as_wanted, "{tabs:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn in_wsl_over_ssh_no_window_opens_on_the_other_side() {
    let world = World::with(Config::default().approval(Approval::After(500)));
    let path = with_opener(&world, "wslview");
    let here = variables(&world, &["BROWSER", "PATH"], &[FAR[0], ("WSL_DISTRO_NAME", "Ubuntu"), ("PATH", &path)]);
    let mut person = Terminal::start(ASSUME.as_ref(), &["login"], &here, world.home.path());
    assert_eq!(person.wait_for_end(), 0, "{}", person.screen());
    assert!(world.tabs().is_empty(), "{:?}", world.tabs());
}

#[cfg(target_os = "linux")]
#[test]
fn in_wsl_without_a_keyring_the_choices_are_named() {
    let world = World::new();
    let mut command = world.command(&["login"]);
    command.env_remove("ASSUME_STORE").env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/bus");
    let ran = run(command.env("WSL_DISTRO_NAME", "Ubuntu"));
    assert_eq!(ran.code, 7, "{ran:?}");
    for part in ["in WSL choose", "ASSUME_STORE=file", "ASSUME_STORE=keyutils", "Credential Manager"] {
        assert!(ran.error().contains(part), "{part}: {ran:?}");
    }
    assert!(world.tabs().is_empty(), "nobody signs in for nothing");
}

#[test]
fn the_first_sign_in_says_who_keeps_the_key() {
    let world = World::new();
    let said = "the key to them is with the key file (as was chosen)";
    let first = world.ok(&["login"]);
    assert_eq!(first.stderr.matches(said).count(), 1, "{first:?}");
    let again = world.ok(&["login", "--force"]);
    assert!(!again.stderr.contains("the key to them"), "once: {again:?}");
}

#[test]
fn a_browser_that_cannot_be_started_is_not_waited_for_where_nobody_is() {
    for browser in ["/nowhere/at/all", "/bin/false:/bin/false", "'unclosed"] {
        let world = World::new();
        let mut command = world.command(&["process", "dev"]);
        let began = std::time::Instant::now();
        let ran = run(command.env("BROWSER", browser).env("ASSUME_LOGIN_FLOW", "pkce"));
        assert_eq!(ran.code, 3, "{browser}: {ran:?}");
        assert!(began.elapsed() < std::time::Duration::from_secs(30), "{browser}");
        for name in browser.split(':') {
            assert!(ran.error().contains(name), "{browser}: {ran:?}");
        }
    }
}

#[test]
fn login_does_not_send_to_itself() {
    let world = World::new();
    for (words, how) in [
        (&["login", "main"][..], "at a terminal: assume login main"),
        (&["login", "--no-browser"], "at a terminal: assume login main"),
        (&["login", "--no-input"], "without --no-input: assume login main"),
    ] {
        let ran = run(world.command(words).env_remove("BROWSER"));
        assert_eq!(ran.code, 3, "{ran:?}");
        assert!(ran.error().ends_with(&format!("hint: {how}")), "{words:?}: {ran:?}");
    }
}
