//! What `refresh` prints for the hook: new keys, no keys yet, or that the shell's keys are not ours.

use super::text::Text;
use super::watch::{Entered, Pause, Watch};
use super::{Dialect, Switch, bash, encode, fish, powershell, zsh};
use crate::environment::Environment;
use crate::secret::Secret;

/// What a hook may be told.
pub enum Answer<'a> {
    /// New keys for what the shell is, and nothing else of it.
    Keys(&'a Switch),
    Pause(&'a Pause),
    /// The keys in the environment are not those the vault issued: they are the person's own.
    Disowned,
    /// The shell is in a folder with an `.assume` file; with a switch where it goes there.
    Entered(&'a Entered, Option<&'a Switch>),
}

/// `None` for a dialect that has no hook.
pub fn answer(dialect: Dialect, answer: &Answer<'_>, environment: &Environment) -> Option<Secret> {
    match dialect {
        Dialect::Bash => Some(bash::GRAMMAR.answer(answer, environment)),
        Dialect::Zsh => Some(zsh::GRAMMAR.answer(answer, environment)),
        Dialect::Fish => Some(fish::answer(answer, environment)),
        Dialect::PowerShellList => Some(powershell::answer_list(answer, environment)),
        Dialect::PowerShell | Dialect::Sh | Dialect::Json => None,
    }
}

/// The statement with which a shell that is being set up takes over the identity it inherited: only while it still holds
/// that access key.
pub fn adoption(dialect: Dialect, watch: &Watch) -> Option<String> {
    let mut text = Text::new();
    match dialect {
        Dialect::Bash | Dialect::Zsh => {
            text.push("if [[ ${AWS_ACCESS_KEY_ID-} == ");
            encode::ansi_c(&mut text, watch.access_key_id.as_bytes());
            text.push(" ]]; then ");
            call(&mut text, "__assume_adopt", &watch.words(), encode::ansi_c);
            text.push("; fi\n");
        }
        Dialect::Fish => {
            text.push("if test \"$AWS_ACCESS_KEY_ID\" = ");
            encode::fish(&mut text, watch.access_key_id.as_bytes());
            text.push("; ");
            call(&mut text, "__assume_adopt", &watch.words(), encode::fish);
            text.push("; end\n");
        }
        Dialect::PowerShell | Dialect::PowerShellList => {
            text.push("if ($env:AWS_ACCESS_KEY_ID -ceq ");
            powershell::literal(&mut text, &watch.access_key_id);
            text.push(") { ");
            powershell::call(&mut text, "__assume_adopt", &watch.words());
            text.push(" }\n");
        }
        Dialect::Sh | Dialect::Json => return None,
    }
    Some(text.into_public())
}

pub(super) fn call(text: &mut Text, function: &str, words: &[String], value: fn(&mut Text, &[u8])) {
    text.push(function);
    for word in words {
        text.push(" ");
        value(text, word.as_bytes());
    }
}
