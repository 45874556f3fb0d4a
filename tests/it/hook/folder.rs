//! Folders with an `.assume` file: trusted or not, entered and left.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use crate::hook::driver::{HOOKED, Person, load, short_lived};
use crate::shells::run::Shell;
use crate::world::{ASSUME, World};

fn world() -> World {
    let world = World::new();
    world.sign_in();
    for folder in ["project/deep/er", "plain"] {
        fs::create_dir_all(world.path(folder)).unwrap();
    }
    write(&world, "project/.assume", "# for this project\nprod\n");
    world
}

fn write(world: &World, name: &str, text: &str) {
    world.write(name, text);
    fs::set_permissions(world.path(name), fs::Permissions::from_mode(0o644)).unwrap();
}

/// As another version, later by seconds: fish sees no smaller times.
fn change(world: &World, name: &str, text: &str, seconds: u64) {
    write(world, name, text);
    let file = fs::File::options().append(true).open(world.path(name)).unwrap();
    file.set_modified(std::time::SystemTime::now() + std::time::Duration::from_secs(seconds)).unwrap();
}

fn account(person: &mut Person) -> String {
    person.variable("AWS_ACCOUNT_ID")
}

#[test]
fn a_folder_switches_once_it_is_trusted_and_leaving_it_puts_back_what_was_there() {
    Shell::each(&HOOKED, |shell, program| {
        let world = world();
        let mut person = Person::new(shell, program, &world);
        person.does("cd project/deep/er");
        person.terminal.wait_for("is not trusted; to trust it: assume allow");
        assert_eq!(account(&mut person), "", "{shell:?}: not before it is trusted");
        let asked = world.aws.count("GetRoleCredentials");

        person.does("assume allow");
        assert_eq!(account(&mut person), "777788889999", "{shell:?}: acts at once");
        assert_eq!(world.aws.count("GetRoleCredentials"), asked + 1, "{shell:?}");
        person.does("cd ../..");
        assert_eq!(account(&mut person), "777788889999", "{shell:?}: it holds for the whole tree");
        person.does("cd ../plain");
        assert_eq!(person.variable("ASSUME_PROFILE"), "", "{shell:?}: left");

        // From one identity to another and back, with nothing asked of AWS.
        person.does("assume dev");
        let before = person.environment("before");
        let asked = world.aws.log().len();
        person.does("cd ../project");
        assert_eq!(account(&mut person), "777788889999", "{shell:?}");
        assert_eq!(person.variable("ASSUME_PREVIOUS"), "dev", "{shell:?}");
        person.does("cd ../plain");
        assert_eq!(person.environment("after"), before, "{shell:?}");
        assert_eq!(world.aws.log().len(), asked, "{shell:?}");

        // Who switches by hand inside stays what they chose.
        person.does("cd ../project");
        person.does("assume staging");
        person.does("cd ../plain");
        assert_eq!(account(&mut person), "444455556666", "{shell:?}");
    });
}

#[test]
fn who_switches_by_hand_to_what_the_folder_chose_already_stays_so() {
    Shell::each(&HOOKED, |shell, program| {
        let by_eval = match shell {
            Shell::Fish => "eval (assume prod)",
            Shell::Pwsh => "iex (assume prod)",
            _ => "eval $(assume prod)",
        };
        for switch in ["assume prod", by_eval] {
            let world = world();
            world.ok(&["allow", "project"]);
            let mut person = Person::new(shell, program, &world);
            person.does("cd project");
            person.does(switch);
            person.does("cd ../plain");
            assert_eq!(account(&mut person), "777788889999", "{shell:?} {switch}");
            assert_ne!(person.variable("AWS_ACCESS_KEY_ID"), "", "{shell:?} {switch}");
            person.does("assume off");
            person.does("cd ../project");
            // To load the hook once more is no switch.
            person.does(&load(shell, ASSUME, ""));
            assert_eq!(account(&mut person), "777788889999", "{shell:?} {switch}");
            person.does("cd ../plain");
            assert_eq!(account(&mut person), "", "{shell:?} {switch}: that was the folder alone");
        }
    });
}

