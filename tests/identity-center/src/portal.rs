//! The portal: accounts and roles of whoever holds the token, keys of a role, and signing out.

use std::time::{Duration, Instant};

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};

use crate::errors::{Service, usual_status};
use crate::http::{Answer, Ask};
use crate::mint;
use crate::oidc::Answered;
use crate::world::{Keys, Token, World};

/// What AWS takes for `max_result` where none is sent.
const USUAL_PAGE: usize = 20;

fn refuse(kind: &str, message: &str) -> Answer {
    Service::Portal.error(usual_status(kind), kind, message)
}

fn invalid(message: &str) -> Answer {
    refuse("InvalidRequestException", message)
}

/// The token's record, or 401.
fn bearer(world: &World, ask: &Ask) -> Result<Token, Answer> {
    let now = world.now();
    let token = ask.header("x-amz-sso_bearer_token").and_then(|token| world.access_tokens.get(token));
    let token = token.filter(|token| !token.revoked && token.expires > now);
    token.cloned().ok_or_else(|| refuse("UnauthorizedException", "Session token not found or invalid"))
}

/// 429 beyond the configured number of requests in any one second.
fn within_rate(world: &mut World) -> Result<(), Answer> {
    let Some(limit) = world.config.portal_rate else { return Ok(()) };
    while world.portal_calls.front().is_some_and(|call| call.elapsed() >= Duration::from_secs(1)) {
        world.portal_calls.pop_front();
    }
    if world.portal_calls.len() >= limit as usize {
        return Err(refuse("TooManyRequestsException", "HTTP 429 Unknown Code"));
    }
    world.portal_calls.push_back(Instant::now());
    Ok(())
}

fn account_id(ask: &Ask) -> Result<String, Answer> {
    let id = ask.param("account_id").ok_or_else(|| invalid("account_id is required"))?;
    if id.len() == 12 && id.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(id);
    }
    Err(invalid("account_id must be 12 digits"))
}

pub(crate) fn get_role_credentials(world: &mut World, ask: &Ask) -> Answered {
    within_rate(world)?;
    let token = bearer(world, ask)?;
    let account = account_id(ask)?;
    let role = ask.param("role_name").filter(|role| !role.is_empty());
    let role = role.ok_or_else(|| invalid("role_name is required"))?;
    let assigned = world.account(token.instance, &account).is_some_and(|known| known.roles.contains(&role));
    if !assigned {
        return Err(refuse("ForbiddenException", "No access"));
    }
    let suffix = mint::role_suffix(&account, &role);
    let user = world.config.user.clone();
    let arn = format!("arn:aws:sts::{account}:assumed-role/AWSReservedSSO_{role}_{suffix}/{user}");
    let user_id = format!("{}:{user}", mint::unique_id("AROA", &suffix));
    let lifetime = world.config.lifetimes.role_keys;
    let (id, keys) = issue_keys(world, account, arn, user_id, lifetime);
    let answer = json!({"roleCredentials": {
        "accessKeyId": id,
        "expiration": keys.expires.map(|at| at.as_second() * 1000),
        "secretAccessKey": keys.secret_access_key,
        "sessionToken": keys.session_token,
    }});
    Ok(Answer::json(200, &answer))
}

/// Makes keys that STS will know.
pub(crate) fn issue_keys(
    world: &mut World,
    account: String,
    arn: String,
    user_id: String,
    lifetime: u64,
) -> (String, Keys) {
    let id = world.hand_out("access_key_id", mint::access_key_id());
    let keys = Keys {
        secret_access_key: world.hand_out("secret_access_key", mint::secret_access_key()),
        session_token: Some(world.hand_out("session_token", mint::session_token())),
        expires: Some(world.after(lifetime)),
        account,
        arn,
        user_id,
    };
    world.keys.insert(id.clone(), keys.clone());
    (id, keys)
}

pub(crate) fn list_accounts(world: &mut World, ask: &Ask) -> Answered {
    within_rate(world)?;
    let token = bearer(world, ask)?;
    let accounts = &world.instance(token.instance).accounts;
    page(
        ask,
        "accountList",
        &format!("accounts {}", token.instance),
        accounts,
        |account| json!({"accountId": account.id, "accountName": account.name, "emailAddress": account.email}),
    )
}

pub(crate) fn list_account_roles(world: &mut World, ask: &Ask) -> Answered {
    within_rate(world)?;
    let token = bearer(world, ask)?;
    let id = account_id(ask)?;
    let account = world.account(token.instance, &id).ok_or_else(|| refuse("ForbiddenException", "No access"))?;
    page(ask, "roleList", &format!("roles {id}"), &account.roles, |role| json!({"accountId": id, "roleName": role}))
}

/// One page; its `nextToken` is good for the same list only.
fn page<T>(ask: &Ask, key: &str, list: &str, all: &[T], show: impl Fn(&T) -> Value) -> Answered {
    let out_of_limits = || invalid("ResultSize parameter must be within the valid limits of: 1-100");
    let size = match ask.param("max_result") {
        None => USUAL_PAGE,
        Some(text) => text.parse().ok().filter(|n| (1..=100).contains(n)).ok_or_else(out_of_limits)?,
    };
    let start = match ask.param("next_token").filter(|token| !token.is_empty()) {
        None => 0,
        Some(token) => offset_of(&token, list).ok_or_else(|| invalid("Invalid next token provided"))?,
    };
    let end = all.len().min(start + size);
    let next = (end < all.len()).then(|| BASE64URL_NOPAD.encode(format!("{list} {end}").as_bytes()));
    let shown: Vec<Value> = all.get(start..end).unwrap_or_default().iter().map(show).collect();
    Ok(Answer::json(200, &json!({"nextToken": next, key: shown})))
}

fn offset_of(token: &str, list: &str) -> Option<usize> {
    let text = String::from_utf8(BASE64URL_NOPAD.decode(token.as_bytes()).ok()?).ok()?;
    let (of, offset) = text.rsplit_once(' ')?;
    if of == list { offset.parse().ok() } else { None }
}

/// Ends the session: its access and refresh tokens. Role keys live on until they expire.
pub(crate) fn logout(world: &mut World, ask: &Ask) -> Answered {
    let token = bearer(world, ask)?;
    end_session(world, |known| known.session == token.session);
    Ok(Answer::empty(200))
}

pub(crate) fn end_session(world: &mut World, which: impl Fn(&Token) -> bool) {
    world.access_tokens.retain(|_, token| !which(token));
    world.refresh_tokens.retain(|_, token| !which(token));
}
