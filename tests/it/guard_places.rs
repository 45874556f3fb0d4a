//! Secrets go only where they were issued: each way of pointing the program elsewhere, for each verb, with a listener at
//! the other end that would see them (security rules 1 and 2).

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;

use identity_center::What;

use crate::world::{Ran, World, run};

const VERBS: [&[&str]; 7] = [
    &["dev", "--shell", "bash"],
    &["export", "dev", "--format", "json"],
    &["process", "prod"],
    &["exec", "staging", "--", "true"],
    &["list"],
    &["status"],
    &["logout"],
];

/// Accepts every connection, keeps every byte, and answers with an error: a stranger's endpoint or proxy.
struct Stranger {
    url: String,
    heard: Arc<Mutex<Vec<u8>>>,
}

impl Stranger {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let heard = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&heard);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let log = Arc::clone(&log);
                thread::spawn(move || {
                    let mut stream = stream;
                    let mut piece = [0; 4096];
                    while let Ok(count @ 1..) = stream.read(&mut piece) {
                        log.lock().unwrap().extend_from_slice(&piece[..count]);
                        let _ = stream.write_all(b"HTTP/1.1 500 Stranger\r\nContent-Length: 0\r\n\r\n");
                    }
                });
            }
        });
        Self { url, heard }
    }

    fn heard(&self) -> Vec<u8> {
        self.heard.lock().unwrap().clone()
    }

    fn assert_ignorant(&self, world: &World, what: &str) {
        let heard = self.heard();
        for secret in world.aws.issued_secrets() {
            let needle = secret.value.as_bytes();
            assert!(!heard.windows(needle.len()).any(|w| w == needle), "{what}: {} was sent elsewhere", secret.kind);
        }
    }
}

/// Signed in, with keys of `dev` alone that are fresh, and a token that would have to be refreshed.
fn signed_in() -> World {
    let world = World::new();
    world.sign_in();
    world.ok(&["process", "dev"]);
    world
}

fn with(world: &World, words: &[&str], variables: &[(&str, &str)]) -> Ran {
    run(world.command(words).envs(variables.iter().copied()))
}

/// Every verb under these variables; returns what the one that needs the token said.
fn every_verb(world: &World, stranger: &Stranger, variables: &[(&str, &str)]) -> Ran {
    let mut needs_token = None;
    for words in VERBS {
        let ran = with(world, words, variables);
        if words == ["process", "prod"] {
            needs_token = Some(ran);
        }
        stranger.assert_ignorant(world, &format!("{words:?} under {variables:?}"));
    }
    needs_token.unwrap()
}

#[test]
fn an_endpoint_by_variable_gets_no_token_and_both_places_are_named() {
    for name in ["AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_SSO_OIDC"] {
        for expired in [false, true] {
            let world = signed_in();
            let stranger = Stranger::new();
            if expired {
                world.aws.expire(What::AccessTokens);
            }
            let moved = [(name, stranger.url.as_str())];
            let fresh = with(&world, &["process", "dev"], &moved);
            assert_eq!(fresh.code, 0, "fresh keys in the vault still serve: {fresh:?}");
            let ran = every_verb(&world, &stranger, &moved);
            assert_eq!(ran.code, 3, "{name}: {ran:?}");
            assert!(ran.stderr.contains(&stranger.url) && ran.stderr.contains(world.aws.url()), "{name}: {ran:?}");
            assert!(stranger.heard().is_empty(), "{name}: nothing at all was asked there");
            assert_eq!(world.tabs().len(), 1, "{name}: and no page opened");
        }
    }
}

/// With no endpoint of its own for any service, so that the generic one is all there is to go by.
#[test]
fn the_generic_endpoint_reaches_neither_portal_nor_sign_in() {
    let other = World::new();
    for by_config in [false, true] {
        let (world, proxy) = (signed_in(), Stranger::new());
        let generic = format!("endpoint_url = {}\n", other.aws.url());
        if by_config {
            let sections = world.config().replace("sso_session = main\n", &format!("sso_session = main\n{generic}"));
            world.write(".aws/config", &format!("[default]\n{generic}{sections}"));
        }
        let bare = |words: &[&str]| {
            let mut command = world.command(words);
            command.env_remove("AWS_ENDPOINT_URL_SSO").env_remove("AWS_ENDPOINT_URL_SSO_OIDC");
            if !by_config {
                command.env("AWS_ENDPOINT_URL", other.aws.url());
            }
            // Nobody's sign-in goes out to AWS itself.
            run(command.env("HTTPS_PROXY", &proxy.url))
        };
        let ran = bare(&["process", "prod"]);
        assert_eq!(ran.code, 3, "the sign-in is for {}: {ran:?}", world.aws.url());
        assert!(ran.stderr.contains("amazonaws.com"), "it would have gone to AWS: {ran:?}");
        world.ok(&["logout"]);
        for words in VERBS {
            bare(words);
        }
        let ran = bare(&["login"]);
        assert_eq!(ran.code, 6, "{ran:?}");
        let heard = String::from_utf8_lossy(&proxy.heard()).into_owned();
        assert!(heard.contains("CONNECT oidc.us-east-1.amazonaws.com:443 "), "{heard}");
        proxy.assert_ignorant(&world, "the proxy");
        assert!(other.aws.log().is_empty(), "by the config: {by_config}");
    }
}

