//! The parser of the Rust SDK.
use std::collections::BTreeSet;

use ::aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use ::aws_runtime::env_config::property::PropertiesKey;
use ::aws_runtime::env_config::section::EnvConfigSections;
use ::aws_runtime::env_config::source;
use aws_types::os_shim_internal::{Env, Fs};

use super::differences::{Differences, compare};
use super::{Case, Reading};

pub(super) fn against(ours: &Reading, case: &Case) -> Differences {
    let mut files = EnvConfigFiles::builder();
    for (kind, path) in [(EnvConfigFileKind::Config, &case.config), (EnvConfigFileKind::Credentials, &case.credentials)]
    {
        if path.exists() {
            files = files.with_file(kind, path);
        }
    }
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let (env, fs, files) = (Env::from_slice(&[]), Fs::real(), files.build());
    let files = runtime.block_on(source::load(&env, &fs, &files)).unwrap();
    let Ok(read) = EnvConfigSections::parse(files) else {
        return Differences::from(["refuses the file".to_owned()]);
    };

    // That parser lists no keys: ask for every word that could be one.
    let keys = possible_keys(case);
    let said = |get: &dyn Fn(&str) -> Option<String>| {
        keys.iter().filter_map(|key| Some((key.clone(), as_block(get(key)?)))).collect()
    };
    let profiles = read.profiles().map(|name| {
        let profile = read.get_profile(name).unwrap();
        (name.to_owned(), said(&|key| profile.get(key).map(str::to_owned)))
    });
    let sessions = read.sso_sessions().map(|name| {
        let session = read.sso_session(name).unwrap();
        (name.to_owned(), said(&|key| session.get(key).map(str::to_owned)))
    });
    // Of `[services]` it keeps sub-properties only, and no names.
    let services = ours.services.iter().map(|(name, ours)| {
        let block = |key: &str, value: &str| {
            let line = |sub: &str| {
                let id = PropertiesKey::builder().section_key("services").section_name(name).property_name(key);
                let value = read.other_sections().get(&id.sub_property_name(sub).build().unwrap())?;
                Some(format!("{sub} = {value}"))
            };
            let subs = value.lines().filter_map(|line| line.split_once(" = "));
            subs.filter_map(|(sub, _)| line(sub)).collect::<Vec<_>>().join("\n")
        };
        (name.clone(), ours.iter().map(|(key, value)| (key.clone(), block(key, value))).collect())
    });
    let mut found = Differences::new();
    compare("profile", &ours.profiles, &profiles.collect(), &mut found);
    compare("sso-session", &ours.sessions, &sessions.collect(), &mut found);
    compare("services", &ours.services, &services.collect(), &mut found);
    found
}

fn possible_keys(case: &Case) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for path in [&case.config, &case.credentials] {
        let text = std::fs::read(path).unwrap_or_default();
        for line in String::from_utf8_lossy(&text).split(['\n', '\r']) {
            for (end, _) in line.match_indices(['=', ':']) {
                keys.insert(line[..end].trim().to_lowercase());
            }
        }
    }
    keys
}

/// A block is one text there, with a line break in front.
fn as_block(value: String) -> String {
    if !value.starts_with('\n') {
        return value;
    }
    let mut lines: Vec<(&str, &str)> = Vec::new();
    for (key, value) in value.lines().filter_map(|line| line.split_once('=')) {
        let (key, value) = (key.trim(), value.trim());
        match lines.iter_mut().find(|(known, _)| *known == key) {
            Some(known) => known.1 = value,
            None => lines.push((key, value)),
        }
    }
    lines.iter().map(|(key, value)| format!("{key} = {value}")).collect::<Vec<_>>().join("\n")
}
