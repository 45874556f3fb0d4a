//! The reader of the AWS CLI and boto3, in one process for the whole corpus.
use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};

use aws_assume::config::Source;
use serde::Deserialize;

use super::differences::{Differences, compare};
use super::{Case, Reading, Sections, load};
use crate::skip::lacks;

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Botocore {
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
pub(super) fn read(cases: &[Case]) -> Option<Vec<Botocore>> {
    let python = std::env::var("ASSUME_TEST_PYTHON").unwrap_or_else(|_| "python3".into());
    let probe = Command::new(&python).args(["-c", "import botocore"]).stderr(Stdio::null()).status();
    if !probe.is_ok_and(|status| status.success()) {
        lacks(&format!("{python} has no botocore (set ASSUME_TEST_PYTHON)"));
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

pub(super) fn against(ours: &Reading, case: &Case, theirs: &Botocore) -> Differences {
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
        Source::LongTermKey { in_credentials_file, .. } | Source::TemporaryKey { in_credentials_file, .. } => {
            Some(if *in_credentials_file { "shared-credentials-file" } else { "config-file" })
        }
        Source::ConsoleLogin { .. } => Some("login"),
        Source::SsoToken { .. } | Source::None => None,
    }
}
