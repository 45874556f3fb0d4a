//! The OIDC service: registering a client and starting a device authorization. Tokens are in `token`.

use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::json;

use crate::config::Approval;
use crate::errors::{Service, usual_status};
use crate::http::{Answer, Ask};
use crate::mint;
use crate::world::{Client, Device, World};

pub(crate) const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
pub(crate) const ACCOUNT_SCOPE: &str = "sso:account:access";

/// What an operation answers: an error is an answer as well.
pub(crate) type Answered = Result<Answer, Answer>;

pub(crate) fn refuse(kind: &str, description: &str) -> Answer {
    Service::Oidc.error(usual_status(kind), kind, description)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Registration {
    client_name: Option<String>,
    client_type: Option<String>,
    #[serde(default)]
    scopes: Option<Vec<String>>,
    #[serde(default)]
    grant_types: Option<Vec<String>>,
    #[serde(default)]
    redirect_uris: Option<Vec<String>>,
    issuer_url: Option<String>,
}

pub(crate) fn register_client(world: &mut World, ask: &Ask) -> Answered {
    let wanted: Registration = read(ask)?;
    let name = wanted.client_name.filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| refuse("InvalidRequestException", "clientName is required"))?;
    match wanted.client_type.as_deref() {
        Some("public" | "confidential") => {}
        _ => return Err(refuse("InvalidClientMetadataException", "clientType must be public")),
    }
    let scopes = wanted.scopes.unwrap_or_default();
    if let Some(scope) = scopes.iter().find(|scope| !is_scope(scope)) {
        return Err(refuse("InvalidScopeException", &format!("Invalid scope: {scope}")));
    }
    let grant_types = wanted.grant_types.unwrap_or_default();
    if !grant_types.iter().all(|grant| [DEVICE_GRANT, "authorization_code", "refresh_token"].contains(&grant.as_str()))
    {
        return Err(refuse("UnsupportedGrantTypeException", "Unsupported grant type"));
    }
    let redirect_uris = wanted.redirect_uris.unwrap_or_default();
    if !redirect_uris.iter().all(|uri| is_native_redirect(uri)) {
        return Err(refuse("InvalidRedirectUriException", "redirectUris must be http loopback addresses"));
    }
    if grant_types.iter().any(|grant| grant == "authorization_code") && redirect_uris.is_empty() {
        return Err(refuse("InvalidRequestException", "redirectUris is required for authorization_code"));
    }
    let instance = match wanted.issuer_url {
        None => None,
        Some(issuer) => Some(
            world
                .instance_at(&issuer)
                .ok_or_else(|| refuse("InvalidRequestException", "Invalid issuerUrl provided"))?,
        ),
    };
    let id = mint::client_id(&world.config.region);
    let secret = world.hand_out("client_secret", mint::client_secret(&id));
    let expires = world.after(world.config.lifetimes.registration);
    let answer = json!({
        "authorizationEndpoint": null,
        "clientId": id,
        "clientIdIssuedAt": world.now().as_second(),
        "clientSecret": secret,
        "clientSecretExpiresAt": expires.as_second(),
        "tokenEndpoint": null,
    });
    world.clients.insert(id, Client { secret, expires, scopes, grant_types, redirect_uris, instance, name });
    Ok(Answer::json(200, &answer))
}

/// `sso:account:access`, `openid`, `codewhisperer:completions`: words joined by colons.
fn is_scope(scope: &str) -> bool {
    let word = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_-*".contains(&b))
    };
    (scope.contains(':') || ["openid", "email", "profile", "aws"].contains(&scope)) && scope.split(':').all(word)
}

/// Registered without a port: a native client learns its port only later (RFC 8252, 7.3).
fn is_native_redirect(uri: &str) -> bool {
    let Ok(parsed) = url::Url::parse(uri) else { return false };
    parsed.scheme() == "http"
        && parsed.host_str().is_some_and(|host| host == "127.0.0.1" || host == "[::1]")
        && parsed.port().is_none()
        && parsed.query().is_none()
        && parsed.fragment().is_none()
        && parsed.username().is_empty()
}

/// The client, if its secret is right and its registration still runs.
pub(crate) fn check_client<'w>(
    world: &'w World,
    id: Option<&str>,
    secret: Option<&str>,
) -> Result<(&'w str, &'w Client), Answer> {
    let (Some(id), Some(secret)) = (id, secret) else {
        return Err(refuse("InvalidRequestException", "clientId and clientSecret are required"));
    };
    let wrong = |what| refuse("InvalidClientException", what);
    let (id, client) = world.clients.get_key_value(id).ok_or_else(|| wrong("Invalid client id provided"))?;
    if client.secret != secret {
        return Err(wrong("Invalid client secret provided"));
    }
    if client.expires <= world.now() {
        return Err(wrong("Client registration has expired"));
    }
    Ok((id, client))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DeviceStart {
    client_id: Option<String>,
    client_secret: Option<String>,
    start_url: Option<String>,
}

pub(crate) fn start_device_authorization(world: &mut World, ask: &Ask) -> Answered {
    let wanted: DeviceStart = read(ask)?;
    let (id, client) = check_client(world, wanted.client_id.as_deref(), wanted.client_secret.as_deref())?;
    if !client.grant_types.is_empty() && !client.grant_types.iter().any(|grant| grant == DEVICE_GRANT) {
        return Err(refuse("UnauthorizedClientException", "Client is not registered for the device code grant"));
    }
    let start_url = wanted.start_url.ok_or_else(|| refuse("InvalidRequestException", "startUrl is required"))?;
    let instance = world.instance_at(&start_url);
    let instance = instance.ok_or_else(|| refuse("InvalidRequestException", "Invalid startUrl provided"))?;
    let client_id = id.to_owned();
    let lifetime = world.config.lifetimes.device_code;
    let device = Device {
        client_id,
        user_code: mint::user_code(),
        instance,
        expires: world.after(lifetime),
        decision: None,
        approved_at: match world.config.approval {
            Approval::After(ms) => Some(Instant::now() + Duration::from_millis(ms)),
            _ => None,
        },
        last_poll: None,
        used: false,
    };
    let page = format!("{}/device", world.url);
    let code = world.hand_out("device_code", mint::device_code());
    let answer = json!({
        "deviceCode": code,
        "expiresIn": lifetime,
        "interval": world.config.device_interval,
        "userCode": device.user_code,
        "verificationUri": page,
        "verificationUriComplete": format!("{page}?user_code={}", device.user_code),
    });
    world.devices.insert(code, device);
    Ok(Answer::json(200, &answer))
}

pub(crate) fn read<T: serde::de::DeserializeOwned>(ask: &Ask) -> Result<T, Answer> {
    ask.json().map_err(|_| refuse("InvalidRequestException", "The request body is not valid JSON"))
}
