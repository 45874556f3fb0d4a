//! `HTTPS_PROXY` and its family, with the real program and a real sign-in.

use std::process::Command;

use super::company::{Company, OIDC, PORTAL, START_URL};
use super::wire::{Life, Manner, Proxy, self_signed};
use crate::faults_table::{Table, printable};
use crate::skip::lacks;
use crate::world::{ASSUME, Ran, run};

fn with_port(hosts: &[&str]) -> Vec<String> {
    hosts.iter().map(|host| format!("{host}:443")).collect()
}

#[test]
fn a_sign_in_and_a_switch_go_through_the_proxy_by_each_of_its_variables() {
    const HOSTS: [&str; 3] = [OIDC, PORTAL, "sts.us-west-2.amazonaws.com"];
    for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        let company = Company::with(START_URL, &HOSTS);
        let variables = [("AWS_CA_BUNDLE", company.authority.pem.to_str().unwrap()), (name, &company.proxy.url())];
        let ok = |words: &[&str]| {
            let ran = run(company.bare(words).envs(variables));
            assert_eq!(ran.code, 0, "{name} {words:?}: {ran:?}");
            ran
        };
        ok(&["login"]);
        assert!(ok(&["process", "dev"]).stdout.contains("AccessKeyId"), "{name}");
        let who = ok(&["exec", "prod", "--", ASSUME, "whoami"]);
        assert!(who.stdout.contains("777788889999"), "{name}: {who:?}");
        assert_eq!(company.proxy.hosts(), with_port(&HOSTS), "{name}");
    }
}

#[test]
fn a_proxy_carries_no_secret_in_clear() {
    let company = Company::new();
    company.ok(&["login"], &[]);
    company.ok(&["process", "dev"], &[]);
    company.ok(&["logout"], &[]);
    let (carried, heads) = (company.proxy.carried(), company.proxy.heard().concat());
    let secrets = company.world.aws.issued_secrets();
    assert!(secrets.len() > 3 && carried.len() > 3000, "{} secrets in {} bytes", secrets.len(), carried.len());
    for secret in secrets {
        let clear = carried.windows(secret.value.len()).any(|bytes| bytes == secret.value.as_bytes());
        assert!(!clear && !heads.contains(&secret.value), "{}", secret.kind);
    }
}

#[test]
fn a_proxy_with_a_password_gets_it_and_nobody_else_sees_it() {
    let company = Company::new();
    let proxy = Proxy::new(Manner::Asks(company.tls, "dana:s@fe"));
    let url = format!("http://dana:s%40fe@127.0.0.1:{}", proxy.port);
    for words in [&["login", "--verbose"][..], &["process", "dev", "--verbose"]] {
        let ran = company.ok(words, &[("HTTPS_PROXY", &url)]);
        assert!(!ran.stderr.contains("s%40fe") && !ran.stderr.contains("s@fe"), "{ran:?}");
    }
    assert_eq!(proxy.hosts(), with_port(&[OIDC, PORTAL]));
}

/// A proxy that is spoken to in TLS: who its certificate says it is counts as for AWS itself.
#[test]
fn a_proxy_in_tls_shows_a_certificate_like_everybody() {
    let company = Company::new();
    let certificate = company.authority.server(&["127.0.0.1"], Life::Now);
    let proxy = Proxy::in_tls(Manner::Asks(company.tls, "dana:s@fe"), certificate);
    let url = format!("https://dana:s%40fe@127.0.0.1:{}", proxy.port);
    // curl has other certificates for a proxy than for what is behind it.
    company.world.write("browser", "#!/bin/sh\nexec curl -sL --proxy-cacert \"$CURL_CA_BUNDLE\" -o /dev/null \"$1\"\n");
    company.ok(&["login"], &[("HTTPS_PROXY", &url)]);
    assert!(company.ok(&["process", "dev"], &[("HTTPS_PROXY", &url)]).stdout.contains("AccessKeyId"));
    assert_eq!(proxy.hosts(), with_port(&[OIDC, PORTAL]));

    let stranger = Proxy::in_tls(Manner::Asks(company.tls, "dana:s@fe"), self_signed(&["127.0.0.1"]));
    let url = format!("https://dana:s%40fe@127.0.0.1:{}", stranger.port);
    let ran = company.assume(&["export", "dev", "--force"], &[("HTTPS_PROXY", &url)]);
    assert_eq!(ran.code, 6, "{ran:?}");
    assert!(ran.error().contains(&format!("https://127.0.0.1:{} (HTTPS_PROXY)", stranger.port)), "{ran:?}");
    assert!(!ran.stderr.contains("s%40fe") && !ran.stderr.contains("s@fe"), "{ran:?}");
    assert!(stranger.heard().is_empty(), "the password went to a proxy that nobody vouches for");
}

