//! `CreateToken`, by each of its three grants.

use std::time::{Duration, Instant};

use data_encoding::BASE64URL_NOPAD;
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::http::{Answer, Ask};
use crate::mint;
use crate::oidc::{ACCOUNT_SCOPE, Answered, DEVICE_GRANT, check_client, read, refuse};
use crate::world::{Decision, Token, World};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wanted {
    client_id: Option<String>,
    client_secret: Option<String>,
    grant_type: Option<String>,
    device_code: Option<String>,
    code: Option<String>,
    refresh_token: Option<String>,
    redirect_uri: Option<String>,
    code_verifier: Option<String>,
}

pub(crate) fn create_token(world: &mut World, ask: &Ask) -> Answered {
    let wanted: Wanted = read(ask)?;
    let (client_id, client) = check_client(world, wanted.client_id.as_deref(), wanted.client_secret.as_deref())?;
    let grant = wanted.grant_type.as_deref().unwrap_or_default();
    let registered = if client.grant_types.is_empty() {
        grant != "authorization_code"
    } else {
        client.grant_types.iter().any(|known| known == grant)
    };
    let (client_id, scopes) = (client_id.to_owned(), client.scopes.clone());
    match grant {
        DEVICE_GRANT | "authorization_code" | "refresh_token" if !registered => {
            Err(refuse("UnauthorizedClientException", "Client is not registered for this grant type"))
        }
        DEVICE_GRANT => by_device_code(world, &client_id, scopes, wanted.device_code),
        "authorization_code" => by_authorization_code(world, &client_id, wanted),
        "refresh_token" => by_refresh_token(world, &client_id, wanted.refresh_token),
        _ => Err(refuse("UnsupportedGrantTypeException", "Unsupported grant type")),
    }
}

fn by_device_code(world: &mut World, client_id: &str, scopes: Vec<String>, code: Option<String>) -> Answered {
    let code = code.ok_or_else(|| refuse("InvalidRequestException", "deviceCode is required"))?;
    let (now, interval) = (world.now(), Duration::from_secs(world.config.device_interval));
    let device = world.devices.get_mut(&code).filter(|device| device.client_id == client_id && !device.used);
    let device = device.ok_or_else(|| refuse("InvalidGrantException", "Invalid device code provided"))?;
    if device.expires <= now {
        return Err(refuse("ExpiredTokenException", "The device code has expired"));
    }
    // A request may be held up on its way and the next one not: a fifth of the interval is forgiven.
    let too_fast = device.last_poll.is_some_and(|last| last.elapsed() < interval * 4 / 5);
    device.last_poll = Some(Instant::now());
    if too_fast {
        return Err(refuse("SlowDownException", "Polling faster than the interval"));
    }
    if device.decision.is_none() && device.approved_at.is_some_and(|at| at <= Instant::now()) {
        device.decision = Some(Decision::Approved);
    }
    match device.decision {
        None => Err(refuse("AuthorizationPendingException", "The authorization is pending")),
        Some(Decision::Denied) => Err(refuse("AccessDeniedException", "The user denied the request")),
        Some(Decision::Approved) => {
            device.used = true;
            let instance = device.instance;
            Ok(new_session(world, client_id, instance, scopes))
        }
    }
}

fn by_authorization_code(world: &mut World, client_id: &str, wanted: Wanted) -> Answered {
    let missing = |name: &str| refuse("InvalidRequestException", &format!("{name} is required"));
    let code = wanted.code.ok_or_else(|| missing("code"))?;
    let redirect_uri = wanted.redirect_uri.ok_or_else(|| missing("redirectUri"))?;
    let verifier = wanted.code_verifier.ok_or_else(|| missing("codeVerifier"))?;
    let now = world.now();
    let invalid = |what| refuse("InvalidGrantException", what);
    let known = world.codes.get_mut(&code).filter(|known| known.client_id == client_id);
    let known = known.ok_or_else(|| invalid("Invalid authorization code provided"))?;
    // Used up by the first try, right or wrong: a code that leaked is worth one guess.
    if std::mem::replace(&mut known.used, true) {
        return Err(invalid("The authorization code was already used"));
    }
    if known.expires <= now {
        return Err(invalid("The authorization code has expired"));
    }
    if known.redirect_uri != redirect_uri {
        return Err(invalid("redirectUri differs from the one of the authorization"));
    }
    if !proves(&verifier, &known.challenge) {
        return Err(invalid("codeVerifier does not match the challenge"));
    }
    let (instance, scopes) = (known.instance, known.scopes.clone());
    world.hand_out("code_verifier", verifier);
    Ok(new_session(world, client_id, instance, scopes))
}

/// RFC 7636: a verifier is 43 to 128 unreserved characters, and the challenge its SHA-256.
fn proves(verifier: &str, challenge: &str) -> bool {
    (43..=128).contains(&verifier.len())
        && verifier.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b))
        && BASE64URL_NOPAD.encode(&Sha256::digest(verifier)) == challenge
}

/// The old refresh token is worth nothing afterwards; the old access token lives on until it expires.
fn by_refresh_token(world: &mut World, client_id: &str, token: Option<String>) -> Answered {
    let token = token.ok_or_else(|| refuse("InvalidRequestException", "refreshToken is required"))?;
    let now = world.now();
    let known = world.refresh_tokens.get(&token);
    let good = known.filter(|known| known.client_id == client_id && !known.revoked && known.expires > now);
    if good.is_none() {
        return Err(refuse("InvalidGrantException", "Invalid refresh token provided"));
    }
    let old = world.refresh_tokens.remove(&token).expect("it was just found");
    Ok(issue(world, &old))
}

fn new_session(world: &mut World, client_id: &str, instance: usize, scopes: Vec<String>) -> Answer {
    let session_expires = world.after(world.config.lifetimes.refresh_token);
    let session = Token {
        session: world.next_session(),
        instance,
        client_id: client_id.to_owned(),
        scopes,
        expires: session_expires,
        session_expires,
        revoked: false,
    };
    issue(world, &session)
}

fn issue(world: &mut World, of: &Token) -> Answer {
    let lifetime = world.config.lifetimes.access_token;
    let access = world.hand_out("access_token", mint::access_token());
    let expires = world.after(lifetime);
    world.access_tokens.insert(access.clone(), Token { expires, ..of.clone() });
    let refresh = of.scopes.iter().any(|scope| scope == ACCOUNT_SCOPE).then(|| {
        let refresh = world.hand_out("refresh_token", mint::refresh_token());
        world.refresh_tokens.insert(refresh.clone(), Token { expires: of.session_expires, ..of.clone() });
        refresh
    });
    let answer = json!({
        "accessToken": access,
        "expiresIn": lifetime,
        "idToken": null,
        "refreshToken": refresh,
        "tokenType": "Bearer",
    });
    Answer::json(200, &answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_verifier_of_rfc_7636_appendix_b_proves_its_challenge() {
        let (verifier, challenge) =
            ("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        assert!(proves(verifier, challenge));
        assert!(!proves(&verifier.replace('d', "e"), challenge));
        assert!(!proves(verifier, &format!("{challenge}=")));
    }

    #[test]
    fn a_verifier_outside_the_rules_proves_nothing() {
        for verifier in ["a".repeat(42), "a".repeat(129), format!("{} ", "a".repeat(43))] {
            assert!(!proves(&verifier, &BASE64URL_NOPAD.encode(&Sha256::digest(&verifier))), "{verifier}");
        }
    }
}
