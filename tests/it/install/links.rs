//! Start files that are links: what they lead to is edited, and the link stays one.

use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::process::Command;

use super::{END, Machine};

const ZSH: [&str; 3] = ["--yes", "--shell", "zsh"];

fn link(machine: &Machine, name: &str, to: &str) {
    symlink(to, machine.home().join(name)).unwrap();
}

#[test]
fn a_link_is_followed_and_stays() {
    type Links = fn(&Machine, &str);

    let absolute = |machine: &Machine| machine.home().join("dot/zshrc").to_str().unwrap().to_owned();
    let rows: [(&str, Links); 3] = [
        ("relative", |machine, _| link(machine, ".zshrc", "dot/zshrc")),
        ("absolute", |machine, path| link(machine, ".zshrc", path)),
        ("chain", |machine, _| {
            link(machine, ".zshrc", ".zsh-link");
            link(machine, ".zsh-link", "dot/link");
            link(machine, "dot/link", "../dot/zshrc");
        }),
    ];
    for (what, prepare) in rows {
        let machine = Machine::new();
        machine.write("dot/zshrc", "mine");
        prepare(&machine, &absolute(&machine));
        let before = machine.tree();
        machine.ok(&ZSH);
        let tree = machine.tree();
        assert!(machine.read("dot/zshrc").contains(END), "{what}");
        assert_eq!(tree[".zshrc"], before[".zshrc"], "{what}");
        assert!(tree.contains_key(".zshrc.assume-backup"), "{what}: beside the name, not in the other folder");
        assert!(!tree.keys().any(|name| name.starts_with("dot/") && !before.contains_key(name)), "{what}");
        machine.ok(&["--uninstall"]);
        assert_eq!(machine.tree(), before, "{what}");
    }
}

#[test]
fn a_link_to_nothing_is_named_and_left_alone() {
    for to in ["dot/nothing", ".zshrc", "/dev/null"] {
        let machine = Machine::new();
        link(&machine, ".zshrc", to);
        let before = machine.tree();
        let ran = machine.ok(&ZSH);
        assert!(ran.stderr.contains("/.zshrc is left as it is: it is "), "{to}: {ran:?}");
        machine.ok(&["--uninstall"]);
        assert_eq!(machine.tree(), before, "{to}");
    }
}

#[test]
fn a_file_of_two_names_stays_one() {
    let machine = Machine::new();
    machine.write("dot/zshrc", "mine\n");
    fs::hard_link(machine.home().join("dot/zshrc"), machine.home().join(".zshrc")).unwrap();
    let number = |name: &str| fs::metadata(machine.home().join(name)).unwrap().ino();
    let before = number("dot/zshrc");
    machine.ok(&ZSH);
    assert_eq!((number("dot/zshrc"), number(".zshrc")), (before, before));
    assert!(machine.read("dot/zshrc").contains(END));
    machine.ok(&["--uninstall"]);
    assert_eq!(machine.read("dot/zshrc"), "mine\n");
}

#[test]
fn a_repository_of_dotfiles_is_clean_afterwards() {
    let machine = Machine::new();
    let folder = machine.home().join("dotfiles");
    let git = |words: &[&str]| {
        let mut command = Command::new("git");
        command.args(["-c", "user.name=x", "-c", "user.email=x@example.com"]).args(words).current_dir(&folder);
        let output = command.env("HOME", machine.home()).env("GIT_CONFIG_NOSYSTEM", "1").output().unwrap();
        assert!(output.status.success(), "{}", crate::shells::run::shown(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    machine.write("dotfiles/zshrc", "mine\n");
    machine.write("dotfiles/bashrc", "mine");
    git(&["init", "-q"]);
    git(&["add", "."]);
    git(&["commit", "-qm", "all"]);
    link(&machine, ".zshrc", "dotfiles/zshrc");
    link(&machine, ".bashrc", "dotfiles/bashrc");
    machine.ok(&["--yes", "--shell", "zsh,bash"]);
    assert_eq!(git(&["status", "--porcelain"]), " M bashrc\n M zshrc\n");
    machine.ok(&["--uninstall"]);
    assert_eq!(git(&["status", "--porcelain"]), "");
}
