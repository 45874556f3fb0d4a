//! AWS's config files, our own, and names of other people's choosing at their worst.

use crate::faults_table::{Table, printable};
use crate::world::{Ran, World, run};
use identity_center::Config;

const ROLE: &str = "sso_account_id = 111122223333\nsso_role_name = AdministratorAccess\n";

#[test]
fn each_fault_of_the_config_is_two_lines_that_name_the_place() {
    let mut table = Table::default();
    let world = World::new();
    world.sign_in();
    let good = world.config();
    let session = good.split("[profile").next().unwrap().to_owned();
    let mut meets = |case: &str, code: i32, config: &str, words: &[&str]| {
        world.write(".aws/config", config);
        let ran = world.assume(&[&["--no-input"], words].concat());
        assert_eq!(ran.stdout, "", "{case}");
        table.failed(&world, case, code, &ran);
        assert!(world.assume(&["list"]).code == 0, "{case}: the others are listed");
        world.write(".aws/config", &good);
        world.ok(&["--no-input", "process", "dev"]);
    };
    let dev = ["process", "dev"];
    let profile = |lines: &str| format!("{session}[profile dev]\n{lines}");
    meets("no config", 4, "", &dev);
    meets("another profile only", 4, &good.replace("[profile dev]", "[profile deva]"), &dev);
    meets("a session with a broken header", 8, &good.replace("[sso-session main]", "[sso-session main"), &dev);
    meets("no prefix", 4, &good.replace("[profile dev]", "[dev]"), &dev);
    meets("a broken header", 4, &good.replace("[profile dev]", "[profile dev"), &dev);
    meets("nothing in it", 8, &profile(""), &dev);
    meets("no account", 8, &profile("sso_session = main\nsso_role_name = AdministratorAccess\n"), &dev);
    meets("no role", 8, &profile("sso_session = main\nsso_account_id = 111122223333\n"), &dev);
    meets("neither", 8, &profile("sso_session = main\n"), &dev);
    meets("a line without =", 8, &profile(&format!("sso_session main\n{ROLE}")), &dev);
    meets("an unknown session", 8, &profile(&format!("sso_session = mian\n{ROLE}")), &dev);
    meets("a session of no name", 8, &profile(&format!("sso_session =\n{ROLE}")), &dev);
    meets("an account that is none", 8, &good.replace("111122223333", "1111-2222-3333"), &dev);
    meets("a role that nobody has", 5, &good.replace("= AdministratorAccess", "= Admin Access"), &dev);
    meets("an indented line", 8, &good.replace("\nsso_role_name", "\n  sso_role_name"), &dev);
    meets("a session without a URL", 8, &good.replace("sso_start_url", "start_url"), &dev);
    meets("a session without a region", 8, &good.replace("sso_region", "region"), &dev);
    meets("a region that is none", 8, &good.replace("us-east-1", "us-east-1/../x"), &dev);
    meets("login to an unknown session", 4, &good, &["login", "mian"]);
    meets("login with no session", 4, "[profile dev]\nregion = us-east-1\n", &["login"]);
    meets("login, with a broken header", 4, &good.replace("[sso-session main]", "[sso-session main"), &["login"]);
    meets("login to half a session", 4, &good.replace("sso_region", "region"), &["login"]);
    meets("half a key", 8, &profile("aws_access_key_id = AKIAIOSFODNN7EXAMPLE\n"), &dev);

    insta::assert_snapshot!("config_faults", table.text());
}

#[test]
fn files_that_cannot_be_read_are_named() {
    let mut table = Table::default();
    let world = World::new();
    world.sign_in();
    let process = ["--no-input", "process", "dev"];
    let with = |name: &str, value: &str| run(world.command(&process).env(name, world.path(value)));
    table.failed(&world, "a config that is not there", 4, &with("AWS_CONFIG_FILE", "nowhere"));
    table.failed(&world, "a config that is a folder", 8, &with("AWS_CONFIG_FILE", ".aws"));
    table.failed(&world, "credentials that are a folder", 8, &with("AWS_SHARED_CREDENTIALS_FILE", ".aws"));
    std::fs::write(world.path("utf16"), b"\xff\xfe[\0p\0").unwrap();
    table.failed(&world, "a config in UTF-16", 8, &with("AWS_CONFIG_FILE", "utf16"));
    for (case, text) in [
        ("a wrong key", "[store]\nkeper = \"file\"\n"),
        ("a wrong value", "[login]\n\nflow = \"pkcs\"\n"),
        ("a wrong time", "[store]\ncache = \"soon\"\n"),
        ("not TOML", "[store\n"),
    ] {
        world.write(".config/assume/config.toml", text);
        table.failed(&world, &format!("config.toml: {case}"), 8, &world.assume(&process));
        std::fs::remove_file(world.path(".config/assume/config.toml")).unwrap();
        world.ok(&process);
    }
    let settings = world.path(".config/assume/config.toml");
    table.failed(&world, "ASSUME_CONFIG names nothing", 8, &with("ASSUME_CONFIG", "typo.toml"));
    assert_eq!(run(world.command(&process).env("ASSUME_CONFIG", "/dev/null")).code, 0);
    std::os::unix::fs::symlink(world.path("dotfiles/config.toml"), &settings).unwrap();
    table.failed(&world, "config.toml leads nowhere", 8, &world.assume(&process));
    std::fs::remove_file(&settings).unwrap();
    std::fs::create_dir(&settings).unwrap();
    table.failed(&world, "config.toml is a folder", 8, &world.assume(&process));
    insta::assert_snapshot!("unreadable_files", table.text());
}

