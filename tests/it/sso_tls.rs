//! TLS and proxies: whose certificates are trusted, and which way requests go.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;

use aws_assume::aws::{Network, Proxy};
use aws_assume::clock::Clock;
use aws_assume::endpoint::Endpoint;
use aws_assume::error::Kind;
use aws_assume::identity::Session;
use aws_assume::sso::{Flow, IdentityCenter, Place, SignedIn};
use identity_center::Config;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use url::Url;

use crate::skip::skip;
use crate::sso_support::{ACCOUNT, ROLE, Scene, sign_in};

/// A name that no resolver knows.
const HOST: &str = "sso.invalid";

/// A certificate for this machine and for [`HOST`], and the authority that signed it.
struct Certificates {
    authority: PathBuf,
    certificate: PathBuf,
    key: PathBuf,
}

fn certificates(folder: &Path) -> Option<Certificates> {
    let at = |name: &str| folder.join(name);
    std::fs::write(at("names"), format!("subjectAltName=DNS:{HOST},IP:127.0.0.1\n")).unwrap();
    let new = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
    for line in [
        format!("req -x509 {new} -days 2 -subj /CN=authority -keyout ca.key -out ca.pem"),
        format!("req {new} -subj /CN={HOST} -keyout leaf.key -out leaf.csr"),
        "x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out leaf.pem".into(),
    ] {
        let mut openssl = Command::new("openssl");
        openssl.args(line.split(' ')).current_dir(folder).stdout(Stdio::null()).stderr(Stdio::null());
        match openssl.status() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                skip("there is no openssl");
                return None;
            }
            status => assert!(status.unwrap().success(), "openssl {line}"),
        }
    }
    Some(Certificates { authority: at("ca.pem"), certificate: at("leaf.pem"), key: at("leaf.key") })
}

/// The port of a TLS server that passes everything on to `http://127.0.0.1:PORT`.
fn tls_before(url: &str, certificates: &Certificates) -> u16 {
    let chain = vec![CertificateDer::from_pem_file(&certificates.certificate).unwrap()];
    let key = PrivateKeyDer::from_pem_file(&certificates.key).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = Arc::new(config.with_no_client_auth().with_single_cert(chain, key).unwrap());
    let behind = Url::parse(url).unwrap().socket_addrs(|| None).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            let (config, behind) = (config.clone(), behind.clone());
            thread::spawn(move || {
                let tls = StreamOwned::new(ServerConnection::new(config).unwrap(), client);
                let _ = one_exchange(tls, &TcpStream::connect(&*behind).unwrap());
            });
        }
    });
    port
}

/// One request and its answer; then the connection closes.
fn one_exchange(mut client: impl Read + Write, mut server: &TcpStream) -> io::Result<()> {
    let mut request = Vec::new();
    let mut piece = [0; 4096];
    let whole = |request: &[u8]| {
        let head = request.windows(4).position(|end| end == b"\r\n\r\n")?;
        let text = String::from_utf8_lossy(&request[..head]).to_ascii_lowercase();
        let length = text.split("content-length: ").nth(1).and_then(|rest| rest.lines().next()?.parse().ok());
        Some(head + 4 + length.unwrap_or(0))
    };
    while whole(&request).is_none_or(|length| request.len() < length) {
        let count = client.read(&mut piece)?;
        if count == 0 {
            return Ok(());
        }
        request.extend_from_slice(&piece[..count]);
    }
    let head = request.windows(4).position(|end| end == b"\r\n\r\n").unwrap_or(0);
    request.splice(head..head, *b"\r\nConnection: close");
    server.write_all(&request)?;
    io::copy(&mut server, &mut client)?;
    Ok(())
}

