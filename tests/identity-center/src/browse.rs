//! A browser for tests: fetches a page, follows redirects, and presses a button where there is one.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use url::Url;

/// The button to press on a page that has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Button {
    Approve,
    Deny,
}

/// Where a visit ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    pub url: String,
    pub status: u16,
    pub body: String,
}

/// Visits `url`, over http to this machine only, as a browser navigates.
///
/// # Errors
/// Where nothing listens, or what answers is not HTTP; after ten redirects.
pub fn browse(url: &str, press: Option<Button>) -> io::Result<Page> {
    let mut page = follow(parse(url)?, None)?;
    if let (Some(button), Some((field, value))) = (press, hidden_field(&page.body)) {
        let choice = if button == Button::Approve { "approve" } else { "deny" };
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair(&field, &value)
            .append_pair("choice", choice)
            .finish();
        let mut action = parse(&page.url)?;
        action.set_query(None);
        page = follow(action, Some(form))?;
    }
    Ok(page)
}

fn follow(mut url: Url, mut form: Option<String>) -> io::Result<Page> {
    for _ in 0..10 {
        let (status, location, body) = fetch(&url, form.take())?;
        match location.filter(|_| (300..400).contains(&status)) {
            None => return Ok(Page { url: url.into(), status, body }),
            Some(to) => url = url.join(&to).map_err(io::Error::other)?,
        }
    }
    Err(io::Error::other("more than ten redirects"))
}

fn parse(url: &str) -> io::Result<Url> {
    Url::parse(url).map_err(io::Error::other)
}

fn fetch(url: &Url, form: Option<String>) -> io::Result<(u16, Option<String>, String)> {
    let address = match url.socket_addrs(|| None)?.first() {
        Some(address) if url.scheme() == "http" && address.ip().is_loopback() => *address,
        _ => return Err(io::Error::other(format!("{} is not on this machine", url.host_str().unwrap_or_default()))),
    };
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(5))?;
    // A page may be held until somebody decides, not for ever: a test that waits in vain is to fail.
    stream.set_read_timeout(Some(Duration::from_mins(1)))?;
    let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
    let host = &url[url::Position::BeforeHost..url::Position::AfterPort];
    let common = format!(
        "Host: {host}\r\nUser-Agent: Mozilla/5.0 (stand-in)\r\nAccept: text/html\r\nSec-Fetch-Mode: navigate\r\n\
         Sec-Fetch-Dest: document\r\nConnection: close\r\n"
    );
    let request = match form {
        None => format!("GET {path} HTTP/1.1\r\n{common}\r\n"),
        Some(form) => format!(
            "POST {path} HTTP/1.1\r\n{common}Origin: {}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {}\r\n\r\n{form}",
            url.origin().ascii_serialization(),
            form.len()
        ),
    };
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let text = String::from_utf8_lossy(&answer);
    let (head, body) = text.split_once("\r\n\r\n").ok_or_else(|| io::Error::other("no HTTP answer"))?;
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
    let status = status.ok_or_else(|| io::Error::other("no HTTP status"))?;
    let location = head.lines().filter_map(|line| line.split_once(':'));
    let location = location.filter(|(name, _)| name.eq_ignore_ascii_case("location")).map(|(_, to)| to.trim()).next();
    Ok((status, location.map(ToOwned::to_owned), body.to_owned()))
}

fn hidden_field(page: &str) -> Option<(String, String)> {
    let (_, rest) = page.split_once("<input type=hidden name=")?;
    let (name, rest) = rest.split_once(" value=\"")?;
    let (value, _) = rest.split_once('"')?;
    Some((name.to_owned(), value.to_owned()))
}
