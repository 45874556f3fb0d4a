//! Files that are none: pipes and devices, by the names of AWS's files and of certificates.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::time::Duration;

use crate::faults_table::Table;
use crate::network::company::Company;
use crate::world::{ASSUME, Ran, World, run};

/// Longer than anybody would wait for a file.
const PATIENCE: Duration = Duration::from_mins(1);

/// A run that must end; one that hangs is ended.
fn ends(command: &mut Command) -> Ran {
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let id = rustix::process::Pid::from_child(&child);
    let (sender, receiver) = channel();
    std::thread::spawn(move || sender.send(child.wait_with_output().unwrap()));
    let Ok(output) = receiver.recv_timeout(PATIENCE) else {
        rustix::process::kill_process(id, rustix::process::Signal::KILL).unwrap();
        panic!("{command:?} hangs")
    };
    output.into()
}

fn pipe(path: &Path) {
    rustix::fs::mknodat(rustix::fs::CWD, path, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
}

#[test]
fn a_pipe_that_nobody_writes_into_and_an_endless_device_are_not_waited_for() {
    let world = World::new();
    let mut table = Table::default();
    world.write("empty", "");
    pipe(&world.path("pipe"));
    for (case, path) in [("a pipe", world.path("pipe")), ("endless", "/dev/zero".into())] {
        for name in ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "ASSUME_CONFIG"] {
            let ran = ends(world.command(&["process", "dev"]).env(name, &path));
            table.failed(&world, &format!("{name}: {case}"), 8, &ran);
        }
        let mut command = world.command(&["whoami"]);
        command.envs([("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "example")]);
        command.env("AWS_ENDPOINT_URL_STS", "https://127.0.0.1:1");
        for name in ["AWS_CA_BUNDLE", "SSL_CERT_FILE"] {
            let ran = ends(command.env(name, &path));
            table.failed(&world, &format!("{name}: {case}"), 8, &ran);
            command.env_remove(name);
        }
    }
    insta::assert_snapshot!("no_files", table.text());
    for name in ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"] {
        let ran = ends(world.command(&["list"]).env(name, "/dev/null"));
        assert_eq!(ran.code, 0, "nothing is as good as an empty file: {ran:?}");
    }
}

/// What bash writes for `<(…)`: a pipe by the name of a descriptor, and a writer that takes its time.
#[test]
fn what_another_program_writes_is_read_as_a_file() {
    let company = Company::new();
    company.ok(&["login"], &[]);
    let script = format!(
        "export AWS_CONFIG_FILE=<(head -c 20 .aws/config; read -t 0.3 <> <(:); tail -c +21 .aws/config)
         export AWS_SHARED_CREDENTIALS_FILE=<(printf '')
         exec '{ASSUME}' list --json"
    );
    let mut bash = company.world.program("bash", &["-c", &script]);
    let ran = ends(&mut bash);
    assert!(ran.stdout.contains("AdministratorAccess"), "{ran:?}");
    let script = format!("AWS_REGION=us-east-1 AWS_CA_BUNDLE=<(cat \"$AWS_CA_BUNDLE\") exec '{ASSUME}' whoami");
    let mut bash = company.command(&["exec", "dev", "--", "bash", "-c", &script]);
    let ran = ends(&mut bash);
    assert!(ran.stdout.contains("111122223333"), "{ran:?}");
}

/// A pipe with a name is read too, where somebody writes into it.
#[test]
fn a_pipe_with_a_writer_is_a_file() {
    let world = World::new();
    pipe(&world.path("pipe"));
    let (config, path) = (world.config(), world.path("pipe"));
    let writer = std::thread::spawn(move || std::fs::write(path, config));
    let ran = ends(world.command(&["list", "--json"]).env("AWS_CONFIG_FILE", world.path("pipe")));
    assert!(ran.stdout.contains("AdministratorAccess"), "{ran:?}");
    writer.join().unwrap().unwrap();
    assert_eq!(run(&mut world.command(&["list"])).code, 0);
}
