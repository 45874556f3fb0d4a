//! `exec` where there is no exec: it waits, and mirrors.

use crate::terminal::Terminal;
use crate::world::{World, built, run, windows};

#[test]
fn exec_waits_and_mirrors_the_exit_status() {
    let world = World::new();
    world.ok(&["login"]);
    let (assume, actor) = (windows(&built("assume.exe")), windows(&built("actor.exe")));
    for code in ["0", "7", "300", "-1073741510"] {
        let words = ["status", &assume, "exec", "dev", "--", &actor, "exit", code];
        let ran = run(&mut world.program(&built("actor.exe"), &words));
        assert_eq!(ran.stdout.trim(), code, "{ran:?}");
    }
    assert_eq!(world.assume(&["exec", "dev", "--", "no-such-command"]).code, 127);
}

/// As `npm`, `az` and `cdk` are there.
#[test]
fn a_batch_file_of_path_is_found_by_its_name_and_its_exit_status_mirrored() {
    let world = World::new();
    world.ok(&["login"]);
    let file = "@echo off\r\necho %AWS_ACCESS_KEY_ID:~0,4% %2\r\nexit /b %1\r\n";
    world.write("two words/az.cmd", file);
    world.write("two words/here.txt", "");
    // Neither what the current folder has, although PATH names it, nor a file without an ending, which is for other systems.
    world.write("az.cmd", "@exit /b 99\r\n");
    world.write("two words/az", "#!/bin/sh\n");
    let path = format!("PATH=.;{};C:\\windows\\system32", windows(&world.path("two words")));
    for word in ["az", "AZ", "az.cmd", r".\two words\az", &windows(&world.path("two words/az"))] {
        let words = ["exec", "dev", "--", word, "7", "two & three"];
        let ran = run(&mut world.under("parent.exe", &[&path], &built("assume.exe"), &words));
        assert_eq!((ran.code, ran.stdout.trim_end()), (7, "ASIA \"two & three\""), "{word}: {ran:?}");
    }
    let words = ["exec", "dev", "--", "here", "7"];
    assert_eq!(run(&mut world.under("parent.exe", &[&path], &built("assume.exe"), &words)).code, 127);
}

#[test]
fn what_cannot_run_is_said_with_what_can() {
    let world = World::new();
    world.ok(&["login"]);
    world.write("tools/broken.exe", "no program");
    world.write("tools/az.cmd", "@exit /b 0\r\n");
    for (words, hint) in [
        (&[r".\tools\broken", "x"], "hint: name a program for this Windows"),
        (&[r".\tools\az", "two\nlines"], "hint: a .cmd or .bat file takes no line break"),
    ] {
        let ran = world.assume(&[&["exec", "dev", "--"][..], words].concat());
        assert_eq!(ran.code, 126, "{ran:?}");
        assert!(ran.stderr.contains(hint), "{ran:?}");
    }
}

#[test]
fn exec_hands_over_the_keys_and_the_words_as_they_are() {
    let world = World::new();
    world.ok(&["login"]);
    let actor = windows(&built("actor.exe"));
    let names = ["AWS_ACCESS_KEY_ID", "AWS_REGION", "AWS_PROFILE", "ASSUME_PROFILE", "ASSUME_STORE_PASSPHRASE"];
    let words = [&["exec", "dev", "--", &actor, "variables"][..], &names].concat();
    let mut command = world.command(&words);
    command.env("AWS_PROFILE", "other").env("ASSUME_STORE_PASSPHRASE", "secret");
    let said = run(&mut command).stdout;
    assert!(said.starts_with("AWS_ACCESS_KEY_ID=ASIA"), "{said}");
    for line in
        ["AWS_REGION=eu-central-1", "AWS_PROFILE=(none)", "ASSUME_PROFILE=dev", "ASSUME_STORE_PASSPHRASE=(none)"]
    {
        assert!(said.lines().any(|said| said == line), "{said}");
    }
    let hostile = ["two words", "a\"b", "back\\slash\\", "%PATH%", "&calc", "größe", ""];
    let words = [&["exec", "dev", "--", &actor, "words"][..], &hostile].concat();
    assert_eq!(world.ok(&words).stdout.trim_end(), format!("{hostile:?}"));
}

#[test]
fn ctrl_c_is_for_the_child_alone_whose_answer_exec_mirrors() {
    let world = World::new();
    world.ok(&["login"]);
    let actor = windows(&built("actor.exe"));
    let mut terminal = Terminal::start(&world, &["exec", "dev", "--", &actor, "until-ctrl-c"]);
    terminal.wait_for("ready");
    terminal.keys("\x03");
    terminal.wait_for("caught");
    assert_eq!(terminal.wait_for_end(), 7);
}
