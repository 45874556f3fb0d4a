use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::process::Command;

use super::{Answer, Context};
use crate::clock::Timestamp;
use crate::credentials::target;
use crate::error::{Error, Kind, Result};
use crate::sanitize;
use crate::shell;
use crate::terminal::Paint;
use crate::uses;

/// Run a command with the keys of a profile; its exit status and signals are mirrored
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A profile of your AWS config, or ACCOUNT/ROLE
    #[arg(value_name = "PROFILE")]
    profile: String,
    /// The command and its arguments
    #[arg(value_name = "CMD", required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    command: Vec<OsString>,
    /// Where to look for ACCOUNT/ROLE, when several sessions offer it
    #[arg(long, value_name = "SESSION")]
    session: Option<String>,
    /// Get new keys although those at hand are good
    #[arg(long)]
    force: bool,
    /// Keep a long run's keys alive (not built yet)
    #[arg(long)]
    serve: bool,
}

pub fn run(args: Args, context: &Context) -> Result<Answer> {
    if args.serve {
        return Err(Error::new(
            Kind::Failure,
            "'assume exec --serve' is not built yet",
            "run it without --serve: the command gets keys with the life that AWS gave them",
        ));
    }
    // A name that begins with a dash comes behind a `--` of its own, before the one that people are used to.
    let is_second = args.command.first().is_some_and(|word| word == "--");
    let mut words = args.command.into_iter().skip(usize::from(is_second));
    let Some(program) = words.next() else {
        return Err(Error::new(Kind::Usage, "no command was named", "assume exec PROFILE -- CMD"));
    };
    let target = target::resolve(&args.profile, args.session.as_deref(), context.config()?, context)?;
    let credentials = context.keys(&target, args.force)?;
    let switch = context.switch_to(&target, &credentials)?;
    let mut command = Command::new(file_of(&program, context));
    command.args(words);
    for (name, value) in shell::environment_changes(&switch, &context.environment) {
        match value {
            Some(value) => command.env(name, value.expose()),
            None => command.env_remove(name),
        };
    }
    // The child takes this process's place: there is no later.
    uses::record(context.store()?.folder(), &target.name, Timestamp::now());
    context.soften();
    let paint = Paint::for_stderr(context.globals.color, &context.environment);
    Ok(become_child(command, &program.to_string_lossy(), paint))
}

#[cfg(not(windows))]
fn file_of<'a>(word: &'a OsStr, _: &Context) -> Cow<'a, OsStr> {
    Cow::Borrowed(word)
}

#[cfg(windows)]
fn file_of<'a>(word: &'a OsStr, context: &Context) -> Cow<'a, OsStr> {
    super::program::find(word, &context.environment).map_or(Cow::Borrowed(word), |file| Cow::Owned(file.into()))
}

/// The child takes this process's place: its signals, terminal, job and exit status are its own.
#[cfg(unix)]
fn become_child(mut command: Command, program: &str, paint: Paint) -> Answer {
    use std::os::unix::process::CommandExt;
    not_started(&command.exec(), program, paint)
}

/// Windows has no exec: wait, and mirror the exit status. Ctrl-C reaches the child too, which decides.
#[cfg(not(unix))]
fn become_child(mut command: Command, program: &str, paint: Paint) -> Answer {
    super::interrupt::hand_over();
    match command.status() {
        Ok(status) => std::process::exit(status.code().unwrap_or(1)),
        Err(error) => not_started(&error, program, paint),
    }
}

/// 127 no such command, 126 not runnable: what shells say, and what `env` and `timeout` do.
fn not_started(error: &std::io::Error, program: &str, paint: Paint) -> Answer {
    use std::io::Write;
    let missing = error.kind() == std::io::ErrorKind::NotFound;
    let shown = sanitize::line(program);
    // A bare name is looked up on PATH, where this says nothing.
    let is_there = program.contains('/') && std::path::Path::new(program).is_file();
    let said = if missing && is_there {
        let what = format!("cannot run {shown}: what it wants to be run by, an interpreter or a loader, is not there");
        Error::new(Kind::Failure, what, format!("see what that is: file {}", sanitize::word(program, "CMD")))
    } else if missing {
        Error::new(Kind::Failure, format!("no such command: {shown}"), "check its name and your PATH")
    } else {
        Error::new(Kind::Failure, format!("cannot run {shown}: {error}"), what_runs(program, error))
    };
    // Nobody is left to be told of a closed stderr.
    let _ = writeln!(std::io::stderr(), "{}", paint.error(&said));
    Answer::nothing().with_code(if missing { 127 } else { 126 })
}

#[cfg(not(windows))]
fn what_runs(program: &str, _: &std::io::Error) -> String {
    format!("make it a program you may run: ls -l {}", sanitize::word(program, "CMD"))
}

/// `std` hands nothing to cmd.exe that it cannot quote for it.
#[cfg(windows)]
fn what_runs(_: &str, error: &std::io::Error) -> String {
    let hint = match error.kind() {
        std::io::ErrorKind::InvalidInput => "a .cmd or .bat file takes no line break; name the program that it starts",
        _ => "name a program for this Windows that you may run: .exe, .com, .cmd or .bat",
    };
    hint.to_owned()
}
