//! Variables that hold what they must not: told by name, and never with a secret.

use crate::faults_table::Table;
use crate::world::{Ran, World, run};

const KEYS: [(&str, &str); 3] = [
    ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
    ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMIexample"),
    ("AWS_SESSION_TOKEN", "IQoJb3JpZ2luX2VjEXAMPLE"),
];

fn whoami(world: &World, variables: &[(&str, &str)]) -> Ran {
    run(world.command(&["whoami"]).envs(KEYS).envs(variables.iter().copied()))
}

#[test]
fn keys_with_a_character_that_no_key_has_are_named_and_not_shown() {
    let world = World::new();
    let mut table = Table::default();
    for (name, value) in KEYS {
        for (case, end) in
            [("a line end of Windows", "\r"), ("a line end", "\n"), ("an escape", "\u{1b}[2J"), ("no ASCII", "é")]
        {
            let ran = whoami(&world, &[(name, &format!("{value}{end}"))]);
            assert!(!ran.stderr.contains(value), "{name}: {ran:?}");
            table.failed(&world, &format!("{name}: {case}"), 8, &ran);
        }
    }
    assert!(world.aws.log().is_empty(), "nobody was asked");
    insta::assert_snapshot!("keys", table.text());
}

#[test]
fn a_region_is_corrected_where_it_was_said() {
    let world = World::new();
    for name in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
        let ran = whoami(&world, &[(name, "eu west")]);
        assert_eq!(ran.code, 8, "{ran:?}");
        assert!(ran.error().contains(&format!("hint: correct {name}")) && ran.error().contains("'eu west'"), "{ran:?}");
    }
}

#[test]
fn a_password_in_an_endpoint_is_not_shown() {
    let world = World::new();
    for url in [
        "https://dana:hunter2@sts.example",
        "https://dana:hunter2@two words",
        "https://dana:hun/ter2@sts.example",
        "//dana:hunter2@x",
    ] {
        let ran = whoami(&world, &[("AWS_ENDPOINT_URL_STS", url)]);
        assert_eq!(ran.code, 8, "{url}: {ran:?}");
        assert!(ran.error().contains("AWS_ENDPOINT_URL_STS"), "{url}: {ran:?}");
        assert!(!ran.stderr.contains("hun") && !ran.stderr.contains("dana"), "{url}: {ran:?}");
    }
}

/// Keys that are good are not to be replaced.
#[test]
fn only_keys_that_aws_does_not_take_are_to_be_replaced() {
    use identity_center::Fault;
    for (error, new_keys) in [
        ("InvalidClientTokenId", true),
        ("ExpiredToken", true),
        ("SignatureDoesNotMatch", true),
        ("AccessDenied", false),
        ("RegionDisabledException", false),
    ] {
        let world = World::new();
        world.aws.fault(Fault::on("GetCallerIdentity").status(403).error(error));
        let ran = whoami(&world, &[("AWS_REGION", "ap-east-1")]);
        assert_eq!(ran.code, 5, "{error}: {ran:?}");
        assert_eq!(ran.error().contains("get new ones"), new_keys, "{error}: {ran:?}");
        assert!(ran.error().contains(error), "{error}: {ran:?}");
    }
}
