//! `[segment]`: what a prompt shows, how wide it may be, and its colours.

use anstyle::{AnsiColor, Style};
use serde::Deserialize;
use toml::Spanned;

use super::Source;
use super::format::{Field, Format};
use crate::error::Result;

const WIDTH: usize = 40;
const WIDTHS: std::ops::RangeInclusive<i64> = 8..=400;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SegmentSettings {
    pub format: Format,
    /// In cells of the terminal.
    pub width: usize,
    pub colors: Colors,
}

/// One for each state, and for production, which goes before the states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colors {
    pub fine: Style,
    pub expiring: Style,
    pub expired: Style,
    pub sign_in_needed: Style,
    pub locked: Style,
    pub production: Style,
}

impl Default for SegmentSettings {
    fn default() -> Self {
        Self { format: Format::default(), width: WIDTH, colors: Colors::default() }
    }
}

impl Default for Colors {
    fn default() -> Self {
        let red = AnsiColor::Red.on_default();
        Self {
            fine: AnsiColor::Green.on_default(),
            expiring: AnsiColor::Yellow.on_default(),
            expired: red,
            sign_in_needed: red,
            locked: red,
            production: red.bold(),
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Table {
    format: Option<Spanned<String>>,
    width: Option<Spanned<i64>>,
    color: ColorTable,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct ColorTable {
    fine: Option<Spanned<String>>,
    expiring: Option<Spanned<String>>,
    expired: Option<Spanned<String>>,
    sign_in_needed: Option<Spanned<String>>,
    locked: Option<Spanned<String>>,
    production: Option<Spanned<String>>,
}

impl Table {
    pub(super) fn check(self, source: &Source) -> Result<SegmentSettings> {
        let format = self.format.map_or_else(
            || Ok(Format::default()),
            |text| {
                Format::parse(text.get_ref()).map_err(|wrong| {
                    let hint =
                        format!("use {}; {{{{ and }}}} for braces; colours go into [segment.color]", Field::names());
                    source.wrong(source.line(text.span().start), &format!("segment.format {wrong}"), hint)
                })
            },
        )?;
        let width = self.width.map_or(Ok(WIDTH), |width| {
            let wrong = || {
                let said = format!("segment.width is {}", width.get_ref());
                let hint = format!("write a number of cells from {} to {}", WIDTHS.start(), WIDTHS.end());
                source.wrong(source.line(width.span().start), &said, hint)
            };
            let fits = WIDTHS.contains(width.get_ref()).then_some(*width.get_ref());
            fits.and_then(|width| usize::try_from(width).ok()).ok_or_else(wrong)
        })?;
        Ok(SegmentSettings { format, width, colors: self.color.check(source)? })
    }
}

impl ColorTable {
    fn check(&self, source: &Source) -> Result<Colors> {
        let style = |key: &str, words: &Option<Spanned<String>>, default: Style| {
            let Some(words) = words else { return Ok(default) };
            // The parser panics on `#é1`.
            let text = Some(words.get_ref()).filter(|text| text.is_ascii());
            text.and_then(|text| anstyle_git::parse(text).ok()).ok_or_else(|| {
                let hint =
                    "write colours as git has them: \"bold red\", \"black yellow\", \"#ff8800\", \"208\", \"normal\"";
                source.wrong_value(&format!("segment.color.{key}"), words, hint)
            })
        };
        let usual = Colors::default();
        Ok(Colors {
            fine: style("fine", &self.fine, usual.fine)?,
            expiring: style("expiring", &self.expiring, usual.expiring)?,
            expired: style("expired", &self.expired, usual.expired)?,
            sign_in_needed: style("sign_in_needed", &self.sign_in_needed, usual.sign_in_needed)?,
            locked: style("locked", &self.locked, usual.locked)?,
            production: style("production", &self.production, usual.production)?,
        })
    }
}
