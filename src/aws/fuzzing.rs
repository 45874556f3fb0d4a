//! What AWS, a proxy or somebody in between may send.

use std::fmt;
use std::sync::{Arc, Mutex};

use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use url::Url;

use super::network::{Network, Proxy};
use super::proxy::Via;
use super::redact::Held;
use super::roots;
use crate::fuzzing::{SECRET, assert_clean, assert_fit, assert_no_secret, texts};

/// A server that always says the same.
#[derive(Clone, Default)]
pub(crate) struct Canned(Arc<Mutex<(u16, String, Vec<u8>)>>);

impl Canned {
    /// `head` is lines of `name: value`.
    pub(crate) fn say(&self, status: u16, head: String, body: Vec<u8>) {
        *self.0.lock().expect("nothing panics under this lock") = (status, head, body);
    }

    pub(crate) fn client(&self) -> SharedHttpClient {
        let connector = SharedHttpConnector::new(self.clone());
        http_client_fn(move |_, _| connector.clone())
    }

    fn response(&self) -> HttpResponse {
        let (status, head, body) = self.0.lock().expect("nothing panics under this lock").clone();
        let status = status.try_into().expect("it is a status");
        let mut response = HttpResponse::new(status, SdkBody::from(body));
        for (name, value) in head.lines().filter_map(|line| line.split_once(':')) {
            // What is no header never gets this far.
            let _ = response.headers_mut().try_append(name.trim().to_lowercase(), value.trim().to_owned());
        }
        response
    }
}

impl fmt::Debug for Canned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Canned")
    }
}

impl HttpConnector for Canned {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::ready(Ok(self.response()))
    }
}

/// One clean line of at most 200 characters, without the secret and any twelve bytes of it.
pub fn server_text(data: &[u8]) {
    let [other, text] = texts(data);
    let held = Held::default();
    held.add(&SECRET.into());
    held.add(&other.as_str().into());
    let shown = held.shown(&text);
    assert!(shown.chars().count() <= 200);
    assert_clean(&shown);
    assert_no_secret(&shown);
}

/// What is wrong with a proxy is said without the value, which may hold a password; loopback goes past every proxy.
pub fn proxy(data: &[u8]) {
    let [url, exceptions] = texts(data);
    let via = |endpoint: &str, url: &str, exceptions: &str| {
        let proxy = Proxy { url: url.to_owned(), said_by: "HTTPS_PROXY", exceptions: exceptions.to_owned() };
        let network = Network { proxy: Some(proxy), ..Network::default() };
        let endpoint = Url::parse(endpoint).expect("it is a URL");
        Via::of(&endpoint, &network).and_then(|via| via.map(|via| via.config().map(|_| via)).transpose())
    };
    for (endpoint, is_loopback) in
        [("https://oidc.us-east-1.amazonaws.com/", false), ("https://127.0.0.1/", true), ("https://[::1]:8443/", true)]
    {
        match via(endpoint, &url, &exceptions) {
            Ok(via) => assert!(via.is_none() || !is_loopback),
            Err(error) => {
                assert_fit(&error);
                // The value may be words of ours, which are said of any other.
                let of_another = ["two words", "other:"].map(|url| via(endpoint, url, ""));
                let is_ours =
                    of_another.into_iter().filter_map(Result::err).any(|error| error.to_string().contains(&url));
                assert!(is_ours || !error.to_string().contains(&url), "{error}");
            }
        }
    }
}

/// What is left of a bundle is what the HTTP client takes.
pub fn ca_bundle(data: &[u8]) {
    if let Some(usable) = roots::usable(roots::certificates(data)) {
        let trust = TrustStore::empty().with_pem_certificate(usable);
        let context = TlsContext::builder().with_trust_store(trust).build().expect("it was found usable");
        let builder = aws_smithy_http_client::Connector::builder();
        drop(builder.tls_provider(Provider::Rustls(CryptoMode::Ring)).tls_context(context).build());
    }
}
