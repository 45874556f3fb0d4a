//! The stand-in AWS against botocore: what nobody here wrote works with it.

use std::process::{Command, Stdio};

use identity_center::{Approval, Assumable, Config, LongTermKey, StandIn};

use crate::skip::lacks;

#[test]
fn botocore_works_against_the_stand_in() {
    let python = std::env::var("ASSUME_TEST_PYTHON").unwrap_or_else(|_| "python3".into());
    if !has_botocore(&python) {
        lacks(&format!("{python} has no botocore (set ASSUME_TEST_PYTHON)"));
        return;
    }
    let stand_in = StandIn::start(config());
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/python/stand_in");
    let mut command = Command::new(&python);
    command.arg("-B").arg(script).arg(stand_in.url()).arg(stand_in.start_url());
    // The person's own AWS settings must not reach the client under test.
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("AWS_")) {
        command.env_remove(name);
    }
    let empty = if cfg!(windows) { "NUL" } else { "/dev/null" };
    command.env("AWS_CONFIG_FILE", empty).env("AWS_SHARED_CREDENTIALS_FILE", empty);
    command.env("NO_PROXY", "127.0.0.1");
    let output = command.stdin(Stdio::null()).output().expect("python starts");
    let (said, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && said.ends_with(" passed\n"), "{said}\n{errors}");
}

fn config() -> Config {
    let mut config = Config::empty().many_accounts(250, 3).approval(Approval::Never);
    config.assumable.push(Assumable {
        role_arn: "arn:aws:iam::444455556666:role/deploy".into(),
        external_id: Some("blue".into()),
        mfa_serial: None,
    });
    config.assumable.push(Assumable {
        role_arn: "arn:aws:iam::444455556666:role/guarded".into(),
        external_id: None,
        mfa_serial: Some("arn:aws:iam::444455556666:mfa/dana".into()),
    });
    config.long_term_keys.push(LongTermKey {
        access_key_id: "AKIAIOSFODNN7EXAMPLE".into(),
        secret_access_key: "k".repeat(40),
        account_id: "444455556666".into(),
        user_name: "dana".into(),
    });
    config
}

fn has_botocore(python: &str) -> bool {
    let mut command = Command::new(python);
    command.args(["-c", "import botocore"]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
