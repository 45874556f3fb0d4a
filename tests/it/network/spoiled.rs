//! AWS with some answers of somebody else's.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::Command;
use std::sync::{Arc, Mutex};

use url::Url;

use super::wire::{request, serve};
use crate::world::World;

/// Passes everything on to the AWS of a world, and puts in other answers than AWS's on the way back.
pub struct Spoiled {
    pub url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Spoiled {
    /// `instead` is given a request and AWS's answer to it.
    pub fn new(world: &World, instead: impl Fn(&str, &str) -> Option<String> + Send + Sync + 'static) -> Self {
        let aws = Url::parse(world.aws.url()).unwrap().socket_addrs(|| None).unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        let port = serve(move |mut client| {
            let request = request(&mut client)?;
            let mut server = TcpStream::connect(&*aws)?;
            server.write_all(&request)?;
            let mut answer = Vec::new();
            server.read_to_end(&mut answer)?;
            let (request, answer) = (String::from_utf8_lossy(&request), String::from_utf8_lossy(&answer));
            log.lock().unwrap().push(request.to_string());
            client.write_all(instead(&request, &answer).as_deref().unwrap_or(&answer).as_bytes())
        });
        Self { url: format!("http://127.0.0.1:{port}"), asked }
    }

    /// The program of that world, with this in between.
    pub fn command(&self, world: &World, words: &[&str]) -> Command {
        let mut command = world.command(words);
        for name in ["AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_SSO_OIDC", "AWS_ENDPOINT_URL_STS"] {
            command.env(name, &self.url);
        }
        command
    }

    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

/// A whole answer over the wire.
pub fn answer(status: &str, kind: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

/// The body of an answer.
pub fn body(answer: &str) -> &str {
    answer.split_once("\r\n\r\n").map_or("", |(_, body)| body)
}
