//! What a browser sees: the authorization page of PKCE and the page that takes a device's code.

use std::time::{Duration, Instant};

use crate::config::Approval;
use crate::errors::escape;
use crate::http::{Answer, Ask};
use crate::mint;
use crate::server::Reply;
use crate::world::{Client, Code, Decision, Ticket, World};

pub(crate) fn answer(world: &mut World, page: &str, ask: &Ask) -> Reply {
    if let Some(refusal) = refuse_embedding(world, ask) {
        return Reply::Now(refusal);
    }
    match page {
        "Authorize" => authorize(world, ask),
        "AuthorizeDecision" => Reply::Now(authorize_decision(world, ask)),
        "DevicePage" => Reply::Now(device_page(world, ask)),
        "DeviceDecision" => Reply::Now(device_decision(world, ask)),
        _ => Reply::Now(html(200, "<h1>AWS access portal (stand-in)</h1>")),
    }
}

/// Browsers say what a page is wanted for: in a frame, or submitted from elsewhere, it is refused.
fn refuse_embedding(world: &World, ask: &Ask) -> Option<Answer> {
    let elsewhere = ask.header("sec-fetch-dest").is_some_and(|dest| dest != "document")
        || ask.method == "POST"
            && (ask.header("sec-fetch-site").is_some_and(|site| site == "cross-site")
                || ask.header("origin").is_some_and(|origin| origin != world.url && !is_own_null(origin, ask)));
    elsewhere.then(|| html(403, "<h1>Refused</h1><p>This page cannot be embedded.</p>"))
}

/// From a page without a referrer a browser names no origin, but says whether it is ours.
fn is_own_null(origin: &str, ask: &Ask) -> bool {
    origin == "null" && ask.header("sec-fetch-site") == Some("same-origin")
}

fn authorize(world: &mut World, ask: &Ask) -> Reply {
    world.opened.authorize += 1;
    let param = |name: &str| ask.param(name).unwrap_or_default();
    let client_id = param("client_id");
    let now = world.now();
    let Some(client) = world.clients.get(&client_id).filter(|client| client.expires > now) else {
        return Reply::Now(html(400, "<h1>Invalid client</h1>"));
    };
    let redirect_uri = param("redirect_uri");
    if !is_registered(client, &redirect_uri) {
        return Reply::Now(html(400, "<h1>Invalid redirect_uri</h1>"));
    }
    let state = param("state");
    let scopes = words(&param("scopes"));
    // From here on the client is known, and errors go back to it (RFC 6749, 4.1.2.1).
    if let Some((error, what)) = find_fault(client, ask, &scopes) {
        let pairs = [("error", error), ("error_description", what), ("state", &state)];
        return Reply::Now(Answer::redirect(&with_query(&redirect_uri, &pairs)));
    }
    let ticket = Ticket {
        instance: client.instance.unwrap_or_default(),
        challenge: param("code_challenge"),
        client_id,
        redirect_uri,
        state: world.hand_out("state", state),
        scopes,
        decision: None,
        approved_at: match world.config.approval {
            Approval::After(ms) | Approval::Opened(ms) => Some(Instant::now() + Duration::from_millis(ms)),
            Approval::Person | Approval::Never => None,
        },
        sent_to: None,
    };
    let id = mint::ticket();
    let by_person = world.config.approval == Approval::Person;
    let name = world.clients[&ticket.client_id].name.clone();
    world.tickets.insert(id.clone(), ticket);
    if by_person { Reply::Now(choice("/authorize", "ticket", &id, &name, "")) } else { Reply::Held(id) }
}

fn find_fault(client: &Client, ask: &Ask, scopes: &[String]) -> Option<(&'static str, &'static str)> {
    let param = |name: &str| ask.param(name).unwrap_or_default();
    if !client.grant_types.iter().any(|grant| grant == "authorization_code") {
        return Some(("unauthorized_client", "The client is not registered for authorization codes"));
    }
    if param("response_type") != "code" {
        return Some(("unsupported_response_type", "response_type must be code"));
    }
    if param("code_challenge_method") != "S256" || param("code_challenge").len() != 43 {
        return Some(("invalid_request", "A code_challenge with method S256 is required"));
    }
    if param("state").is_empty() {
        return Some(("invalid_request", "state is required"));
    }
    if scopes.is_empty() || !scopes.iter().all(|scope| client.scopes.contains(scope)) {
        return Some(("invalid_scope", "scopes must be among those of the registration"));
    }
    None
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(ToOwned::to_owned).collect()
}

/// The port may differ from what was registered, nothing else may.
fn is_registered(client: &Client, redirect_uri: &str) -> bool {
    let Ok(mut wanted) = url::Url::parse(redirect_uri) else { return false };
    wanted.set_port(None).is_ok() && client.redirect_uris.iter().any(|known| known == wanted.as_str())
}

