//! What bash, zsh and POSIX sh have in common: the text of a switch and of `off`.
//!
//! It is one `{ …; }`, so that a text cut anywhere is a syntax error. Nothing outside encoded values is a glob character, a
//! parenthesis, a bar (all of them patterns to zsh with `GLOB_SUBST`) or a run of blanks, so that it comes through an
//! unquoted `eval $(…)`.

use std::ops::RangeTo;

use crate::environment::Environment;
use crate::secret::Secret;

use super::contract::{self, OFF, REGION, REGIONS};
use super::hook::{self, Answer};
use super::text::Text;
use super::watch::Outcome;
use super::{Switch, notes};

pub(super) struct Grammar {
    pub(super) value: fn(&mut Text, &[u8]),
    /// A further condition on the way the text arrived here.
    pub(super) arrival: &'static str,
    /// Around the assignments of [`OFF`] and [`REGION`], which must not come out exported even under `set -a`.
    pub(super) before_keeping: &'static str,
    pub(super) assign: &'static str,
    pub(super) after_keeping: &'static str,
    /// Whether the shell may have a hook.
    pub(super) hooked: bool,
    /// Whether what `unset` takes away in a function may lay bare another variable of that name.
    pub(super) layered: bool,
}

/// The versioned marker. It is also a test: an odd `IFS` splits it as it would split a value or a word of the shell.
const MARKER: &str = "test assume/1:0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz,.=+@%_- = \
                      'assume/1:0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz,.=+@%_-' 2>/dev/null";

impl Grammar {
    pub(super) fn switch(&self, switch: &Switch, environment: &Environment) -> Secret {
        let mut text = Text::new();
        self.on_arrival(&mut text, |text| {
            let touched = contract::touched(environment);
            let body = self.switch_body(switch, environment, &Text::new(), &NOT_EXPORTED);
            self.only_if_writable(text, &touched, &body, &READ_ONLY);
        });
        text.into_secret()
    }

    /// What is there before the first switch is kept, whatever comes after it.
    fn begin(&self, body: &mut Text, touched: &[&str], environment: &Environment) {
        drop_foreign(body, environment);
        if !contract::is_switched(environment) {
            self.keep(body, touched, environment);
        }
    }

    /// `then` comes after keys that have arrived, `otherwise` is said of such that have not.
    fn switch_body(&self, switch: &Switch, environment: &Environment, then: &Text, otherwise: &[&str]) -> Text {
        let touched = contract::touched(environment);
        let mut body = Text::new();
        self.begin(&mut body, &touched, environment);
        let mut cleared = touched.clone();
        if switch.region.is_none() {
            cleared.retain(|name| !REGIONS.contains(name));
            body.push("if test -n \"${").push(REGION).push("+x}\"; then eval \"$").push(REGION).push("\"; else ");
            unset(&mut body, &REGIONS).push("fi; ");
        }
        unset(&mut body, &cleared);
        self.export(&mut body, contract::values(switch));
        self.only_if_exported(&mut body, switch, &touched, then, otherwise);
        body
    }

    fn export(&self, text: &mut Text, values: Vec<(&str, Secret)>) {
        // Without an assignment for an argument it lists all there is.
        text.push("export >/dev/null");
        for (name, value) in values {
            text.push(" ").push(name).push("=");
            (self.value)(text, value.expose().as_bytes());
        }
        // The blank lets bash 5.0 under nullglob drop the last word without taking the `;` along.
        text.push(" ; ");
    }

    /// Tells the hook of keys that have arrived, and goes on with `then`; else nothing is left of `touched`.
    fn only_if_exported(&self, text: &mut Text, switch: &Switch, touched: &[&str], then: &Text, otherwise: &[&str]) {
        text.push("if test \"x${AWS_ACCESS_KEY_ID-}\" = x");
        (self.value)(text, switch.access_key_id.expose().as_bytes());
        text.push(" ; then ");
        self.took(text, switch);
        text.push_text(then).push("true; else ");
        complain(unset(text, touched), otherwise);
    }

