//! One file per verb, and what they share. The only room that prints.

pub mod allow;
mod background;
pub mod candidates;
pub mod complete;
mod context;
pub mod deny;
mod detached;
mod entering;
pub mod exec;
pub mod export;
#[cfg(windows)]
mod handed_over;
pub mod init;
mod interrupt;
pub mod keeper;
pub mod list;
mod listing;
pub mod lock;
pub mod login;
pub mod logout;
mod network;
pub mod off;
mod pick;
pub mod process;
mod production;
#[cfg(any(windows, test))]
mod program;
mod records;
pub mod refresh;
mod renewal;
pub mod reserved;
mod session;
pub mod show;
pub mod status;
pub mod switch;
mod typo;
mod watch;
pub mod whoami;

use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::sync::Arc;

pub use context::Context;

use crate::cli::{Cli, Line, Stop, Verb};
use crate::clock::Timestamp;
use crate::environment::Environment;
use crate::error::{Error, Kind, Result};
use crate::secret::Secret;
use crate::shell::{self, Dialect};
use crate::store::Store;
use crate::terminal::Paint;
use crate::uses;

/// What a verb gives to stdout, written once, at the end, and the exit code.
pub struct Answer {
    text: Secret,
    code: u8,
    /// What was used, to be noted once the text is written.
    used: Option<(Arc<Store>, String)>,
}

impl Answer {
    #[must_use]
    pub fn nothing() -> Self {
        Self::text("")
    }

    pub fn text(text: impl Into<Secret>) -> Self {
        Self { text: text.into(), code: 0, used: None }
    }

    /// One JSON value on one line.
    #[must_use]
    pub fn json(value: &serde_json::Value) -> Self {
        Self::text(format!("{value}\n"))
    }

    #[must_use]
    pub fn with_code(self, code: u8) -> Self {
        Self { code, ..self }
    }

    /// The answer is a use of `name`.
    #[must_use]
    pub fn uses(self, name: &str, store: &Arc<Store>) -> Self {
        Self { used: Some((Arc::clone(store), name.to_owned())), ..self }
    }
}

/// The whole program.
#[must_use]
pub fn run() -> ExitCode {
    let line = Line::new(std::env::args_os().collect());
    let environment = Environment::of_process();
    let failing = Failing {
        evaluated: line.perhaps_evaluated,
        dialect: line.dialect,
        paint: Paint::for_stderr(line.color, &environment),
        environment: environment.clone(),
    };
    interrupt::announce(failing.clone());
    let answer = match line.parse() {
        Ok(cli) => dispatch(cli, &environment).map_err(|error| typo::explain(error, &line, &environment)),
        Err(Stop::Text(text)) if line.evaluated => {
            // `eval $(assume dev --help) && terraform apply` must not go on in the old account.
            let _ = std::io::stderr().write_all(text.as_bytes());
            failing.print_text("help was asked for");
            return ExitCode::SUCCESS;
        }
        Err(Stop::Text(text)) => Ok(Answer::text(text)),
        Err(Stop::Wrong(error)) => Err(typo::explain(error, &line, &environment)),
    };
    match answer {
        Ok(answer) => print(&answer).unwrap_or_else(|error| failing.fail(&error)),
        Err(error) => failing.fail(&error),
    }
}

fn dispatch(cli: Cli, environment: &Environment) -> Result<Answer> {
    let globals = cli.globals;
    let context = |may_ask: bool| Context::new(environment.clone(), globals.clone(), may_ask);
    match cli.verb {
        Verb::Switch(args) => switch::run(&args, &context(true)),
        Verb::Off(args) => off::run(&args, &context(true)),
        Verb::Exec(args) => exec::run(args, &context(true)),
        Verb::Login(args) => login::run(&args, &context(true)),
        Verb::Logout(args) => logout::run(&args, &context(true)),
        Verb::List(args) => list::run(&args, &context(true)),
        Verb::Show(args) => show::run(&args, &context(true)),
        Verb::Status(args) => status::run(&args, &context(true)),
        Verb::Whoami(args) => whoami::run(&args, &context(true)),
        Verb::Export(args) => export::run(&args, &context(true)),
        // SDKs call it, often with the person's terminal as its stdin: it never asks (security rule 18).
        Verb::Process(args) => process::run(&args, &context(false).for_a_program()),
        // Nobody typed it: it runs detached, or from a prompt.
        Verb::Refresh(args) => {
            #[cfg(windows)]
            if let Some(words) = args.handed_over() {
                return handed_over::run(words, environment);
            }
            let args = args.unpacked()?;
            // The passphrase comes by a pipe, before there is a context (security rule 21).
            let _hardened = crate::process::harden();
            let context = Context::new(args.environment(environment), globals, false);
            refresh::run(&args, &if args.is_hurried() { context.hurried() } else { context })
        }
        // A key that was pressed, in the middle of a line.
        Verb::Complete(args) => complete::run(&args, &context(false)),
        Verb::Keeper(args) => keeper::run(&args),
        Verb::Lock(args) => lock::run(&args, &context(true)),
        Verb::Allow(args) => allow::run(&args, &context(true)),
        Verb::Deny(args) => deny::run(&args, &context(true)),
        Verb::Init(args) => init::run(&args, &context(true)),
        Verb::Reserved(verb) => Err(verb.not_built_yet()),
    }
}

fn print(answer: &Answer) -> Result<ExitCode> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(answer.text.expose().as_bytes()).and_then(|()| stdout.flush()) {
        Ok(()) => {
            if let Some((store, name)) = &answer.used {
                uses::record(store.folder(), name, Timestamp::now());
            }
            Ok(answer.code.into())
        }
        // A reader that has seen enough: `assume list | head`.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(1.into()),
        Err(error) => Err(Error::new(
            Kind::Failure,
            format!("cannot write the answer: {error}"),
            "check where the output goes: df shows full disks",
        )),
    }
}

/// How this run fails: for a verb that is evaluated, the shell must fail too (`eval` of nothing is a success).
#[derive(Clone)]
struct Failing {
    evaluated: bool,
    dialect: Option<Dialect>,
    paint: Paint,
    environment: Environment,
}

impl Failing {
    fn fail(&self, error: &Error) -> ExitCode {
        // Nobody is left to be told of a closed stderr.
        let _ = writeln!(std::io::stderr(), "{}", self.paint.error(error));
        self.print_text(error.message());
        error.exit_code().into()
    }

    fn print_text(&self, message: &str) {
        if self.evaluated && !std::io::stdout().is_terminal() {
            let dialect = self.dialect.or_else(|| Dialect::detect(&self.environment));
            let _ = std::io::stdout().write_all(shell::failure(dialect, message).as_bytes());
        }
    }
}
