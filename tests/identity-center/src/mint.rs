//! Ids, keys and tokens that have the length and alphabet of AWS's own.

use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER};
use sha2::{Digest, Sha256};

fn random(length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    getrandom::fill(&mut bytes).expect("the system gives random bytes");
    bytes
}

fn from_alphabet(alphabet: &[u8], length: usize) -> String {
    // A bias of a few per cent does no harm to names.
    random(length).iter().map(|byte| char::from(alphabet[usize::from(*byte) % alphabet.len()])).collect()
}

/// A version 4 UUID.
pub(crate) fn request_id() -> String {
    let mut bytes = random(16);
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = HEXLOWER.encode(&bytes);
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// 22 random characters and the region, as AWS's are.
pub(crate) fn client_id(region: &str) -> String {
    format!("{}{}", &BASE64URL_NOPAD.encode(&random(17))[..22], BASE64URL_NOPAD.encode(region.as_bytes()))
}

/// Shaped like a JWT of about 3,800 characters: a store that limits the size of an entry must show it here.
pub(crate) fn client_secret(client_id: &str) -> String {
    let header = BASE64URL_NOPAD.encode(br#"{"kid":"key-1564028099","alg":"HS384"}"#);
    let filler = BASE64URL_NOPAD.encode(&random(2020));
    let payload = BASE64URL_NOPAD.encode(format!(r#"{{"clientId":"{client_id}","data":"{filler}"}}"#).as_bytes());
    format!("{header}.{payload}.{}", BASE64URL_NOPAD.encode(&random(48)))
}

pub(crate) fn device_code() -> String {
    BASE64URL_NOPAD.encode(&random(64))
}

/// `ABCD-EFGH`, without vowels, so that it spells no word.
pub(crate) fn user_code() -> String {
    let letters = from_alphabet(b"BCDFGHJKLMNPQRSTVWXZ", 8);
    format!("{}-{}", &letters[..4], &letters[4..])
}

pub(crate) fn ticket() -> String {
    BASE64URL_NOPAD.encode(&random(24))
}

/// Long enough, with the dots and dashes that a careless parser of queries loses.
pub(crate) fn authorization_code() -> String {
    format!("eyJraWQ.{}.{}", BASE64URL_NOPAD.encode(&random(180)), BASE64URL_NOPAD.encode(&random(48)))
}

pub(crate) fn access_token() -> String {
    format!("aoaAAAAA{}:{}", BASE64URL_NOPAD.encode(&random(390)), signature())
}

pub(crate) fn refresh_token() -> String {
    format!("aorAAAAA{}:{}", BASE64URL_NOPAD.encode(&random(540)), signature())
}

fn signature() -> String {
    format!("MGUCMQ{}", BASE64.encode(&random(96)))
}

pub(crate) fn access_key_id() -> String {
    format!("ASIA{}", from_alphabet(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16))
}

/// 40 characters of base64, `+` and `/` among them.
pub(crate) fn secret_access_key() -> String {
    BASE64.encode(&random(30))
}

/// 800 to 1,000 characters, ending in `=` like AWS's.
pub(crate) fn session_token() -> String {
    let length = 586 + usize::from(random(1)[0] % 40) * 3;
    format!("IQoJb3JpZ2luX2VjE{}", BASE64.encode(&random(length)))
}

/// The same 16 hexadecimal digits for the same account and role.
pub(crate) fn role_suffix(account: &str, role: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(format!("{account}/{role}"))[..8])
}

/// `AROA` or `AIDA` and 17 characters, the same for the same `of`.
pub(crate) fn unique_id(prefix: &str, of: &str) -> String {
    let text = data_encoding::BASE32_NOPAD.encode(&Sha256::digest(of));
    format!("{prefix}{}", &text[..17])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_minted_has_the_shape_of_the_real_thing() {
        for _ in 0..50 {
            let id = access_key_id();
            assert!(id.len() == 20 && id[4..].bytes().all(|b| matches!(b, b'A'..=b'Z' | b'2'..=b'7')), "{id}");
            assert_eq!(secret_access_key().len(), 40);
            assert!((800..=1000).contains(&session_token().len()));
            assert!((3700..=3900).contains(&client_secret("abc").len()), "{}", client_secret("abc").len());
            assert_eq!(role_suffix("111122223333", "A").len(), 16);
            assert_eq!(user_code().len(), 9);
            assert_eq!(request_id().len(), 36);
        }
    }
}
