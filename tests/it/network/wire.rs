//! TLS servers and proxies of the tests.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use url::Url;

/// Nobody may hold a test up for longer.
const PATIENCE: Duration = Duration::from_mins(1);

/// How long a proxy listens to one side before it turns to the other.
const TURN: Duration = Duration::from_millis(2);

/// Who signs certificates, known by a file of PEM.
pub struct Authority {
    pub pem: PathBuf,
    issuer: Issuer<'static, KeyPair>,
}

/// When a certificate is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Life {
    Now,
    Over,
    NotBegun,
}

impl Authority {
    pub fn new(folder: &Path, name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = folder.join(format!("{name}.pem"));
        std::fs::write(&pem, params.self_signed(&key).unwrap().pem()).unwrap();
        Self { pem, issuer: Issuer::new(params, key) }
    }

    /// A server that is any of these names or addresses.
    pub fn server<N: AsRef<str>>(&self, names: &[N], life: Life) -> Arc<ServerConfig> {
        let key = KeyPair::generate().unwrap();
        let certificate = params(names, life).signed_by(&key, &self.issuer).unwrap();
        server(certificate.der().clone(), &key)
    }
}

/// A server that nobody vouches for.
pub fn self_signed(names: &[&str]) -> Arc<ServerConfig> {
    let key = KeyPair::generate().unwrap();
    let certificate = params(names, Life::Now).self_signed(&key).unwrap();
    server(certificate.der().clone(), &key)
}

fn params<N: AsRef<str>>(names: &[N], life: Life) -> CertificateParams {
    let names: Vec<String> = names.iter().map(|name| name.as_ref().to_owned()).collect();
    let mut params = CertificateParams::new(names).unwrap();
    let (from, to) = match life {
        Life::Now => (2000, 4000),
        Life::Over => (2000, 2001),
        Life::NotBegun => (3999, 4000),
    };
    (params.not_before, params.not_after) = (date_time_ymd(from, 1, 1), date_time_ymd(to, 1, 1));
    params
}

fn server(certificate: rustls::pki_types::CertificateDer<'static>, key: &KeyPair) -> Arc<ServerConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let key = PrivatePkcs8KeyDer::from(key.serialize_der()).into();
    Arc::new(config.with_no_client_auth().with_single_cert(vec![certificate], key).unwrap())
}

/// The port of a TLS server that passes everything on to `http://127.0.0.1:PORT`.
pub fn tls_before(url: &str, config: Arc<ServerConfig>) -> u16 {
    let behind = Url::parse(url).unwrap().socket_addrs(|| None).unwrap();
    serve(move |client| {
        let tls = StreamOwned::new(ServerConnection::new(config.clone()).unwrap(), client);
        one_exchange(tls, &TcpStream::connect(&*behind)?)
    })
}

/// The port of a TLS server that answers the head of a request so, and keeps it.
pub fn tls_saying(
    says: impl Fn(&str) -> String + Send + Sync + 'static,
    config: Arc<ServerConfig>,
) -> (u16, Arc<Mutex<Vec<String>>>) {
    let heads = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&heads);
    let port = serve(move |client| {
        let mut tls = StreamOwned::new(ServerConnection::new(config.clone()).unwrap(), client);
        let head = head(&mut tls)?;
        let answer = says(&head);
        log.lock().unwrap().push(head);
        tls.write_all(answer.as_bytes())?;
        tls.conn.send_close_notify();
        tls.flush()
    });
    (port, heads)
}

/// The port on IPv6 loopback of a server that passes everything on to `http://127.0.0.1:PORT`; `None` where there is no
/// IPv6.
pub fn ipv6_before(url: &str) -> Option<u16> {
    let behind = Url::parse(url).unwrap().socket_addrs(|| None).unwrap();
    let listener = TcpListener::bind("[::1]:0").ok()?;
    Some(serve_at(listener, move |client| one_exchange(client, &TcpStream::connect(&*behind)?)))
}

pub fn serve(each: impl Fn(TcpStream) -> io::Result<()> + Send + Sync + 'static) -> u16 {
    serve_at(TcpListener::bind("127.0.0.1:0").unwrap(), each)
}

/// Each connection in a thread of its own; what fails ends that connection.
fn serve_at(listener: TcpListener, each: impl Fn(TcpStream) -> io::Result<()> + Send + Sync + 'static) -> u16 {
    let port = listener.local_addr().unwrap().port();
    let each = Arc::new(each);
    thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            let each = each.clone();
            thread::spawn(move || {
                client.set_read_timeout(Some(PATIENCE)).unwrap();
                let _ = each(client);
            });
        }
    });
    port
}

/// One request and its answer; then the connection closes.
fn one_exchange(mut client: impl Read + Write, mut server: &TcpStream) -> io::Result<()> {
    let request = request(&mut client)?;
    server.write_all(&request)?;
    io::copy(&mut server, &mut client)?;
    Ok(())
}

