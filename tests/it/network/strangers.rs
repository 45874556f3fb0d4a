//! Somebody answers where AWS should: told from a network that leads nowhere.

use std::io::{Read as _, Write as _};

use super::wire::{Life, Manner, Proxy, serve};
use crate::faults_table::Table;
use crate::world::{Ran, World, run};

/// `whoami` where a server says this to whatever it hears first.
fn asks(world: &World, scheme: &str, says: &'static [u8]) -> Ran {
    let port = serve(move |mut client| {
        let _ = client.read(&mut [0; 16 * 1024])?;
        client.write_all(says)
    });
    let mut ran = whoami(world, &format!("{scheme}://127.0.0.1:{port}"), &[]);
    ran.stderr = ran.stderr.replace(&format!(":{port}"), ":PORT");
    ran
}

fn whoami(world: &World, url: &str, variables: &[(&str, &str)]) -> Ran {
    let keys = [("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "example")];
    run(world.command(&["whoami"]).envs(keys).env("AWS_ENDPOINT_URL_STS", url).envs(variables.iter().copied()))
}

#[test]
fn what_answers_and_is_not_aws_is_told_from_no_network() {
    let world = World::new();
    let mut table = Table::default();
    let two_lengths = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 50\r\n\r\nhello";
    let sign_in =
        b"HTTP/1.1 511 Network Authentication Required\r\ncontent-type: text/html\r\ncontent-length: 6\r\n\r\n<html>";
    let bad = b"HTTP/1.1 400 Bad Request\r\ncontent-type: text/html\r\ncontent-length: 6\r\n\r\n<html>";
    let cases: [(&str, &str, &'static [u8]); 8] = [
        ("it is an SSH server", "http", b"SSH-2.0-OpenSSH_9.2\r\n"),
        ("it says bytes", "http", b"\x00\xff\xfe\x01\r\n\r\n"),
        ("it closes", "http", b""),
        ("two lengths", "http", two_lengths),
        ("a network that wants a sign-in", "http", sign_in),
        ("it speaks plain HTTP", "https", bad),
        ("it knows TLS 1.1 at most", "https", b"\x15\x03\x01\x00\x02\x02\x46"),
        ("it closes before TLS", "https", b""),
    ];
    for (case, scheme, says) in cases {
        let ran = asks(&world, scheme, says);
        assert!(!ran.stderr.contains("no connection"), "{case}: {ran:?}");
        table.failed(&world, case, 6, &ran);
    }
    insta::assert_snapshot!("strangers", table.text());
}

#[test]
fn a_proxy_of_another_name_is_named_in_the_hint() {
    let company = super::company::Company::new();
    let proxy = Proxy::in_tls(Manner::LeadsTo(company.tls), company.authority.server(&["other.example"], Life::Now));
    let ran = company.assume(&["login"], &[("HTTPS_PROXY", &format!("https://127.0.0.1:{}", proxy.port))]);
    assert_eq!(ran.code, 6, "{ran:?}");
    assert!(ran.error().contains("hint: see who answers for 127.0.0.1"), "{ran:?}");
}

#[test]
fn a_proxy_that_speaks_no_tls_is_said_to_be_one() {
    let company = super::company::Company::new();
    let port = serve(|mut client| {
        let _ = client.read(&mut [0; 16 * 1024])?;
        client.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    });
    let ran = company.assume(&["login"], &[("HTTPS_PROXY", &format!("https://dana:hunter2@127.0.0.1:{port}"))]);
    assert_eq!(ran.code, 6, "{ran:?}");
    assert!(ran.error().contains("the proxy speaks no TLS") && ran.error().contains("http://"), "{ran:?}");
}
