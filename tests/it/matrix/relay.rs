//! A network between the program and the stand-in: one that passes everything on, or does as badly as networks do.

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weather {
    Fine,
    /// Connections are taken, and nothing comes back.
    Silent,
    /// What answers speaks no HTTP.
    Garbage,
    /// An answer ends after so many bytes.
    Cut(usize),
    /// Nobody listens.
    Refused,
}

/// A port that leads to another one.
pub(crate) struct Relay {
    address: SocketAddr,
    to: SocketAddr,
    weather: Arc<Mutex<Weather>>,
    deed: Arc<Mutex<Option<Deed>>>,
}

/// What happens once, while AWS is being asked.
type Deed = Box<dyn FnOnce() + Send>;

impl Relay {
    pub(crate) fn to(url: &str) -> Self {
        let to = url.trim_start_matches("http://").parse().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let weather = Arc::new(Mutex::new(Weather::Fine));
        let relay = Self { address: listener.local_addr().unwrap(), to, weather, deed: Arc::default() };
        relay.listen(listener);
        relay
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Before the next connection leads on.
    pub(crate) fn when_asked(&self, deed: impl FnOnce() + Send + 'static) {
        *self.deed.lock().unwrap() = Some(Box::new(deed));
    }

    pub(crate) fn is_asked_as_before(&self) {
        *self.deed.lock().unwrap() = None;
    }

    pub(crate) fn set(&self, weather: Weather) {
        let before = std::mem::replace(&mut *self.weather.lock().unwrap(), weather);
        if weather == Weather::Refused {
            // Wakes the listener, which ends.
            let _ = TcpStream::connect(self.address);
            while TcpStream::connect(self.address).is_ok() {}
        } else if before == Weather::Refused {
            self.listen(TcpListener::bind(self.address).unwrap());
        }
    }

    fn listen(&self, listener: TcpListener) {
        let (to, weather, deed) = (self.to, self.weather.clone(), self.deed.clone());
        thread::spawn(move || {
            // Nobody hears of a connection that is kept open and never answered.
            let mut kept = Vec::new();
            for client in listener.incoming().map_while(Result::ok) {
                if let Some(deed) = deed.lock().unwrap().take() {
                    deed();
                }
                let weather = *weather.lock().unwrap();
                match weather {
                    Weather::Fine => pass(client, to, usize::MAX),
                    Weather::Cut(bytes) => pass(client, to, bytes),
                    Weather::Silent => kept.push(client),
                    Weather::Garbage => drop((&client).write_all(b"\x16\x03\x01 220 mail.example ESMTP\r\n\r\n")),
                    Weather::Refused => return,
                }
            }
        });
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.set(Weather::Refused);
    }
}

/// Both ways at once; the way back ends after so many bytes.
fn pass(client: TcpStream, to: SocketAddr, bytes: usize) {
    let Ok(server) = TcpStream::connect(to) else { return };
    let (mut from_client, mut to_server) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    thread::spawn(move || {
        let _ = io::copy(&mut from_client, &mut to_server);
        let _ = to_server.shutdown(Shutdown::Write);
    });
    thread::spawn(move || {
        let _ = io::copy(&mut (&server).take(bytes as u64), &mut &client);
        let _ = client.shutdown(Shutdown::Both);
        let _ = server.shutdown(Shutdown::Both);
    });
}
