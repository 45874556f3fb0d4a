//! A profile of `~/.aws` resolves to the source the AWS CLI would use, or to an error that names file and line.
use std::path::Path;

use aws_assume::config::{AssumedRole, Config, RoleFrom, Source};
use aws_assume::environment::Environment;
use aws_assume::error::{Kind, Result};

pub(crate) struct Home {
    folder: tempfile::TempDir,
}

impl Home {
    pub(crate) fn new(config: &str, credentials: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(".aws")).unwrap();
        std::fs::write(folder.path().join(".aws/config"), config).unwrap();
        std::fs::write(folder.path().join(".aws/credentials"), credentials).unwrap();
        Self { folder }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn load_with(&self, variables: &[(&str, &str)]) -> Result<Config> {
        let home = [("HOME", self.path().to_str().unwrap()), ("USERPROFILE", self.path().to_str().unwrap())];
        Config::load(&Environment::from_pairs(home.into_iter().chain(variables.iter().copied())))
    }

    pub(crate) fn load(&self) -> Config {
        self.load_with(&[]).unwrap()
    }
}

fn config(text: &str) -> Config {
    Home::new(text, "").load()
}

const SESSION: &str = "[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-central-1\n";

fn dev(more: &str) -> String {
    format!("{SESSION}[profile dev]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Admin\n{more}")
}

/// Kind, message and hint; the folder's name cut from the message.
fn refusal(config: &Config, name: &str) -> (Kind, String, String) {
    let error = config.profile(name).unwrap_err();
    (error.kind(), error.message().to_owned(), error.hint().to_owned())
}

#[test]
fn an_sso_profile_has_its_session_account_and_role() {
    let config = config(&dev("region = eu-west-1\n"));
    let profile = config.profile("dev").unwrap();
    let Source::Sso { session, role } = &profile.source else { panic!("{:?}", profile.source) };
    assert_eq!((session.id.name.as_str(), session.id.region.as_str()), ("corp", "eu-central-1"));
    assert_eq!((role.account_id.as_str(), role.role.as_str()), ("123456789012", "Admin"));
    assert_eq!(profile.region.as_deref(), Some("eu-west-1"));
    assert_eq!(profile.settings.len(), 4);
    assert_eq!((profile.settings[3].key.as_str(), profile.settings[3].line), ("region", 8));
}

#[test]
fn an_inline_profile_is_a_session_named_by_its_url() {
    let config = config(
        "[profile old]\nsso_start_url = https://old.awsapps.com/start\nsso_region = us-east-1\n\
         sso_account_id = 123456789012\nsso_role_name = Admin\n[profile older]\nsso_start_url = https://old.awsapps.com/start\n\
         sso_region = us-east-1\n",
    );
    let Source::Sso { session, .. } = config.profile("old").unwrap().source else { panic!() };
    assert!(session.id.is_inline());
    assert_eq!(config.sessions(), std::slice::from_ref(&session));
    assert_eq!(config.session("https://old.awsapps.com/start").unwrap(), session);
    assert!(matches!(config.profile("older").unwrap().source, Source::SsoToken { .. }));
}

