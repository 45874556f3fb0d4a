//! What the layers below might do behind anybody's back, and do not.

#[cfg(target_os = "linux")]
use std::fs;
use std::net::TcpListener;

use identity_center::Fault;

use super::company::{Company, OIDC, PORTAL};
#[cfg(target_os = "linux")]
use crate::shells::run::tool;
use crate::world::World;
#[cfg(target_os = "linux")]
use crate::world::{ASSUME, run};

/// No instance metadata, no look-up of a region, no host but those that were meant: by what reaches the kernel.
#[cfg(target_os = "linux")]
#[test]
fn nobody_is_asked_but_the_endpoints() {
    let Some(strace) = tool("strace") else { return };
    let world = World::new();
    let config = world.config().replace("region = eu-central-1\n", "");
    world.write(".aws/config", &config);
    let port = world.aws.url().rsplit(':').next().unwrap().to_owned();
    world.sign_in();
    for words in
        [&["process", "dev"][..], &["prod", "--shell", "bash"], &["list"], &["exec", "dev", "--", ASSUME, "whoami"]]
    {
        let trace = world.path("trace");
        let mut all = vec!["-f", "-qq", "-e", "trace=connect,sendto,sendmsg", "-o", trace.to_str().unwrap(), ASSUME];
        all.extend(words);
        let ran = run(&mut world.program(&strace, &all));
        assert_eq!(ran.code, 0, "{words:?}: {ran:?}");
        let trace = fs::read_to_string(trace).unwrap();
        let strangers: Vec<&str> = trace
            .lines()
            .filter(|line| line.contains("AF_INET"))
            .filter(|line| !(line.contains("127.0.0.1") && line.contains(&format!("htons({port})"))))
            .collect();
        assert!(strangers.is_empty(), "{words:?}: {strangers:?}");
    }
}

#[test]
fn a_redirect_is_not_followed_and_is_no_answer_of_aws() {
    for (operation, words) in [("GetRoleCredentials", ["process", "dev"]), ("RegisterClient", ["login", "--force"])] {
        for status in [301, 302, 307, 308] {
            let world = World::new();
            if operation == "GetRoleCredentials" {
                world.sign_in();
            }
            let stranger = TcpListener::bind("127.0.0.1:0").unwrap();
            stranger.set_nonblocking(true).unwrap();
            let to = format!("http://{}/", stranger.local_addr().unwrap());
            world.aws.fault(Fault::on(operation).redirect(status, &to));
            let ran = world.assume(&words);
            assert_eq!(ran.code, 6, "{operation} {status}: {ran:?}");
            assert!(ran.error().contains("it redirects"), "{operation} {status}: {ran:?}");
            assert!(stranger.accept().is_err(), "{operation} {status}: nobody came there");
        }
    }
}

/// The one for all services is for no sign-in: who could set it, as a foreign `.env` can, would be sent every token.
#[test]
fn the_endpoint_for_all_services_leads_neither_a_sign_in_nor_its_tokens_away() {
    for by_config in [false, true] {
        let (company, other) = (Company::new(), World::new());
        let said = format!("endpoint_url = {}\n", other.aws.url());
        if by_config {
            let config = company.world.config().replace("sso_session = main\n", &format!("sso_session = main\n{said}"));
            company.world.write(".aws/config", &format!("[default]\n{said}{config}"));
        }
        let variable = [("AWS_ENDPOINT_URL", other.aws.url())];
        let generic = if by_config { &[][..] } else { &variable };
        company.ok(&["login", "main"], generic);
        assert!(company.ok(&["process", "dev"], generic).stdout.contains("AccessKeyId"));
        company.ok(&["logout", "main"], generic);
        assert!(other.aws.log().is_empty(), "by the config: {by_config}");
        assert_eq!(company.proxy.hosts(), [OIDC, PORTAL].map(|host| format!("{host}:443")));
    }
}