#[test]
fn a_renewal_inside_is_no_switch_by_hand() {
    Shell::each(&HOOKED, |shell, program| {
        let world = short_lived(6);
        write(&world, "project/.assume", "prod\n");
        world.ok(&["allow", "project"]);
        let mut person = Person::new(shell, program, &world);
        person.does("cd project");
        person.until_renewed();
        person.does("cd ..");
        assert_eq!(account(&mut person), "", "{shell:?}");
    });
}

/// It is for the person who switches; a prompt has one line, and nothing to say of a folder that is entered as it was.
#[test]
fn a_universal_variable_of_fish_is_not_named_at_a_prompt() {
    Shell::each(&[Shell::Fish], |shell, program| {
        let world = world();
        world.ok(&["allow", "project"]);
        let mut person = Person::new(shell, program, &world);
        person.does("set -Ux AWS_VAULT mine");
        person.does("cd project");
        assert_eq!(account(&mut person), "777788889999", "{shell:?}");
        let said = person.written().matches("the universal variable AWS_VAULT is still set").count();
        assert_eq!(said, 0, "{}", person.terminal.screen());
        person.does("assume dev");
        person.terminal.wait_for("the universal variable AWS_VAULT is still set");
    });
}

#[test]
fn a_folder_that_meets_a_read_only_variable_says_so_in_one_line() {
    Shell::each(&[Shell::Bash, Shell::Zsh], |shell, program| {
        let world = world();
        world.ok(&["allow", "project"]);
        let mut person = Person::new(shell, program, &world);
        person.does("readonly AWS_VAULT");
        person.does("cd project");
        person.terminal.wait_for("read-only here");
        assert_eq!(account(&mut person), "", "{shell:?}");
        assert_eq!(person.times_written("readonly -p"), 0, "{shell:?}: {}", person.terminal.screen());
    });
}

#[test]
fn a_profile_of_the_same_role_is_another_profile() {
    Shell::each(&HOOKED, |shell, program| {
        let world = world();
        let west = "[profile west]\nsso_session = main\nsso_account_id = 777788889999\nsso_role_name = ReadOnlyAccess\nregion = us-west-1\n";
        world.write(".aws/config", &format!("{}{west}", world.config()));
        write(&world, "project/.assume", "west\n");
        world.ok(&["allow", "project"]);
        let mut person = Person::new(shell, program, &world);
        person.does("assume prod");
        person.does("cd project");
        assert_eq!(person.variable("AWS_REGION"), "us-west-1", "{shell:?}");
        person.does("cd ../plain");
        assert_eq!(person.variable("AWS_REGION"), "us-west-2", "{shell:?}");
        assert_eq!(person.variable("ASSUME_PROFILE"), "prod", "{shell:?}");
    });
}

#[test]
fn trust_ends_with_the_content_and_with_what_the_name_means() {
    Shell::each(&HOOKED, |shell, program| {
        let world = world();
        world.ok(&["allow", "project"]);
        let mut person = Person::new(shell, program, &world);
        person.does("cd project");
        assert_eq!(account(&mut person), "777788889999", "{shell:?}");

        change(&world, "project/.assume", "dev\n", 10);
        person.does("echo changed");
        person.terminal.wait_for("names dev, and is not trusted");
        assert_eq!(account(&mut person), "", "{shell:?}: what was trusted is no longer there");
        change(&world, "project/.assume", "# for this project\nprod\n", 20);
        person.does("echo changed back");
        assert_eq!(account(&mut person), "777788889999", "{shell:?}");

        // The same words, and another account behind them.
        person.does("cd ../plain");
        world.write(".aws/config", &world.config().replace("777788889999", "444455556666"));
        person.does("cd ../project");
        person.terminal.wait_for("names prod, and is not trusted");
        assert_eq!(account(&mut person), "", "{shell:?}");
        person.does("assume deny");
        let told = person.times_written("is not trusted; to trust it");
        person.does("cd ../plain");
        person.does("cd ../project");
        assert_eq!(person.times_written("is not trusted; to trust it"), told, "{shell:?}: silent once denied");
    });
}

