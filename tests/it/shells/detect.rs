//! Which shell asks: the program itself, started by real shells in every way they start programs.

use aws_assume::shell;

use crate::shells::run::{Place, Shell, shown};

#[test]
fn the_shell_that_asks_is_known_however_it_starts_the_program() {
    let binary = env!("CARGO_BIN_EXE_assume");
    Shell::each(&Shell::ALL, |shell, program| {
        let place = Place::new();
        let expected = shell::off(shell.dialect(), &place.environment(), false);
        let ways = match shell {
            Shell::Fish => [
                format!("{binary} off >./out-0"),
                format!("timeout 20 nice env {binary} off | /bin/cat >./out-1"),
                format!("set x ({binary} off); echo $x >./out-2"),
            ],
            // Its own `>` needs a cmdlet that not every build has.
            Shell::Pwsh => [
                format!("{binary} off | /usr/bin/tee ./out-0"),
                format!("timeout 20 nice env {binary} off | /usr/bin/tee ./out-1"),
                format!("function f {{ $x = & {binary} off; $x }}; f | /usr/bin/tee ./out-2"),
            ],
            _ => [
                format!("{binary} off >./out-0"),
                format!("timeout 20 nice env {binary} off | /bin/cat >./out-1"),
                format!("f() {{ (x=$({binary} off; :); printf '%s' \"$x\") & wait; }}; f >./out-2"),
            ],
        };
        let output = place.run(shell, program, &ways.join("\n"));
        for (index, way) in ways.iter().enumerate() {
            let printed = std::fs::read_to_string(place.path(&format!("out-{index}"))).unwrap_or_default();
            assert_eq!(printed.trim_end(), expected.trim_end(), "{shell:?}: {way}\n{}", shown(&output));
        }
    });
}

#[test]
fn a_script_is_known_by_its_interpreter_and_another_program_by_nothing() {
    use std::os::unix::fs::PermissionsExt;

    let binary = env!("CARGO_BIN_EXE_assume");
    Shell::each(&[Shell::Bash, Shell::Zsh, Shell::Fish], |shell, program| {
        let place = Place::new();
        let script = place.write("deploy", format!("#!{}\n{binary} off >./out\n", program.display()));
        std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
        let output = place.run(shell, program, &format!("{}\ntrue", script.display()));
        let printed = std::fs::read_to_string(place.path("out")).unwrap();
        assert_eq!(printed, shell::off(shell.dialect(), &place.environment(), false), "{shell:?}: {}", shown(&output));
    });
    // Started by this test, which is no shell.
    let place = Place::new();
    let output = std::process::Command::new(binary).arg("off").env_clear().envs(&place.variables).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "false;\n", "{}", shown(&output));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--shell"), "{}", shown(&output));
}
