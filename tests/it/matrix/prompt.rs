//! The hook under a fault: a prompt of a bash whose keys have expired a moment ago.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::Stdio;
use std::time::{Duration, Instant};

use super::stage::Stage;
use super::verbs::Outcome;
use super::{Leaves, Row};
use crate::faults_table::printable;
use crate::world::ASSUME;

/// The hook waits two seconds at most; the rest is for a busy machine.
const DEADLINE: Duration = Duration::from_secs(30);

/// The segment has no place in this prompt: what it prints is to be a line of its own, or nothing. Keys that live for a second
/// may end on their way on a busy machine; a shell that gets none ends, so that nobody waits for what it would say.
const LOADED: &str = r#"eval "$("$ASSUME_PROGRAM" init bash)"
PS1= PS2=
for _ in 1 2 3 4 5; do eval "$(assume dev)" && before=$AWS_ACCESS_KEY_ID && break; done; [[ $before ]] || exit; echo switched; until ((EPOCHSECONDS > ASSUME_EXPIRES)); do :; done; echo expired; read -r _; echo >&2; echo PROMPT >&2; (exit 7)
"#;

const SHOWN: &str = r#"echo "status $?" >&2; case ${AWS_ACCESS_KEY_ID-gone} in gone) echo gone ;; "$before") echo kept ;; *) echo new ;; esac
exit
"#;

/// The shell is up before the fault, and its keys end while it lasts.
pub(crate) fn cell(row: &Row, mut stage: Stage) -> Outcome {
    stage.world.aws.set_lifetimes(|lifetimes| lifetimes.role_keys = 1);
    let mut command = stage.command("bash", &["--norc", "--noprofile", "--noediting", "-i"]);
    command.env("ASSUME_PROGRAM", ASSUME).env_remove("BROWSER");
    let mut shell = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut typed = shell.stdin.take().unwrap();
    let mut shown = BufReader::new(shell.stdout.take().unwrap());
    let mut line = || {
        let mut line = String::new();
        shown.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    };
    typed.write_all(LOADED.as_bytes()).unwrap();
    let ready = (line(), line());
    (row.breaks)(&mut stage);
    let began = Instant::now();
    typed.write_all(format!("\n{SHOWN}").as_bytes()).unwrap();
    let end = line();
    let took = began.elapsed();
    let mut said = String::new();
    shell.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    shell.wait().unwrap();
    (row.mends)(&mut stage);
    stage.world.aws.set_lifetimes(|lifetimes| lifetimes.role_keys = 3600);
    let (before, at_prompt) = said.rsplit_once("\nPROMPT\n").unwrap_or((&said, ""));
    let lines: Vec<&str> = at_prompt.lines().filter(|line| !matches!(*line, "" | "exit")).collect();
    let (status, notes): (Vec<&str>, Vec<&str>) = lines.iter().partition(|line| line.starts_with("status "));
    let mut broken = Vec::new();
    let mut must = |rule: &str, is_so: bool| {
        if !is_so {
            broken.push(format!("{} x prompt: {rule}: {ready:?} {end:?} {before:?} {at_prompt:?}", row.name));
        }
    };
    must("the shell switches", ready == ("switched".into(), "expired".into()));
    must("the prompt comes", took < DEADLINE && !end.is_empty());
    must("$? is kept", status == ["status 7"]);
    must("one line at most", notes.len() <= 1);
    must("it is shown clean", printable(at_prompt));
    // What the hook began in the background may end it differently: only the sign-in is looked at.
    let tabs = stage.world.tabs().len();
    if row.leaves == Leaves::Nothing || stage.assume(&["status"]).code == 7 {
        // As `verbs` does, and tries.
        let rest = super::verbs::afterwards(row, &stage, super::verbs::Verb::Lock);
        broken.extend(rest);
    } else {
        let next = stage.assume(&["--no-input", "process", "staging"]);
        if next.code != 0 || stage.world.tabs().len() != tabs {
            broken.push(format!("{} x prompt: the sign-in is lost: {next:?}", row.name));
        }
    }
    // Which line it says, and whether there are new keys, is a matter of two seconds; `hook` looks at that.
    Outcome { end: "ok".into(), said: String::new(), broken }
}
