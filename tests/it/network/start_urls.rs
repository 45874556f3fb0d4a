//! Start URLs as they are given out: AWS's own in each form, and a company's name for one.

use std::sync::{Arc, Mutex};

use super::company::{Company, OIDC, PORTAL, START_URL};
use super::wire::{Life, Manner, Proxy, tls_saying};
use crate::world::Ran;

const NAME: &str = "aws.company.example";

/// A company whose own page says this, and what that page was asked.
fn company_saying(says: impl Fn(&str) -> String + Send + Sync + 'static) -> (Company, Arc<Mutex<Vec<String>>>) {
    let mut company = Company::new();
    let page = company.authority.server(&[NAME], Life::Now);
    let (port, heads) = tls_saying(says, page);
    company.proxy = Proxy::new(Manner::LeadsBut(company.tls, NAME, port));
    let config = company.world.config().replace(START_URL, &format!("https://{NAME}/aws"));
    company.world.write(".aws/config", &config);
    (company, heads)
}

fn redirect(status: &str, to: &str) -> String {
    format!("HTTP/1.1 {status}\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
}

#[test]
fn a_company_s_own_name_leads_to_its_start_url() {
    for flow in ["pkce", "device"] {
        let (company, heads) = company_saying(|_| redirect("302 Found", START_URL));
        // A code is shown to a person only.
        let mut person = company.terminal(&["login", "--flow", flow]);
        assert_eq!(person.wait_for_end(), 0, "{flow}: {}", person.screen());
        let screen = person.screen();
        assert!(screen.contains(&format!("https://{NAME}/aws leads to {START_URL}")), "{flow}: {screen}");
        company.ok(&["process", "dev"], &[]);
        let heads = heads.lock().unwrap().clone();
        assert_eq!(heads.len(), 1, "{flow}: asked once: {heads:?}");
        assert!(heads[0].starts_with("HEAD /aws HTTP/1.1\r\n"), "{flow}: {heads:?}");
        assert!(!heads[0].to_lowercase().contains("authorization"), "{flow}: {heads:?}");
        let told = company.world.aws.log().iter().any(|asked| asked.body.contains(START_URL));
        assert!(told, "{flow}: AWS hears its own name of it");
    }
}

#[test]
fn a_server_that_knows_no_head_is_asked_again() {
    for status in ["405 Method Not Allowed", "501 Not Implemented"] {
        let (company, heads) = company_saying(move |head| {
            if head.starts_with("GET ") { redirect("302 Found", START_URL) } else { redirect(status, "/") }
        });
        company.ok(&["login"], &[]);
        let heads = heads.lock().unwrap();
        let methods: Vec<_> = heads.iter().filter_map(|head| head.split(' ').next()).collect();
        assert_eq!(methods, ["HEAD", "GET"], "{status}");
    }
}

#[test]
fn a_name_that_leads_elsewhere_signs_nobody_in() {
    let fails = |says: &str, code: i32, what: &str| -> Ran {
        let answer = says.to_owned();
        let (company, _) = company_saying(move |_| answer.clone());
        let ran = company.assume(&["login"], &[]);
        assert_eq!(ran.code, code, "{says}: {ran:?}");
        assert!(ran.error().contains(what) && ran.error().contains("\nhint: "), "{says}: {ran:?}");
        assert!(company.world.aws.log().is_empty(), "{says}: AWS was asked nothing");
        ran
    };
    let nowhere = "does not lead to a page of AWS";
    for to in [
        "https://evil.example/start",
        "http://d-1234567890.awsapps.com/start",
        "https://awsapps.com.evil.example/",
        "/x",
    ] {
        fails(&redirect("302 Found", to), 8, nowhere);
    }
    fails("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", 8, nowhere);
    fails("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", 8, nowhere);
    let other = redirect("301 Moved", "https://ssoins-1234567890abcdef.portal.eu-west-1.app.aws");
    let ran = fails(&other, 8, "leads to Identity Center in eu-west-1");
    assert!(ran.error().contains("sso_region = eu-west-1"), "{ran:?}");
    fails("nonsense\r\n\r\n", 6, NAME);
}

#[test]
fn every_form_of_aws_s_own_is_used_as_it_stands() {
    for url in [
        "https://d-1234567890.awsapps.com/start",
        "https://d-1234567890.awsapps.com/start/",
        "https://d-1234567890.awsapps.com/start#/",
        "https://company.awsapps.com/start/#/",
        "https://ssoins-1234567890abcdef.portal.us-east-1.app.aws",
        "https://identitycenter.amazonaws.com/ssoins-1234567890abcdef",
    ] {
        let company = Company::with(url, &[OIDC, PORTAL]);
        company.ok(&["login"], &[]);
        company.ok(&["process", "dev"], &[]);
        assert_eq!(company.proxy.hosts(), [format!("{OIDC}:443"), format!("{PORTAL}:443")], "{url}");
    }
    let company = Company::with("http://d-1234567890.awsapps.com/start", &[OIDC]);
    let ran = company.assume(&["login"], &[]);
    assert_eq!(ran.code, 8, "{ran:?}");
    assert!(ran.error().contains("does not begin with https://"), "{ran:?}");
}
