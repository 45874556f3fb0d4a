//! bash hands over the line as it is typed and inserts what it is given as it is: words are taken apart and put together
//! here. Where it lists candidates (`COMP_TYPE`), they are lines for a person, with descriptions.

use unicode_width::UnicodeWidthStr;

use super::offer::Offer;
use super::{Found, Place};
use crate::sanitize;
use crate::shell::Typed;

/// What bash is about to do, as `COMP_TYPE` has it since bash 4.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Doing {
    /// List, and insert nothing.
    Listing,
    /// Insert what all have in common, and list.
    Both,
    Inserting,
}

/// `words` are `COMP_TYPE`, `COLUMNS`, `COMP_POINT`, `COMP_LINE`, the second argument of a completion function, and
/// `COMP_WORDS`.
pub(super) fn answer(words: &[String], place: &Place) -> Option<String> {
    let [doing, columns, cursor, line, replaced, parts @ ..] = words else { return None };
    let doing = match doing.as_str() {
        "63" => Doing::Listing,
        "33" | "64" => Doing::Both,
        _ => Doing::Inserting,
    };
    let typed = Typed::parse(line, cursor.parse().ok()?, replaced)?;
    match place.begun(typed.words.get(1..)?) {
        Found::Offers(offers) => Some(Written { typed, doing, columns: columns.parse().unwrap_or(80) }.lines(&offers)),
        Found::Command { from } => Some(format!("\t{}\n", part_at(*typed.starts.get(from + 1)?, line, parts)?)),
    }
}

/// Which of `COMP_WORDS` begins at this byte of the line, or is the first behind it.
fn part_at(start: usize, line: &str, parts: &[String]) -> Option<usize> {
    let mut at = 0;
    for (index, part) in parts.iter().enumerate() {
        let rest = line.get(at..)?;
        at += rest.len() - rest.trim_start().len();
        if at >= start {
            return Some(index);
        }
        at += line.get(at..)?.strip_prefix(part.as_str()).map(|_| part.len())?;
    }
    None
}

/// Columns for names, where there is a longer one.
const WIDEST: usize = 40;
const GAP: usize = 2;

struct Written {
    typed: Typed,
    doing: Doing,
    columns: usize,
}

impl Written {
    fn lines(&self, offers: &[Offer]) -> String {
        let insertions: Vec<_> =
            offers.iter().filter_map(|offer| Some((self.insertion(offer)?, offer.description.as_str()))).collect();
        let described = insertions.len() > 1
            && match self.doing {
                Doing::Listing => true,
                // What they have in common is inserted: a blank of a description must not count as one of a name.
                Doing::Both => !self.typed.is_quoted() && offers.iter().all(|offer| offer.before.is_empty()),
                Doing::Inserting => false,
            };
        let mut lines = String::new();
        // One long name must not take all others' descriptions away.
        let widest = insertions.iter().map(|(insertion, _)| insertion.width().min(WIDEST)).max().unwrap_or(0);
        for (insertion, description) in &insertions {
            if described {
                lines.push_str(&self.described(insertion, description, widest));
            } else {
                lines.push_str(insertion);
            }
            lines.push('\n');
        }
        lines
    }

    fn described(&self, insertion: &str, description: &str, widest: usize) -> String {
        let room = self.columns.saturating_sub(1);
        let gap = insertion.width().max(widest) + GAP - insertion.width();
        let left = room.saturating_sub(insertion.width() + gap + "()".len());
        let description = sanitize::line_within(description, left);
        let text = match description.width() {
            1.. if left > 1 => format!("{insertion}{:gap$}({description})", ""),
            _ => insertion.to_owned(),
        };
        // More than half of the screen: one to a line.
        let rest = (room / 2 + 1).saturating_sub(text.width());
        format!("{text}{:rest$}", "")
    }

    fn insertion(&self, offer: &Offer) -> Option<String> {
        let insertion = self.typed.insertion(&offer.value)?;
        match offer.before {
            "" => Some(insertion),
            before => self.typed.is_whole().then(|| format!("{before} {insertion}")),
        }
    }
}
