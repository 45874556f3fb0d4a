//! PowerShell 5.1 and 7: script text for a bare `iex (assume dev)`, and the list its wrapper asks for.
//!
//! The list has one instruction a line, after the marker and before a closing `.`: `drop` (what arrived exported under our
//! own names), `keep` (note what the names below hold, unless something is noted), `restore` (put back what is noted; the
//! lines below are for where nothing is), `+NAME BASE64`, `-NAME`, `=NAME` (as noted, else remove), `#WORDS` for stderr;
//! for the hook `@BASE64` (one word of `__assume_took`), `?BASE64` (one of `__assume_wait`), `&BASE64` (one of
//! `__assume_entered`) and `gone`.

use std::ffi::OsStr;

use crate::environment::Environment;
use crate::secret::Secret;

use super::contract::{self, OFF, REGION, REGIONS};
use super::hook::Answer;
use super::text::Text;
use super::watch::Outcome;
use super::{Switch, encode, notes};

/// The versioned marker.
const MARKER: &str = ". { [void]'assume/1'; ";
const LIST_MARKER: &str = "assume/1\n";
const LIST_END: &str = ".\n";

const GONE: &str = "if (Test-Path -LiteralPath Function:__assume_gone) { __assume_gone }; ";

/// What was there before is kept in a hashtable, which no child inherits; its `AWS_REGION` and `AWS_DEFAULT_REGION` are
/// also the region from before.
const IF_KEPT: &str = "if (Test-Path -LiteralPath Variable:global:__assume_off) { ";
const PUT_BACK: &str = "if ($null -eq $global:__assume_off[$_]) { Remove-Item -LiteralPath Env:/$_ -ErrorAction Ignore } \
     else { Set-Item -LiteralPath Env:/$_ -Value $global:__assume_off[$_] } ";

/// Windows can be told to log the text of every script: the keys stand in this one. Only the shell can look its policy up.
const WARN_OF_LOGGING: &str = "if ($env:OS -eq 'Windows_NT') { try { if (@('HKEY_LOCAL_MACHINE','HKEY_CURRENT_USER' | \
     ForEach-Object { \"$_\\Software\\Policies\\Microsoft\\Windows\\PowerShell\\ScriptBlockLogging\",\
     \"$_\\Software\\Policies\\Microsoft\\PowerShellCore\\ScriptBlockLogging\" } | \
     Where-Object { 1 -eq [Microsoft.Win32.Registry]::GetValue($_, 'EnableScriptBlockLogging', 0) }).Count) { \
     [Console]::Error.WriteLine('assume: script block logging is on, so these keys are in the event log; the wrapper of assume init powershell keeps them out') \
     } } catch { } }; ";

pub(super) fn switch(switch: &Switch, environment: &Environment) -> Secret {
    let touched = contract::touched(environment);
    let mut text = Text::new();
    text.push(MARKER).push(WARN_OF_LOGGING);
    drop_foreign(&mut text, environment);
    if !contract::is_switched(environment) {
        keep(&mut text, &touched, environment);
    }
    let mut cleared = touched;
    if switch.region.is_none() {
        cleared.retain(|name| !REGIONS.contains(name));
        text.push(IF_KEPT);
        text.push("'AWS_REGION','AWS_DEFAULT_REGION' | ForEach-Object { ").push(PUT_BACK).push("} } else { ");
        remove(&mut text, &REGIONS);
        text.push("}; ");
    }
    remove(&mut text, &cleared);
    for (name, value) in contract::values(switch) {
        assign(&mut text, name, value.expose());
    }
    if let Some(watch) = &switch.watch {
        text.push("if (Test-Path -LiteralPath Function:__assume_took) { ");
        call(&mut text, "__assume_took", &watch.words());
        text.push(" }; ");
    }
    text.push("$null; }\n");
    text.into_secret()
}

pub(super) fn literal(text: &mut Text, value: &str) {
    encode::powershell(text, OsStr::new(value));
}

/// The words as one array.
pub(super) fn call(text: &mut Text, function: &str, words: &[String]) {
    text.push(function).push(" @(");
    for (index, word) in words.iter().enumerate() {
        text.push(if index == 0 { "" } else { "," });
        literal(text, word);
    }
    text.push(")");
}

/// For the hook: new keys replace the old ones, and nothing else changes.
pub(super) fn answer_list(answer: &Answer<'_>, environment: &Environment) -> Secret {
    let mut text = Text::new();
    text.push(LIST_MARKER);
    match answer {
        Answer::Keys(switch) => {
            let values = contract::values(switch);
            for name in contract::RENEWED {
                match values.iter().find(|(set, _)| *set == name) {
                    Some((_, value)) => set_line(&mut text, name, value),
                    None => name_line(&mut text, "-", name),
                }
            }
            took_lines(&mut text, switch);
        }
        Answer::Pause(pause) => word_lines(&mut text, "?", &pause.words()),
        Answer::Disowned => {
            text.push("gone\n");
        }
        Answer::Entered(entered, switch) => {
            match (switch, entered.outcome) {
                (Some(switch), Outcome::Switched) => switch_lines(&mut text, switch, environment),
                (_, Outcome::Dropped) => {
                    begin_lines(&mut text, environment);
                    for name in contract::touched(environment) {
                        name_line(&mut text, "-", name);
                    }
                    text.push("gone\n");
                }
                _ => {}
            }
            word_lines(&mut text, "&", &entered.words());
        }
    }
    text.push(LIST_END);
    text.into_secret()
}

