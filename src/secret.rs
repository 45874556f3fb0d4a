//! Text that must never be shown, logged or left in memory.

use std::fmt;

use serde::{Deserialize, Deserializer, Serializer};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// A key, token, client secret or passphrase. It prints as `[redacted]`, is compared in constant time, and is wiped
/// when dropped. Copies made inside the SDK, HTTP and D-Bus libraries are not ours to wipe (SECURITY.md says so).
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text itself, for the one place that must have it: a request, a seal, or the shell that asked.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Nothing but what stands in keys and tokens: no space, no line end, no other control character, ASCII alone. Anything
    /// else could not be sent in a header, or would be more than a value to a shell.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.0.bytes().all(|byte| byte.is_ascii_graphic())
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::new(text.to_owned())
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for Secret {}

/// Reading a secret is harmless; writing one is not, so there is no `Serialize`: a payload of the vault names
/// [`seal`] on each secret field.
impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

/// `#[serde(serialize_with = "secret::seal")]`: for payloads that go nowhere but into a sealed record.
///
/// # Errors
/// Those of the serializer.
pub fn seal<S: Serializer>(secret: &Secret, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose())
}

/// [`seal`] for a field that may be absent.
///
/// # Errors
/// Those of the serializer.
pub fn seal_option<S: Serializer>(secret: &Option<Secret>, serializer: S) -> Result<S::Ok, S::Error> {
    match secret {
        Some(secret) => serializer.serialize_some(secret.expose()),
        None => serializer.serialize_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_never_shows_the_text() {
        assert_eq!(format!("{:?}", Some(Secret::from("hunter2"))), "Some([redacted])");
    }

    #[test]
    fn what_no_header_can_hold_is_not_plain() {
        assert!(Secret::from("aoa/+=-_.~:AKIA").is_plain());
        for text in ["a\r", "a\n", "a b", "a\0", "\u{7f}", "é"] {
            assert!(!Secret::from(text).is_plain(), "{text:?}");
        }
    }
}
