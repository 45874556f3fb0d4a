//! Who: a session of Identity Center, and an account and role in it. Plain names, no secrets.

use serde::{Deserialize, Serialize};

/// What tokens, registrations and keys belong to, and serve only where all three match.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SessionId {
    /// The name of the `[sso-session]`, or `-` for the inline `sso_start_url` of an old profile.
    pub name: String,
    /// As configured, byte for byte.
    pub start_url: String,
    /// `sso_region`, proved to be `[a-z0-9-]{1,63}`.
    pub region: String,
}

impl SessionId {
    /// The `name` of inline sessions.
    pub const INLINE: &'static str = "-";

    #[must_use]
    pub fn is_inline(&self) -> bool {
        self.name == Self::INLINE
    }

    /// What a person calls this session: its name, or its start URL when it has none.
    #[must_use]
    pub fn label(&self) -> &str {
        if self.is_inline() { &self.start_url } else { &self.name }
    }
}

/// A session as configured: who it is, and what to ask for when signing in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub id: SessionId,
    /// `sso_registration_scopes`; empty where the config has none.
    pub scopes: Vec<String>,
}

/// An account and role reached through a session.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RoleId {
    pub session: SessionId,
    /// Twelve digits.
    pub account_id: String,
    pub role: String,
}

/// What a target is called, for what a prompt shows and for the production rule. From outside: cleaned where it is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Names<'a> {
    /// A profile's exact name, or `[SESSION:]ACCOUNT/ROLE`.
    pub profile: &'a str,
    /// The account's name, else its id.
    pub account: &'a str,
    pub account_id: &'a str,
    pub role: &'a str,
    /// Empty where the profile names none.
    pub region: &'a str,
    pub session: &'a str,
}
