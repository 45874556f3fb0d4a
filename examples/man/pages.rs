//! Man pages: the command line's own definition, and what goes beyond it.

use aws_assume::cli::Cli;
use aws_assume::command::reserved;
use aws_assume::error::Kind;
use clap::{Command, CommandFactory, Subcommand};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

pub struct Page {
    pub file: String,
    pub text: String,
}

const EXIT: [(Option<Kind>, &str); 10] = [
    (None, "Done."),
    (Some(Kind::Failure), "Any other failure."),
    (Some(Kind::Usage), "Wrong usage."),
    (Some(Kind::SignInNeeded), "A sign-in is needed."),
    (Some(Kind::NotFound), "No such profile, session or account."),
    (Some(Kind::Refused), "AWS refused: a role that you do not have, or that does not exist."),
    (Some(Kind::Network), "The network failed, or what answered was not AWS."),
    (Some(Kind::Keeper), "The vault is locked, lost or unreachable."),
    (Some(Kind::Config), "A config file is wrong."),
    (Some(Kind::Interrupted), "Interrupted."),
];

const EXIT_OF_EXEC: [(&str, &str); 3] = [
    ("N", "The command ran, and ended with this."),
    ("126", "The command could not be run."),
    ("127", "There is no such command."),
];

const ENVIRONMENT: [(&str, &str); 19] = [
    ("AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE", "Where the AWS files are."),
    (
        "AWS_ENDPOINT_URL_SSO, AWS_ENDPOINT_URL_SSO_OIDC, AWS_ENDPOINT_URL_STS",
        "Other endpoints than AWS's own: https, or http to this machine. Named at sign-in.",
    ),
    ("AWS_USE_FIPS_ENDPOINT, AWS_USE_DUALSTACK_ENDPOINT", "true: AWS's endpoints with FIPS, or with IPv6 too."),
    (
        "AWS_CA_BUNDLE, REQUESTS_CA_BUNDLE",
        "Whom to trust in place of the system's certificates. The first goes before ca_bundle of a profile, the second behind it.",
    ),
    ("SSL_CERT_FILE, SSL_CERT_DIR", "Where the system's certificates are."),
    ("HTTPS_PROXY, NO_PROXY", "As the AWS CLI has them, in lower case too."),
    ("ALL_PROXY", "The proxy where HTTPS_PROXY is not set."),
    ("NO_COLOR", "Where it is not empty nothing is coloured, unless --color always says so."),
    ("BROWSER", "Commands to open a browser with, tried in turn; %s is the URL, else it comes last."),
    ("XDG_CONFIG_HOME, XDG_STATE_HOME", "Where config.toml and the state folder are; relative ones are ignored."),
    ("ASSUME_CONFIG", "The settings, in place of config.toml; a file that must be there."),
    ("ASSUME_STATE_DIR", "The state folder."),
    ("ASSUME_STORE", "Who keeps the key of the vault: auto, keyring, file, keyutils or, in WSL, windows."),
    ("ASSUME_STORE_CACHE", "How long the key rests in the kernel keyring: a time such as 8h, or off."),
    (
        "ASSUME_STORE_WINDOWS_PROGRAM",
        "The full path of assume.exe, which keeps the key of a vault in WSL in the Credential Manager of Windows.",
    ),
    ("ASSUME_STORE_PASSPHRASE", "The passphrase of the file keeper, where nobody can be asked."),
    ("ASSUME_LOGIN_FLOW", "How to sign in: pkce or device."),
    (
        "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_CREDENTIAL_EXPIRATION, AWS_REGION, \
         AWS_DEFAULT_REGION, AWS_ACCOUNT_ID, AWS_SSO_PROFILE",
        "Set by a switch, put back by off.",
    ),
    (
        "ASSUME_PROFILE, ASSUME_PREVIOUS, ASSUME_SESSION, ASSUME_ACCOUNT, ASSUME_ROLE, ASSUME_EXPIRES, ASSUME_SEGMENT",
        "Set by a switch, for prompts to show. No setting.",
    ),
];

