//! Whom TLS trusts where nobody named a bundle: found before anybody is asked, and only where TLS is spoken.

use crate::faults_table::Table;
use crate::world::{ASSUME, Ran, World, run};

const KEYS: [(&str, &str); 2] = [("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "example")];

fn whoami(world: &World, name: &str, value: &str) -> Ran {
    run(world.command(&["whoami"]).envs(KEYS).env("AWS_ENDPOINT_URL_STS", "https://127.0.0.1:1").env(name, value))
}

#[test]
fn roots_that_cannot_be_had_are_named_with_their_variable() {
    let world = World::new();
    let mut table = Table::default();
    world.write("garbage", "nonsense");
    world.write("folder/none", "nonsense");
    let at = |name: &str| world.path(name).to_str().unwrap().to_owned();
    for (case, name, value) in [
        ("absent", "SSL_CERT_FILE", "/nowhere/ca.pem"),
        ("empty", "SSL_CERT_FILE", ""),
        ("garbage", "SSL_CERT_FILE", &at("garbage")),
        ("a folder", "SSL_CERT_FILE", "/"),
        ("endless", "SSL_CERT_FILE", "/dev/zero"),
        ("no folder", "SSL_CERT_DIR", "/nowhere"),
        ("a folder without certificates", "SSL_CERT_DIR", &at("folder")),
    ] {
        table.failed(&world, case, 8, &whoami(&world, name, value));
    }
    insta::assert_snapshot!("roots", table.text());
    let ran = whoami(&world, "SSL_CERT_DIR", "");
    assert!(ran.error().contains("the connection is refused"), "an empty list names no folder: {ran:?}");
}

#[test]
fn where_no_tls_is_spoken_nobody_needs_roots() {
    let world = World::new();
    let assume = |words: &[&str]| run(world.command(words).env("SSL_CERT_FILE", "/nowhere/ca.pem"));
    assert_eq!(assume(&["login"]).code, 0);
    let ran = assume(&["exec", "dev", "--", ASSUME, "whoami"]);
    assert!(ran.stdout.starts_with("arn:"), "{ran:?}");
}

/// As `openssl rehash` leaves a folder: several links to one file.
#[test]
fn a_folder_of_certificates_is_read_through_its_links() {
    let company = super::company::Company::new();
    std::fs::create_dir(company.world.path("roots")).unwrap();
    for name in ["5d3033c5.0", "authority.pem"] {
        std::os::unix::fs::symlink(&company.authority.pem, company.world.path("roots").join(name)).unwrap();
    }
    std::os::unix::fs::symlink("/nowhere", company.world.path("roots/dangling.pem")).unwrap();
    let folders = format!("{}:/nowhere", company.world.path("roots").display());
    let with = |words: &[&str]| run(company.command(words).env_remove("AWS_CA_BUNDLE").env("SSL_CERT_DIR", &folders));
    let ran = with(&["login"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stderr.contains(&folders), "it is said: {ran:?}");
    assert_eq!(with(&["process", "dev"]).code, 0);
}
