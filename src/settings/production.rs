//! `[production]`: which names mean production, and whether a switch there wants a confirmation.

use serde::Deserialize;
use toml::Spanned;
use wildmatch::WildMatch;

use super::Source;
use crate::error::Result;
use crate::identity::Names;
use crate::sanitize;

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Production {
    patterns: Vec<WildMatch>,
    pub(super) confirm: bool,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Table {
    #[serde(rename = "match")]
    patterns: Vec<Spanned<String>>,
    confirm: Option<Spanned<bool>>,
}

impl Table {
    pub(super) fn check(self, source: &Source) -> Result<Production> {
        let patterns = self.patterns.iter().map(|pattern| {
            let text = pattern.get_ref().trim();
            // Other tools' globs have more: one that never fits would guard nothing, in silence.
            if text.is_empty() || text.contains(['[', ']', '{', '}', '\\']) {
                let hint =
                    "* stands for any text and ? for one character, brackets among them; there are no other signs";
                return Err(source.wrong_value("a pattern of production.match", pattern, hint));
            }
            Ok(WildMatch::new_case_insensitive(text))
        });
        let patterns: Vec<_> = patterns.collect::<Result<_>>()?;
        let confirm = self.confirm.as_ref().filter(|confirm| *confirm.get_ref());
        match confirm {
            Some(confirm) if patterns.is_empty() => Err(source.wrong(
                source.line(confirm.span().start),
                "production.confirm is true, and production.match names nothing",
                "say what is production: match = [\"prod*\"]",
            )),
            _ => Ok(Production { patterns, confirm: confirm.is_some() }),
        }
    }
}

impl Production {
    /// By the names as a person sees them: a character that nothing shows must not hide one from its pattern.
    pub(super) fn fits(&self, names: &Names) -> bool {
        let names = [names.profile, names.account, names.account_id, names.role];
        names.iter().any(|name| {
            let name = sanitize::line(name);
            !name.trim().is_empty() && self.patterns.iter().any(|pattern| pattern.matches(name.trim()))
        })
    }
}