#[test]
fn an_endpoint_in_the_config_gets_no_token() {
    for id in ["sso", "sso_oidc"] {
        // Endpoints of this world are in the config, so that a change there is the only one.
        let world = World::new();
        let own = world.aws.url().to_owned();
        let config = |sso: &str, oidc: &str| {
            let services =
                format!("[services s]\nsso =\n  endpoint_url = {sso}\nsso_oidc =\n  endpoint_url = {oidc}\n");
            world.config().replace("[profile dev]\n", "[profile dev]\nservices = s\n") + &services
        };
        let bare = |words: &[&str]| {
            let mut command = world.command(words);
            run(command.env_remove("AWS_ENDPOINT_URL_SSO").env_remove("AWS_ENDPOINT_URL_SSO_OIDC"))
        };
        world.write(".aws/config", &config(&own, &own));
        let first = bare(&["process", "dev"]);
        assert_eq!(first.code, 0, "{first:?}");
        let stranger = Stranger::new();
        let moved = if id == "sso" { config(&stranger.url, &own) } else { config(&own, &stranger.url) };
        world.write(".aws/config", &moved);
        let ran = bare(&["export", "dev", "--format", "json", "--force"]);
        assert_eq!(ran.code, 3, "{id}: {ran:?}");
        assert!(ran.stderr.contains(&stranger.url) && ran.stderr.contains(&own), "{id}: {ran:?}");
        assert!(stranger.heard().is_empty(), "{id}");
        assert_eq!(bare(&["process", "dev"]).code, 0, "{id}: fresh keys in the vault still serve");
    }
}

#[test]
fn a_swapped_config_with_the_same_session_name_gets_no_token_and_no_sign_in() {
    for (from, to) in
        [("sso_start_url = http", "sso_start_url = http://127.0.0.1:9/x#http"), ("us-east-1", "eu-west-1")]
    {
        let world = signed_in();
        world.write("swapped", &world.config().replace(from, to));
        let asked = world.aws.log().len();
        let swapped = world.path("swapped");
        for words in
            [&["process", "dev"][..], &["process", "prod"], &["dev", "--shell", "bash"], &["exec", "dev", "id"]]
        {
            let ran = with(&world, words, &[("AWS_CONFIG_FILE", swapped.to_str().unwrap())]);
            assert_eq!(ran.code, 3, "{to} {words:?}: {ran:?}");
            assert!(ran.stderr.contains("nothing was sent"), "{to} {words:?}: {ran:?}");
        }
        assert_eq!(world.aws.log().len(), asked, "{to}: nobody was asked");
        assert_eq!(world.tabs().len(), 1, "{to}: no page opened");
    }
}

#[test]
fn a_region_that_would_choose_a_host_is_refused_for_every_verb_that_asks() {
    let world = signed_in();
    let asked = world.aws.log().len();
    for region in ["x@evil.example/", "US-EAST-1", "a.b", "eu/../x"] {
        world.write("hostile", &world.config().replace("sso_region = us-east-1", &format!("sso_region = {region}")));
        let hostile = world.path("hostile");
        for words in [&["process", "prod"][..], &["login"], &["prod", "--shell", "bash"], &["exec", "prod", "id"]] {
            let ran = with(&world, words, &[("AWS_CONFIG_FILE", hostile.to_str().unwrap())]);
            assert!([4, 8].contains(&ran.code), "{region} {words:?}: {ran:?}");
        }
        let ran = with(&world, &["process", "prod"], &[("AWS_CONFIG_FILE", hostile.to_str().unwrap())]);
        assert_eq!(ran.code, 8, "{region}: {ran:?}");
    }
    assert_eq!(world.aws.log().len(), asked);
}

#[test]
fn an_endpoint_without_tls_is_refused() {
    let world = signed_in();
    for name in ["AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_SSO_OIDC"] {
        for url in ["http://192.0.2.1", "http://127.0.0.1.evil.example", "ftp://127.0.0.1", "http://u:p@127.0.0.1"] {
            let ran = with(&world, &["process", "prod"], &[(name, url)]);
            assert_eq!(ran.code, 8, "{name}={url}: {ran:?}");
        }
    }
}

#[test]
fn other_certificates_than_at_the_sign_in_get_no_token() {
    let world = signed_in();
    world.write("ca.pem", "");
    let path = world.path("ca.pem");
    for name in ["AWS_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"] {
        for value in [path.to_str().unwrap(), "ca.pem"] {
            let asked = world.aws.log().len();
            let ran = with(&world, &["process", "prod"], &[(name, value)]);
            assert_eq!(ran.code, 3, "{name}: {ran:?}");
            assert!(
                ran.stderr.contains(path.to_str().unwrap()) && ran.stderr.contains("the system's"),
                "{name}: {ran:?}"
            );
            assert_eq!(world.aws.log().len(), asked, "{name}: nobody was asked");
            assert_eq!(with(&world, &["process", "dev"], &[(name, value)]).code, 0, "fresh keys still serve");
        }
    }
}

#[test]
fn a_proxy_sees_nothing_of_loopback() {
    let world = signed_in();
    for name in ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY"] {
        let stranger = Stranger::new();
        every_verb(&world, &stranger, &[(name, &stranger.url)]);
        assert!(stranger.heard().is_empty(), "{name}: loopback is asked directly");
        // One of the verbs signs out, and the browser of the test would go through the proxy.
        world.sign_in();
    }
}