    pub(super) fn off(&self, environment: &Environment, keys_are_ours: bool) -> String {
        let mut text = Text::new();
        self.on_arrival(&mut text, |text| {
            drop_foreign(text, environment);
            text.push("if test -n \"${").push(OFF).push("+x}\"; then ");
            text.push("if eval \"$").push(OFF).push("\"; then ");
            self.when_hooked(text, "__assume_gone", |text| {
                text.push("__assume_gone");
            });
            text.push("true; else ");
            say(text, notes::READ_ONLY_HINT).push("false; fi; else ");
            if contract::is_switched(environment) {
                let ours = contract::ours(keys_are_ours);
                let mut body = Text::new();
                unset(&mut body, &ours);
                self.when_hooked(&mut body, "__assume_gone", |text| {
                    text.push("__assume_gone");
                });
                say(&mut body, notes::cannot_restore(keys_are_ours)).push("true; ");
                self.only_if_writable(text, &ours, &body, &READ_ONLY);
            } else {
                text.push("true; ");
            }
            text.push("fi; ");
        });
        text.into_public()
    }

    /// For the hook: new keys replace the old ones, and nothing else changes.
    pub(super) fn answer(&self, answer: &Answer<'_>, environment: &Environment) -> Secret {
        let mut text = Text::new();
        self.on_arrival(&mut text, |text| match answer {
            Answer::Keys(switch) => {
                let mut body = Text::new();
                unset(&mut body, &contract::RENEWED);
                let mut values = contract::values(switch);
                values.retain(|(name, _)| contract::RENEWED.contains(name));
                self.export(&mut body, values);
                self.only_if_exported(&mut body, switch, &contract::RENEWED, &Text::new(), &NOT_EXPORTED[AT_PROMPT]);
                self.only_if_writable(text, &contract::RENEWED, &body, &READ_ONLY[AT_PROMPT]);
            }
            Answer::Pause(pause) => {
                hook::call(text, "__assume_wait", &pause.words(), self.value);
                text.push("; ");
            }
            Answer::Disowned => {
                text.push("__assume_gone; ");
            }
            Answer::Entered(entered, switch) => {
                let touched = contract::touched(environment);
                let mut then = Text::new();
                hook::call(&mut then, "__assume_entered", &entered.words(), self.value);
                then.push("; ");
                let body = match (switch, entered.outcome) {
                    (Some(switch), Outcome::Switched) => {
                        self.switch_body(switch, environment, &then, &NOT_EXPORTED[AT_PROMPT])
                    }
                    (_, Outcome::Dropped) => {
                        let mut body = Text::new();
                        self.begin(&mut body, &touched, environment);
                        unset(&mut body, &touched).push("__assume_gone; ").push_text(&then);
                        body
                    }
                    _ => then,
                };
                self.only_if_writable(text, &touched, &body, &READ_ONLY[AT_PROMPT]);
            }
        });
        text.into_secret()
    }

    /// Tells the hook, where the shell has one, what it now watches.
    fn took(&self, text: &mut Text, switch: &Switch) {
        if let Some(watch) = &switch.watch {
            self.when_hooked(text, "__assume_took", |text| {
                hook::call(text, "__assume_took", &watch.words(), self.value);
            });
        }
    }

    fn when_hooked(&self, text: &mut Text, function: &str, inner: impl FnOnce(&mut Text)) {
        if self.hooked {
            text.push("if typeset -f ").push(function).push(" >/dev/null 2>&1; then ");
            inner(text);
            text.push("; fi; ");
        }
    }

