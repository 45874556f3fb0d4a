//! Checking a Signature Version 4 the way STS does: over the request as it came, with the secret that was issued.

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::http::Ask;

/// The parts of an `Authorization` header.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Authorization<'a> {
    pub(crate) access_key_id: &'a str,
    pub(crate) date: &'a str,
    pub(crate) region: &'a str,
    pub(crate) service: &'a str,
    pub(crate) signed_headers: Vec<&'a str>,
    pub(crate) signature: &'a str,
}

impl<'a> Authorization<'a> {
    pub(crate) fn parse(header: &'a str) -> Option<Self> {
        let rest = header.strip_prefix("AWS4-HMAC-SHA256 ")?;
        let part = |name: &str| rest.split(',').find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='));
        let mut scope = part("Credential")?.split('/');
        let (access_key_id, date, region, service) = (scope.next()?, scope.next()?, scope.next()?, scope.next()?);
        if scope.next() != Some("aws4_request") || scope.next().is_some() {
            return None;
        }
        let signed_headers = part("SignedHeaders")?.split(';').collect();
        Some(Self { access_key_id, date, region, service, signed_headers, signature: part("Signature")? })
    }

    /// The signature this request has under `secret`.
    pub(crate) fn expected(&self, ask: &Ask, secret: &str, time: &str) -> String {
        let scope = format!("{}/{}/{}/aws4_request", self.date, self.region, self.service);
        let hash = HEXLOWER.encode(&Sha256::digest(canonical_request(ask, &self.signed_headers)));
        let to_sign = format!("AWS4-HMAC-SHA256\n{time}\n{scope}\n{hash}");
        let mut key = format!("AWS4{secret}").into_bytes();
        for part in [self.date, self.region, self.service, "aws4_request", &to_sign] {
            key = hmac(&key, part.as_bytes());
        }
        HEXLOWER.encode(&key)
    }
}

fn hmac(key: &[u8], data: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(data);
    mac.finalize().into_bytes().to_vec()
}

fn canonical_request(ask: &Ask, signed_headers: &[&str]) -> String {
    let headers: Vec<String> =
        signed_headers.iter().map(|name| format!("{name}:{}\n", header_values(ask, name))).collect();
    format!(
        "{}\n{}\n{}\n{}\n{}\n{}",
        ask.method,
        ask.path,
        canonical_query(&ask.query),
        headers.concat(),
        signed_headers.join(";"),
        HEXLOWER.encode(&Sha256::digest(&ask.body))
    )
}

/// All values of a header, runs of blanks made one.
fn header_values(ask: &Ask, name: &str) -> String {
    let values = ask.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
    let values: Vec<String> = values.map(|(_, v)| v.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    values.join(",")
}

fn canonical_query(query: &str) -> String {
    let pairs = url::form_urlencoded::parse(query.as_bytes());
    let mut pairs: Vec<(String, String)> = pairs.map(|(k, v)| (encode(&k), encode(&v))).collect();
    pairs.sort();
    pairs.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join("&")
}

/// Everything but RFC 3986's unreserved characters, as `%XX`.
fn encode(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let one = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `get-vanilla-query-order-key-case` and `get-vanilla` of AWS's published test suite.
    fn vector(query: &str, signature: &str) -> (Ask, String) {
        let ask = Ask {
            method: "GET".into(),
            path: "/".into(),
            query: query.into(),
            headers: vec![
                ("host".into(), "example.amazonaws.com".into()),
                ("x-amz-date".into(), "20150830T123600Z".into()),
            ],
            body: Vec::new(),
        };
        let header = format!(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
             SignedHeaders=host;x-amz-date, Signature={signature}"
        );
        (ask, header)
    }

    #[test]
    fn the_published_vectors_have_their_signatures() {
        let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
        for (query, signature) in [
            ("", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
            ("Param2=value2&Param1=value1", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
        ] {
            let (ask, header) = vector(query, signature);
            let authorization = Authorization::parse(&header).unwrap();
            assert_eq!(authorization.expected(&ask, secret, "20150830T123600Z"), signature);
            assert_ne!(authorization.expected(&ask, "another", "20150830T123600Z"), signature);
        }
    }

    #[test]
    fn a_header_of_another_scheme_or_scope_is_none() {
        for header in [
            "Bearer abc",
            "AWS4-HMAC-SHA256 Credential=A/20150830/us-east-1/sts, SignedHeaders=host, Signature=00",
            "AWS4-HMAC-SHA256 Credential=A/20150830/us-east-1/sts/aws4_request, SignedHeaders=host",
        ] {
            assert_eq!(Authorization::parse(header), None, "{header}");
        }
    }
}
