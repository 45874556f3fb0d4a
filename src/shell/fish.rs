//! fish 3.6 and later.
//!
//! Every statement ends in `;`: `eval (assume dev)` joins lines with blanks. Only global variables are written; universal
//! ones are shared by all running shells and belong to the person.

use crate::environment::Environment;
use crate::secret::Secret;

use super::contract::{self, OFF, REGION, REGIONS};
use super::hook::{self, Answer};
use super::text::Text;
use super::watch::Outcome;
use super::{Switch, encode, notes};

/// The versioned marker.
const MARKER: &str = "begin; : assume/1; ";

const GONE: &str = "if builtin functions -q __assume_gone; __assume_gone; end; ";

pub(super) fn switch(switch: &Switch, environment: &Environment) -> Secret {
    let mut text = Text::new();
    text.push(MARKER);
    let cleared = switch_body(&mut text, switch, environment);
    warn_of_universals(&mut text, &cleared);
    text.push("true; end\n");
    text.into_secret()
}

/// What is there before the first switch is kept, whatever comes after it.
fn begin(text: &mut Text, touched: &[&str], environment: &Environment) {
    drop_foreign(text, environment);
    if !contract::is_switched(environment) {
        keep(text, touched, environment);
    }
}

/// The names that are not set then, unless a universal variable shines through.
fn switch_body<'a>(text: &mut Text, switch: &Switch, environment: &'a Environment) -> Vec<&'a str> {
    let touched = contract::touched(environment);
    let values = contract::values(switch);
    begin(text, &touched, environment);
    let mut cleared = touched;
    if switch.region.is_none() {
        cleared.retain(|name| !REGIONS.contains(name));
        text.push("if set -qg ").push(REGION).push("; eval $").push(REGION).push("; else; ");
        erase(text, &REGIONS).push("end; ");
    }
    erase(text, &cleared);
    for (name, value) in &values {
        set_global(text, name, value.expose().as_bytes());
    }
    cleared.retain(|name| values.iter().all(|(set, _)| set != name));
    took(text, switch);
    cleared
}

/// For the hook: new keys replace the old ones, and nothing else changes.
pub(super) fn answer(answer: &Answer<'_>, environment: &Environment) -> Secret {
    let mut text = Text::new();
    text.push(MARKER);
    match answer {
        Answer::Keys(switch) => {
            erase(&mut text, &contract::RENEWED);
            for (name, value) in contract::values(switch) {
                if contract::RENEWED.contains(&name) {
                    set_global(&mut text, name, value.expose().as_bytes());
                }
            }
            took(&mut text, switch);
        }
        Answer::Pause(pause) => {
            hook::call(&mut text, "__assume_wait", &pause.words(), encode::fish);
            text.push("; ");
        }
        Answer::Disowned => {
            text.push("__assume_gone; ");
        }
        Answer::Entered(entered, switch) => {
            match (switch, entered.outcome) {
                // The one line of a prompt is not for what each switch would say again.
                (Some(switch), Outcome::Switched) => drop(switch_body(&mut text, switch, environment)),
                (_, Outcome::Dropped) => {
                    let touched = contract::touched(environment);
                    begin(&mut text, &touched, environment);
                    erase(&mut text, &touched).push("__assume_gone; ");
                }
                _ => {}
            }
            hook::call(&mut text, "__assume_entered", &entered.words(), encode::fish);
            text.push("; ");
        }
    }
    text.push("true; end\n");
    text.into_secret()
}

/// Tells the hook, where the shell has one, what it now watches.
fn took(text: &mut Text, switch: &Switch) {
    if let Some(watch) = &switch.watch {
        text.push("if builtin functions -q __assume_took; ");
        hook::call(text, "__assume_took", &watch.words(), encode::fish);
        text.push("; end; ");
    }
}

pub(super) fn off(environment: &Environment, keys_are_ours: bool) -> String {
    let mut text = Text::new();
    text.push(MARKER);
    drop_foreign(&mut text, environment);
    text.push("if set -qg ").push(OFF).push("; eval $").push(OFF).push("; ").push(GONE);
    if contract::is_switched(environment) {
        text.push("else; ");
        erase(&mut text, &contract::ours(keys_are_ours)).push(GONE);
        text.push("builtin echo '").push(notes::cannot_restore(keys_are_ours)).push("' >&2; ");
    }
    text.push("end; true; end\n");
    text.into_public()
}

pub(super) fn export_lines(pairs: &[(&str, &Secret)]) -> Secret {
    let mut text = Text::new();
    for (name, secret) in pairs {
        set_global(&mut text, name, secret.expose().as_bytes());
    }
    text.push("\n");
    text.into_secret()
}

fn drop_foreign(text: &mut Text, environment: &Environment) {
    if contract::foreign(environment) {
        erase(text, &[OFF, REGION]);
    }
}

/// Leaves in the shell what puts everything back, where there is nothing of the kind yet.
fn keep(text: &mut Text, touched: &[&str], environment: &Environment) {
    let mut off = Text::new();
    restore(&mut off, touched, environment);
    erase(&mut off, &[OFF, REGION]);
    let mut region = Text::new();
    restore(&mut region, &REGIONS, environment);

    text.push("if not set -qg ").push(OFF).push("; ");
    for (name, value) in [(OFF, &off), (REGION, &region)] {
        text.push("set -gu ").push(name).push(" ");
        encode::fish(text, value.as_bytes());
        text.push("; ");
    }
    text.push("end; ");
}

/// Each of `names` as it is now. What shines through from an exported universal variable stays one: a global copy would
/// hide later changes of it.
fn restore(text: &mut Text, names: &[&str], environment: &Environment) {
    erase(text, names);
    for name in names {
        if let Some(value) = environment.raw(name) {
            let value = value.as_encoded_bytes();
            text.push("if not begin; set -qUx ").push(name).push("; and test \"$").push(name).push("\" = ");
            encode::fish(text, value);
            text.push("; end; ");
            set_global(text, name, value);
            text.push("end; ");
        }
    }
}

/// Status 4 where one of them is absent.
fn erase<'a>(text: &'a mut Text, names: &[&str]) -> &'a mut Text {
    text.push("set -eg ").push(&names.join(" ")).push("; ")
}

fn set_global(text: &mut Text, name: &str, value: &[u8]) {
    text.push("set -gx ").push(name).push(" ");
    encode::fish(text, value);
    text.push("; ");
}

fn warn_of_universals(text: &mut Text, names: &[&str]) {
    text.push("set -l __assume_name; for __assume_name in ").push(&names.join(" "));
    text.push("; if set -qUx $__assume_name; builtin echo \"assume: the universal variable $__assume_name is still set; to remove it: set -eU $__assume_name\" >&2; end; end; ");
}
