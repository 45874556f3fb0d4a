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
        "assume: ASSUME_STORE is 'pass'\nhint: set ASSUME_STORE to auto, keyring, file, keyutils or windows, or unset it"
    );
}

/// What a person reads of a file that is wrong.
fn wrong(text: &str) -> String {
    parse(text).map_or_else(|error| error.to_string(), |_| "fine".to_owned())
}

#[test]
fn each_wrong_setting_is_named_with_its_line_and_remedy() {
    let said: Vec<String> = [
        "[segment]\nformat = \"{profile} {acount}\"\n",
        "[segment]\nformat = \"{profile\"\n",
        "[segment]\nformat = \"profile}\"\n",
        "[segment]\nformat = \"{}\"\n",
        "[segment]\nformat = \"{left} {left}\"\n",
        "[segment]\nformat = \"\\u001b[31m{profile}\"\n",
        "[segment]\nformat = 3\n",
        "[segment]\n\nwidth = 7\n",
        "[segment]\nwidth = 401\n",
        "[segment]\nwidth = \"wide\"\n",
        "[segment]\ncolour = \"red\"\n",
        "[segment.color]\nfine = \"green\"\nexpired = \"bald red\"\n",
        "[segment.color]\nlocked = \"red green blue\"\n",
        "[segment.color]\nfine = \"#é1\"\n",
        "[segment.color]\nfine = \"300\"\n",
        "[segment.color]\nfin = \"green\"\n",
        "[production]\nmatch = [\n  \"prod*\",\n  \"[pP]rod\",\n]\n",
        "[production]\nmatch = [\" \"]\n",
        "[production]\nmatch = \"prod*\"\n",
        "[production]\nmatches = [\"prod*\"]\n",
        "[production]\n\nconfirm = true\n",
        "[production]\nmatch = [\"prod*\"]\nconfirm = \"yes\"\n",
        "[store]\ncache = \"soon\"\n",
        "[store]\n\nwindows_program = \"assume.exe\"\n",
    ]
    .iter()
    .map(|text| format!("{text}\n{}\n", wrong(text)))
    .collect();
    insta::assert_snapshot!("wrong_settings", said.join("\n"));
}

#[test]
fn colours_are_git_s_words_and_the_others_keep_their_defaults() {
    let settings = parse("[segment.color]\nfine = \"bold #ff8800\"\nproduction = \"white red\"\nlocked = \"208\"\n");
    let colors = settings.unwrap().segment().colors;
    assert_eq!(colors.fine.render().to_string(), "\u{1b}[1m\u{1b}[38;2;255;136;0m");
    assert_eq!(colors.production.render().to_string(), "\u{1b}[37m\u{1b}[41m");
    assert_eq!(colors.locked.render().to_string(), "\u{1b}[38;5;208m");
    assert_eq!(colors.expired, Colors::default().expired);
}

#[test]
fn production_is_a_matter_of_any_name_in_any_case() {
    let settings = parse("[production]\nmatch = [\"prod*\", \"*-live\", \"7777????9999\", \"Break?lass\"]\n").unwrap();
    let names =
        Names { profile: "dev", account: "Development", account_id: "111122223333", role: "Admin", ..Names::default() };
    assert!(!settings.is_production(&names));
    assert!(!settings.is_production(&Names { region: "prod", session: "prod", profile: "preprod", ..names }));
    for production in [
        Names { profile: "prod", ..names },
        Names { account: "PRODUCTION (EU)", ..names },
        Names { profile: "main:shop/eu-live", ..names },
        Names { account_id: "777788889999", ..names },
        Names { role: "BREAKGLASS", ..names },
        // As a person sees it.
        Names { account: " pr\u{200b}od\u{202e}uction", ..names },
    ] {
        assert!(settings.is_production(&production), "{production:?}");
    }
    assert!(!settings.confirms_production());
    assert!(!Settings::default().is_production(&Names { profile: "prod", ..names }));
    let confirming = parse("[production]\nmatch = [\"*\"]\nconfirm = true\n").unwrap();
    assert!(confirming.confirms_production() && !confirming.is_production(&Names::default()));
}
