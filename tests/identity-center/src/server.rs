//! One request from arrival to answer: logged, delayed, spoilt where asked, and routed to its room.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use tokio::sync::Notify;

use crate::faults::{self, Fault, Tail};
use crate::http::{Answer, Ask};
use crate::wire::Cut;
use crate::world::World;
use crate::{control, oidc, portal, signin_page, sts, token};

/// The world and those who wait for it to change.
pub(crate) struct Hub {
    world: Mutex<World>,
    /// A sign-in page was decided.
    pub(crate) decided: Notify,
    /// A request came in or was answered.
    pub(crate) moved: Condvar,
}

impl Hub {
    pub(crate) fn new(world: World) -> Self {
        Self { world: Mutex::new(world), decided: Notify::new(), moved: Condvar::new() }
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        // A test that panicked with the lock held must not hide its message behind ours.
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a room says to a request.
pub(crate) enum Reply {
    Now(Answer),
    /// A browser waits at this ticket until it is decided.
    Held(String),
}

pub(crate) fn router(hub: Arc<Hub>) -> Router {
    Router::new().fallback(answer).with_state(hub)
}

async fn answer(State(hub): State<Arc<Hub>>, ConnectInfo(cut): ConnectInfo<Cut>, request: Request) -> Response {
    let Some(ask) = read(request).await else {
        return respond(Answer::empty(413), Tail::None);
    };
    if ask.path.starts_with("/_control/") {
        return respond(control::answer(&hub, &ask), Tail::None);
    }
    let operation = operation(&ask);
    let (entry, fault, wait, at_once) = {
        let mut world = hub.world();
        let entry = world.log.arrived(&operation, &ask);
        let fault = faults::take(&mut world.faults, &operation);
        let delay = Duration::from_millis(fault.as_ref().map_or(0, |fault| fault.delay_ms));
        let wait = world.latency(&operation) + delay;
        // Who sees the request in the log, and decides about it, must find what it asked for there too.
        let at_once = (fault.is_none() && wait.is_zero()).then(|| dispatch(&mut world, &operation, &ask));
        (entry, fault, wait, at_once)
    };
    hub.moved.notify_all();
    if !wait.is_zero() {
        tokio::time::sleep(wait).await;
    }
    let spoils = fault.filter(|fault| !fault.only_delays());
    let real = match &spoils {
        Some(fault) if !fault.applied => None,
        _ => {
            let reply = at_once.unwrap_or_else(|| dispatch(&mut hub.world(), &operation, &ask));
            Some(settle(&hub, reply).await)
        }
    };
    let resets = spoils.as_ref().is_some_and(|fault| fault.reset);
    let (answer, tail) = outcome(spoils.as_ref(), &operation, &ask, real);
    let now = {
        let mut world = hub.world();
        if !resets {
            let error = answer.headers.iter().find(|(name, _)| name == "x-amzn-ErrorType");
            world.log.answered(entry, answer.status, error.map(|(_, value)| value.clone()));
        }
        world.now()
    };
    hub.moved.notify_all();
    if resets {
        cut.now();
    }
    respond(faults::common_headers(answer, now), tail)
}

fn outcome(spoils: Option<&Fault>, operation: &str, ask: &Ask, real: Option<Answer>) -> (Answer, Tail) {
    match (spoils, real) {
        (Some(fault), real) => fault.spoil(operation, ask, real),
        (None, Some(real)) => (real, Tail::None),
        (None, None) => unreachable!("only a fault skips the operation"),
    }
}

async fn read(request: Request) -> Option<Ask> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, 1024 * 1024).await.ok()?;
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    Some(Ask {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
        body: body.to_vec(),
    })
}

fn operation(ask: &Ask) -> String {
    let name = match (ask.method.as_str(), ask.path.as_str()) {
        ("POST", "/client/register") => "RegisterClient",
        ("POST", "/device_authorization") => "StartDeviceAuthorization",
        ("POST", "/token") => "CreateToken",
        ("GET", "/federation/credentials") => "GetRoleCredentials",
        ("GET", "/assignment/accounts") => "ListAccounts",
        ("GET", "/assignment/roles") => "ListAccountRoles",
        ("POST", "/logout") => "Logout",
        ("GET", "/authorize") => "Authorize",
        ("POST", "/authorize") => "AuthorizeDecision",
        ("GET", "/device") => "DevicePage",
        ("POST", "/device") => "DeviceDecision",
        ("GET", "/start") => "StartPage",
        ("POST" | "GET", "/") => match ask.field("Action").or_else(|| ask.param("Action")).as_deref() {
            Some("GetCallerIdentity") => "GetCallerIdentity",
            Some("AssumeRole") => "AssumeRole",
            _ => "Sts",
        },
        _ => "Unknown",
    };
    name.to_owned()
}

async fn settle(hub: &Hub, reply: Reply) -> Answer {
    match reply {
        Reply::Now(answer) => {
            hub.decided.notify_waiters();
            answer
        }
        Reply::Held(ticket) => hold(hub, &ticket).await,
    }
}

fn dispatch(world: &mut World, operation: &str, ask: &Ask) -> Reply {
    let answered = match operation {
        "RegisterClient" => oidc::register_client(world, ask),
        "StartDeviceAuthorization" => oidc::start_device_authorization(world, ask),
        "CreateToken" => token::create_token(world, ask),
        "GetRoleCredentials" => portal::get_role_credentials(world, ask),
        "ListAccounts" => portal::list_accounts(world, ask),
        "ListAccountRoles" => portal::list_account_roles(world, ask),
        "Logout" => portal::logout(world, ask),
        "GetCallerIdentity" => sts::get_caller_identity(world, ask),
        "AssumeRole" => sts::assume_role(world, ask),
        "Sts" => Err(sts::unknown_action(ask)),
        "Unknown" => Err(Answer::new(404, "application/json", "{\"message\":\"Not Found\"}")),
        page => return signin_page::answer(world, page, ask),
    };
    Reply::Now(answered.unwrap_or_else(|refusal| refusal))
}

/// Keeps the browser waiting until the control API, or the configured delay, decides.
async fn hold(hub: &Hub, id: &str) -> Answer {
    loop {
        let decided = hub.decided.notified();
        tokio::pin!(decided);
        // From here on no decision is missed, also one made before the wait begins.
        decided.as_mut().enable();
        let due = {
            let mut world = hub.world();
            let Some(ticket) = world.tickets.get(id) else { return Answer::empty(410) };
            if let Some(to) = &ticket.sent_to {
                return Answer::redirect(to);
            }
            let due = ticket.approved_at;
            if due.is_some_and(|due| due <= Instant::now()) {
                let to = signin_page::decide(&mut world, id, crate::world::Decision::Approved);
                return to.map_or_else(|| Answer::empty(410), |to| Answer::redirect(&to));
            }
            due
        };
        match due {
            None => decided.await,
            Some(due) => tokio::select! {
                () = decided => {}
                () = tokio::time::sleep_until(due.into()) => {}
            },
        }
    }
}

fn respond(answer: Answer, tail: Tail) -> Response {
    let (promised, body): (_, Body) = tail.body(answer.body);
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in answer.headers {
        // A hostile name in a header can only be left out: HTTP has no way to write it.
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    if let Some(length) = promised {
        response.headers_mut().insert("content-length", HeaderValue::from(length));
    }
    response
}