#[test]
fn production_that_wants_a_confirmation_is_named_and_never_switched_to() {
    Shell::each(&HOOKED, |shell, program| {
        let world = world();
        world.write(".config/assume/config.toml", "[production]\nmatch = [\"prod*\"]\nconfirm = true\n");
        world.ok(&["allow", "project"]);
        let mut person = Person::new(shell, program, &world);
        person.does("cd project");
        person.terminal.wait_for("names prod, which is production; to go there: assume prod");
        assert_eq!(account(&mut person), "", "{shell:?}");
    });
}

#[test]
fn without_keys_a_shell_is_left_with_none_rather_than_with_the_wrong_ones() {
    Shell::each(&HOOKED, |shell, program| {
        let world = world();
        world.ok(&["allow", "project"]);
        let mut person = Person::new(shell, program, &world);
        person.does("assume dev");
        let before = person.environment("before");
        world.aws.fault(identity_center::Fault::on("GetRoleCredentials").status(500));
        person.does("cd project");
        person.terminal.wait_for("this shell has no keys, since those of prod are not to be had");
        assert_eq!(person.variable("AWS_ACCESS_KEY_ID"), "", "{shell:?}");
        person.does("cd ../plain");
        assert_eq!(person.environment("after"), before, "{shell:?}: and back");
    });
}

/// Each is one line, changes nothing, and is never opened by the shell, which a pipe would hold up for ever.
#[test]
fn a_file_that_is_no_plain_name_is_one_line_and_changes_nothing() {
    fn make(world: &World, kind: &str) {
        let path = world.path("project/.assume");
        fs::remove_file(&path).unwrap();
        let text = |text: &[u8]| {
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        };
        match kind {
            "a link" => {
                write(world, "elsewhere", "prod\n");
                symlink(world.path("elsewhere"), &path).unwrap();
            }
            "a pipe" => make_pipe(&path),
            "huge" => text(&b"prod\n".repeat(2000)),
            "binary" => text(b"prod\0\xff\xfe\n"),
            "writable by others" => {
                text(b"prod\n");
                fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
            }
            "an option" => text(b"--force\n"),
            "hostile" => text(b"$(touch canary)`touch canary`;touch canary\n"),
            "unknown" => text(b"nosuchprofile\n"),
            _ => text(b"# only a comment\n"),
        }
    }
    Shell::each(&HOOKED, |shell, program| {
        for (kind, said) in [
            ("a link", "is a link, which is not followed"),
            ("a pipe", if shell == Shell::Pwsh { "" } else { "is not an ordinary file" }),
            ("huge", "is larger than 4096 bytes"),
            ("binary", "is not text"),
            ("writable by others", "can be written by others"),
            ("an option", "does not begin with a name"),
            ("hostile", "there is no profile"),
            ("unknown", "there is no profile 'nosuchprofile'"),
            ("empty", "names no profile"),
        ] {
            let world = world();
            make(&world, kind);
            let mut person = Person::new(shell, program, &world);
            person.does("cd project");
            if !said.is_empty() {
                person.terminal.wait_for(said);
            }
            person.does("echo again");
            let lines = person.times_written("\nassume: ");
            assert!(lines <= 1, "{shell:?} {kind}: {lines} lines\n{}", person.terminal.screen());
            assert_eq!(account(&mut person), "", "{shell:?} {kind}");
            assert!(!world.path("project/canary").exists() && !world.path("canary").exists(), "{shell:?} {kind}");
        }
    });
}

fn make_pipe(path: &Path) {
    assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
}
