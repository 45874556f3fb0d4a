//! Opening a page for the person: which pages, and by which program (security rule 3).

use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;
use url::Url;

use super::{Browser, Place};
use crate::endpoint;
use crate::identity::SessionId;
use crate::person::Person;

/// What no child is given: keys and the passphrase of the vault, and the rest of the contract with the shell.
pub const WITHHELD: &[&str] = &[
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_SESSION_EXPIRATION",
    "AWS_ACCOUNT_ID",
    "AWS_SSO_PROFILE",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "ASSUME_PROFILE",
    "ASSUME_PREVIOUS",
    "ASSUME_SESSION",
    "ASSUME_ACCOUNT",
    "ASSUME_ROLE",
    "ASSUME_EXPIRES",
    "ASSUME_SEGMENT",
    "ASSUME_STORE_PASSPHRASE",
    "ASSUME_SHELL",
    "__assume_off",
    "__assume_region",
];

/// Hosts of sign-in pages, all of them AWS's.
const AWS_SUFFIXES: &[&str] = &[
    ".app.aws",
    ".portal.amazonaws.com",
    ".portal.amazonaws.com.cn",
    ".app.amazonwebservices.com.cn",
    ".portal.amazonaws.eu",
    ".api.amazonwebservices.eu",
    ".awsapps.com",
    ".awsapps.cn",
];
const AWS_HOSTS: &[&str] = &[
    "identitycenter.amazonaws.com",
    "identitycenter.amazonaws.com.cn",
    "identitycenter.amazonaws.eu",
    "identitycenter.us-gov.amazonaws.com",
];
/// The page for device codes: `device.sso.REGION.DOMAIN`.
const AWS_DOMAINS: &[&str] = &["amazonaws.com", "amazonaws.com.cn", "amazonaws.eu"];

/// A URL fit to be handed to a program: a web page, over https or on loopback, with neither user name nor anything that
/// could be taken for more than one word. Parsed and written anew.
pub(super) fn fit_to_open(text: &str) -> Option<Url> {
    if text.chars().any(char::is_control) {
        return None;
    }
    let url = Url::parse(text).ok()?;
    let scheme_fits = url.scheme() == "https" || (url.scheme() == "http" && endpoint::is_loopback(&url));
    // Everywhere else the parser writes `"` and its like as `%22`; in a host name it leaves them, and on Windows the command
    // of a browser has the URL between quotes.
    let is_plain = |host: &str| host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._[]:".contains(&byte));
    let host_fits = url.host_str().is_some_and(is_plain);
    (scheme_fits && host_fits && url.username().is_empty() && url.password().is_none()).then_some(url)
}

/// Whether a page of sign-ins is AWS's own.
pub(super) fn is_aws(url: &Url) -> bool {
    let Some(host) = url.host_str() else { return false };
    AWS_HOSTS.contains(&host) || AWS_SUFFIXES.iter().any(|suffix| host.ends_with(suffix))
}

/// Whether a page is AWS's, the person's own portal, or on the endpoint this session is bound to.
pub(super) fn leads_to_aws(url: &Url, session: &SessionId, place: &Place) -> bool {
    let Some(host) = url.host_str() else { return false };
    let is_device_page = || AWS_DOMAINS.iter().any(|domain| host == format!("device.sso.{}.{domain}", session.region));
    let start_url = Url::parse(&session.start_url).ok();
    is_aws(url)
        || is_device_page()
        || start_url.as_ref().and_then(Url::host_str) == Some(host)
        || place.oidc.url.host_str() == Some(host)
}

/// Starts a browser and does not wait for it. Only when none could be started, or all that were said at once that they
/// failed, is the person told to open the page, which was shown before, and an answer comes.
pub(super) fn open(url: &Url, browser: &Browser, person: &Arc<dyn Person>) -> oneshot::Receiver<()> {
    let (failed, failure) = oneshot::channel();
    let openers: Vec<Vec<String>> = match browser {
        Browser::None => return failure,
        Browser::System => system_openers(url.as_str()),
        Browser::Commands(commands) => commands.iter().filter_map(|command| words(command, url.as_str())).collect(),
    };
    let person = Arc::clone(person);
    // A browser in the foreground lives as long as the person likes; its thread ends with this process at the latest.
    std::thread::spawn(move || {
        if !openers.iter().any(|words| run(words)) {
            if person.is_there() {
                person.note("no browser could be opened; open the page yourself");
            }
            let _ = failed.send(());
        }
    });
    failure
}

#[cfg(not(windows))]
fn system_openers(url: &str) -> Vec<Vec<String>> {
    let openers: &[&str] = if cfg!(target_os = "macos") { &["open"] } else { &["xdg-open", "gio open", "wslview"] };
    openers.iter().filter_map(|opener| words(opener, url)).collect()
}

/// `ShellExecuteW` hands the environment of its caller on to the browser (security rule 19), so a program of Windows calls it,
/// which is started as any opener is. That one takes the rest of its line for the URL, in which there is nothing to quote.
#[cfg(windows)]
fn system_openers(url: &str) -> Vec<Vec<String>> {
    let Ok(folder) = winsafe::GetSystemDirectory() else { return Vec::new() };
    vec![vec![format!("{folder}\\rundll32.exe"), "url.dll,FileProtocolHandler".to_owned(), url.to_owned()]]
}