/// Each makes a file where a shell runs it.
const HOSTILE: [&str; 10] = [
    "$(touch canary)",
    "`touch canary`",
    "; touch canary; ",
    "'; touch canary; '",
    "\"; touch canary; \"",
    "& touch canary &",
    "(touch canary)",
    "two words",
    "it's 100% \\ \"quoted\" * ? {a,b} ~ !x",
    "\u{1b}]0;title\u{7}\u{202e}\u{9b}31m\u{200b}x",
];

/// Switches by `eval` and shows what the shell then has.
const SHELLS: [(&str, &str); 4] = [
    ("bash", r#"eval $(assume switch --shell bash -- "$1") && printf '%s|%s' "$ASSUME_PROFILE" "$ASSUME_ACCOUNT""#),
    ("bash", r#"eval "$(assume switch --shell bash -- "$1")" && printf '%s|%s' "$ASSUME_PROFILE" "$ASSUME_ACCOUNT""#),
    ("zsh", r#"eval $(assume switch --shell zsh -- "$1") && printf '%s|%s' "$ASSUME_PROFILE" "$ASSUME_ACCOUNT""#),
    ("fish", r#"eval (assume switch --shell fish -- $argv[2]) && printf '%s|%s' "$ASSUME_PROFILE" "$ASSUME_ACCOUNT""#),
];

fn switched(world: &World, shell: usize, name: &str) -> Ran {
    let (program, script) = SHELLS[shell];
    run(&mut world.program(program, &["-c", script, "it", name]))
}

fn clean(world: &World, words: &[&str]) -> Ran {
    let ran = world.assume(words);
    assert!(printable(&ran.stdout) && printable(&ran.stderr), "{words:?}: {ran:?}");
    assert!(!world.path("canary").exists(), "{words:?}: a command ran");
    ran
}

#[test]
fn profiles_of_any_name_are_reached_and_run_nothing() {
    let world = World::new();
    world.sign_in();
    let names: Vec<&str> =
        ["list", "off", "switch", "--weird", "-", "--help", "a/b"].into_iter().chain(HOSTILE).collect();
    for name in names {
        let quoted = shell_words::quote(name);
        world.write(".aws/config", &format!("{}[profile {quoted}]\nsso_session = main\n{ROLE}", world.config()));
        assert!(world.ok(&["list", "--json"]).stdout.contains(&serde_json::to_string(name).unwrap()), "{name}");
        assert_eq!(clean(&world, &["list"]).code, 0, "{name}");
        assert_eq!(clean(&world, &["status"]).code, 0, "{name}");
        assert_eq!(clean(&world, &["show", "--", name]).code, 0, "{name}");
        if name == "-" {
            continue;
        }
        assert_eq!(clean(&world, &["process", "--", name]).code, 0, "{name}");
        for shell in 0..SHELLS.len() {
            let ran = switched(&world, shell, name);
            assert_eq!((ran.code, ran.stdout), (0, format!("{name}|Development")), "{name}: {}", ran.stderr);
            assert!(printable(&ran.stderr) && !world.path("canary").exists(), "{name}: {}", ran.stderr);
        }
    }
    assert_eq!(world.tabs().len(), 1);
}

#[test]
fn a_name_that_is_not_there_is_told_without_its_tricks() {
    let world = World::new();
    world.sign_in();
    for name in HOSTILE {
        for words in [["export", "--", name], ["show", "--", name], ["process", "--", name], ["login", "--", name]] {
            let ran = clean(&world, &words);
            assert_eq!(ran.code, 4, "{words:?}: {ran:?}");
            assert_eq!(ran.error().lines().count(), 2, "{words:?}");
        }
        for shell in 0..SHELLS.len() {
            let ran = switched(&world, shell, name);
            assert!(ran.code != 0 && ran.stdout.is_empty(), "{name}: {ran:?}");
            assert!(printable(&ran.stderr) && !world.path("canary").exists(), "{name}: {ran:?}");
        }
    }
}

#[test]
fn account_names_of_other_peoples_choosing_run_nothing_and_move_no_cursor() {
    for name in HOSTILE.into_iter().chain(["one\ntwo\r\n$(touch canary)", ""]) {
        let world = World::with(Config::empty().account("111122223333", name, &["AdministratorAccess"]));
        assert_eq!(clean(&world, &["login"]).code, 0, "{name:?}");
        for shell in 0..SHELLS.len() {
            let ran = switched(&world, shell, "dev");
            let account = ran.stdout.strip_prefix("dev|").unwrap_or_else(|| panic!("{name:?}: {ran:?}"));
            assert!(ran.code == 0 && !account.is_empty(), "{name:?}: {ran:?}");
            assert!(printable(account) && !account.contains('\n'), "{name:?}: {account:?}");
            assert!(printable(&ran.stderr) && !world.path("canary").exists(), "{name:?}: {ran:?}");
        }
        for words in [&["list"][..], &["show", "dev"], &["status"], &["process", "dev"]] {
            assert_eq!(clean(&world, words).code, 0, "{name:?} {words:?}");
        }
        // The shell's own variables come back: `status` shows them.
        let mut command = world.command(&["status"]);
        let shown = run(command.envs([("ASSUME_PROFILE", "dev"), ("ASSUME_ACCOUNT", name)]));
        assert!(shown.code == 0 && printable(&shown.stdout), "{name:?}: {shown:?}");
        let gone = clean(&world, &["process", "prod"]);
        assert!(matches!(gone.code, 4 | 5), "{name:?}: {gone:?}");
        assert_eq!(world.tabs().len(), 1, "{name:?}");
    }
}
