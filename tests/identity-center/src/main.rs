//! The stand-in as a program: it prints one line of JSON when it is ready, and serves until it is stopped.

mod cli;

use std::io::{Read, Write};
use std::process::ExitCode;

use clap::Parser;
use identity_center::{Button, StandIn, browse};

use crate::cli::{Cli, Serve, Verb};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = match &cli.verb {
        Some(Verb::Browse { url, press }) => visit(url, press.as_deref()),
        None => serve(&cli.serve),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            let _ = writeln!(std::io::stderr(), "identity-center: {why}");
            ExitCode::FAILURE
        }
    }
}

fn visit(url: &str, press: Option<&str>) -> Result<(), String> {
    let press = press.map(|button| if button == "deny" { Button::Deny } else { Button::Approve });
    let page = browse(url, press).map_err(|error| error.to_string())?;
    if page.status >= 400 {
        return Err(format!("{} answered {}", page.url, page.status));
    }
    writeln!(std::io::stdout(), "{}", page.body).map_err(|error| error.to_string())
}

fn serve(flags: &Serve) -> Result<(), String> {
    let stand_in = StandIn::try_start(flags.config()?).map_err(|error| error.to_string())?;
    let ready = serde_json::json!({
        "url": stand_in.url(),
        "control": format!("{}/_control", stand_in.url()),
        "region": stand_in.region(),
        "start_url": stand_in.start_url(),
        "start_urls": stand_in.start_urls(),
    });
    writeln!(std::io::stdout(), "{ready}").map_err(|error| error.to_string())?;
    if flags.exit_with_stdin {
        // Whatever comes is ignored; only the end matters.
        let mut byte = [0; 256];
        while std::io::stdin().read(&mut byte).is_ok_and(|count| count > 0) {}
        return Ok(());
    }
    loop {
        std::thread::park();
    }
}
