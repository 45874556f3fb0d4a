//! Our reader of AWS's files against two that nobody here wrote: botocore, which the AWS CLI and boto3 read with, and
//! the parser of the Rust SDK. Over every file of `tests/corpus/config`; each intended difference stands, with its
//! reason, in `differences.md` there. One that is not listed fails, and so does one that is listed and gone.
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use aws_assume::config::{Config, SectionKind, Source};
use aws_assume::environment::Environment;
use serde::Deserialize;

const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus/config");

struct Case {
    name: String,
    oddities: Vec<String>,
    config: PathBuf,
    credentials: PathBuf,
}

type Sections = BTreeMap<String, BTreeMap<String, String>>;

/// What a reader made of a case.
#[derive(Default)]
struct Reading {
    profiles: Sections,
    sessions: Sections,
    services: Sections,
}

/// `profile dev region`, `refuses the file`, …: in words, so that the table can be read.
type Differences = BTreeSet<String>;

#[test]
fn botocore_reads_the_corpus_as_we_do() {
    let folder = tempfile::tempdir().unwrap();
    let cases = cases(folder.path());
    let Some(theirs) = botocore(&cases) else { return };
    let found = cases.iter().zip(&theirs).map(|(case, theirs)| against_botocore(&ours(case), case, theirs));
    judge("botocore", &cases, found);
}

#[test]
fn aws_runtime_reads_the_corpus_as_we_do() {
    let folder = tempfile::tempdir().unwrap();
    let cases = cases(folder.path());
    let found = cases.iter().map(|case| against_aws_runtime(&ours(case), case));
    judge("aws-runtime", &cases, found);
}

#[test]
fn the_corpus_has_more_than_three_hundred_cases() {
    let folder = tempfile::tempdir().unwrap();
    assert!(cases(folder.path()).len() > 300);
}

// ---- the corpus ----------------------------------------------------------------------------------------------

#[derive(Deserialize)]
struct Generated {
    name: String,
    oddities: Vec<String>,
    config: String,
    credentials: String,
}

fn cases(folder: &Path) -> Vec<Case> {
    let hand = Path::new(CORPUS).join("hand");
    let files = std::fs::read_dir(&hand).unwrap().map(|entry| entry.unwrap().path());
    let names: BTreeSet<String> = files.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    let by_hand = names.into_iter().map(|name| Case {
        config: hand.join(format!("{name}.config")),
        credentials: hand.join(format!("{name}.credentials")),
        oddities: Vec::new(),
        name,
    });
    let text = std::fs::read_to_string(Path::new(CORPUS).join("generated.json")).unwrap();
    let generated: Vec<Generated> = serde_json::from_str(&text).unwrap();
    let generated = generated.into_iter().map(|case| {
        let (config, credentials) = (folder.join(&case.name), folder.join(format!("{}.credentials", case.name)));
        std::fs::write(&config, case.config).unwrap();
        std::fs::write(&credentials, case.credentials).unwrap();
        Case { name: case.name, oddities: case.oddities, config, credentials }
    });
    by_hand.chain(generated).collect()
}

fn load(case: &Case) -> Config {
    let variables = [("AWS_CONFIG_FILE", &case.config), ("AWS_SHARED_CREDENTIALS_FILE", &case.credentials)];
    Config::load(&Environment::from_pairs(variables)).unwrap()
}

fn ours(case: &Case) -> Reading {
    let config = load(case);
    let sections = |kind| {
        let settings = |name: &str| {
            let settings = config.settings(kind, name).unwrap().into_iter();
            settings.map(|setting| (setting.key, setting.value)).collect()
        };
        config.section_names(kind).into_iter().map(|name| (name.to_owned(), settings(name))).collect()
    };
    Reading {
        profiles: sections(SectionKind::Profile),
        sessions: sections(SectionKind::SsoSession),
        services: sections(SectionKind::Services),
    }
}

// ---- botocore ------------------------------------------------------------------------------------------------

#[derive(Deserialize)]
#[serde(untagged)]
enum Botocore {
    Refused {
        #[expect(dead_code, reason = "for whoever debugs")]
        refused: String,
    },
    Read {
        profiles: Sections,
        sso_sessions: Sections,
        services: Sections,
        sources: BTreeMap<String, Option<String>>,
        endpoints: BTreeMap<String, Option<BTreeMap<String, Option<String>>>>,
    },
}