const FILES: [(&str, &str); 5] = [
    ("~/.aws/config, ~/.aws/credentials", "Profiles and sessions, read as the AWS CLI reads them."),
    ("$XDG_CONFIG_HOME/assume/config.toml", "Settings; ~/.config where the variable is not set, %APPDATA% on Windows."),
    (
        "$XDG_STATE_HOME/assume/",
        "The state folder, for its owner alone; ~/.local/state where the variable is not set, %LOCALAPPDATA% on Windows.",
    ),
    ("$XDG_STATE_HOME/assume/vault/", "Sealed records: sign-ins and keys. Without the key they are noise."),
    ("$XDG_STATE_HOME/assume/uses", "What was switched to, how often and how lately, for the order of completion."),
];

/// `assume.1`, and one page for each verb.
pub fn all() -> Vec<Page> {
    let mut root = Cli::command().disable_help_subcommand(true).subcommand_help_heading("VERBS");
    let reserved: Vec<String> = root.get_subcommands().map(|verb| verb.get_name().to_owned()).collect();
    // What is not built yet has nothing to be looked up.
    for name in reserved.into_iter().filter(|name| reserved::Verb::has_subcommand(name)) {
        root = root.mut_subcommand(name, |verb| verb.hide(true));
    }
    root.build();
    let verbs: Vec<Command> = root.get_subcommands().filter(|verb| !verb.is_hide_set()).cloned().collect();
    let names: Vec<String> = verbs.iter().map(|verb| format!("assume-{}", verb.get_name())).collect();

    let mut pages = vec![page("assume", &root, &names)];
    pages.extend(verbs.into_iter().zip(&names).map(|(verb, name)| page(name, &verb, &["assume".to_owned()])));
    pages
}

fn page(name: &str, command: &Command, see: &[String]) -> Page {
    let is_root = command.get_name() == "assume";
    let man = Man::new(command.clone().display_name(name.to_owned())).title(name.to_uppercase()).manual("assume");
    let man = man.source(format!("assume {}", env!("CARGO_PKG_VERSION")));
    let mut text = Vec::new();
    let rendered = man
        .render_title(&mut text)
        .and_then(|()| man.render_name_section(&mut text))
        .and_then(|()| man.render_synopsis_section(&mut text))
        .and_then(|()| man.render_description_section(&mut text))
        .and_then(|()| man.render_options_section(&mut text))
        .and_then(|()| if is_root { man.render_subcommands_section(&mut text) } else { Ok(()) })
        .and_then(|()| beyond(command, see).to_writer(&mut text));
    rendered.expect("memory takes what is written");
    Page { file: format!("{name}.1"), text: String::from_utf8(text).expect("roff is text") }
}

/// What the definition of the command line does not say.
fn beyond(command: &Command, see: &[String]) -> Roff {
    let mut roff = Roff::new();
    if let Some(examples) = command.get_after_help() {
        roff.control("SH", ["EXAMPLES"]);
        roff.control("nf", []);
        roff.text([roman(examples.to_string().trim_start_matches("Examples:\n"))]);
        roff.control("fi", []);
    }
    let runs = command.get_name() == "exec";
    let exit = EXIT.map(|(kind, means)| (kind.map_or(0, |kind| kind as u8).to_string(), means));
    let exit = exit.iter().map(|(code, means)| (code.as_str(), *means)).filter(|(code, _)| !runs || *code != "0");
    section(&mut roff, "EXIT STATUS", EXIT_OF_EXEC.into_iter().filter(|_| runs).chain(exit));
    if command.get_name() == "assume" {
        section(&mut roff, "ENVIRONMENT", ENVIRONMENT);
        section(&mut roff, "FILES", FILES);
    }
    roff.control("SH", ["SEE ALSO"]);
    let see = see.iter().enumerate().flat_map(|(index, name)| {
        let comma = if index == 0 { "" } else { ", " };
        [roman(comma), bold(name.clone()), roman("(1)")]
    });
    roff.text(see.collect::<Vec<_>>());
    roff
}

fn section<'a>(roff: &mut Roff, title: &str, entries: impl IntoIterator<Item = (&'a str, &'a str)>) {
    roff.control("SH", [title]);
    for (name, means) in entries {
        roff.control("TP", []);
        roff.text([bold(name)]);
        roff.text([roman(means)]);
    }
}
