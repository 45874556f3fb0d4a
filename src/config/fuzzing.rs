//! AWS's files, whatever stands in them.

use super::source_file::{FileKind, SourceFile};
use super::{Config, SectionKind, Source, endpoints, read};
use crate::endpoint;
use crate::environment::Environment;
use crate::error::Kind;
use crate::fuzzing::{SECRET, assert_clean, assert_fit, assert_no_secret, holds_secret, parts};
use crate::sanitize;

pub(crate) fn config_of(config: &[u8], credentials: &[u8]) -> Config {
    let file = |name: &str, bytes: &[u8], kind| {
        SourceFile::of(name.into(), kind, Some(read::decode(zeroize::Zeroizing::new(bytes.to_vec()))))
    };
    Config {
        config: file("config", config, FileKind::Config),
        credentials: Some(file("credentials", credentials, FileKind::Credentials)),
        variables: endpoints::Variables::of(&Environment::default()),
        problems: std::sync::OnceLock::new(),
    }
}

/// Both files; behind each a profile with a secret, which no line before it may bring to light.
pub fn aws_files(data: &[u8]) {
    if holds_secret(data) {
        return;
    }
    let [config, credentials] = parts(data);
    let last = |name: &str| format!("\n[{name}]\naws_access_key_id = AKIA\naws_secret_access_key = {SECRET}\n");
    let config = [config, last("profile kept").as_bytes()].concat();
    let credentials = [credentials, last("hidden").as_bytes()].concat();
    let config = config_of(&config, &credentials);
    let lines = |text: &str| text.split(['\n', '\r']).count();
    let longest = lines(&config.config.text).max(config.credentials.as_ref().map_or(0, |file| lines(&file.text)));

    for problem in config.problems() {
        assert!((1..=longest).contains(&problem.line), "{problem:?}");
        assert_no_secret(&format!("{problem:?}"));
    }
    for session in config.sessions() {
        assert!(endpoint::check_region(&session.id.region).is_ok(), "{session:?}");
        if let Err(error) = config.session(session.id.label()) {
            assert!([Kind::Usage, Kind::Config].contains(&error.kind()), "{error}");
            assert_fit(&error);
            assert_no_secret(&error.to_string());
        }
    }
    for kind in [SectionKind::Profile, SectionKind::SsoSession, SectionKind::Services] {
        for name in config.section_names(kind) {
            let settings = config.settings(kind, name).expect("a section that is listed is there");
            assert_no_secret(&format!("{settings:?}"));
        }
    }
    profiles(&config);
}

fn profiles(config: &Config) {
    let names = config.profile_names();
    let glances = config.glances();
    assert_eq!(names, glances.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    assert!(["kept", "hidden"].iter().all(|name| names.contains(name)), "a profile was lost: {names:?}");
    for (name, glance) in glances {
        assert!(config.has_profile(name));
        assert_eq!(glance, config.glance(name), "of {name:?}");
        let long_way = config.merged(SectionKind::Profile, name).expect("a profile that is listed is there");
        let said = |key| long_way.text(key).filter(|text| !text.contains('\n'));
        assert_eq!((glance.sso_account_id, glance.role_arn), (said("sso_account_id"), said("role_arn")), "of {name:?}");
        assert_no_secret(&format!("{:?} {glance:?}", config.disagreements(name)));
        match config.profile(name) {
            Ok(profile) => {
                assert_no_secret(&format!("{profile:?}"));
                assert!(profile.region.iter().all(|region| endpoint::check_region(region).is_ok()));
                if let Source::Sso { session, role } = &profile.source {
                    assert_eq!(glance.sso_account_id, Some(role.account_id.as_str()), "of {name:?}");
                    assert_eq!(glance.sso_role_name, Some(role.role.as_str()), "of {name:?}");
                    assert!(role.account_id.len() == 12 && role.account_id.bytes().all(|byte| byte.is_ascii_digit()));
                    assert!(endpoint::check_region(&session.id.region).is_ok());
                }
            }
            Err(error) => {
                assert_eq!(error.kind(), Kind::Config, "{error}");
                assert_fit(&error);
                assert_no_secret(&error.to_string());
            }
        }
        assert_clean(&sanitize::line(name));
    }
}
