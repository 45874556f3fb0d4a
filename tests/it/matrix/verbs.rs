//! The verbs of the main job, as columns: how each is run, and what must be so afterwards.

use std::path::Path;
use std::time::{Duration, Instant};

use identity_center::Fault;

use super::stage::Stage;
use super::{Leaves, Row};
use crate::faults_table::printable;
use crate::terminal::{COLUMNS, Terminal};
use crate::world::{ASSUME, Ran, run};

/// No verb may take longer, whatever the fault: that of a person's patience, and some for a busy machine.
const DEADLINE: Duration = Duration::from_mins(1);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    /// Evaluated by a real shell.
    Switch,
    Process,
    Export,
    Exec,
    Login,
    /// By a code, without a browser.
    Code,
    Whoami,
    Logout,
    Lock,
    Off,
    List,
    Show,
    Status,
    /// The hook, at a prompt of a shell whose keys have just expired.
    Prompt,
}

pub(crate) const ALL: [Verb; 14] = [
    Verb::Switch,
    Verb::Process,
    Verb::Export,
    Verb::Exec,
    Verb::Login,
    Verb::Code,
    Verb::Whoami,
    Verb::Logout,
    Verb::Lock,
    Verb::Off,
    Verb::List,
    Verb::Show,
    Verb::Status,
    Verb::Prompt,
];

/// How one cell ended.
pub(crate) struct Outcome {
    /// The exit code; of a prompt, `ok`.
    pub(crate) end: String,
    /// The two lines of a failure.
    pub(crate) said: String,
    /// Rules that it broke.
    pub(crate) broken: Vec<String>,
}

impl Outcome {
    /// The test itself could not go on; the panic's words are above.
    pub(crate) fn panicked(row: &Row, verb: Verb) -> Self {
        let broken = vec![format!("{} x {verb:?}: it could not be looked at", row.name)];
        Self { end: "?".into(), said: String::new(), broken }
    }
}

impl Verb {
    pub(crate) fn name(self) -> String {
        format!("{self:?}").to_lowercase()
    }

    fn words(self) -> &'static [&'static str] {
        match self {
            Self::Switch | Self::Prompt => &["--no-input", "--shell", "bash", "dev"],
            Self::Process => &["--no-input", "process", "dev"],
            Self::Export => &["--no-input", "export", "dev", "--format", "env"],
            Self::Exec => &["--no-input", "exec", "dev", "--", "true"],
            Self::Login => &["login", "--force"],
            Self::Code => &["login", "--force", "--flow", "device"],
            Self::Whoami => &["--no-input", "whoami"],
            Self::Logout => &["logout"],
            Self::Lock => &["lock"],
            Self::Off => &["off", "--shell", "bash"],
            Self::List => &["list"],
            Self::Show => &["show", "dev"],
            Self::Status => &["status"],
        }
    }

    /// Whether it is a person's at a terminal, who reads a code.
    fn needs_a_terminal(self) -> bool {
        self == Self::Code
    }

    fn ends_the_sign_in(self) -> bool {
        self == Self::Logout
    }
}

/// `None` where this machine cannot play the fault.
pub(crate) fn cell(row: &Row, verb: Verb) -> Option<Outcome> {
    let mut stage = (row.stage)()?;
    stage.ok(&["login"]);
    stage.ok(&["process", "prod"]);
    if verb == Verb::Prompt {
        return Some(super::prompt::cell(row, stage));
    }
    let keys = whose_keys(&stage, verb);
    (row.breaks)(&mut stage);
    let began = Instant::now();
    let ran = run_verb(&stage, verb, &keys);
    let took = began.elapsed();
    (row.mends)(&mut stage);
    let mut broken = Vec::new();
    let mut must = |rule: &str, is_so: bool| {
        if !is_so {
            broken.push(format!("{} x {verb:?}: {rule}: {ran:?}", row.name));
        }
    };
    must("it ends in time", took < DEADLINE && ran.code != 124);
    must("it is shown clean", printable(&ran.stderr) && printable(&ran.stdout));
    let secrets = stage.world.aws.issued_secrets();
    let whole = format!("{}{}", ran.stdout, ran.stderr);
    let leaks = |text: &str| secrets.iter().any(|secret| text.contains(&secret.value));
    must("no secret on stderr", !leaks(&ran.stderr));
    let error = if ran.code == 0 { String::new() } else { ran.error() };
    // `status` answers by its code; it is no failure.
    if ran.code != 0 && verb != Verb::Status {
        must("no secret on stdout of a failure", !leaks(&whole));
        must("two lines", is_an_error(&error));
    }
    let said = if is_an_error(&error) { stage.steady(&error) } else { String::new() };
    let rest = afterwards(row, &stage, verb);
    broken.extend(rest.into_iter().map(|rule| format!("{} x {verb:?}: {rule} (the run: {ran:?})", row.name)));
    Some(Outcome { end: ran.code.to_string(), said, broken })
}

pub(crate) fn is_an_error(error: &str) -> bool {
    let lines: Vec<&str> = error.lines().collect();
    matches!(lines[..], [what, hint] if what.starts_with("assume: ") && hint.starts_with("hint: "))
}

