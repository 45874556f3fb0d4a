//! What a test does to the world behind AWS's back: approve, deny, expire, revoke, take away.

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::signin_page::decide;
use crate::world::{Decision, World};

/// What `expire` and `revoke` are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    AccessTokens,
    RefreshTokens,
    Registrations,
    DeviceCodes,
    RoleKeys,
}

impl World {
    /// Decides the device of `user_code`, or all that is pending: devices and pages. Returns how many it were, and where
    /// the browsers of the pages are sent.
    pub(crate) fn decide_pending(&mut self, user_code: Option<&str>, decision: Decision) -> (usize, Vec<String>) {
        let mut count = 0;
        for device in self.devices.values_mut() {
            if device.decision.is_none() && user_code.is_none_or(|code| code == device.user_code) {
                device.decision = Some(decision);
                count += 1;
            }
        }
        let open: Vec<String> = match user_code {
            Some(_) => Vec::new(),
            None => self.tickets.iter().filter(|(_, t)| t.decision.is_none()).map(|(id, _)| id.clone()).collect(),
        };
        let sent: Vec<String> = open.iter().filter_map(|id| decide(self, id, decision)).collect();
        (count + sent.len(), sent)
    }

    pub(crate) fn expire(&mut self, what: What) {
        let past = self.now() - SignedDuration::from_secs(1);
        match what {
            What::AccessTokens => self.access_tokens.values_mut().for_each(|token| token.expires = past),
            What::RefreshTokens => self.refresh_tokens.values_mut().for_each(|token| token.expires = past),
            What::Registrations => self.clients.values_mut().for_each(|client| client.expires = past),
            What::DeviceCodes => self.devices.values_mut().for_each(|device| device.expires = past),
            What::RoleKeys => {
                self.keys.values_mut().filter(|keys| keys.expires.is_some()).for_each(|keys| keys.expires = Some(past));
            }
        }
    }

    /// As if they had never been.
    pub(crate) fn revoke(&mut self, what: What) {
        match what {
            What::AccessTokens => self.access_tokens.values_mut().for_each(|token| token.revoked = true),
            What::RefreshTokens => self.refresh_tokens.values_mut().for_each(|token| token.revoked = true),
            What::Registrations => self.clients.clear(),
            What::DeviceCodes => self.devices.clear(),
            What::RoleKeys => self.keys.retain(|_, keys| keys.session_token.is_none()),
        }
    }

    /// Returns whether it was there.
    pub(crate) fn remove_role(&mut self, account: &str, role: &str) -> bool {
        let accounts = self.config.instances.iter_mut().flat_map(|instance| &mut instance.accounts);
        let mut removed = false;
        for account in accounts.filter(|known| known.id == account) {
            let before = account.roles.len();
            account.roles.retain(|known| known != role);
            removed |= account.roles.len() < before;
        }
        removed
    }

    /// Everything a test may want to look up.
    pub(crate) fn state(&self) -> Value {
        let token = |(value, token): (&String, &crate::world::Token)| {
            json!({
                "value": value, "session": token.session, "client_id": token.client_id, "scopes": token.scopes,
                "expires_at": token.expires.to_string(), "revoked": token.revoked,
            })
        };
        let clients: Vec<Value> = self
            .clients
            .iter()
            .map(|(id, c)| json!({"client_id": id, "name": c.name, "expires_at": c.expires.to_string()}))
            .collect();
        let devices: Vec<Value> = self
            .devices
            .iter()
            .map(|(code, d)| {
                json!({"device_code": code, "user_code": d.user_code, "decision": d.decision, "used": d.used})
            })
            .collect();
        let pages: Vec<Value> = self
            .tickets
            .values()
            .map(|t| json!({"state": t.state, "decision": t.decision, "sent_to": t.sent_to}))
            .collect();
        let keys: Vec<Value> = self
            .keys
            .iter()
            .map(|(id, k)| {
                json!({
                    "access_key_id": id, "secret_access_key": k.secret_access_key, "session_token": k.session_token,
                    "arn": k.arn, "expires_at": k.expires.map(|at| at.to_string()),
                })
            })
            .collect();
        json!({
            "now": self.now().to_string(),
            "clients": clients,
            "devices": devices,
            "pages": pages,
            "access_tokens": self.access_tokens.iter().map(token).collect::<Vec<_>>(),
            "refresh_tokens": self.refresh_tokens.iter().map(token).collect::<Vec<_>>(),
            "keys": keys,
            "opened": self.opened,
            "secrets": self.secrets,
        })
    }
}