    /// The outermost compound, and the test that its words arrived as they were sent.
    fn on_arrival(&self, text: &mut Text, inner: impl FnOnce(&mut Text)) {
        text.push("{ if ").push(MARKER).push(self.arrival).push("; then ");
        inner(text);
        text.push("else ");
        say(text, notes::TORN);
        // Once more, since `else` itself may be torn apart: without it, all would have gone well.
        say(text, notes::TORN_HINT).push("false; fi && ").push(MARKER).push("; }\n");
    }

    /// Leaves in the shell what puts everything back, where there is nothing of the kind yet.
    fn keep(&self, text: &mut Text, touched: &[&str], environment: &Environment) {
        let mut restore = Text::new();
        self.restore(&mut restore, touched, environment);
        unset(&mut restore, &[OFF, REGION]).push("true; ");
        let mut off = Text::new();
        self.only_if_writable(&mut off, touched, &restore, &READ_ONLY[AT_PROMPT]);
        let mut region = Text::new();
        self.restore(&mut region, &REGIONS, environment);

        text.push("if test -z \"${").push(OFF).push("+x}\"; then ").push(self.before_keeping);
        for (name, value) in [(OFF, &off), (REGION, &region)] {
            text.push(self.assign).push(name).push("=");
            (self.value)(text, value.as_bytes());
            text.push(" ; ");
        }
        text.push(self.after_keeping).push("fi; ");
    }

    /// Each of `names` as it is now: unset first, which also takes off what attributes it may have meanwhile.
    fn restore(&self, text: &mut Text, names: &[&str], environment: &Environment) {
        unset(text, names);
        for name in names {
            if let Some(value) = environment.raw(name) {
                text.push("export ").push(name).push("=");
                (self.value)(text, value.as_encoded_bytes());
                text.push(" ; ");
            }
        }
    }

    /// A variable that is read-only, or lies above another of its name (`AWS_REGION=x assume dev`, a `local`), would stop a
    /// switch half way: a trial in a subshell finds it.
    fn only_if_writable(&self, text: &mut Text, names: &[&str], body: &Text, otherwise: &[&str]) {
        text.push("if test ok = \"`unset -v ").push(&names.join(" ")).push(" 2>/dev/null && ");
        if self.layered {
            text.push("test -z ");
            for name in names {
                // Two of them: under `IFS=x` one would be nothing.
                text.push("${").push(name).push("+xx}");
            }
            text.push(" 2>/dev/null && ");
        }
        text.push("echo ok`\"; then ");
        text.push_text(body).push("else ");
        complain(text, otherwise);
    }
}

fn drop_foreign(text: &mut Text, environment: &Environment) {
    if contract::foreign(environment) {
        unset(text, &[OFF, REGION]);
    }
}

/// What is said where `export` does nothing.
const NOT_EXPORTED: [&str; 2] = [notes::NOT_EXPORTED, notes::NOT_EXPORTED_HINT];
/// What is said where a variable is read-only.
const READ_ONLY: [&str; 2] = [notes::READ_ONLY, notes::READ_ONLY_HINT];
/// How much of it in what a prompt may run.
const AT_PROMPT: RangeTo<usize> = ..1;

fn unset<'a>(text: &'a mut Text, names: &[&str]) -> &'a mut Text {
    text.push("unset -v ").push(&names.join(" ")).push("; ")
}

fn say<'a>(text: &'a mut Text, note: &str) -> &'a mut Text {
    text.push("echo '").push(note).push("' >&2; ")
}

/// The end of a condition that does not hold.
fn complain(text: &mut Text, notes: &[&str]) {
    for note in notes {
        say(text, note);
    }
    text.push("false; fi; ");
}

pub(super) fn export_lines(value: fn(&mut Text, &[u8]), pairs: &[(&str, &Secret)]) -> Secret {
    let mut text = Text::new();
    for (index, (name, secret)) in pairs.iter().enumerate() {
        text.push(if index == 0 { "export " } else { " export " }).push(name).push("=");
        value(&mut text, secret.expose().as_bytes());
        text.push(";");
    }
    text.push("\n");
    text.into_secret()
}
