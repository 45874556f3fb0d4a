//! Whose certificates are trusted, and what is said of those that are not, with the real program.

use std::sync::Arc;

use rustls::ServerConfig;

use super::company::{Company, OIDC, PORTAL};
use super::wire::{Authority, Life, Manner, Proxy, self_signed, tls_before};
use crate::faults_table::Table;
use crate::world::run;

#[test]
fn what_is_wrong_with_a_certificate_is_said_with_its_host() {
    let company = Company::new();
    let stranger = Authority::new(company.world.home.path(), "stranger");
    let hosts = [OIDC, PORTAL];
    let mut table = Table::default();
    let servers: [(&str, Arc<ServerConfig>); 5] = [
        ("an authority nobody knows", stranger.server(&hosts, Life::Now)),
        ("self-signed", self_signed(&hosts)),
        ("expired", company.authority.server(&hosts, Life::Over)),
        ("not valid yet", company.authority.server(&hosts, Life::NotBegun)),
        ("of another host", company.authority.server(&["proxy.company.example"], Life::Now)),
    ];
    for (case, server) in servers {
        let proxy = Proxy::new(Manner::LeadsTo(tls_before(company.world.aws.url(), server)));
        let mut ran = company.assume(&["login"], &[("HTTPS_PROXY", &proxy.url())]);
        assert_eq!(proxy.heard().len(), 1, "{case}: it is tried once");
        assert!(ran.error().contains(OIDC), "{case}: {ran:?}");
        ran.stderr = ran.stderr.replace(&format!(":{}", proxy.port), ":PORT");
        table.failed(&company.world, case, 6, &ran);
    }
    assert!(company.world.aws.log().is_empty(), "nothing was said to any of them");
    insta::assert_snapshot!("certificate_faults", table.text());
}

#[test]
fn a_bundle_that_cannot_be_used_is_named_with_who_named_it() {
    let company = Company::new();
    let mut table = Table::default();
    let write = |name: &str, text: &str| {
        company.world.write(name, text);
        company.world.path(name).to_str().unwrap().to_owned()
    };
    let broken = write("broken.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    let empty = write("empty.pem", "");
    for (case, path) in [("absent", "/nowhere/ca.pem"), ("a folder", "/"), ("broken", &broken), ("empty", &empty)] {
        let ran = company.assume(&["login"], &[("AWS_CA_BUNDLE", path)]);
        table.failed(&company.world, case, 8, &ran);
    }
    let config = company.world.config().replace("[profile dev]\n", "[profile dev]\nca_bundle = /nowhere/ca.pem\n");
    company.world.write(".aws/config", &config);
    let ran = run(company.command(&["process", "dev"]).env_remove("AWS_CA_BUNDLE"));
    table.failed(&company.world, "absent, by the config", 8, &ran);
    insta::assert_snapshot!("bundle_faults", table.text());
}

#[test]
fn a_bundle_is_found_by_each_way_that_the_aws_cli_knows() {
    for name in ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"] {
        let company = Company::new();
        let with = |words: &[&str], path: &str| run(company.command(words).env_remove("AWS_CA_BUNDLE").env(name, path));
        let path = company.authority.pem.to_str().unwrap();
        let ran = with(&["login"], path);
        assert_eq!(ran.code, 0, "{name}: {ran:?}");
        assert!(ran.stderr.contains(path) && ran.stderr.contains(name), "it is said: {ran:?}");
        assert_eq!(with(&["process", "dev"], path).code, 0, "{name}");
        let moved = with(&["process", "prod"], "/nowhere/ca.pem");
        assert_eq!(moved.code, 3, "{name}: a sign-in belongs to its certificates: {moved:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_bundle_whose_name_has_several_lines_forges_none() {
    for name in ["AWS_CA_BUNDLE", "SSL_CERT_FILE"] {
        let company = Company::new();
        let pem = std::fs::read_to_string(&company.authority.pem).unwrap();
        company.world.write("ca\nassume: all is well\n.pem", &pem);
        let path = company.world.path("ca\nassume: all is well\n.pem");
        let ran = run(company.command(&["login"]).env_remove("AWS_CA_BUNDLE").env(name, path));
        assert_eq!(ran.code, 0, "{name}: {ran:?}");
        assert!(ran.stderr.contains("/ca assume: all is well .pem"), "{name}: {ran:?}");
    }
}

/// In the config, `ca_bundle` stands in some profiles or in `[default]`; a sign-in is for all of its session.
#[test]
fn a_bundle_in_the_config_serves_the_whole_session() {
    for (section, said) in [("[profile dev]\n", "~/authority.pem"), ("[default]\n", "authority.pem")] {
        let company = Company::new();
        let with_default = format!("[default]\noutput = json\n{}", company.world.config());
        let config = with_default.replace(section, &format!("{section}ca_bundle = {said}\n"));
        company.world.write(".aws/config", &config);
        let bare = |words: &[&str]| run(company.command(words).env_remove("AWS_CA_BUNDLE"));
        let ran = bare(&["login", "main"]);
        assert_eq!(ran.code, 0, "{section}: {ran:?}");
        assert!(ran.stderr.contains("ca_bundle in"), "{section}: {ran:?}");
        let swapped = with_default.replace(section, &format!("{section}ca_bundle = /nowhere/ca.pem\n"));
        for words in
            [&["process", "dev"][..], &["process", "prod"], &["process", "444455556666/ReadOnlyAccess"], &["logout"]]
        {
            let ran = bare(words);
            assert_eq!(ran.code, 0, "{section} {words:?}: {ran:?}");
            if words == ["process", "dev"] {
                company.world.write(".aws/config", &swapped);
                let ran = bare(&["process", "prod"]);
                assert_eq!(ran.code, 3, "{section}: other certificates than at the sign-in: {ran:?}");
                company.world.write(".aws/config", &config);
            }
        }
        assert_eq!(company.world.tabs().len(), 1, "{section}");
        let other = company.assume(&["login"], &[("AWS_CA_BUNDLE", "/nowhere/ca.pem")]);
        assert_eq!(other.code, 8, "the variable goes first: {other:?}");
    }
}
