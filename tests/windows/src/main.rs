//! Plays what surrounds `assume` on Windows, for the tests: another program that has a file open, a browser, a child of
//! `exec`, a shell of some name.

#![expect(clippy::print_stdout, reason = "the test reads it")]

use std::fs::OpenOptions;
use std::io::{Error, Read, Write};
use std::net::TcpStream;
use std::process::{Command, ExitCode, ExitStatus, exit};

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let (verb, words) = words.split_first().expect("a verb");
    match verb.as_str() {
        "hold" => hold(words),
        "tell" => tell(&words[0], &words[1]),
        "tell-all" => {
            std::fs::write(&words[2], names_of_variables()).expect("a file");
            tell(&words[0], &words[1]);
        }
        "run" => run(words),
        "status" => status(words),
        "exit" => exit(words[0].parse().expect("a number")),
        "words" => println!("{words:?}"),
        "variables" => variables(words),
        "until-ctrl-c" => until_ctrl_c(),
        _ => panic!("no verb {verb}"),
    }
    ExitCode::SUCCESS
}

/// Has files open, as a virus scanner or a backup has, until standard input ends: they can be read meanwhile, but neither
/// be replaced nor be removed.
fn hold(files: &[String]) {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(windows)]
    std::os::windows::fs::OpenOptionsExt::share_mode(&mut options, 1);
    let _held: Vec<_> = files.iter().map(|file| options.open(file).expect(file)).collect();
    println!("held");
    until_stdin_ends();
}

fn until_stdin_ends() {
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
}

/// A browser that tells the test which page it was to open.
fn tell(address: &str, page: &str) {
    TcpStream::connect(address).expect("the test listens").write_all(page.as_bytes()).expect("the test reads");
}

fn names_of_variables() -> String {
    std::env::vars_os().map(|(name, _)| name.to_string_lossy().into_owned() + "\n").collect()
}

/// `[NAME=VALUE|NAME=]... -- PROGRAM [ARGUMENT]...`: its parent, with these variables.
fn run(words: &[String]) {
    let mut parts = words.splitn(2, |word| word == "--");
    let variables = parts.next().unwrap_or_default();
    let (program, arguments) = parts.next().and_then(<[_]>::split_first).expect("a program");
    let mut command = Command::new(program);
    command.args(arguments);
    for (name, value) in variables.iter().filter_map(|word| word.split_once('=')) {
        command.env(name, value);
    }
    let status = started(&mut command);
    exit(status.code().unwrap_or(1));
}

/// How it ended. Wine now and then starts a program only when it is asked again, and says so by a number of its own.
fn started(command: &mut Command) -> ExitStatus {
    const ERROR_INTERNAL_ERROR: i32 = 1359;
    let mut tried = (0..5).map(|_| command.status());
    let is_told = |status: &Result<ExitStatus, Error>| !matches!(status, Err(error) if error.raw_os_error() == Some(ERROR_INTERNAL_ERROR));
    tried.find(is_told).expect("a start that is told of").expect("a program")
}

/// Says how a program ends, all 32 bits of it.
fn status(words: &[String]) {
    let status = started(Command::new(&words[0]).args(&words[1..]));
    println!("{}", status.code().map_or(-1, i64::from));
}

fn variables(names: &[String]) {
    for name in names {
        let value = std::env::var(name);
        println!("{name}={}", value.as_deref().unwrap_or("(none)"));
    }
}

/// Decides itself what Ctrl-C does.
fn until_ctrl_c() {
    ctrlc::set_handler(|| {
        println!("caught");
        exit(7);
    })
    .expect("a handler");
    println!("ready");
    until_stdin_ends();
    // Nobody types here: only Ctrl-C ends it.
    loop {
        std::thread::park();
    }
}