/// For `whoami`: keys to ask about, in the environment as a switch leaves them.
fn whose_keys(stage: &Stage, verb: Verb) -> Vec<(String, String)> {
    if verb != Verb::Whoami {
        return Vec::new();
    }
    let text = stage.ok(&["export", "prod", "--format", "json"]).stdout;
    let keys: serde_json::Value = serde_json::from_str(&text).unwrap();
    [
        ("AWS_ACCESS_KEY_ID", "AccessKeyId"),
        ("AWS_SECRET_ACCESS_KEY", "SecretAccessKey"),
        ("AWS_SESSION_TOKEN", "SessionToken"),
    ]
    .map(|(name, key)| (name.to_owned(), keys[key].as_str().unwrap().to_owned()))
    .into()
}

/// As its user runs it, but under `timeout`, which ends it with 124.
fn run_verb(stage: &Stage, verb: Verb, keys: &[(String, String)]) -> Ran {
    if verb.needs_a_terminal() {
        let variables = stage.world.variables().into_iter();
        let variables =
            variables.chain(stage.variables.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        let variables = variables.map(|(name, value)| (name.into(), value.into())).collect();
        let words: Vec<&str> = ["120", ASSUME].into_iter().chain(verb.words().iter().copied()).collect();
        let home = stage.world.home.path();
        let mut terminal =
            Terminal::start(Path::new("timeout"), &[&["--foreground"], &words[..]].concat(), &variables, home);
        let code = terminal.wait_for_end();
        let lines = unwrapped(&terminal.screen());
        return Ran { stdout: String::new(), stderr: lines, code: code.try_into().unwrap() };
    }
    if verb != Verb::Switch {
        let words = [&["120", ASSUME], verb.words()].concat();
        return run(stage.command("timeout", &words).envs(keys.iter().cloned()));
    }
    // Evaluated: a failure must fail and change nothing.
    let script = r#"
        text=$(timeout 120 "$@"); code=$?
        before=$(env)
        eval $text; status=$?
        if [ $code != 0 ]; then
            [ $status != 0 ] || echo "the eval of a failure succeeds"
            [ "$before" = "$(env)" ] || echo "a failure changes the environment"
        elif [ $status != 0 ] || [ "$ASSUME_PROFILE" != dev ]; then
            echo "the eval of a switch fails"
        fi
        exit $code"#;
    let ran = run(&mut stage.command("bash", &[&["-c", script, "it", ASSUME], verb.words()].concat()));
    assert_eq!(ran.stdout, "", "{ran:?}");
    ran
}

/// The last two paragraphs of a screen as two lines: a terminal breaks long ones.
fn unwrapped(screen: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in screen.trim_end().lines() {
        let before_was_full = lines
            .last()
            .is_some_and(|last: &String| !last.is_empty() && last.chars().count().is_multiple_of(COLUMNS.into()));
        match lines.last_mut() {
            Some(last) if before_was_full => last.push_str(line),
            _ => lines.push(line.to_owned()),
        }
    }
    lines.join("\n")
}

/// What is wrong once the fault is over.
pub(crate) fn afterwards(row: &Row, stage: &Stage, verb: Verb) -> Vec<String> {
    let mut wrong = Vec::new();
    let tabs = stage.world.tabs().len();
    if half_written(&stage.state()) > 0 {
        wrong.push("a half-written file is left".to_owned());
    }
    if stage.assume(&["status"]).code == 7 {
        let variables = stage.world.variables().into_iter();
        let variables =
            variables.chain(stage.variables.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        let variables = variables.map(|(name, value)| (name.into(), value.into())).collect();
        let mut person = Terminal::start(ASSUME.as_ref(), &["login"], &variables, stage.world.home.path());
        if person.wait_for_end() != 0 {
            wrong.push(format!("a person cannot unlock it: {}", person.screen()));
        }
    }
    let over = verb.ends_the_sign_in() || row.leaves == Leaves::Nothing;
    if over {
        // Where no verb has heard of it from AWS, the sign-in still looks good.
        let again = stage.assume(&["login", "--force"]);
        if again.code != 0 {
            wrong.push(format!("signing in again fails: {again:?}"));
        }
    } else if verb != Verb::Lock && row.leaves == Leaves::Everything {
        stage.world.aws.fault(Fault::on("*").reset());
        let kept = stage.assume(&["--no-input", "process", "prod"]);
        stage.world.aws.clear_faults();
        if kept.code != 0 {
            wrong.push(format!("keys are lost: {kept:?}"));
        }
    }
    let next = stage.assume(&["--no-input", "process", "staging"]);
    if next.code != 0 {
        wrong.push(format!("the sign-in is lost: {next:?}"));
    }
    let more = stage.world.tabs().len() - tabs;
    if more > usize::from(over) {
        wrong.push(format!("{more} more sign-ins"));
    }
    wrong
}

fn half_written(folder: &Path) -> usize {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    let count = |entry: std::fs::DirEntry| {
        usize::from(entry.file_name().as_encoded_bytes().starts_with(b".new-")) + half_written(&entry.path())
    };
    entries.filter_map(Result::ok).map(count).sum()
}
