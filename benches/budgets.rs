//! The budgets of the design, each figure beside its reference in the same run: `cargo bench`.
//!
//! Whole processes are timed from outside, the program and its reference in turn, so that a machine that slows down
//! slows both; the median is shown, and the ratio is what counts. It fails where a budget is missed.
#![allow(clippy::print_stdout, clippy::cast_precision_loss, reason = "it prints a table of figures")]

#[path = "budgets/machine.rs"]
mod machine;
#[path = "budgets/table.rs"]
mod table;
#[path = "budgets/timing.rs"]
mod timing;

use std::path::PathBuf;
use std::process::ExitCode;

use machine::Machine;
use table::{Limit, Table};
use timing::{pair, peak_mib};

const ASSUME: &str = env!("CARGO_BIN_EXE_assume");
const SWITCH: [&str; 4] = ["dev", "--quiet", "--shell", "bash"];
const COMPLETE: [&str; 5] = ["complete", "--shell", "zsh", "--", ""];
const SWITCH_ANEW: [&str; 5] = ["dev", "--force", "--quiet", "--shell", "bash"];

fn main() -> ExitCode {
    // `cargo test --benches` asks every target whether it runs; the figures are for `cargo bench`.
    if !std::env::args().any(|word| word == "--bench") {
        return ExitCode::SUCCESS;
    }
    let reference = reference_programs();
    let mut table = Table::default();
    with_passphrase(&mut table, &reference);
    with_kernel_keyring(&mut table, &reference);
    with_secret_service(&mut table, &reference);
    let size = std::fs::metadata(ASSUME).expect("the program").len() as f64 / 1024.0 / 1024.0;
    table.amount("release binary", size, "MiB", 12.0);
    print!("{table}");
    table.save(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/figures/budgets.json"));
    if table.all_kept() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The programs of `benches/reference`, built as this one is.
fn reference_programs() -> impl Fn(&str) -> String {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let built = std::process::Command::new(cargo)
        .args(["build", "--release", "--locked", "-p", "reference"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status();
    assert!(built.is_ok_and(|status| status.success()), "the reference programs do not build");
    let folder = PathBuf::from(ASSUME).parent().expect("a folder of programs").to_owned();
    move |name| folder.join(name).to_str().expect("a path of text").to_owned()
}

fn with_passphrase(table: &mut Table, reference: &impl Fn(&str) -> String) {
    let machine = Machine::with_passphrase(10);
    let (ours, line) =
        pair(&mut machine.command(ASSUME, &["--version"]), &mut machine.command(&reference("line"), &[]));
    table.ratio("`assume --version`", ours, "a program that prints a line", line, Limit::Times(2.0));
    memory(table, "memory of `--version`", &machine, &["--version"], 20.0);

    let (ours, bare) = pair(&mut machine.command(ASSUME, &SWITCH), &mut machine.command(&reference("passphrase"), &[]));
    table.ratio("warm switch, key under a passphrase", ours, "deriving such a key alone", bare, Limit::None);
    memory(table, "memory of a switch, passphrase derived", &machine, &SWITCH, 40.0);
    beside_the_aws_cli(table, &machine);
}

/// The usual warm path of a Linux desktop, too: there the key of another keeper rests in the kernel's cache.
fn with_kernel_keyring(table: &mut Table, reference: &impl Fn(&str) -> String) {
    let (Some(few), Some(many)) = (Machine::with_kernel_keyring(10), Machine::with_kernel_keyring(10_000)) else {
        return table.missing("warm and cold switch, key in the kernel", "this kernel refuses its keyring");
    };
    let (ours, version) = pair(&mut few.command(ASSUME, &SWITCH), &mut few.command(ASSUME, &["--version"]));
    table.ratio("warm switch, key in the kernel", ours, "`assume --version`", version, Limit::Times(2.0));
    let key = format!("assume-bench-{}", std::process::id());
    few.run(&reference("kernel-key"), &["put", &key]);
    let mut read = few.command(&reference("kernel-key"), &["get", &key]);
    let (ours, bare) = pair(&mut few.command(ASSUME, &SWITCH), &mut read);
    table.ratio("warm switch, key in the kernel", ours, "reading such a key alone", bare, Limit::None);
    few.run(&reference("kernel-key"), &["drop", &key]);
    memory(table, "memory of a warm switch, 10,000 profiles", &many, &SWITCH, 20.0);

    let (ours, usual) = pair(&mut many.command(ASSUME, &SWITCH), &mut few.command(ASSUME, &SWITCH));
    table.difference("warm switch, 10,000 profiles", ours, "10 profiles", usual, 5.0);
    let (ours, usual) = pair(&mut many.command(ASSUME, &["list"]), &mut few.command(ASSUME, &["list"]));
    table.ratio("`assume list`, 10,000 profiles", ours, "10 profiles", usual, Limit::None);
    memory(table, "memory of `list`, 10,000 profiles", &many, &["list"], 20.0);
    let (ours, version) = pair(&mut many.command(ASSUME, &COMPLETE), &mut many.command(ASSUME, &["--version"]));
    table.time("completion, 10,000 profiles", ours, "`assume --version`", version, 15.0);
    memory(table, "memory of completion, 10,000 profiles", &many, &COMPLETE, 20.0);

    let before = few.aws.log().len();
    few.run(ASSUME, &SWITCH_ANEW);
    table.count("requests of a cold switch", few.aws.log().len() - before, 1);
    let token = few.token();
    let words = [few.aws.url(), &token, "111122223333", "AdministratorAccess"];
    let mut client = few.command(&reference("role-credentials"), &words);
    let (ours, bare) = pair(&mut few.command(ASSUME, &SWITCH_ANEW), &mut client);
    table.difference("cold switch, token good", ours, "a bare GetRoleCredentials", bare, 15.0);
    memory(table, "memory of a cold switch", &few, &SWITCH_ANEW, 20.0);
}

fn with_secret_service(table: &mut Table, reference: &impl Fn(&str) -> String) {
    let Some(desktop) = Machine::with_secret_service() else {
        return table.missing("warm switch, key in the OS keyring", "no gnome-keyring or dbus-run-session");
    };
    desktop.run(&reference("secret-service-item"), &["put", "bench"]);
    let mut item = desktop.command(&reference("secret-service-item"), &["get", "bench"]);
    let (ours, bare) = pair(&mut desktop.command(ASSUME, &SWITCH), &mut item);
    table.ratio("warm switch, key in the OS keyring", ours, "reading one item there", bare, Limit::Times(1.3));
    memory(table, "memory of a switch, OS keyring asked", &desktop, &SWITCH, 20.0);
}

fn beside_the_aws_cli(table: &mut Table, machine: &Machine) {
    let Some(aws) = machine::aws_cli() else {
        return table.missing("beside the AWS CLI", "none found: set ASSUME_TEST_AWS");
    };
    let token = machine.token();
    let ask = [
        "sso",
        "get-role-credentials",
        "--endpoint-url",
        machine.aws.url(),
        "--region",
        "us-east-1",
        "--account-id",
        "111122223333",
        "--role-name",
        "AdministratorAccess",
        "--access-token",
        &token,
    ];
    for (ours, theirs) in
        [(&["--version"][..], &["--version"][..]), (&["list"], &["configure", "list"]), (&["process", "dev"], &ask)]
    {
        let (what, other) =
            (format!("`assume {}`", ours.join(" ")), format!("`aws {}`", theirs[..theirs.len().min(2)].join(" ")));
        let (ours, theirs) = pair(&mut machine.command(ASSUME, ours), &mut machine.command(&aws, theirs));
        table.ratio(&what, ours, &other, theirs, Limit::None);
    }
}

fn memory(table: &mut Table, what: &str, machine: &Machine, words: &[&str], limit: f64) {
    match peak_mib(&machine.command(ASSUME, words)) {
        Some(peak) => table.amount(what, peak, "MiB", limit),
        None => table.missing(what, "no /usr/bin/time that tells memory"),
    }
}
