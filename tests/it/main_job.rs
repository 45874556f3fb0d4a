//! The main job as a person does it: a shell on a terminal, `eval $(assume dev)`, and tools of AWS that say who they are.

use std::fs;
use std::path::{Path, PathBuf};

use crate::shells::run::{Shell, Variables};
use crate::skip::lacks;
use crate::terminal::Terminal;
use crate::world::{World, run};

const WHO: &str = "import boto3\nprint('I am ' + boto3.client('sts').get_caller_identity()['Arn'])\n";

/// A Python that has boto3; said by name where there is none.
fn python() -> Option<PathBuf> {
    let python =
        std::env::var_os("ASSUME_TEST_PYTHON").map_or_else(|| PathBuf::from("/usr/bin/python3"), PathBuf::from);
    let has = std::process::Command::new(&python).args(["-c", "import boto3"]).output();
    if has.is_ok_and(|output| output.status.success()) {
        return Some(python);
    }
    lacks(&format!("{} has no boto3 (set ASSUME_TEST_PYTHON)", python.display()));
    None
}

/// What a person types in each shell.
struct Habits {
    start: &'static [&'static str],
    unquoted: fn(&str) -> String,
    quoted: fn(&str) -> String,
    /// Says whether a statement failed, in words that were not typed.
    outcome: fn(&str) -> String,
}

fn habits(shell: Shell) -> Habits {
    match shell {
        Shell::Bash | Shell::Zsh => Habits {
            start: if shell == Shell::Bash { &["--noprofile", "--norc", "-i"] } else { &["-f", "-i"] },
            unquoted: |words| format!("eval $(assume {words})"),
            quoted: |words| format!("eval \"$(assume {words})\""),
            outcome: |statement| format!("{statement} && echo went''on || echo fai''led"),
        },
        Shell::Sh => Habits {
            start: &["-i"],
            unquoted: |words| format!("eval \"$(assume {words} --shell sh)\""),
            quoted: |words| format!("eval \"$(assume {words} --shell posix)\""),
            outcome: |statement| format!("{statement} && echo went''on || echo fai''led"),
        },
        Shell::Fish => Habits {
            start: &["--no-config", "-i"],
            unquoted: |words| format!("eval (assume {words})"),
            quoted: |words| format!("assume {words} | source"),
            outcome: |statement| format!("{statement}; and echo went''on; or echo fai''led"),
        },
        Shell::Pwsh => Habits {
            start: &["-NoProfile", "-NoLogo"],
            unquoted: |words| format!("iex (assume {words})"),
            quoted: |words| format!("assume {words} | iex"),
            outcome: |statement| format!("try {{ {statement}; 'went'+'on' }} catch {{ 'fai'+'led' }}"),
        },
    }
}

struct Person {
    terminal: Terminal,
    typed: usize,
    home: PathBuf,
}

impl Person {
    /// Types a line and waits until it has been carried out.
    fn does(&mut self, line: &str) {
        self.typed += 1;
        let mark = format!("done-{}", self.typed);
        self.terminal.line(line);
        // A child writes it: the words on the screen could be those typed.
        self.terminal.line(&format!("/usr/bin/touch {}", self.home.join(&mark).display()));
        let file = self.home.join(mark);
        self.terminal.wait_until(&format!("an end of: {line}"), |_| file.exists());
    }

    fn environment(&mut self, name: &str) -> Vec<u8> {
        let file = self.home.join(name);
        self.does(&format!("/bin/sh -c 'env -0 | sort -z >{}'", file.display()));
        fs::read(file).unwrap()
    }

    fn says(&mut self, line: &str, words: &str) {
        self.does(line);
        self.terminal.wait_for(words);
    }
}

fn main_job(shell: Shell, program: &Path, python: &Path) {
    let world = World::new();
    world.write("who.py", WHO);
    let mut variables: Variables =
        world.variables().into_iter().map(|(name, value)| (name.into(), value.into())).collect();
    variables.insert("AWS_PROFILE".into(), "something else".into());
    variables.insert("AWS_REGION".into(), "ap-south-1".into());
    let Habits { start, unquoted, quoted, outcome } = habits(shell);
    let terminal = Terminal::start(program, start, &variables, world.home.path());
    let mut person = Person { terminal, typed: 0, home: world.home.path().to_owned() };
    let who = format!("{} {}", python.display(), world.path("who.py").display());

    person.does("echo hello");
    let before = person.environment("before");
    person.does(&unquoted("dev"));
    person.says(&who, "I am arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_AdministratorAccess_");
    // In the browser or by a code, as the machine has it.
    let sign_ins = || world.aws.count("StartDeviceAuthorization") + world.aws.count("Authorize");
    assert_eq!(sign_ins(), 1, "{shell:?}: one sign-in");

    let switched = person.environment("switched");
    person.says(&outcome(&unquoted("nosuch")), "failed");
    assert_eq!(person.environment("kept"), switched, "{shell:?}: a failed switch changes nothing");

    person.does(&quoted("prod"));
    person.says(&who, "I am arn:aws:sts::777788889999:assumed-role/AWSReservedSSO_ReadOnlyAccess_");
    person.does(&unquoted("-"));
    let back = String::from_utf8_lossy(&person.environment("back")).into_owned();
    assert!(back.contains("ASSUME_PROFILE=dev\0"), "{shell:?}: {back}");

    person.does(&unquoted("off"));
    let after = person.environment("after");
    let shown = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace('\0', "\n");
    assert_eq!(after, before, "{shell:?}: after off\n{}\nbefore\n{}", shown(&after), shown(&before));
    assert_eq!(sign_ins(), 1, "{shell:?}: still one sign-in");
    // Keys are in the environment of the shell, and nowhere on its screen.
    let written = person.terminal.written();
    for secret in world.aws.issued_secrets() {
        let found = written.windows(secret.value.len()).any(|window| window == secret.value.as_bytes());
        assert!(!found, "{shell:?}: {} on the screen", secret.kind);
    }
}

#[test]
fn in_every_shell_on_a_terminal_boto3_is_who_was_assumed() {
    let Some(python) = python() else { return };
    Shell::each(&Shell::ALL, |shell, program| main_job(shell, program, &python));
}

#[test]
fn the_aws_cli_and_an_sdk_with_a_credential_process_are_who_was_assumed() {
    let Some(python) = python() else { return };
    let world = World::new();
    world.sign_in();
    world.write("who.py", WHO);
    let config = format!(
        "{}[profile sdk]\nregion = eu-west-1\ncredential_process = {} process dev\n",
        world.config(),
        crate::world::ASSUME
    );
    world.write(".aws/config", &config);
    let ran = run(world.program(&python, &["who.py"]).env("AWS_PROFILE", "sdk"));
    assert!(ran.stdout.contains("AWSReservedSSO_AdministratorAccess_"), "{ran:?}");

    let aws = std::env::var_os("ASSUME_TEST_AWS").map_or_else(|| PathBuf::from("/usr/bin/aws"), PathBuf::from);
    if !aws.exists() {
        return lacks("there is no AWS CLI (set ASSUME_TEST_AWS)");
    }
    let aws = aws.display().to_string();
    let ran = run(&mut world.command(&["exec", "prod", "--", &aws, "sts", "get-caller-identity", "--output", "text"]));
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.contains("777788889999"), "{ran:?}");
}