fn with_query(to: &str, pairs: &[(&str, &str)]) -> String {
    let mut url = url::Url::parse(to).expect("a redirect URI was checked");
    url.query_pairs_mut().extend_pairs(pairs);
    url.into()
}

/// Ends the wait at a page; returns where its browser goes. `None` for a ticket that is unknown or already decided.
pub(crate) fn decide(world: &mut World, id: &str, decision: Decision) -> Option<String> {
    let expires = world.after(world.config.lifetimes.authorization_code);
    let ticket = world.tickets.get_mut(id).filter(|ticket| ticket.decision.is_none())?;
    ticket.decision = Some(decision);
    let ticket = ticket.clone();
    let to = match decision {
        Decision::Denied => {
            let what = "The user denied the request";
            let pairs = [("error", "access_denied"), ("error_description", what), ("state", ticket.state.as_str())];
            with_query(&ticket.redirect_uri, &pairs)
        }
        Decision::Approved => {
            let code = world.hand_out("authorization_code", mint::authorization_code());
            let to = with_query(&ticket.redirect_uri, &[("code", &code), ("state", &ticket.state)]);
            let Ticket { client_id, instance, redirect_uri, challenge, scopes, .. } = ticket;
            let record = Code { client_id, instance, redirect_uri, challenge, scopes, expires, used: false };
            world.codes.insert(code, record);
            to
        }
    };
    world.tickets.get_mut(id).expect("it was just found").sent_to = Some(to.clone());
    Some(to)
}

fn authorize_decision(world: &mut World, ask: &Ask) -> Answer {
    let ticket = ask.field("ticket").unwrap_or_default();
    let to = chosen(ask).and_then(|decision| decide(world, &ticket, decision));
    to.map_or_else(|| html(400, "<h1>This request is no longer open</h1>"), |to| Answer::redirect(&to))
}

fn chosen(ask: &Ask) -> Option<Decision> {
    match ask.field("choice").as_deref() {
        Some("approve") => Some(Decision::Approved),
        Some("deny") => Some(Decision::Denied),
        _ => None,
    }
}

fn device_page(world: &mut World, ask: &Ask) -> Answer {
    world.opened.device += 1;
    let Some(user_code) = ask.param("user_code") else {
        return html(200, "<h1>Authorize a device</h1><form><input name=user_code><button>Next</button></form>");
    };
    let approval = world.config.approval;
    let now = world.now();
    let Some(device) = world.devices.values_mut().find(|device| device.user_code == user_code && device.expires > now)
    else {
        return html(400, "<h1>This code is unknown or has expired</h1>");
    };
    if let Approval::Opened(ms) = approval {
        device.approved_at.get_or_insert(Instant::now() + Duration::from_millis(ms));
    }
    let name = world.clients.get(&device.client_id).map(|client| client.name.clone()).unwrap_or_default();
    match (approval, device.decision) {
        (Approval::Person, None) => choice("/device", "user_code", &user_code, &name, &user_code),
        _ => html(200, &format!("<h1>Authorization requested</h1><p><code>{}</code></p>", escape(&user_code))),
    }
}

fn device_decision(world: &mut World, ask: &Ask) -> Answer {
    let (user_code, now) = (ask.field("user_code").unwrap_or_default(), world.now());
    let Some(decision) = chosen(ask) else { return html(400, "<h1>Choose approve or deny</h1>") };
    let device = world.devices.values_mut().find(|device| device.user_code == user_code && device.expires > now);
    match device.filter(|device| device.decision.is_none()) {
        None => html(400, "<h1>This request is no longer open</h1>"),
        Some(device) => {
            device.decision = Some(decision);
            html(200, "<h1>Request answered</h1><p>You can close this window.</p>")
        }
    }
}

/// Approve or deny, by a form that only this origin can submit.
fn choice(action: &str, field: &str, value: &str, client: &str, shown: &str) -> Answer {
    html(
        200,
        &format!(
            "<h1>Allow {} to access your data?</h1><p><code>{}</code></p><form method=post action={action}>\
             <input type=hidden name={field} value=\"{}\"><button name=choice value=approve>Allow access</button> \
             <button name=choice value=deny>Deny access</button></form>",
            escape(client),
            escape(shown),
            escape(value)
        ),
    )
}

fn html(status: u16, body: &str) -> Answer {
    let page = format!("<!DOCTYPE html><html lang=en><meta charset=utf-8><title>Sign in</title>{body}</html>\n");
    // form-action also governs where a submitted form is redirected to: the client's listener.
    let policy = "default-src 'none'; frame-ancestors 'none'; form-action 'self' http://127.0.0.1:*";
    Answer::new(status, "text/html; charset=utf-8", page)
        .with("Content-Security-Policy", policy)
        .with("X-Frame-Options", "DENY")
        .with("Cache-Control", "no-store")
        .with("Referrer-Policy", "no-referrer")
        .with("X-Content-Type-Options", "nosniff")
}
