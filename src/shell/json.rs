//! JSON, for nushell's `load-env` and for scripts: an object whose `null`s are to be removed.

use serde::ser::{SerializeMap, Serializer};

use crate::environment::Environment;
use crate::secret::Secret;

use super::text::Text;
use super::{Switch, contract};

pub(super) fn switch(switch: &Switch, environment: &Environment) -> Secret {
    let values = contract::values(switch);
    let cleared = contract::touched(environment).into_iter().filter(|name| {
        environment.is_set(name)
            && values.iter().all(|(set, _)| set != name)
            && (!contract::REGIONS.contains(name) || contract::clears_region(switch, environment))
    });
    let values = values.iter().map(|(name, value)| (*name, Some(value.expose())));
    object(values.chain(cleared.map(|name| (name, None)))).into_secret()
}

/// There is no shell that keeps what was there before: what is ours goes.
pub(super) fn off(environment: &Environment, keys_are_ours: bool) -> String {
    let ours = if contract::is_switched(environment) { contract::ours(keys_are_ours) } else { Vec::new() };
    object(ours.into_iter().filter(|name| environment.is_set(name)).map(|name| (name, None))).into_public()
}

pub(super) fn export_lines(pairs: &[(&str, &Secret)]) -> Secret {
    object(pairs.iter().map(|(name, secret)| (*name, Some(secret.expose())))).into_secret()
}

fn object<'a>(pairs: impl Iterator<Item = (&'a str, Option<&'a str>)>) -> Text {
    let mut text = Text::new();
    let mut serializer = serde_json::Serializer::new(&mut text);
    let written = serializer.serialize_map(None).and_then(|mut map| {
        for (name, value) in pairs {
            map.serialize_entry(name, &value)?;
        }
        map.end()
    });
    // Writing strings to memory can't fail; half an object must not pass for a whole one.
    if written.is_err() {
        text = Text::new();
        text.push("{}");
    }
    text.push("\n");
    text
}
