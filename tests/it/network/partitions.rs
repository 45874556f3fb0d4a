//! Every partition, and FIPS and dual stack by each way to want them: a whole sign-in, keys and a question to STS, with the
//! hosts that a firewall would have to let through.

use identity_center::Config;

use super::company::Company;
use crate::world::{ASSUME, run};

type Variables<'a> = &'a [(&'a str, &'a str)];

struct Case {
    region: &'static str,
    start_url: &'static str,
    /// Of OIDC, portal and STS.
    hosts: [&'static str; 3],
}

const PARTITIONS: [Case; 4] = [
    Case {
        region: "eu-central-1",
        start_url: "https://d-1234567890.awsapps.com/start",
        hosts: [
            "oidc.eu-central-1.amazonaws.com",
            "portal.sso.eu-central-1.amazonaws.com",
            "sts.eu-central-1.amazonaws.com",
        ],
    },
    Case {
        region: "cn-north-1",
        start_url: "https://start.home.awsapps.cn/directory/example",
        hosts: [
            "oidc.cn-north-1.amazonaws.com.cn",
            "portal.sso.cn-north-1.amazonaws.com.cn",
            "sts.cn-north-1.amazonaws.com.cn",
        ],
    },
    Case {
        region: "us-gov-west-1",
        start_url: "https://start.us-gov-home.awsapps.com/directory/example",
        hosts: [
            "oidc.us-gov-west-1.amazonaws.com",
            "portal.sso.us-gov-west-1.amazonaws.com",
            "sts.us-gov-west-1.amazonaws.com",
        ],
    },
    Case {
        region: "eusc-de-east-1",
        start_url: "https://ssoins-1234567890abcdef.eusc-de-east-1.portal.amazonaws.eu",
        hosts: [
            "oidc.eusc-de-east-1.amazonaws.eu",
            "portal.sso.eusc-de-east-1.amazonaws.eu",
            "sts.eusc-de-east-1.amazonaws.eu",
        ],
    },
];

fn config(region: &str, start_url: &str, more: &str) -> String {
    format!(
        "[sso-session main]\nsso_start_url = {start_url}\nsso_region = {region}\n[default]\n{more}\
         [profile dev]\nsso_session = main\nsso_account_id = 111122223333\nsso_role_name = AdministratorAccess\n\
         region = {region}\n{more}"
    )
}

/// Signs in by the browser, switches, and asks who it is: everything that goes out is for `hosts`.
fn whole_way(case: &str, region: &str, start_url: &str, more: &str, variables: Variables, hosts: &[&str]) {
    let company = Company::with(start_url, hosts);
    company.world.write(".aws/config", &config(region, start_url, more));
    company.ok(&["login", "main"], variables);
    let ran = company.ok(&["exec", "dev", "--", ASSUME, "whoami"], variables);
    assert!(ran.stdout.contains("111122223333"), "{case}: {ran:?}");
    assert_eq!(company.world.aws.count("Authorize"), 1, "{case}: in the browser");
    let mut wanted: Vec<String> = hosts.iter().map(|host| format!("{host}:443")).collect();
    wanted.sort();
    assert_eq!(company.proxy.hosts(), wanted, "{case}");
}

#[test]
fn a_sign_in_and_a_switch_work_in_every_partition() {
    for Case { region, start_url, hosts } in PARTITIONS {
        whole_way(region, region, start_url, "", &[], &hosts);
    }
}

#[test]
fn fips_and_dual_stack_are_wanted_by_variable_and_by_config() {
    let fips = [
        "oidc-fips.us-east-1.amazonaws.com",
        "portal.sso-fips.us-east-1.amazonaws.com",
        "sts-fips.us-east-1.amazonaws.com",
    ];
    let dual = ["oidc.us-east-1.api.aws", "portal.sso.us-east-1.api.aws", "sts.us-east-1.api.aws"];
    let both = ["oidc-fips.us-east-1.api.aws", "portal.sso-fips.us-east-1.api.aws", "sts-fips.us-east-1.api.aws"];
    let plain = ["oidc.us-east-1.amazonaws.com", "portal.sso.us-east-1.amazonaws.com", "sts.us-east-1.amazonaws.com"];
    let (by_fips, by_dual) = (("AWS_USE_FIPS_ENDPOINT", "true"), ("AWS_USE_DUALSTACK_ENDPOINT", "true"));
    let says_fips = "use_fips_endpoint = true\n";
    let says_both = "use_fips_endpoint = true\nuse_dualstack_endpoint = true\n";
    let (region, start_url) = ("us-east-1", "https://d-1234567890.awsapps.com/start");
    let cases: [(&str, Variables, [&str; 3]); 6] = [
        ("", &[by_fips], fips),
        ("", &[by_dual], dual),
        ("", &[by_fips, by_dual], both),
        (says_fips, &[], fips),
        (says_both, &[], both),
        (says_fips, &[("AWS_USE_FIPS_ENDPOINT", "false")], plain),
    ];
    for (more, variables, hosts) in cases {
        whole_way(&format!("{more} {variables:?}"), region, start_url, more, variables, &hosts);
    }
}

/// What is signed in at the plain host is not sent to the other one.
#[test]
fn a_sign_in_at_plain_hosts_is_not_sent_to_fips_hosts() {
    let company = Company::new();
    company.ok(&["login"], &[]);
    let ran = company.assume(&["process", "dev"], &[("AWS_USE_FIPS_ENDPOINT", "true")]);
    assert_eq!(ran.code, 3, "{ran:?}");
    assert!(ran.error().contains("portal.sso-fips") || ran.error().contains("oidc-fips"), "{ran:?}");
}

/// A machine that has IPv6 alone, as far as AWS is concerned: what stands at `[::1]` is loopback like any other.
#[test]
fn endpoints_on_ipv6_loopback_are_asked_straight() {
    let world = crate::world::World::with(Config::default());
    let Some(port) = super::wire::ipv6_before(world.aws.url()) else {
        return crate::skip::skip("there is no IPv6 loopback");
    };
    let url = format!("http://[::1]:{port}");
    let six = |words: &[&str]| {
        let mut command = world.command(words);
        for name in ["AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_SSO_OIDC", "AWS_ENDPOINT_URL_STS"] {
            command.env(name, &url);
        }
        run(command.env("HTTPS_PROXY", "http://127.0.0.1:1"))
    };
    let ran = six(&["login"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let ran = six(&["exec", "dev", "--", ASSUME, "whoami"]);
    assert!(ran.stdout.contains("111122223333"), "{ran:?}");
}
