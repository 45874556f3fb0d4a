//! What a line costs, what other tools make of it, and where endpoints come from.
use aws_assume::config::{Config, SectionKind};
use aws_assume::endpoint::Override;
use aws_assume::error::Kind;

use crate::config_resolve::Home;

fn config(text: &str) -> Config {
    Home::new(text, "").load()
}

/// Line, profile and message of each.
fn problems(config: &Config) -> Vec<(usize, Option<&str>, &str)> {
    let problems = config.problems().iter();
    problems.map(|problem| (problem.line, problem.profile.as_deref(), problem.message.as_str())).collect()
}

#[test]
fn every_lost_line_is_named_and_the_rest_is_read() {
    let config = config(
        "region = early\n[profile a]\nregion = eu-west-1\njunk\n  more junk\n= nameless\ns3 =\n  no equals\n  a = 1\n\
         [profile broken\nregion = us-east-1\n[profile]\n[profile b]\noutput = json\noutput = text\n[profile \"b\"]\nx = y\n\
         [sso-session s]\njunk\n [profile c]\n",
    );
    assert_eq!(config.profile_names(), ["a", "b"]);
    let a = config.settings(SectionKind::Profile, "a").unwrap();
    let said: Vec<_> = a.iter().map(|setting| (setting.key.as_str(), setting.value.as_str(), setting.line)).collect();
    assert_eq!(said, [("region", "eu-west-1", 3), ("s3", "a = 1", 7)]);
    let found = problems(&config);
    let lines: Vec<_> = found.iter().map(|(line, profile, _)| (*line, *profile)).collect();
    assert_eq!(
        lines,
        [
            (1, None),
            (4, Some("a")),
            (5, Some("a")),
            (6, Some("a")),
            (8, Some("a")),
            (10, None),
            (12, None),
            (13, Some("b")),
            (18, None),
            (18, None),
            (19, None),
            (20, None)
        ]
    );
    assert!(found[5].2.contains("no ']'") && found[6].2.contains("no name") && found[7].2.contains("line 16"));
}

#[test]
fn the_earlier_of_two_equal_keys_is_named() {
    let config = config("[profile b]\noutput = json\nOutput = text\n[profile c]\n[profile b]\noutput = yaml\n");
    let messages = ["line 3 says output again, and counts", "line 6 says output again, and counts"];
    assert_eq!(problems(&config), [(2, Some("b"), messages[0]), (3, Some("b"), messages[1])]);
    assert_eq!(config.settings(SectionKind::Profile, "b").unwrap()[0].value, "yaml");
}

#[test]
fn a_line_that_is_not_utf_8_costs_itself() {
    let home = Home::new("", "");
    let text =
        b"# \xfc\n[profile a]\nregion = \xff\noutput = json\ns3 =\n  x = \xfc\n  y = 1\n[profile \xfc]\n[profile b]\n";
    std::fs::write(home.path().join(".aws/config"), text).unwrap();
    let config = home.load();
    assert_eq!(config.profile_names(), ["a", "b"]);
    let lines: Vec<_> = problems(&config).iter().map(|problem| problem.0).collect();
    assert_eq!(lines, [3, 6, 8]);
    assert_eq!(config.settings(SectionKind::Profile, "a").unwrap()[1].value, "y = 1");
}

#[test]
fn a_utf_16_file_is_an_error_that_says_so() {
    let home = Home::new("", "");
    let text: Vec<u8> = "\u{feff}[default]\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    std::fs::write(home.path().join(".aws/config"), text).unwrap();
    let error = home.load_with(&[]).err().unwrap();
    assert_eq!(error.kind(), Kind::Config);
    assert!(error.message().contains("UTF-16"), "{error}");
}

