//! `config.toml`, whatever stands in it.

use std::path::Path;

use super::Settings;
use crate::error::Kind;
use crate::fuzzing::assert_fit;
use crate::identity::Names;

pub(crate) fn settings_of(text: &str) -> Option<Settings> {
    Settings::parse(text, Path::new("config.toml")).ok()
}

/// A mistake is named with its line.
pub fn settings_file(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match Settings::parse(text, Path::new("config.toml")) {
        Ok(settings) => {
            let names = Names { profile: text, account: text, account_id: text, role: text, ..Names::default() };
            let _ = settings.is_production(&names);
            assert!((8..=400).contains(&settings.segment().width));
        }
        Err(error) => {
            assert_eq!(error.kind(), Kind::Config);
            assert_fit(&error);
            let line = error.message().strip_prefix("config.toml line ").and_then(|rest| rest.split_once(':'));
            let line: usize = line.and_then(|(line, _)| line.parse().ok()).expect("the line is named");
            assert!((1..=text.matches('\n').count() + 1).contains(&line), "{error}");
        }
    }
}