/// One process for the whole corpus. `None` where there is no botocore here.
fn botocore(cases: &[Case]) -> Option<Vec<Botocore>> {
    let python = std::env::var("ASSUME_TEST_PYTHON").unwrap_or_else(|_| "python3".into());
    let probe = Command::new(&python).args(["-c", "import botocore"]).stderr(Stdio::null()).status();
    if !probe.is_ok_and(|status| status.success()) {
        let why = format!("botocore_reads_the_corpus_as_we_do: {python} has no botocore (set ASSUME_TEST_PYTHON)");
        assert!(std::env::var("CI").as_deref() != Ok("true"), "{why}");
        skip(&why);
        return None;
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/python/config_oracle");
    let mut child = Command::new(python)
        .args(["-B", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let files: Vec<_> = cases
        .iter()
        .map(|case| serde_json::json!({ "config": case.config, "credentials": case.credentials }))
        .collect();
    child.stdin.take().unwrap().write_all(serde_json::to_string(&files).unwrap().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

/// Said past the test runner's capture, and to `tests/run`, so that a skip is seen.
fn skip(why: &str) {
    writeln!(std::io::stderr(), "skipped {why}").unwrap();
    if let Some(path) = std::env::var_os("ASSUME_TEST_SKIPS") {
        let file = std::fs::OpenOptions::new().append(true).create(true).open(path);
        writeln!(file.unwrap(), "{why}").unwrap();
    }
}

fn against_botocore(ours: &Reading, case: &Case, theirs: &Botocore) -> Differences {
    let Botocore::Read { profiles, sso_sessions, services, sources, endpoints } = theirs else {
        return Differences::from(["refuses the file".to_owned()]);
    };
    let mut found = Differences::new();
    compare("profile", &ours.profiles, profiles, &mut found);
    compare("sso-session", &ours.sessions, sso_sessions, &mut found);
    compare("services", &ours.services, services, &mut found);
    let config = load(case);
    for (name, theirs) in sources.iter().filter(|(name, _)| config.has_profile(name)) {
        let resolved = config.profile(name);
        let source = resolved.as_ref().map_or(Some("error"), |profile| method(&profile.source));
        let theirs = theirs.as_deref().map(|theirs| theirs.split(':').next().unwrap());
        // A profile that names a services section which does not exist fails with botocore too, but later.
        if source != theirs && !(source == Some("error") && endpoints[name].is_none()) {
            found.insert(format!("profile {name} source"));
        }
        if resolved.is_err() && endpoints[name].is_none() {
            continue;
        }
        let (Ok(profile), Some(theirs)) = (resolved, &endpoints[name]) else {
            if endpoints[name].is_none() {
                found.insert(format!("profile {name} endpoints"));
            }
            continue;
        };
        let overrides = &profile.overrides;
        for (client, ours) in [("sso", &overrides.sso), ("sso-oidc", &overrides.sso_oidc), ("sts", &overrides.sts)] {
            let theirs = theirs.get(client).and_then(Option::as_deref);
            if ours.as_ref().map(|ours| ours.url.as_str()) != theirs {
                found.insert(format!("profile {name} endpoint {client}"));
            }
        }
    }
    found
}

/// The name botocore has for a source.
fn method(source: &Source) -> Option<&'static str> {
    match source {
        Source::Sso { .. } => Some("sso"),
        Source::AssumedRole(_) => Some("assume-role"),
        Source::Process { .. } => Some("custom-process"),
        Source::WebIdentity { .. } => Some("assume-role-with-web-identity"),
        Source::LongTermKey { in_credentials_file: true, .. } => Some("shared-credentials-file"),
        Source::LongTermKey { in_credentials_file: false, .. } => Some("config-file"),
        Source::ConsoleLogin { .. } => Some("login"),
        Source::SsoToken { .. } | Source::None => None,
    }
}

// ---- aws-runtime ---------------------------------------------------------------------------------------------

fn against_aws_runtime(ours: &Reading, case: &Case) -> Differences {
    use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
    use aws_runtime::env_config::property::PropertiesKey;
    use aws_runtime::env_config::section::EnvConfigSections;
    use aws_types::os_shim_internal::{Env, Fs};

    let mut files = EnvConfigFiles::builder();
    for (kind, path) in [(EnvConfigFileKind::Config, &case.config), (EnvConfigFileKind::Credentials, &case.credentials)]
    {
        if path.exists() {
            files = files.with_file(kind, path);
        }
    }
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let (env, fs, files) = (Env::from_slice(&[]), Fs::real(), files.build());
    let source = runtime.block_on(aws_runtime::env_config::source::load(&env, &fs, &files)).unwrap();
    let Ok(read) = EnvConfigSections::parse(source) else {
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

// ---- what differs, and what may ------------------------------------------------------------------------------

fn compare(what: &str, ours: &Sections, theirs: &Sections, found: &mut Differences) {
    for name in ours.keys().chain(theirs.keys()) {
        let (Some(our_keys), Some(their_keys)) = (ours.get(name), theirs.get(name)) else {
            let whose = if ours.contains_key(name) { "only here" } else { "only there" };
            found.insert(format!("{what} {} {whose}", printable(name)));
            continue;
        };
        let name = printable(name);
        for key in our_keys.keys().chain(their_keys.keys()) {
            let (ours, theirs) = (our_keys.get(key), their_keys.get(key));
            if ours.map(String::as_str).map(hide) != theirs.map(String::as_str).map(hide) && !is_secret(ours, theirs) {
                found.insert(format!("{what} {name} key {key}"));
            }
        }
    }
}

/// We keep no secret, so there is nothing to compare but that there is one.
fn is_secret(ours: Option<&String>, theirs: Option<&String>) -> bool {
    ours.is_some_and(|ours| ours == "[redacted]") && theirs.is_some_and(|theirs| !theirs.is_empty())
}

fn hide(value: &str) -> String {
    let hidden = |line: &str| match line.split_once('=') {
        Some((key, _)) if key.contains("secret") => format!("{}= [redacted]", key),
        _ => line.to_owned(),
    };
    value.split('\n').map(hidden).collect::<Vec<_>>().join("\n")
}

/// Rows of `differences.md`: case or oddity, reader, what differs, why.
fn listed(reader: &str) -> BTreeMap<String, Differences> {
    let text = std::fs::read_to_string(Path::new(CORPUS).join("differences.md")).unwrap();
    let mut rows = BTreeMap::new();
    for line in text.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| case ")) {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let [case, by, what, why] = cells[..] else { panic!("four cells make a row: {line}") };
        assert!(!why.is_empty(), "no reason: {line}");
        if by == reader {
            let what = what.split("; ").map(str::to_owned).collect();
            assert!(rows.insert(case.to_owned(), what).is_none(), "two rows: {line}");
        }
    }
    rows
}

/// One line of printable text, so that it can stand in the table.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { c.escape_default().to_string() } else { c.to_string() }).collect()
}

fn judge(reader: &str, cases: &[Case], found: impl Iterator<Item = Differences>) {
    let mut expected = listed(reader);
    let mut seen: BTreeMap<String, Differences> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (case, found) in cases.iter().zip(found) {
        if case.oddities.is_empty() {
            if !found.is_empty() || expected.contains_key(&case.name) {
                seen.insert(case.name.clone(), found);
            }
            continue;
        }
        // Of generated files the kind of difference is listed, by oddity.
        let kinds: Differences = found.iter().map(|difference| kind(difference)).collect();
        let allowed = |kind: &String| {
            case.oddities.iter().any(|odd| expected.get(&format!("oddity {odd}")).is_some_and(|row| row.contains(kind)))
        };
        for kind in kinds.iter().filter(|kind| !allowed(kind)) {
            wrong.push(format!("{} ({}): {kind}: {found:?}", case.name, case.oddities.join(", ")));
        }
        if let [odd] = &case.oddities[..] {
            seen.entry(format!("oddity {odd}")).or_default().extend(kinds);
        }
    }
    for (case, found) in seen {
        let listed = expected.remove(&case).unwrap_or_default();
        wrong.extend(found.difference(&listed).map(|one| format!("not listed: | {case} | {reader} | {one} |")));
        wrong.extend(listed.difference(&found).map(|one| format!("listed and gone: | {case} | {reader} | {one} |")));
    }
    wrong.extend(expected.keys().map(|case| format!("listed, and no such case: {case} ({reader})")));
    assert!(wrong.is_empty(), "{} against {reader}:\n{}", wrong.len(), wrong.join("\n"));
}

fn kind(difference: &str) -> String {
    let kind = match difference {
        "refuses the file" => difference,
        _ if difference.ends_with(" only here") => "a section only here",
        _ if difference.ends_with(" only there") => "a section only there",
        _ if difference.ends_with(" source") => "a source",
        _ if difference.contains(" endpoint") => "an endpoint",
        _ => "a value",
    };
    kind.to_owned()
}