#[test]
fn each_disagreement_between_cli_and_sdks_is_said() {
    for (text, line, message) in [
        ("[profile dev]\nregion = eu-west-1 # x\n", 2, "counts the comment"),
        ("[profile dev]\nregion: eu-west-1\n", 2, "take ':' for '='"),
        ("[profile dev]\n  region = x\n", 2, "this key is indented"),
        ("[profile dev]\nregion = x\n  # c\n", 3, "indented comment"),
        ("[profile dev]\nd = x\n\n  y\n", 4, "blank line"),
        ("[profile dev]\nmy key = x\n", 2, "don't read a key of this name"),
        ("[profile dev] x\n", 1, "read this header; SDKs don't"),
        ("[ profile dev ]\n", 1, "SDKs read this header"),
        ("[profile dev]\n[profile dev]\n", 2, "refuses a file with two equal sections"),
        ("[profile dev]\na = 1\na = 2\n", 3, "refuses a file that says a twice"),
        ("[profile dev]\n[profile \"dev\"]\n", 1, "line 2 replaces this section"),
        ("[DEFAULT]\na = 1\n[profile dev]\n", 2, "comes from [DEFAULT]"),
        ("\u{feff}[profile dev]\n", 1, "byte order mark"),
        ("[profile dev]\n[profile other]\njunk\n", 3, "refuse the whole file"),
        ("junk\n[profile dev]\n", 1, "refuse the whole file"),
        ("[profile dev]\n[profile x]\na = 1\na = 2\n", 4, "because this was said before"),
        ("[profile dev]\n[profile x]\n[profile y]\n[profile x]\n", 4, "because this was said before"),
        (
            "[profile dev]\nsso_session = s\nsso_region = r\n[sso-session s]\nsso_region = r\n",
            3,
            "the Rust SDK refuses",
        ),
        ("[profile dev]\nsso_session = s\nsso_region = r\n[sso-session s]\n", 3, "SDKs refuse the profile"),
        ("[profile dev]\nsso_session = s\n[sso-session s]\nsso_region = r # x\n", 4, "counts the comment"),
        ("[profile dev]\nservices = s\n[services s]\nsso_oidc =\n  endpoint_url = x\n", 4, "reads sso-oidc instead"),
        ("[profile dev]\nsource_profile = b\n[profile b]\nregion = us-east-1\n", 2, "takes region us-east-1"),
        ("[profile dev]\nsso_role_name = x\naws_access_key_id = A\n", 3, "the AWS CLI takes the role"),
    ] {
        let config = config(text);
        let found = config.disagreements("dev");
        let said = found.iter().any(|problem| problem.line == line && problem.message.contains(message));
        assert!(said, "{text}: {found:?}");
        assert!(found.iter().all(|problem| problem.profile.as_deref() == Some("dev")));
    }
    let plain =
        config("[sso-session s]\nsso_region = r\n[profile dev]\nsso_session = s\nregion = x\n[profile other]\na: b\n");
    assert_eq!(plain.disagreements("dev"), []);
}

#[test]
fn the_credentials_file_has_its_own_disagreements() {
    let home = Home::new("[profile dev]\naws_access_key_id = A\n", "[profile dev]\n[dev]\naws_secret_access_key = s\n");
    let config = home.load();
    assert!(config.disagreements("profile dev")[0].message.contains("leave the word out"));
    assert!(config.disagreements("dev").iter().any(|problem| problem.message.contains("two halves")));
}

#[test]
fn sessions_are_found_by_name_and_by_url() {
    let session = |name: &str, region: &str| {
        format!("[sso-session {name}]\nsso_start_url = https://x.awsapps.com/start\nsso_region = {region}\n")
    };
    let one = config(&(session("a", "us-east-1") + "sso_registration_scopes = x, y,,z \n[sso-session half]\n"));
    assert_eq!(one.session("https://x.awsapps.com/start").unwrap().scopes, ["x", "y", "z"]);
    assert_eq!(one.sessions().len(), 1);
    assert_eq!(problems(&one).iter().map(|problem| problem.0).collect::<Vec<_>>(), [5, 5]);
    let half = one.session("half").unwrap_err();
    assert_eq!(half.kind(), Kind::Config);
    assert!(half.message().contains("sso_start_url and sso_region are missing"), "{half}");

    let two = config(&(session("a", "us-east-1") + &session("b", "us-west-2")));
    let error = two.session("https://x.awsapps.com/start").unwrap_err();
    assert_eq!(error.kind(), Kind::Usage);
    assert!(error.message().contains("a in us-east-1, b in us-west-2"), "{error}");
    assert_eq!(two.session("c").unwrap_err().kind(), Kind::NotFound);
}