/// The words of a command line as `BROWSER` has it: `%s` is the URL, else the URL comes last.
pub(super) fn words(command: &str, url: &str) -> Option<Vec<String>> {
    // There a backslash parts the folders of a path, and escapes nothing.
    let command = if cfg!(windows) { command.replace('\\', "\\\\") } else { command.to_owned() };
    let mut words = shell_words::split(&command).ok().filter(|words| !words.is_empty())?;
    if words.iter().skip(1).any(|word| word.contains("%s")) {
        words.iter_mut().skip(1).for_each(|word| *word = word.replace("%s", url));
    } else {
        words.push(url.to_owned());
    }
    Some(words)
}

/// A browser in the foreground that ends badly, hours later, has shown the page all the same: a second opener would fetch
/// what serves once.
const AT_ONCE: Duration = Duration::from_secs(3);

fn run(words: &[String]) -> bool {
    let began = Instant::now();
    let Some(mut child) = spawn(words) else { return false };
    child.wait().is_ok_and(|status| status.success()) || began.elapsed() > AT_ONCE
}

fn spawn(words: &[String]) -> Option<Child> {
    let (program, arguments) = words.split_first()?;
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.current_dir(if cfg!(windows) { "C:\\" } else { "/" });
    for name in WITHHELD {
        command.env_remove(name);
    }
    // Ctrl-C at the terminal ends the sign-in, not the browser.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command.spawn().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::{Endpoint, Overrides, Service};

    #[cfg(unix)]
    #[test]
    fn an_opener_that_fails_at_once_gives_way_and_one_that_fails_late_does_not() {
        let ends = |script: &str| run(&["sh", "-c", script].map(str::to_owned));
        assert!(ends("exit 0") && !ends("exit 1") && !run(&["/nowhere/at/all".to_owned()]));
        assert!(ends("sleep 3.1; exit 1"));
    }

    fn session() -> SessionId {
        SessionId {
            name: "dev".into(),
            start_url: "https://sso.company.example/start".into(),
            region: "eu-west-1".into(),
        }
    }

    fn place() -> Place {
        let at = |service| endpoint::resolve(service, "eu-west-1", &Overrides::default()).unwrap();
        Place { oidc: at(Service::SsoOidc), portal: at(Service::Sso), network: crate::aws::Network::default() }
    }

    #[test]
    fn only_plain_web_pages_are_fit_to_open() {
        for good in ["https://d-1.awsapps.com/start", "http://127.0.0.1:8080/x", "http://[::1]:1/"] {
            assert!(fit_to_open(good).is_some(), "{good}");
        }
        for bad in [
            "http://d-1.awsapps.com/",
            "https://u@d-1.awsapps.com/",
            "https://u:p@d-1.awsapps.com/",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "https://a\n--new-window",
            "-https://a",
            "https://",
            "data:text/html,x",
            // Not a word less in Windows' "browser.exe" "%1".
            r#"https://x"--evil".awsapps.com/"#,
            "https://x'$(id)`id`;.awsapps.com/",
        ] {
            assert!(fit_to_open(bad).is_none(), "{bad}");
        }
        assert_eq!(fit_to_open("https://a.app.aws/ \"'`$(x)").unwrap().as_str(), "https://a.app.aws/%20%22'%60$(x)");
    }

    #[test]
    fn pages_of_strangers_are_not_opened() {
        let leads = |url: &str| leads_to_aws(&Url::parse(url).unwrap(), &session(), &place());
        for good in [
            "https://d-1.awsapps.com/start/#/device?user_code=A",
            "https://device.sso.eu-west-1.amazonaws.com/?user_code=A",
            "https://ssoins-1.eu-west-1.portal.amazonaws.com/",
            "https://oidc.eu-west-1.amazonaws.com/authorize",
            "https://sso.company.example/start",
            "https://identitycenter.amazonaws.com/ssoins-1",
        ] {
            assert!(leads(good), "{good}");
        }
        for bad in [
            "https://evil.example/",
            "https://awsapps.com.evil.example/",
            "https://evilawsapps.com/",
            "https://device.sso.us-east-1.amazonaws.com/",
            "https://bucket.s3.amazonaws.com/",
            "https://127.0.0.1/",
        ] {
            assert!(!leads(bad), "{bad}");
        }
        let endpoint = Endpoint { url: Url::parse("http://127.0.0.1:1/").unwrap(), overridden_by: Some("x".into()) };
        let place = Place { oidc: endpoint, ..place() };
        assert!(leads_to_aws(&Url::parse("http://127.0.0.1:2/").unwrap(), &session(), &place));
    }

    #[test]
    fn the_url_is_one_word_wherever_the_command_wants_it() {
        let url = "https://a.app.aws/?x=1&y='$(z)";
        assert_eq!(words("firefox --new-tab", url).unwrap(), ["firefox", "--new-tab", url]);
        assert_eq!(words("'my browser' --at=%s -q", url).unwrap(), ["my browser", &format!("--at={url}"), "-q"]);
        assert_eq!(words("'unclosed", url), None);
        assert_eq!(words("", url), None);
    }

    #[cfg(unix)]
    #[test]
    fn the_next_command_is_tried_when_one_fails() {
        let run_all =
            |commands: &[&str]| commands.iter().filter_map(|it| words(it, "https://a.app.aws/")).any(|it| run(&it));
        assert!(!run_all(&["false", "/no/such/browser"]));
        assert!(run_all(&["/no/such/browser", "false", "true"]));
    }
}
