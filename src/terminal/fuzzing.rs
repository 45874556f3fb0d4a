//! What a terminal is shown of names, and what is typed at it.

pub use super::picker::fuzzing::picker_query;

use unicode_width::UnicodeWidthStr;

use super::segment::{Names, names_only, render};
use crate::fuzzing::{assert_clean, texts};
use crate::settings::fuzzing::settings_of;

/// Whatever the format and the names: no wider than asked, and clean.
pub fn segment(data: &[u8]) {
    let [cells, format, profile, account, role] = texts(data);
    let format = serde_json::Value::from(format);
    let Some(settings) = settings_of(&format!("[segment]\nformat = {format}\n")) else { return };
    let names = Names { profile: &profile, account: &account, role: &role, ..Names::default() };
    let cells = cells.bytes().next().map_or(40, usize::from);
    for utf8 in [true, false] {
        let segment = render(settings.segment(), cells, &names, utf8);
        let room = if segment.has_left { 7 } else { 0 };
        for shown in [&segment.before, &segment.after, &segment.without_time()] {
            assert!(crate::sanitize::is_shown(shown) && shown.width() + room <= cells, "{segment:?} in {cells}");
        }
        assert_clean(&names_only(settings.segment(), cells, &names, utf8));
    }
}
