//! Which shell asks, and what cmd.exe and PowerShell are given.

use crate::world::{Ran, World, built, run, windows};

fn signed_in() -> World {
    let world = World::new();
    world.ok(&["login"]);
    world
}

#[test]
fn the_parent_tells_which_shell_asks() {
    let world = signed_in();
    for parent in ["powershell.exe", "pwsh.exe", "PowerShell.EXE"] {
        let ran = run(&mut world.under(parent, &[], &built("assume.exe"), &["export", "dev"]));
        assert!(ran.stdout.starts_with("$env:AWS_ACCESS_KEY_ID = 'ASIA"), "{parent}: {ran:?}");
        let ran = run(&mut world.under(parent, &[], &built("assume.exe"), &["no-such"]));
        assert!(ran.stdout.starts_with("throw '"), "{parent}: {ran:?}");
    }
}

fn cmd(world: &World, line: &str) -> Ran {
    run(&mut world.program("cmd".as_ref(), &["/c", line]))
}

#[test]
fn cmd_runs_the_lines_of_export() {
    let world = signed_in();
    let assume = windows(&built("assume.exe"));
    // Wine's `for` cannot run a line it has read, so that a file has to stand in; Windows' runs it as it stands.
    for export in ["export dev", "export dev --format cmd"] {
        let batch = format!(
            "@echo off\r\n{assume} {export} >lines.cmd\r\ncall lines.cmd\r\n\
             {assume} whoami\r\necho region [%AWS_REGION%]\r\n"
        );
        world.write("keys.cmd", &batch);
        let ran = cmd(&world, "keys.cmd");
        assert!(ran.stdout.contains("111122223333"), "{ran:?}");
        assert!(ran.stdout.contains("region [eu-central-1]"), "{ran:?}");
    }
    let json: serde_json::Value =
        serde_json::from_str(&world.ok(&["export", "dev", "--format", "json"]).stdout).unwrap();
    let lines = world.ok(&["export", "dev", "--format", "cmd"]).stdout;
    let token = json["SessionToken"].as_str().unwrap();
    assert!(lines.contains(&format!("set \"AWS_SESSION_TOKEN={token}\"\r\n")), "{lines}");
}

#[test]
fn a_switch_in_cmd_says_what_there_is_for_it() {
    let world = signed_in();
    let ran = cmd(&world, &format!("{} dev", windows(&built("assume.exe"))));
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.stderr.contains("cmd.exe cannot be switched"), "{ran:?}");
    assert!(ran.stderr.contains("assume exec PROFILE cmd"), "{ran:?}");
    assert!(!ran.stdout.contains("ASIA"), "{ran:?}");
}

#[test]
fn init_writes_the_path_of_this_program_for_powershell() {
    let world = World::new();
    let text = world.ok(&["init", "powershell"]).stdout;
    assert!(text.contains(&windows(&built("assume.exe"))), "{text}");
    assert!(!text.contains("__ASSUME_"), "{text}");
    assert!(!text.contains(r"\\?\"), "{text}");
}