#[test]
fn a_proxy_that_fails_is_named_without_its_password_and_says_why() {
    let company = Company::new();
    let mut table = Table::default();
    let mut fails = |case: &str, url: &str, words: &[&str]| {
        let keys = [("AWS_ACCESS_KEY_ID", "ASIAEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "x"), ("AWS_REGION", "us-east-1")];
        let mut ran = run(company.command(words).env("HTTPS_PROXY", url).envs(keys));
        assert!(!ran.stderr.contains("hunter2"), "{case}: {ran:?}");
        let port = url.rsplit(':').next().unwrap().to_owned();
        assert!(ran.stderr.contains("(HTTPS_PROXY)") && ran.stderr.contains(&port), "{case}: {ran:?}");
        ran.stderr = ran.stderr.replace(&format!(":{port}"), ":PORT");
        table.failed(&company.world, case, 6, &ran);
    };
    let forbidden = "HTTP/1.1 403 Forbidden\r\nContent-Length: 7\r\n\r\nblocked";
    let trouble = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";
    for (case, manner) in [
        ("it wants a password", Manner::Asks(company.tls, "dana:hunter3")),
        ("it forbids", Manner::Says(forbidden)),
        ("it is in trouble", Manner::Says(trouble)),
        ("it answers garbage", Manner::Says("\u{1}SSH-2.0-OpenSSH_9.9\r\n\r\n")),
        ("it closes", Manner::Says("")),
        ("it hangs", Manner::Hangs),
    ] {
        let proxy = Proxy::new(manner.clone());
        fails(case, &proxy.url(), &["login"]);
        if let Manner::Asks(..) = manner {
            let url = format!("http://dana:hunter2@127.0.0.1:{}", proxy.port);
            fails("it does not take the password", &url, &["login"]);
            fails("it does not take the password, asking who this is", &url, &["whoami"]);
            assert_eq!(proxy.heard().len(), 3, "a wrong password is tried once: accounts are locked for less");
        }
    }
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    fails("it is gone", &format!("http://dana:hunter2@127.0.0.1:{gone}"), &["login"]);
    fails("its name is unknown", "http://dana:hunter2@proxy.invalid:3128", &["login"]);
    insta::assert_snapshot!("proxy_faults", table.text());
    assert!(company.world.tabs().is_empty(), "nobody was asked to sign in");
}

#[test]
fn what_is_no_proxy_is_a_fault_of_the_config_and_names_its_variable() {
    let company = Company::new();
    for (name, url) in [
        ("HTTPS_PROXY", "socks5://dana:hunter2@127.0.0.1:1080"),
        ("https_proxy", "http://dana:hunter2@"),
        ("HTTPS_PROXY", "http://dana:hunter2@two words:3128"),
    ] {
        let ran = company.assume(&["login"], &[(name, url)]);
        assert_eq!(ran.code, 8, "{url}: {ran:?}");
        assert!(ran.error().contains(&format!("assume: {name} ")), "{url}: {ran:?}");
        assert!(!ran.stderr.contains("hunter2") && printable(&ran.stderr), "{url}: {ran:?}");
    }
}

/// Which of two proxies the AWS CLI asks is the oracle; where nothing is asked of either, it goes straight.
#[test]
fn variables_go_before_one_another_as_for_the_aws_cli() {
    let Some(aws) = std::env::var_os("ASSUME_TEST_AWS") else { return lacks("no ASSUME_TEST_AWS") };
    let company = Company::new();
    company.ok(&["login"], &[]);
    let keys = company.ok(&["export", "dev", "--format", "dotenv"], &[]).stdout;
    let keys: Vec<(&str, &str)> = keys
        .lines()
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name, value.trim_matches('"')))
        .collect();
    let (one, other) = (Proxy::new(Manner::LeadsTo(company.tls)), Proxy::new(Manner::LeadsTo(company.tls)));
    let (first, second) = (one.url(), other.url());
    let port = first.rsplit(':').next().unwrap();
    let bare = format!("127.0.0.1:{port}");
    let cases: [&[(&str, &str)]; 11] = [
        &[("HTTPS_PROXY", &first), ("https_proxy", &second)],
        &[("HTTPS_PROXY", &first), ("https_proxy", "")],
        &[("HTTPS_PROXY", &first)],
        &[("https_proxy", &bare)],
        &[("HTTP_PROXY", &first)],
        &[("HTTPS_PROXY", &first), ("NO_PROXY", "example.com"), ("no_proxy", "sts.invalid")],
        &[("HTTPS_PROXY", &first), ("NO_PROXY", "sts.invalid"), ("no_proxy", "")],
        &[("HTTPS_PROXY", &first), ("NO_PROXY", "*")],
        &[("HTTPS_PROXY", &first), ("NO_PROXY", ".invalid")],
        &[("HTTPS_PROXY", &first), ("NO_PROXY", "a.example, invalid")],
        &[("ALL_PROXY", "socks5://127.0.0.1:1")],
    ];
    let authority = company.authority.pem.to_str().unwrap();
    for variables in cases {
        let heard = |mut command: Command| {
            command
                .envs(keys.iter().copied())
                .env("AWS_REGION", "us-east-1")
                .env("AWS_DEFAULT_REGION", "us-east-1")
                .env("AWS_ENDPOINT_URL_STS", "https://sts.invalid")
                .env("AWS_CA_BUNDLE", authority)
                .env("AWS_MAX_ATTEMPTS", "1")
                .envs(variables.iter().copied());
            one.forget();
            other.forget();
            let ran: Ran = run(&mut command);
            ((!one.heard().is_empty(), !other.heard().is_empty()), ran)
        };
        let mut theirs = company.bare(&[]);
        theirs = {
            let mut aws = Command::new(&aws);
            aws.args(["sts", "get-caller-identity"]).env_clear();
            aws.envs(theirs.get_envs().filter_map(|(name, value)| Some((name, value?))));
            aws
        };
        let (theirs, said) = heard(theirs);
        let (ours, ran) = heard(company.bare(&["whoami"]));
        assert_eq!(ours, theirs, "{variables:?}: {ran:?} {said:?}");
    }
}

#[test]
fn hosts_that_are_excepted_are_asked_straight() {
    let company = Company::new();
    let with = |no_proxy: &str| {
        let host = format!("https://aws.internal.invalid:{}", company.tls);
        company.proxy.forget();
        let endpoints = [("AWS_ENDPOINT_URL_SSO", host.as_str()), ("AWS_ENDPOINT_URL_SSO_OIDC", &host)];
        let ran = run(company.command(&["login"]).envs(endpoints).env("NO_PROXY", no_proxy));
        (company.proxy.heard().len(), ran)
    };
    let port = format!("internal.invalid:{}", company.tls);
    for entry in ["aws.internal.invalid", ".internal.invalid", "*.internal.invalid", &port, "*", "x,internal.invalid"] {
        let (heard, ran) = with(entry);
        assert_eq!((heard, ran.code), (0, 6), "{entry}: {ran:?}");
        assert!(ran.error().contains("the name is not found"), "{entry}: {ran:?}");
    }
    for entry in ["", "other.invalid", "internal.invalid:1", "ternal.invalid"] {
        assert!(with(entry).0 > 0, "{entry}");
    }
}