#[test]
fn what_is_missing_or_wrong_is_named_with_its_line() {
    for (text, message) in [
        ("[profile dev]\nsso_session = corp\nsso_role_name = A\n", "sso_account_id is missing"),
        ("[profile dev]\nsso_session = corp\nsso_account_id = 123456789012\n", "sso_role_name is missing"),
        (
            "[profile dev]\nsso_session = nope\nsso_account_id = 123456789012\nsso_role_name = A\n",
            "there is no [sso-session nope]",
        ),
        (
            "[profile dev]\nsso_start_url = https://x\nsso_account_id = 123456789012\nsso_role_name = A\n",
            "sso_region is missing",
        ),
        ("[profile dev]\nsso_session = corp\nsso_account_id = 23456789012\nsso_role_name = A\n", "were zeros lost"),
        (
            "[profile dev]\nsso_session = corp\nsso_account_id = 12345678901x\nsso_role_name = A\n",
            "is not the 12 digits",
        ),
        (
            "[profile dev]\nsso_session = corp\nsso_region = us-east-1\nsso_account_id = 123456789012\nsso_role_name = A\n",
            "but 'eu-central-1' in its sso-session",
        ),
        (
            "[profile dev]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = A\n B\n",
            "goes on over several lines",
        ),
        ("[profile dev]\nregion = x@evil.example/\n", "is not a region"),
        (
            "[profile dev]\nsso_start_url = https://x\nsso_region = us_east\nsso_account_id = 123456789012\nsso_role_name = A\n",
            "is not a region",
        ),
        ("[profile dev]\nrole_arn = arn:aws:iam::1:role/r\n", "source_profile is missing"),
        (
            "[profile dev]\nrole_arn = a\nsource_profile = b\ncredential_source = Environment\n",
            "both source_profile and credential_source",
        ),
        ("[profile dev]\nrole_arn = a\nsource_profile = nope\n", "there is no [profile nope]"),
        ("[profile dev]\nrole_arn = a\ncredential_source = Sky\n", "'Sky' is none of Environment"),
        (
            "[profile dev]\nrole_arn = a\nsource_profile = empty\n[profile empty]\nregion = us-east-1\n",
            "'empty' has no credentials",
        ),
        ("[profile dev]\nrole_arn = a\nsource_profile = dev\n", "in a loop: dev -> dev"),
        (
            "[profile dev]\nrole_arn = a\nsource_profile = b\n[profile b]\nrole_arn = b\nsource_profile = dev\n",
            "dev -> b -> dev",
        ),
        ("[profile dev]\nweb_identity_token_file = /t\n", "role_arn is missing"),
        ("[profile dev]\naws_access_key_id = AKIA\n", "aws_secret_access_key is missing"),
        ("[profile dev]\nservices = nope\n", "there is no [services nope]"),
    ] {
        let config = config(&format!("{SESSION}{text}"));
        let (kind, said, hint) = refusal(&config, "dev");
        assert_eq!(kind, Kind::Config, "{text}");
        assert!(said.contains(message), "{text}: {said}");
        assert!(said.starts_with("profile '") && said.contains(", line "), "{said}");
        assert!(!hint.is_empty());
    }
}

#[test]
fn a_comment_that_became_part_of_a_region_is_explained() {
    let (_, message, hint) = refusal(&config(&dev("region = eu-west-1 # Ireland\n")), "dev");
    assert!(message.contains("'eu-west-1 # Ireland' is not a region"), "{message}");
    assert!(hint.contains("comment on a line of its own"), "{hint}");
}

#[test]
fn a_chain_ends_where_keys_are() {
    let config = config(&dev(
        "[profile ops]\nrole_arn = arn:aws:iam::210987654321:role/Ops\nsource_profile = dev\nmfa_serial = arn:mfa\n\
         duration_seconds = 900\nexternal_id = e\nrole_session_name = me\n\
         [profile far]\nrole_arn = far\nsource_profile = keys\naws_access_key_id = IGNORED\naws_secret_access_key = x\n\
         [profile keys]\nrole_arn = never\nsource_profile = nowhere\naws_access_key_id = AKIAKEYS\naws_secret_access_key = s\n\
         [profile self]\nrole_arn = self\nsource_profile = self\naws_access_key_id = AKIASELF\naws_secret_access_key = s\n\
         [profile metal]\nrole_arn = m\ncredential_source = ec2instancemetadata\n",
    ));
    let role = |name: &str| match config.profile(name).unwrap().source {
        Source::AssumedRole(role) => role,
        other => panic!("{other:?}"),
    };
    let key_of = |role: AssumedRole| match role.from {
        RoleFrom::Profile(from) => match from.source {
            Source::LongTermKey { access_key_id, .. } => access_key_id,
            other => panic!("{other:?}"),
        },
        RoleFrom::CredentialSource(place) => place,
    };
    let ops = role("ops");
    assert_eq!((ops.mfa_serial.as_deref(), ops.duration_seconds), (Some("arn:mfa"), Some(900)));
    let RoleFrom::Profile(from) = ops.from else { panic!() };
    assert!(matches!(from.source, Source::Sso { .. }));
    assert_eq!(key_of(role("far")), "AKIAKEYS");
    assert_eq!(key_of(role("self")), "AKIASELF");
    assert_eq!(key_of(role("metal")), "Ec2InstanceMetadata");
}

