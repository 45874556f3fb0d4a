use super::*;

fn parse(text: &str) -> Result<Settings> {
    Settings::parse(text, Path::new("/c/config.toml"))
}

#[test]
fn a_wrong_key_is_named_with_its_line() {
    let error = parse("[store]\nkeeper = \"file\"\nkeepr = 1\n").unwrap_err();
    assert_eq!(error.kind(), Kind::Config);
    assert!(error.message().starts_with("/c/config.toml line 3: unknown field `keepr`"), "{}", error.message());
}

#[test]
fn a_session_goes_before_the_general_setting_and_the_variable_before_both() {
    let text = "[login]\nflow = \"pkce\"\n[session.dev]\nflow = \"device\"\nbrowser = \"firefox -P work\"\n";
    let mut settings = parse(text).unwrap();
    assert_eq!(settings.login_flow("dev"), Some(LoginFlow::Device));
    assert_eq!(settings.login_flow("other"), Some(LoginFlow::Pkce));
    assert_eq!(settings.browser("dev"), Some("firefox -P work"));
    settings.take_variables(&Environment::from_pairs([("ASSUME_LOGIN_FLOW", "pkce")])).unwrap();
    assert_eq!(settings.login_flow("dev"), Some(LoginFlow::Pkce));
}

#[test]
fn the_cache_is_a_time_or_off() {
    assert_eq!(Cache::parse("8h"), Some(Cache::For(Duration::from_hours(8))));
    assert_eq!(Cache::parse("off"), Some(Cache::Off));
    for wrong in ["", "eight", "-1h", "0s", "8", "1d"] {
        assert_eq!(Cache::parse(wrong), None, "{wrong}");
    }
}

#[test]
fn an_unknown_keeper_is_refused_by_name() {
    let error = Settings::default().take_variables(&Environment::from_pairs([("ASSUME_STORE", "pass")])).unwrap_err();
    assert_eq!(
        error.to_string(),
        "assume: ASSUME_STORE is 'pass'\nhint: set ASSUME_STORE to auto, keyring, file or keyutils, or unset it"
    );
}
