//! TLS and proxies: whose certificates are trusted, and which way requests go.

use std::path::PathBuf;

use aws_assume::aws::{Network, Proxy};
use aws_assume::clock::Clock;
use aws_assume::endpoint::{CaBundle, Endpoint};
use aws_assume::error::Kind;
use aws_assume::identity::Session;
use aws_assume::sso::{Flow, IdentityCenter, Place, SignedIn};
use identity_center::Config;
use url::Url;

use crate::network::wire::{self, Authority, Life, Manner, tls_before};
use crate::sso_support::{ACCOUNT, ROLE, Scene, sign_in};

/// A name that no resolver knows.
const HOST: &str = "sso.invalid";

fn bundle(path: PathBuf) -> CaBundle {
    CaBundle { path, said_by: "AWS_CA_BUNDLE".into() }
}

fn proxy(url: String, exceptions: &str) -> Proxy {
    Proxy { url, said_by: "HTTPS_PROXY", exceptions: exceptions.into() }
}

fn center(scene: &Scene, host: &str, port: u16, network: Network) -> IdentityCenter {
    let at = || Endpoint {
        url: Url::parse(&format!("https://{host}:{port}")).unwrap(),
        overridden_by: Some("AWS_ENDPOINT_URL_SSO".into()),
    };
    let session = Session { id: scene.id(), scopes: Vec::new() };
    let place = Place { oidc: at(), portal: at(), network };
    IdentityCenter::new(session, place, scene.store(), Clock::system(), scene.person.clone())
}

#[test]
fn only_trusted_certificates_are_spoken_to() {
    let scene = Scene::new(Config::default());
    let authority = Authority::new(scene.state.path(), "authority");
    let port = tls_before(scene.aws.url(), authority.server(&["127.0.0.1"], Life::Now));
    let with = |path: Option<PathBuf>| {
        center(&scene, "127.0.0.1", port, Network { ca_bundle: path.map(bundle), ..Network::default() })
    };
    let device = sign_in(Some(Flow::Device));
    let error = with(None).ensure_signed_in(&device).unwrap_err();
    assert_eq!(error.kind(), Kind::Network);
    assert!(error.message().contains("its certificate is not trusted"), "{}", error.message());
    assert!(error.hint().contains("AWS_CA_BUNDLE"));
    assert!(scene.aws.log().is_empty());

    // A bundle of a company, with a certificate in it that is none.
    let company = scene.state.path().join("bundle.pem");
    let mut text = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".to_vec();
    text.extend(std::fs::read(&authority.pem).unwrap());
    std::fs::write(&company, text).unwrap();
    assert_eq!(with(Some(company.clone())).ensure_signed_in(&device).unwrap(), SignedIn::Anew);
    assert!(scene.person.heard().contains(&format!("{} (AWS_CA_BUNDLE)", company.display())), "it is named");

    // Other roots are another place.
    scene.aws.clear_log();
    for other in [None, Some(authority.pem.clone())] {
        let error = with(other).role_keys(ACCOUNT, ROLE, &device).unwrap_err();
        assert_eq!(error.kind(), Kind::SignInNeeded);
        assert!(error.message().contains(&*company.display().to_string()), "{}", error.message());
    }
    assert!(scene.aws.log().is_empty());

    let error = with(Some(scene.state.path().join("names"))).ensure_signed_in(&device).unwrap_err();
    assert_eq!(error.kind(), Kind::SignInNeeded, "rule 1 goes first");
}

#[test]
fn requests_go_through_the_proxy_unless_it_is_excepted() {
    let scene = Scene::new(Config::default());
    let authority = Authority::new(scene.state.path(), "authority");
    let tls = tls_before(scene.aws.url(), authority.server(&[HOST], Life::Now));
    let asked = wire::Proxy::new(Manner::LeadsTo(tls));
    let network = |exceptions: &str| Network {
        ca_bundle: Some(bundle(authority.pem.clone())),
        proxy: Some(proxy(format!("http://dana:s%40fe@127.0.0.1:{}", asked.port), exceptions)),
        ..Network::default()
    };
    let device = sign_in(Some(Flow::Device));
    let error = center(&scene, HOST, tls, network(HOST)).ensure_signed_in(&device).unwrap_err();
    assert_eq!(error.kind(), Kind::Network);
    assert!(error.message().contains("the name is not found"), "{}", error.message());
    assert!(asked.heard().is_empty());

    center(&scene, HOST, tls, network("other.invalid")).role_keys(ACCOUNT, ROLE, &device).unwrap();
    assert_eq!(asked.hosts(), [format!("{HOST}:{tls}")]);
    for head in asked.heard() {
        // dana:s@fe
        assert!(head.contains("Basic ZGFuYTpzQGZl"), "{head}");
    }
}

#[test]
fn loopback_is_never_reached_through_a_proxy() {
    let scene = Scene::new(Config::default());
    let authority = Authority::new(scene.state.path(), "authority");
    let tls = tls_before(scene.aws.url(), authority.server(&["127.0.0.1"], Life::Now));
    let proxy = Some(proxy("http://127.0.0.1:1".into(), ""));
    let network = Network { ca_bundle: Some(bundle(authority.pem.clone())), proxy, ..Network::default() };
    center(&scene, "127.0.0.1", tls, network).role_keys(ACCOUNT, ROLE, &sign_in(Some(Flow::Device))).unwrap();
}