/// A proxy that connects every name to this machine, and remembers what it was asked.
fn proxy(asked: Arc<Mutex<Vec<String>>>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for mut client in listener.incoming().map_while(Result::ok) {
            let asked = asked.clone();
            thread::spawn(move || {
                let mut head = Vec::new();
                let mut byte = [0];
                while !head.ends_with(b"\r\n\r\n") && client.read_exact(&mut byte).is_ok() {
                    head.push(byte[0]);
                }
                let head = String::from_utf8_lossy(&head).into_owned();
                let to = head.split([' ', ':']).nth(2).and_then(|port| port.parse::<u16>().ok()).unwrap();
                asked.lock().unwrap().push(head);
                let server = TcpStream::connect(("127.0.0.1", to)).unwrap();
                client.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").unwrap();
                let (mut from, mut into) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                thread::spawn(move || {
                    let _ = io::copy(&mut from, &mut into);
                    let _ = into.shutdown(Shutdown::Write);
                });
                let _ = io::copy(&mut &server, &mut client);
                let _ = client.shutdown(Shutdown::Both);
            });
        }
    });
    port
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
    let Some(certificates) = certificates(scene.state.path()) else { return };
    let port = tls_before(scene.aws.url(), &certificates);
    let with =
        |ca_bundle: Option<PathBuf>| center(&scene, "127.0.0.1", port, Network { ca_bundle, ..Network::default() });
    let device = sign_in(Some(Flow::Device));
    let error = with(None).ensure_signed_in(&device).unwrap_err();
    assert_eq!(error.kind(), Kind::Network);
    assert!(error.message().contains("its certificate is not trusted"), "{}", error.message());
    assert!(error.hint().contains("AWS_CA_BUNDLE"));
    assert!(scene.aws.log().is_empty());

    // A bundle of a company, with a certificate in it that is none.
    let bundle = scene.state.path().join("bundle.pem");
    let mut text = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".to_vec();
    text.extend(std::fs::read(&certificates.authority).unwrap());
    std::fs::write(&bundle, text).unwrap();
    assert_eq!(with(Some(bundle.clone())).ensure_signed_in(&device).unwrap(), SignedIn::Anew);
    assert!(scene.person.heard().contains(&format!("{} (AWS_CA_BUNDLE)", bundle.display())), "it is named");

    // Other roots are another place.
    scene.aws.clear_log();
    for other in [None, Some(certificates.authority.clone())] {
        let error = with(other).role_keys(ACCOUNT, ROLE, &device).unwrap_err();
        assert_eq!(error.kind(), Kind::SignInNeeded);
        assert!(error.message().contains(&*bundle.display().to_string()), "{}", error.message());
    }
    assert!(scene.aws.log().is_empty());

    let error = with(Some(scene.state.path().join("names"))).ensure_signed_in(&device).unwrap_err();
    assert_eq!(error.kind(), Kind::SignInNeeded, "rule 1 goes first");
}

#[test]
fn requests_go_through_the_proxy_unless_it_is_excepted() {
    let scene = Scene::new(Config::default());
    let Some(certificates) = certificates(scene.state.path()) else { return };
    let tls = tls_before(scene.aws.url(), &certificates);
    let asked = Arc::default();
    let proxy_port = proxy(Arc::clone(&asked));
    let network = |no_proxy: Option<&str>| Network {
        ca_bundle: Some(certificates.authority.clone()),
        system_roots: None,
        proxy: Proxy {
            https: Some(format!("http://dana:s%40fe@127.0.0.1:{proxy_port}")),
            no_proxy: no_proxy.map(ToOwned::to_owned),
        },
    };
    let device = sign_in(Some(Flow::Device));
    let error = center(&scene, HOST, tls, network(Some(HOST))).ensure_signed_in(&device).unwrap_err();
    assert_eq!(error.kind(), Kind::Network);
    assert!(error.message().contains("the name is not found"), "{}", error.message());
    assert!(asked.lock().unwrap().is_empty());

    center(&scene, HOST, tls, network(Some("other.invalid"))).role_keys(ACCOUNT, ROLE, &device).unwrap();
    let asked = asked.lock().unwrap();
    assert!(!asked.is_empty());
    for head in asked.iter() {
        assert!(head.starts_with(&format!("CONNECT {HOST}:{tls} ")), "{head}");
        // dana:s@fe
        assert!(head.contains("Basic ZGFuYTpzQGZl"), "{head}");
    }
}

#[test]
fn loopback_is_never_reached_through_a_proxy() {
    let scene = Scene::new(Config::default());
    let Some(certificates) = certificates(scene.state.path()) else { return };
    let tls = tls_before(scene.aws.url(), &certificates);
    let proxy = Proxy { https: Some("http://127.0.0.1:1".into()), ..Proxy::default() };
    let network = Network { ca_bundle: Some(certificates.authority.clone()), proxy, ..Network::default() };
    center(&scene, "127.0.0.1", tls, network).role_keys(ACCOUNT, ROLE, &sign_in(Some(Flow::Device))).unwrap();
}
