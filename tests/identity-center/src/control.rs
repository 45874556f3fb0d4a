//! The control API under `/_control/`: JSON in, JSON out, never logged, never faulted.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::acts::What;
use crate::config::Approval;
use crate::faults::Fault;
use crate::http::{Answer, Ask};
use crate::portal::end_session;
use crate::server::Hub;
use crate::world::{Decision, World};

pub(crate) fn answer(hub: &Hub, ask: &Ask) -> Answer {
    let name = ask.path.trim_start_matches("/_control/");
    let answer = act(&mut hub.world(), &ask.method, name, ask);
    hub.decided.notify_waiters();
    answer.unwrap_or_else(|why| Answer::json(400, &json!({"message": why})))
}

fn act(world: &mut World, method: &str, name: &str, ask: &Ask) -> Result<Answer, String> {
    let done = || Ok(Answer::json(200, &json!({})));
    match (method, name) {
        ("GET", "log") => {
            let wanted = ask.param("operation");
            let entries = world.log.entries.iter();
            let chosen: Vec<_> = entries.filter(|e| wanted.as_ref().is_none_or(|o| *o == e.operation)).collect();
            Ok(Answer::json(200, &json!({"requests": chosen, "counts": world.log.counts(), "opened": world.opened})))
        }
        ("DELETE", "log") => {
            world.log.entries.clear();
            world.opened = crate::world::Opened::default();
            done()
        }
        ("GET", "counts") => Ok(Answer::json(200, &json!({"counts": world.log.counts(), "opened": world.opened}))),
        ("GET", "state") => Ok(Answer::of(&world.state())),
        ("GET", "faults") => Ok(Answer::of(&world.faults)),
        ("DELETE", "faults") => {
            world.faults.clear();
            done()
        }
        ("POST", "faults") => {
            let fault: Fault = read(ask)?;
            if fault.operation.is_empty() {
                return Err("operation is required".into());
            }
            world.faults.push(fault);
            done()
        }
        ("POST", "approve") => decide(world, ask, Decision::Approved),
        ("POST", "deny") => decide(world, ask, Decision::Denied),
        ("POST", "approval") => {
            world.config.approval = read::<Approval>(ask)?;
            done()
        }
        ("POST", "expire") => {
            world.expire(read::<Of>(ask)?.what);
            done()
        }
        ("POST", "revoke") => {
            world.revoke(read::<Of>(ask)?.what);
            done()
        }
        ("POST", "end-sessions") => {
            end_session(world, |_| true);
            done()
        }
        ("POST", "remove-role") => {
            let role: Role = read(ask)?;
            if world.remove_role(&role.account_id, &role.role_name) {
                done()
            } else {
                Err(format!("there is no role {} in {}", role.role_name, role.account_id))
            }
        }
        ("POST", "latency") => {
            let latency: Latency = read(ask)?;
            world.config.latency_ms.insert(latency.operation, latency.milliseconds);
            done()
        }
        ("POST", "clock") => {
            world.clock_offset = jiff::SignedDuration::from_secs(read::<Clock>(ask)?.offset_seconds);
            done()
        }
        _ => Ok(Answer::json(404, &json!({"message": format!("no {method} {name} here")}))),
    }
}

fn read<T: DeserializeOwned>(ask: &Ask) -> Result<T, String> {
    ask.json()
}

fn decide(world: &mut World, ask: &Ask, decision: Decision) -> Result<Answer, String> {
    let wanted: Value = if ask.body.is_empty() { json!({}) } else { read(ask)? };
    let user_code = wanted["user_code"].as_str();
    let (count, sent_to) = world.decide_pending(user_code, decision);
    if user_code.is_some() && count == 0 {
        return Err("no device waits with that user code".into());
    }
    Ok(Answer::json(200, &json!({"count": count, "sent_to": sent_to})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Of {
    what: What,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Role {
    account_id: String,
    role_name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Latency {
    operation: String,
    milliseconds: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Clock {
    offset_seconds: i64,
}
