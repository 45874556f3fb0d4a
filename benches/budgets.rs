//! The budgets of the design, each figure beside its reference in the same run: `cargo bench`.
//!
//! Whole processes are timed from outside, the program and its reference in turn, so that a machine that slows down
//! slows both; the median is shown, and the ratio is what counts.
#![allow(clippy::print_stdout, clippy::cast_precision_loss, reason = "it prints a table of figures")]

#[path = "budgets/machine.rs"]
mod machine;
#[path = "budgets/table.rs"]
mod table;
#[path = "budgets/timing.rs"]
mod timing;

use std::path::PathBuf;

use machine::Machine;
use table::{Limit, Table};
use timing::{alone, pair, peak_mib};

const ASSUME: &str = env!("CARGO_BIN_EXE_assume");

fn main() {
    // `cargo test --benches` asks every target whether it runs; the figures are for `cargo bench`.
    if !std::env::args().any(|word| word == "--bench") {
        return;
    }
    let reference = reference_programs();
    let mut table = Table::default();
    start_up(&mut table, &reference);
    warm(&mut table, &reference);
    profiles(&mut table);
    cold(&mut table, &reference);
    aws_cli(&mut table);
    size_and_memory(&mut table);
    print!("{table}");
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

fn start_up(table: &mut Table, reference: &impl Fn(&str) -> String) {
    let machine = Machine::new(10);
    let (ours, line) =
        pair(&mut machine.command(ASSUME, &["--version"]), &mut machine.command(&reference("line"), &[]));
    table.ratio("assume --version", ours, "a program that prints a line", line, Limit::Times(2.0));
}

fn warm(table: &mut Table, reference: &impl Fn(&str) -> String) {
    let machine = Machine::new(10);
    machine.sign_in();
    let switch = ["dev", "--quiet", "--shell", "bash"];
    let (ours, bare) = pair(&mut machine.command(ASSUME, &switch), &mut machine.command(&reference("passphrase"), &[]));
    table.ratio("warm switch, passphrase", ours, "deriving the key alone", bare, Limit::None);

    if let Some(cached) = Machine::with_kernel_keyring() {
        let mut switch_cached = cached.command(ASSUME, &switch);
        let (ours, version) = pair(&mut switch_cached, &mut cached.command(ASSUME, &["--version"]));
        table.ratio("warm switch, key in the kernel", ours, "assume --version", version, Limit::Times(2.0));
        let get = [cached.kernel_key(&reference("kernel-key"))];
        let (ours, bare) = pair(&mut switch_cached, &mut cached.command(&reference("kernel-key"), &["get", &get[0]]));
        table.ratio("warm switch, key in the kernel", ours, "reading such a key alone", bare, Limit::None);
    } else {
        table.missing("warm switch, key in the kernel", "this kernel refuses its keyring");
    }

    if let Some(desktop) = Machine::with_secret_service() {
        desktop.sign_in();
        desktop.run(&reference("secret-service-item"), &["put", "bench"]);
        let mut item = desktop.command(&reference("secret-service-item"), &["get", "bench"]);
        let (ours, bare) = pair(&mut desktop.command(ASSUME, &switch), &mut item);
        table.ratio("warm switch, key in the OS keyring", ours, "reading one item there", bare, Limit::Times(1.3));
    } else {
        table.missing("warm switch, key in the OS keyring", "no gnome-keyring or dbus-run-session");
    }
}

fn profiles(table: &mut Table) {
    let (few, many) = (Machine::new(10), Machine::new(10_000));
    few.sign_in();
    many.sign_in();
    let switch = ["dev", "--quiet", "--shell", "bash"];
    let (ours, base) = pair(&mut many.command(ASSUME, &switch), &mut few.command(ASSUME, &switch));
    table.difference("warm switch, 10,000 profiles", ours, "10 profiles", base, 5.0);
    let (ours, base) = pair(&mut many.command(ASSUME, &["list"]), &mut few.command(ASSUME, &["list"]));
    table.ratio("assume list, 10,000 profiles", ours, "10 profiles", base, Limit::None);
}

fn cold(table: &mut Table, reference: &impl Fn(&str) -> String) {
    let machine = Machine::new(10);
    machine.sign_in();
    machine.run(ASSUME, &["process", "dev"]);
    let before = machine.aws.log().len();
    machine.run(ASSUME, &["dev", "--force", "--quiet", "--shell", "bash"]);
    table.count("requests of a cold switch", machine.aws.log().len() - before, 1);
    let token = machine.token();
    let bare = ["111122223333", "AdministratorAccess"];
    let mut client = machine.command(&reference("role-credentials"), &[machine.aws.url(), &token, bare[0], bare[1]]);
    let (ours, bare) =
        pair(&mut machine.command(ASSUME, &["dev", "--force", "--quiet", "--shell", "bash"]), &mut client);
    let derive = alone(&mut machine.command(&reference("passphrase"), &[]));
    table.difference("cold switch, less the passphrase", ours - derive, "a bare GetRoleCredentials", bare, 15.0);
}

fn aws_cli(table: &mut Table) {
    let machine = Machine::new(10);
    machine.sign_in();
    machine.run(ASSUME, &["process", "dev"]);
    let Some(aws) = machine::aws_cli() else {
        return table.missing("beside the AWS CLI", "no aws on PATH");
    };
    let (ours, theirs) = pair(&mut machine.command(ASSUME, &["--version"]), &mut machine.command(&aws, &["--version"]));
    table.ratio("assume --version", ours, "aws --version", theirs, Limit::None);
    let (ours, theirs) =
        pair(&mut machine.command(ASSUME, &["list"]), &mut machine.command(&aws, &["configure", "list-profiles"]));
    table.ratio("assume list", ours, "aws configure list-profiles", theirs, Limit::None);
    let token = machine.token();
    let url = machine.aws.url().to_owned();
    let ask = [
        "sso",
        "get-role-credentials",
        "--endpoint-url",
        &url,
        "--region",
        "us-east-1",
        "--account-id",
        "111122223333",
        "--role-name",
        "AdministratorAccess",
        "--access-token",
        &token,
    ];
    let (ours, theirs) = pair(&mut machine.command(ASSUME, &["process", "dev"]), &mut machine.command(&aws, &ask));
    table.ratio("assume process, warm, passphrase", ours, "aws sso get-role-credentials", theirs, Limit::None);
}

fn size_and_memory(table: &mut Table) {
    let size = std::fs::metadata(ASSUME).expect("the program").len() as f64 / 1024.0 / 1024.0;
    table.amount("release binary", size, "MiB", 12.0);
    let machine = Machine::new(10_000);
    machine.sign_in();
    for (what, words, limit) in [
        ("memory of --version", &["--version"][..], 20.0),
        ("memory of a warm switch (passphrase derived)", &["dev", "--quiet", "--shell", "bash"], 40.0),
        ("memory of a cold switch (passphrase derived)", &["dev", "--force", "--quiet", "--shell", "bash"], 40.0),
        ("memory of list, 10,000 profiles", &["list"], 20.0),
    ] {
        match peak_mib(&machine.command(ASSUME, words)) {
            Some(peak) => table.amount(what, peak, "MiB", limit),
            None => table.missing(what, "no /usr/bin/time that tells memory"),
        }
    }
}