#[test]
fn a_chain_of_ten_thousand_is_refused_and_not_followed() {
    use std::fmt::Write;
    let mut text = String::new();
    for n in 0..10_000 {
        writeln!(text, "[profile p{n}]\nrole_arn = r\nsource_profile = p{}", n + 1).unwrap();
    }
    assert!(refusal(&config(&text), "p0").1.contains("more than 32 roles"));
}

#[test]
fn the_order_of_sources_is_that_of_the_aws_cli() {
    let keys = "aws_access_key_id = AKIACONF\naws_secret_access_key = s\n";
    let home = Home::new(
        &format!(
            "{}{keys}[profile web]\nrole_arn = r\nweb_identity_token_file = /t\ncredential_process = x\n\
             [profile process]\ncredential_process = tool --profile \"a b\"\n{keys}\
             [profile both]\ncredential_process = x\n[profile login]\nlogin_session = arn:l\n{keys}\
             [profile nothing]\noutput = json\n[profile keys]\n{keys}[profile bearer]\nsso_session = corp\n",
            dev("")
        ),
        "[both]\naws_access_key_id = AKIACRED\naws_secret_access_key = s\n\
         [lent]\naws_access_key_id = ASIALENT\naws_secret_access_key = s\naws_session_token = t\n\
         [keys]\naws_session_token = of no key\n",
    );
    let config = home.load();
    let source = |name: &str| config.profile(name).unwrap().source;
    assert!(matches!(source("dev"), Source::Sso { .. }));
    assert!(matches!(source("web"), Source::WebIdentity { token_file, .. } if token_file == "/t"));
    assert_eq!(source("process"), Source::Process { command: "tool --profile \"a b\"".into() });
    assert_eq!(source("both"), Source::LongTermKey { access_key_id: "AKIACRED".into(), in_credentials_file: true });
    assert_eq!(source("lent"), Source::TemporaryKey { access_key_id: "ASIALENT".into(), in_credentials_file: true });
    assert_eq!(source("keys"), Source::LongTermKey { access_key_id: "AKIACONF".into(), in_credentials_file: false });
    assert_eq!(source("login"), Source::ConsoleLogin { login_session: "arn:l".into() });
    assert_eq!(source("nothing"), Source::None);
    assert!(matches!(source("bearer"), Source::SsoToken { .. }));
}

#[test]
fn an_unknown_name_gets_the_nearest_ones() {
    let config = config(&dev("[profile development]\n[ops]\n"));
    let (kind, message, hint) = refusal(&config, "dve");
    assert_eq!((kind, message.as_str()), (Kind::NotFound, "there is no profile 'dve'"));
    assert_eq!(hint, "did you mean 'dev'?");
    assert!(refusal(&config, "ops").2.starts_with("write [profile ops] instead of [ops]"));
    assert_eq!(config.session("crop").unwrap_err().hint(), "did you mean 'corp'?");
    assert_eq!(config.session("corp").unwrap().id.region, "eu-central-1");
}

#[test]
fn a_missing_file_is_empty_and_an_unreadable_one_is_named() {
    let home = Home::new("", "");
    std::fs::remove_file(home.path().join(".aws/config")).unwrap();
    let config = home.load();
    assert!(config.profile_names().is_empty());
    assert!(refusal(&config, "dev").2.contains("does not exist"));
    let folder = home.path().to_str().unwrap();
    for variable in ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"] {
        let error = home.load_with(&[(variable, folder)]).err().unwrap();
        assert_eq!(error.kind(), Kind::Config);
        assert!(error.message().contains(folder), "{error}");
    }
}

#[test]
fn the_two_files_become_one_profile() {
    let home = Home::new(
        "[profile dev]\nregion = us-east-1\noutput = json\n[default]\n",
        "[only]\naws_access_key_id = A\n[dev]\nregion = eu-west-1\n",
    );
    let config = home.load();
    assert_eq!(config.profile_names(), ["dev", "default", "only"]);
    let dev = config.profile("dev").unwrap();
    assert_eq!(dev.region.as_deref(), Some("eu-west-1"));
    assert!(dev.settings[0].file.ends_with(".aws/credentials") && dev.settings[1].file.ends_with(".aws/config"));
}