const SERVICES: &str = "[profile dev]\nservices = s\nendpoint_url = http://127.0.0.1:9\nuse_fips_endpoint = True\n[services s]\n\
    sso =\n  endpoint_url = http://127.0.0.1:1\nsso-oidc =\n  endpoint_url = http://127.0.0.1:2\n\
    [profile plain]\nendpoint_url = http://127.0.0.1:9\n";

fn url(chosen: Option<&Override>) -> Option<&str> {
    chosen.map(|chosen| chosen.url.as_str())
}

#[test]
fn endpoints_come_from_variables_then_services_then_the_profile() {
    let home = Home::new(SERVICES, "");
    let plain = home.load().profile("plain").unwrap().overrides;
    assert_eq!((plain.sso, plain.sso_oidc), (None, None));
    assert_eq!(url(plain.sts.as_ref()), Some("http://127.0.0.1:9"));

    let dev = home.load().profile("dev").unwrap().overrides;
    assert_eq!(url(dev.sso.as_ref()), Some("http://127.0.0.1:1"));
    assert_eq!(url(dev.sso_oidc.as_ref()), Some("http://127.0.0.1:2"));
    assert!(dev.fips && !dev.dual_stack);
    assert!(dev.sso.unwrap().said_by.starts_with("[services s] in "));

    let variables = [
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:7"),
        ("AWS_ENDPOINT_URL_SSO", "http://127.0.0.1:8"),
        ("AWS_USE_FIPS_ENDPOINT", "false"),
        ("AWS_USE_DUALSTACK_ENDPOINT", "true"),
    ];
    let config = home.load_with(&variables).unwrap();
    let dev = config.profile("dev").unwrap().overrides;
    assert_eq!(dev.sso.unwrap().said_by, "AWS_ENDPOINT_URL_SSO");
    assert_eq!(url(dev.sso_oidc.as_ref()), Some("http://127.0.0.1:2"), "the generic variable never reaches OIDC");
    assert_eq!(url(dev.sts.as_ref()), Some("http://127.0.0.1:7"));
    assert!(!dev.fips && dev.dual_stack);
    let nobody = config.overrides();
    assert_eq!((url(nobody.sso.as_ref()), nobody.sso_oidc), (Some("http://127.0.0.1:8"), None));
}

#[test]
fn endpoints_can_be_ignored_altogether() {
    let home = Home::new(SERVICES, "");
    let variables = [("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"), ("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:8")];
    let config = home.load_with(&variables).unwrap();
    let dev = config.profile("dev").unwrap().overrides;
    assert_eq!((dev.sso, dev.sso_oidc, dev.sts, dev.fips), (None, None, None, true));
    assert_eq!(config.overrides().sts, None);
}

/// What such a line says may be a secret; that it is there is not.
#[test]
fn a_line_that_is_withheld_still_makes_a_value_of_several() {
    let profile = "[profile a]\nsso_session = main\nsso_role_name = Admin\nsso_account_id = 111122223333\n";
    let session = "[sso-session main]\nsso_start_url = https://d-1.awsapps.com/start\nsso_region = us-east-1\n";
    assert!(Home::new(&format!("{profile}{session}"), "").load().profile("a").is_ok());
    for line in ["  wJalrXUtnFEMIK7MDENGbPxRfi =", "  aws_secret_access_key wJalrXUtn"] {
        let home = Home::new(&format!("{profile}{line}\n{session}"), "");
        let error = home.load().profile("a").unwrap_err().to_string();
        assert!(error.contains("sso_account_id") && !error.contains("wJalrXUtn"), "{line}: {error}");
    }
}
