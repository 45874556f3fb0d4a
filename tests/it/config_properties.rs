//! Whatever stands in the files: reading them never panics, no line costs another profile, and no secret is shown.
use std::fmt::Write;

use aws_assume::config::{Config, SectionKind};
use aws_assume::environment::Environment;
use proptest::prelude::*;

const SECRET: &str = "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY";

/// Reads these bytes as both files.
fn load(config: &[u8], credentials: &[u8]) -> Config {
    let folder = tempfile::tempdir().unwrap();
    let (config_file, credentials_file) = (folder.path().join("config"), folder.path().join("credentials"));
    std::fs::write(&config_file, config).unwrap();
    std::fs::write(&credentials_file, credentials).unwrap();
    let variables = [("AWS_CONFIG_FILE", config_file), ("AWS_SHARED_CREDENTIALS_FILE", credentials_file)];
    Config::load(&Environment::from_pairs(variables)).unwrap()
}

/// Everything that a person can be shown of a config.
fn shown(config: &Config) -> String {
    let mut text = format!("{:?}\n{:?}\n", config.problems(), config.sessions());
    for kind in [SectionKind::Profile, SectionKind::SsoSession, SectionKind::Services] {
        for name in config.section_names(kind) {
            writeln!(text, "{name} {:?} {:?}", config.settings(kind, name), config.session(name)).unwrap();
        }
    }
    for name in config.profile_names() {
        assert!(config.has_profile(name));
        match config.profile(name) {
            Ok(profile) => writeln!(text, "{profile:?}").unwrap(),
            Err(error) => writeln!(text, "{error}").unwrap(),
        }
        writeln!(text, "{:?}", config.disagreements(name)).unwrap();
    }
    text
}

/// Pieces that mean something somewhere, so that chance meets them.
fn piece() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "[",
        "]",
        "[profile ",
        "[profile a]",
        "[sso-session s]",
        "[services v]",
        "[default]",
        "[a]",
        "=",
        ":",
        " = ",
        "#",
        ";",
        " #",
        "\\",
        "\"",
        "'",
        "  ",
        "\t",
        "\r",
        "\u{a0}",
        "\u{feff}",
        "\0",
        "é",
        "region",
        "role_arn",
        "source_profile",
        "sso_session",
        "sso_account_id",
        "sso_start_url",
        "sso_region",
        "services",
        "sso_oidc",
        "endpoint_url",
        "a",
        "s",
        "v",
        "123456789012",
        "us-east-1",
        "aws_access_key_id",
        "credential_process",
    ]);
    prop_oneof![8 => known.prop_map(str::to_owned), 1 => "\\PC{0,6}"]
}

/// A line of such pieces that does not name `kept`.
fn line() -> impl Strategy<Value = String> {
    let line = prop::collection::vec(piece(), 0..7).prop_map(|pieces| pieces.concat());
    line.prop_filter("it could say what the test relies on", |line| !line.contains("kept"))
}

fn lines() -> impl Strategy<Value = String> {
    prop::collection::vec(line(), 0..12).prop_map(|lines| lines.join("\n"))
}

const KEPT: &str = "[profile kept]\nregion = eu-west-1\nexternal_id = a=b\n";

/// What the file says of `kept`, without what it inherits.
fn of_kept(config: &Config, inherited: &str) -> Vec<(String, String)> {
    let settings = config.settings(SectionKind::Profile, "kept").expect("the profile is there").into_iter();
    let said = settings.map(|setting| (setting.key, setting.value));
    said.filter(|(key, _)| !inherited.contains(key.as_str()) || key == "region").collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn any_bytes_are_read_without_a_panic(
        config in prop::collection::vec(any::<u8>(), 0..200),
        credentials in prop::collection::vec(any::<u8>(), 0..50),
    ) {
        if !config.starts_with(&[0xff, 0xfe]) && !config.starts_with(&[0xfe, 0xff])
            && !credentials.starts_with(&[0xff, 0xfe]) && !credentials.starts_with(&[0xfe, 0xff])
        {
            shown(&load(&config, &credentials));
        }
    }

    #[test]
    fn any_lines_are_read_without_a_panic(config in lines(), credentials in lines()) {
        shown(&load(config.as_bytes(), credentials.as_bytes()));
    }

    #[test]
    fn no_line_costs_another_profile(before in lines(), after in lines(), crlf in any::<bool>()) {
        let mut text = format!("{before}\n{KEPT}[profile next]\n{after}");
        if crlf {
            text = text.replace('\n', "\r\n");
        }
        let config = load(text.as_bytes(), b"");
        let expected = [("region", "eu-west-1"), ("external_id", "a=b")].map(|(key, value)| (key.into(), value.into()));
        prop_assert_eq!(of_kept(&config, ""), expected);
    }

    #[test]
    fn a_line_within_a_profile_costs_no_other(stray in line(), at in 0usize..4) {
        let mut profile = vec!["[profile torn]", "region = us-east-1", "output = json", "[profile last]", "region = x"];
        profile.insert(at + 1, &stray);
        let text = format!("[profile first]\nregion = us-east-2\n{}\n{KEPT}", profile.join("\n"));
        let config = load(text.as_bytes(), b"");
        prop_assert_eq!(of_kept(&config, "").len(), 2);
        let first = config.settings(SectionKind::Profile, "first").unwrap();
        prop_assert_eq!((first.len(), first[0].value.as_str()), (1, "us-east-2"));
    }

    #[test]
    fn a_secret_is_never_shown(
        key in prop::sample::select(vec![
            "aws_secret_access_key", "AWS_SECRET_ACCESS_KEY", "aws_session_token", "aws_security_token",
            "export aws_secret_access_key", "aws_secret_acess_key", "\"aws_secret_access_key\"", "aws.secret.key",
        ]),
        between in prop::sample::select(vec!["=", " = ", ":", " : ", "\t=\t", " ", "==", " = \"", " =\n  ", "\\=", ":=", "=:"]),
        white in prop::sample::select(vec!["", " ", "    ", "\t", "\u{a0}"]),
        behind in prop::sample::select(vec!["", " # note", "\"", "\\", "\n  more", "=", ": x = y"]),
        before in lines(),
        after in lines(),
    ) {
        let text = format!("{before}\n{white}{key}{between}{SECRET}{behind}\n{after}");
        for (config, credentials) in [(text.as_str(), ""), ("", text.as_str())] {
            let shown = shown(&load(config.as_bytes(), credentials.as_bytes()));
            prop_assert!(!shown.to_lowercase().contains(&SECRET.to_lowercase()), "{}", shown);
        }
    }
}