/// A whole request, as one after which the connection closes; empty where none came.
pub fn request(client: &mut impl Read) -> io::Result<Vec<u8>> {
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
            return Ok(Vec::new());
        }
        request.extend_from_slice(&piece[..count]);
    }
    let head = request.windows(4).position(|end| end == b"\r\n\r\n").unwrap_or(0);
    request.splice(head..head, *b"\r\nConnection: close");
    Ok(request)
}

/// What a proxy does with a `CONNECT`.
#[derive(Clone, Debug)]
pub enum Manner {
    /// Leads every name to this port of this machine.
    LeadsTo(u16),
    /// The same, but for one name, which it leads to another port.
    LeadsBut(u16, &'static str, u16),
    /// The same, for whoever has this `user:password`; 407 for others.
    Asks(u16, &'static str),
    /// Says this and closes.
    Says(&'static str),
    Hangs,
}

/// A proxy that remembers what it was asked, and what it carried.
pub struct Proxy {
    pub port: u16,
    log: Arc<Log>,
}

#[derive(Default)]
struct Log {
    heard: Mutex<Vec<String>>,
    carried: Mutex<Vec<u8>>,
}

impl Proxy {
    pub fn new(manner: Manner) -> Self {
        Self::with(manner, None)
    }

    /// One that is itself spoken to in TLS, on 127.0.0.1.
    pub fn in_tls(manner: Manner, config: Arc<ServerConfig>) -> Self {
        Self::with(manner, Some(config))
    }

    fn with(manner: Manner, tls: Option<Arc<ServerConfig>>) -> Self {
        let log = Arc::new(Log::default());
        let kept = Arc::clone(&log);
        let port = serve(move |client| match &tls {
            None => connect(&client, &client, &manner, &kept),
            Some(config) => {
                let session = ServerConnection::new(config.clone()).unwrap();
                connect(StreamOwned::new(session, client.try_clone()?), &client, &manner, &kept)
            }
        });
        Self { port, log }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The heads of all requests.
    pub fn heard(&self) -> Vec<String> {
        self.log.heard.lock().unwrap().clone()
    }

    /// Every byte that went through, in both directions.
    pub fn carried(&self) -> Vec<u8> {
        self.log.carried.lock().unwrap().clone()
    }

    /// The hosts that were asked for, each once, in the order of the alphabet.
    pub fn hosts(&self) -> Vec<String> {
        let host = |head: &String| head.strip_prefix("CONNECT ")?.split_once(' ').map(|(host, _)| host.to_owned());
        let mut hosts: Vec<String> = self.heard().iter().filter_map(host).collect();
        hosts.sort();
        hosts.dedup();
        hosts
    }

    pub fn forget(&self) {
        self.log.heard.lock().unwrap().clear();
    }
}

/// `client` is what is said over `socket`.
fn connect(mut client: impl Read + Write, socket: &TcpStream, manner: &Manner, log: &Log) -> io::Result<()> {
    let head = head(&mut client)?;
    log.heard.lock().unwrap().push(head.clone());
    let port = match manner {
        Manner::LeadsBut(_, name, port) if head.starts_with(&format!("CONNECT {name}:")) => *port,
        Manner::LeadsTo(port) | Manner::LeadsBut(port, ..) => *port,
        Manner::Asks(port, who) => {
            let basic = data_encoding::BASE64.encode(who.as_bytes());
            if !head.contains(&format!("Proxy-Authorization: Basic {basic}\r\n")) {
                return client.write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
            }
            *port
        }
        Manner::Says(text) => return client.write_all(text.as_bytes()),
        Manner::Hangs => return client.read_exact(&mut [0]),
    };
    let mut server = TcpStream::connect(("127.0.0.1", port))?;
    client.write_all(b"HTTP/1.1 200 Connected\r\n\r\n")?;
    // One thread reads both in turn: a TLS stream cannot be cut into two halves.
    socket.set_read_timeout(Some(TURN))?;
    server.set_read_timeout(Some(TURN))?;
    let carried = &log.carried;
    while pass_on(&mut client, &mut server, carried)? && pass_on(&mut server, &mut client, carried)? {}
    Ok(())
}

/// Passes on what there is within [`TURN`]; false where nothing will come any more.
fn pass_on(from: &mut impl Read, into: &mut impl Write, carried: &Mutex<Vec<u8>>) -> io::Result<bool> {
    let mut bytes = [0; 16 * 1024];
    match from.read(&mut bytes) {
        Ok(0) => Ok(false),
        Ok(count) => {
            carried.lock().unwrap().extend(&bytes[..count]);
            into.write_all(&bytes[..count]).and_then(|()| into.flush()).map(|()| true)
        }
        Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => Ok(true),
        Err(error) => Err(error),
    }
}

/// All of a request up to the empty line.
fn head(client: &mut impl Read) -> io::Result<String> {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while !bytes.ends_with(b"\r\n\r\n") {
        client.read_exact(&mut byte)?;
        bytes.push(byte[0]);
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