fn set_line(text: &mut Text, name: &str, value: &Secret) {
    text.push("+").push(name).push(" ");
    encode::base64(text, value.expose());
    text.push("\n");
}

fn name_line(text: &mut Text, sign: &str, name: &str) {
    text.push(sign).push(name).push("\n");
}

fn took_lines(text: &mut Text, switch: &Switch) {
    if let Some(watch) = &switch.watch {
        word_lines(text, "@", &watch.words());
    }
}

fn word_lines(text: &mut Text, sign: &str, words: &[String]) {
    for word in words {
        text.push(sign);
        encode::base64(text, word);
        text.push("\n");
    }
}

pub(super) fn off(environment: &Environment, keys_are_ours: bool) -> String {
    let mut text = Text::new();
    text.push(MARKER);
    drop_foreign(&mut text, environment);
    text.push(IF_KEPT).push("@($global:__assume_off.Keys) | ForEach-Object { ").push(PUT_BACK);
    text.push("}; Remove-Variable -Name __assume_off -Scope Global; ").push(GONE).push("} ");
    if contract::is_switched(environment) {
        text.push("else { ");
        remove(&mut text, &contract::ours(keys_are_ours));
        text.push(GONE).push("[Console]::Error.WriteLine('").push(notes::cannot_restore(keys_are_ours)).push("') } ");
    }
    text.push("; $null; }\n");
    text.into_public()
}

pub(super) fn switch_list(switch: &Switch, environment: &Environment) -> Secret {
    let mut text = Text::new();
    text.push(LIST_MARKER);
    switch_lines(&mut text, switch, environment);
    text.push(LIST_END);
    text.into_secret()
}

/// What is there before the first switch is kept, whatever comes after it.
fn begin_lines(text: &mut Text, environment: &Environment) {
    text.push(dropped(environment));
    if !contract::is_switched(environment) {
        text.push("keep\n");
    }
}

fn switch_lines(text: &mut Text, switch: &Switch, environment: &Environment) {
    let values = contract::values(switch);
    begin_lines(text, environment);
    for name in contract::touched(environment) {
        match values.iter().find(|(set, _)| *set == name) {
            Some((_, value)) => set_line(text, name, value),
            None => name_line(text, if REGIONS.contains(&name) { "=" } else { "-" }, name),
        }
    }
    took_lines(text, switch);
}

pub(super) fn off_list(environment: &Environment, keys_are_ours: bool) -> String {
    let mut text = Text::new();
    text.push(LIST_MARKER).push(dropped(environment)).push("restore\n");
    if contract::is_switched(environment) {
        for name in contract::ours(keys_are_ours) {
            text.push("-").push(name).push("\n");
        }
        text.push("gone\n#").push(notes::cannot_restore(keys_are_ours)).push("\n");
    }
    text.push(LIST_END);
    text.into_public()
}

pub(super) fn export_lines(pairs: &[(&str, &Secret)]) -> Secret {
    let mut text = Text::new();
    for (name, secret) in pairs {
        assign(&mut text, name, secret.expose());
    }
    text.push("\n");
    text.into_secret()
}

/// Only text that throws fails an `Invoke-Expression`: the exit status of what printed it does not.
pub(super) fn failure(message: &str) -> String {
    let mut text = Text::new();
    text.push("throw ");
    encode::powershell(&mut text, OsStr::new(message));
    text.push("\n");
    text.into_public()
}

fn drop_foreign(text: &mut Text, environment: &Environment) {
    if contract::foreign(environment) {
        remove(text, &[OFF, REGION]);
    }
}

fn dropped(environment: &Environment) -> &'static str {
    if contract::foreign(environment) { "drop\n" } else { "" }
}

/// Leaves in the shell what was there, where there is nothing of the kind yet.
fn keep(text: &mut Text, touched: &[&str], environment: &Environment) {
    text.push("if (-not (Test-Path -LiteralPath Variable:global:__assume_off)) { $global:__assume_off = @{ ");
    for name in touched {
        text.push(name).push(" = ");
        match environment.raw(name) {
            Some(value) => encode::powershell(text, value),
            None => {
                text.push("$null");
            }
        }
        text.push("; ");
    }
    text.push("} }; ");
}

/// `-LiteralPath`, as names may never be patterns.
fn remove(text: &mut Text, names: &[&str]) {
    text.push("Remove-Item -LiteralPath ");
    for (index, name) in names.iter().enumerate() {
        text.push(if index == 0 { "Env:/" } else { ",Env:/" }).push(name);
    }
    text.push(" -ErrorAction Ignore; ");
}

fn assign(text: &mut Text, name: &str, value: &str) {
    text.push("$env:").push(name).push(" = ");
    encode::powershell(text, OsStr::new(value));
    text.push("; ");
}
