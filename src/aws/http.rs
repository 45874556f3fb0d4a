//! The one HTTP client: roots, proxy, limits, and AWS's `Date`. No redirect is ever followed, because a
//! token would follow it (security rule 2).

use std::fmt;
use std::time::Duration;

use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext};
use aws_smithy_http_client::{Connector, ConnectorBuilder};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use http_body_util::BodyExt;
use jiff::Timestamp;
use url::Url;

use super::answer::Failure;
use super::proxy::{self, Via};
use super::{Network, Proxy, errors, roots};
use crate::clock::Clock;
use crate::error::Result;

const CONNECT: Duration = Duration::from_secs(3);
/// A page of a hundred accounts is 15 KiB; nothing AWS sends comes near.
const BODY_LIMIT: usize = 1024 * 1024;

/// # Errors
/// `Config` where the CA bundle, other certificates or the proxy can't be used; `Network` where TLS would trust nobody.
pub(crate) fn client(endpoints: &[&Url], network: &Network, clock: &Clock) -> Result<SharedHttpClient> {
    let guard = SharedHttpConnector::new(Guard::new(endpoints, network, clock)?);
    Ok(http_client_fn(move |_, _| guard.clone()))
}

fn builder() -> ConnectorBuilder {
    Connector::builder().connector_settings(HttpConnectorSettings::builder().connect_timeout(CONNECT).build())
}

fn tls(network: &Network, proxy: Option<ProxyConfig>) -> Result<Connector> {
    let trust = roots::trusted(network)?;
    let context = TlsContext::builder().with_trust_store(trust).build().map_err(|_| errors::no_tls())?;
    let mut builder = builder().tls_provider(Provider::Rustls(CryptoMode::Ring)).tls_context(context);
    builder.set_proxy_config(proxy);
    Ok(builder.build())
}

/// Where a page that is not AWS's sends whoever asks for it: asked with nothing but its address, and not followed.
///
/// # Errors
/// `Own` where certificates or the proxy can't be used, `Unreachable` where nobody answers.
pub(crate) async fn redirect_of(url: &Url, network: &Network) -> Result<Option<Url>, Failure> {
    // A stranger's date is not AWS's.
    let guard = Guard::new(&[url], network, &Clock::system())?;
    for method in ["HEAD", "GET"] {
        let mut request = HttpRequest::new(SdkBody::empty());
        request.set_method(method).and_then(|()| request.set_uri(url.as_str())).map_err(|_| errors::no_tls())?;
        let response = guard.call(request).await.map_err(|error| Failure::of_connector(&error))?;
        match response.status().as_u16() {
            405 | 501 => {}
            300..=399 => return Ok(response.headers().get("location").and_then(|to| url.join(to).ok())),
            _ => return Ok(None),
        }
    }
    Ok(None)
}

/// Stands between the SDK and the wire: caps bodies, and lets AWS set the clock.
struct Guard {
    plain: Connector,
    secure: Option<Connector>,
    proxied: Option<Connector>,
    proxy: Option<Proxy>,
    clock: Clock,
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Guard")
    }
}

impl Guard {
    fn new(endpoints: &[&Url], network: &Network, clock: &Clock) -> Result<Self> {
        let (mut straight, mut via) = (false, None);
        for endpoint in endpoints {
            match Via::of(endpoint, network)? {
                Some(found) => via = Some(found),
                None => straight |= endpoint.scheme() == "https",
            }
        }
        Ok(Self {
            plain: builder().build_http(),
            secure: if straight { Some(tls(network, None)?) } else { None },
            proxied: via.map(|via| tls(network, Some(via.config()?))).transpose()?,
            proxy: network.proxy.clone(),
            clock: clock.clone(),
        })
    }
}

impl HttpConnector for Guard {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let url = Url::parse(request.uri()).ok().filter(|url| url.scheme() == "https");
        let proxied = match (&url, &self.proxy) {
            (Some(url), Some(proxy)) => !proxy::goes_straight(url, proxy),
            _ => false,
        };
        let secure = if proxied { &self.proxied } else { &self.secure };
        let connector = secure.as_ref().filter(|_| url.is_some()).unwrap_or(&self.plain);
        let answer = connector.call(request);
        let clock = self.clock.clone();
        HttpConnectorFuture::new(async move {
            let mut response = answer.await?;
            let body = read(response.take_body()).await?;
            *response.body_mut() = SdkBody::from(body);
            observe(&clock, &response);
            Ok(response)
        })
    }
}

async fn read(mut body: SdkBody) -> Result<Vec<u8>, ConnectorError> {
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| ConnectorError::io(Box::new(CutShort)))?;
        if let Ok(data) = frame.into_data() {
            if bytes.len() + data.len() > BODY_LIMIT {
                return Err(ConnectorError::user(Box::new(TooLarge)));
            }
            bytes.extend_from_slice(&data);
        }
    }
    Ok(bytes)
}

/// Only an answer with an AWS request id, or in JSON, sets the clock: a captive portal's page does not.
fn observe(clock: &Clock, response: &HttpResponse) {
    let json = response.headers().get("content-type").is_some_and(|kind| kind.contains("json"));
    if (json || request_id(response).is_some())
        && let Some(date) = date(response)
    {
        clock.observe(date);
    }
}

pub(crate) fn request_id(response: &HttpResponse) -> Option<&str> {
    ["x-amzn-requestid", "x-amz-request-id", "x-amzn-request-id"].iter().find_map(|name| response.headers().get(name))
}

pub(crate) fn date(response: &HttpResponse) -> Option<Timestamp> {
    response.headers().get("date").and_then(http_date)
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`
pub(crate) fn http_date(text: &str) -> Option<Timestamp> {
    jiff::fmt::rfc2822::parse(text).ok().map(|time| time.timestamp())
}

/// The connection ended before the answer did.
#[derive(Debug)]
pub(crate) struct CutShort;

/// The answer is larger than anything AWS sends.
#[derive(Debug)]
pub(crate) struct TooLarge;

impl fmt::Display for CutShort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the answer was cut short")
    }
}

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the answer is larger than 1 MiB")
    }
}

impl std::error::Error for CutShort {}
impl std::error::Error for TooLarge {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_http_are_read() {
        let date = http_date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap();
        assert_eq!(date.to_string(), "1994-11-06T08:49:37Z");
        assert_eq!(http_date("yesterday"), None);
    }
}
