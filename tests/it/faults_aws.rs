//! AWS and the network at their worst: what is said, with which exit code, and that the next command works.

use std::time::{Duration, Instant};

use identity_center::{BodyKind, Config, Fault, What};

use crate::faults_table::{Table, printable};
use crate::world::{ASSUME, World, run};

const KEYS: &str = "GetRoleCredentials";
const TOKEN: &str = "CreateToken";

/// Longer than a person waits for one request: told at once instead.
const TOO_LONG: u64 = 60;

struct Case {
    name: &'static str,
    code: i32,
    fault: Fault,
    /// Whether the access token has expired before, so that it is refreshed.
    refreshes: bool,
    /// Tabs that the next `process` may open: none where the sign-in is still good.
    tabs_after: usize,
}

fn case(name: &'static str, code: i32, fault: Fault) -> Case {
    let refreshes = fault.operation == TOKEN;
    Case { name, code, fault, refreshes, tabs_after: 0 }
}

fn cases() -> Vec<Case> {
    let keys = || Fault::on(KEYS);
    let token = || Fault::on(TOKEN);
    vec![
        case("the portal answers HTML", 6, keys().body(BodyKind::Html)),
        case("the portal answers garbage", 6, keys().body(BodyKind::Garbage)),
        case("the portal answers nothing", 6, keys().body(BodyKind::Empty)),
        case("the portal's answer is cut", 6, keys().body(BodyKind::Truncated).applied()),
        case("the portal's answer is huge", 6, keys().body(BodyKind::Huge)),
        case("a proxy answers 502 and HTML", 6, keys().status(502).body(BodyKind::Html).retry_after(TOO_LONG)),
        case("a proxy answers 403 and HTML", 6, keys().status(403).body(BodyKind::Html)),
        case("a proxy answers 407 and HTML", 6, keys().status(407).body(BodyKind::Html)),
        case("the portal resets the connection", 6, keys().reset()),
        case("the portal throttles for ever", 6, keys().error("TooManyRequestsException").retry_after(TOO_LONG)),
        case("the portal is in trouble", 6, keys().status(503).retry_after(TOO_LONG)),
        case("the portal forbids", 5, keys().error("ForbiddenException").message("No access")),
        case(
            "the portal knows nothing of it",
            4,
            keys().error("ResourceNotFoundException").message("Account not found"),
        ),
        case(
            "the portal wants another request",
            5,
            keys().error("InvalidRequestException").message("Missing parameter"),
        ),
        Case {
            tabs_after: 0,
            ..case(
                "the portal never takes the token",
                3,
                keys().error("UnauthorizedException").message("Session token not found or invalid"),
            )
        },
        case("OIDC answers HTML", 6, token().body(BodyKind::Html)),
        case("OIDC answers garbage", 6, token().body(BodyKind::Garbage)),
        case("OIDC throttles for ever", 6, token().status(429).error("SlowDownException").retry_after(TOO_LONG)),
        case("OIDC asks to slow down for ever", 6, token().error("SlowDownException").retry_after(TOO_LONG)),
        case("OIDC is in trouble", 6, token().error("InternalServerException").retry_after(TOO_LONG)),
        case("OIDC resets the connection", 6, token().reset()),
        Case {
            tabs_after: 1,
            ..case("OIDC ended the session", 3, token().error("InvalidGrantException").message("Invalid refresh token"))
        },
        Case {
            tabs_after: 1,
            ..case(
                "OIDC forgot the registration",
                3,
                token().error("InvalidClientException").message("Client not found"),
            )
        },
    ]
}

#[test]
fn each_fault_of_aws_is_two_lines_and_the_next_command_works() {
    let mut table = Table::default();
    for case in cases() {
        let world = World::new();
        world.sign_in();
        if case.refreshes {
            world.aws.expire(What::AccessTokens);
        }
        world.aws.fault(case.fault);
        let began = Instant::now();
        let ran = world.assume(&["--no-input", "process", "dev"]);
        assert!(began.elapsed() < Duration::from_secs(30), "{}", case.name);
        assert_eq!(ran.stdout, "", "{}", case.name);
        table.failed(&world, case.name, case.code, &ran);
        world.aws.clear_faults();
        world.ok(&["process", "dev"]);
        assert_eq!(world.tabs().len(), 1 + case.tabs_after, "{}: what was good is kept", case.name);
    }
    insta::assert_snapshot!("aws_faults", table.text());
}

#[test]
fn what_passes_is_waited_for_and_not_spoken_of() {
    let passing = [
        Fault::on(KEYS).error("TooManyRequestsException").times(3),
        Fault::on(KEYS).error("TooManyRequestsException").retry_after(1).times(1),
        Fault::on(KEYS).status(500).times(2),
        Fault::on(KEYS).reset().times(2),
        Fault::on(KEYS).body(BodyKind::Truncated).status(503).times(1),
        Fault::on(TOKEN).status(503).times(1),
        Fault::on(TOKEN).error("SlowDownException").times(2),
        Fault::on(KEYS).error("UnauthorizedException").times(1),
    ];
    for fault in passing {
        let world = World::new();
        world.sign_in();
        let name = format!("{fault:?}");
        world.aws.expire(What::AccessTokens);
        world.aws.fault(fault);
        let ran = world.ok(&["--no-input", "process", "dev"]);
        assert_eq!(ran.stderr, "", "{name}");
        assert_eq!(world.tabs().len(), 1, "{name}");
    }
}

#[test]
fn an_answer_that_never_ends_is_given_up_and_asked_for_again() {
    let world = World::new();
    world.sign_in();
    world.aws.fault(Fault::on(KEYS).body(BodyKind::Endless).times(1));
    let began = Instant::now();
    let ran = world.assume(&["--no-input", "process", "dev"]);
    assert!(matches!(ran.code, 0 | 6), "{ran:?}");
    assert!(began.elapsed() < Duration::from_secs(20));
    world.ok(&["--no-input", "process", "dev"]);
}

#[test]
fn what_ended_or_moved_says_what_to_do() {
    let mut table = Table::default();
    let signed_in = || {
        let world = World::new();
        world.sign_in();
        world
    };
    let process = ["--no-input", "process", "dev"];

    let world = World::new();
    table.failed(&world, "nobody ever signed in", 3, &world.assume(&process));

    let world = signed_in();
    world.aws.end_sessions();
    table.failed(&world, "the session was ended by an administrator", 3, &world.assume(&process));
    world.ok(&["process", "dev"]);

    let world = signed_in();
    world.aws.revoke(What::Registrations);
    world.aws.expire(What::AccessTokens);
    table.failed(&world, "the registration is gone", 3, &world.assume(&process));
    world.ok(&["process", "dev"]);

    let world = signed_in();
    assert!(world.aws.remove_role("111122223333", "AdministratorAccess"));
    table.failed(&world, "the role is gone", 5, &world.assume(&process));
    world.ok(&["process", "staging"]);

    let world = signed_in();
    let config = world.config();
    world.write(".aws/config", &config.replace("sso_region = us-east-1", "sso_region = eu-west-1"));
    table.failed(&world, "sso_region changed", 3, &world.assume(&process));
    let start_url = world.aws.start_url();
    world.write(".aws/config", &config.replace(&start_url, "https://other.awsapps.com/start"));
    table.failed(&world, "sso_start_url changed", 3, &world.assume(&process));
    world.write(".aws/config", &config);
    let other = identity_center::StandIn::start(Config::default());
    let ran = run(world.command(&process).env("AWS_ENDPOINT_URL_SSO", other.url()));
    assert!(ran.stderr.contains(other.url()) && ran.stderr.contains(world.aws.url()), "names both: {ran:?}");
    assert_eq!((ran.code, other.log().len()), (3, 0), "nothing is sent there");
    world.ok(&process);

    insta::assert_snapshot!("ended_or_moved", table.text());
}

#[test]
fn no_network_is_told_soon() {
    let world = World::new();
    world.sign_in();
    let mut command = world.command(&["--no-input", "process", "dev"]);
    let url = world.aws.url().to_owned();
    let World { home: _home, aws } = world;
    drop(aws);
    let began = Instant::now();
    let ran = run(&mut command);
    assert_eq!(ran.code, 6, "{ran:?}");
    assert!(began.elapsed() < Duration::from_secs(5));
    assert!(ran.error().contains(&format!("{url} can't be reached: the connection is refused")), "{ran:?}");
}

#[test]
fn a_clock_that_is_off_makes_no_difference_and_is_said_once() {
    const HOUR: i64 = 3600;
    const TEN_YEARS: i64 = 87_600 * HOUR;
    for offset in [HOUR, -HOUR, TEN_YEARS, -TEN_YEARS] {
        let world = World::with(Config::default().clock_offset(offset));
        let login = world.ok(&["login"]);
        let off_by = if offset.abs() == HOUR { "clock is 60 minutes " } else { "clock is 10 years " };
        assert!(login.stderr.contains(off_by), "{offset}: {login:?}");
        let ran = world.ok(&["process", "dev"]);
        let said = ran.stderr.lines().count();
        assert!(said <= 1, "{offset}: {ran:?}");
        world.ok(&["process", "dev"]);
        assert_eq!(world.aws.count(KEYS), 1, "{offset}: the second run uses the first one's keys");
        assert_eq!(world.tabs().len(), 1, "{offset}");
        assert_eq!(world.assume(&["status"]).code, 0, "{offset}");
        let ran = world.ok(&["exec", "dev", "--", ASSUME, "whoami"]);
        assert!(ran.stdout.starts_with("arn:"), "{offset}: {ran:?}");
        // Told from the vault alone, where no answer of AWS says what time it is.
        let ran = world.ok(&["dev", "--shell", "bash"]);
        assert!(ran.stderr.contains(", keys for 1 h"), "{offset}: {ran:?}");
        let ran = world.ok(&["exec", "dev", "--", ASSUME, "status"]);
        assert!(ran.stdout.contains("AdministratorAccess, keys fine until"), "{offset}: {ran:?}");
    }
}

#[test]
fn a_clock_set_right_or_wrong_after_the_sign_in_costs_no_sign_in() {
    for offset in [3600, -3600] {
        let world = World::new();
        world.sign_in();
        world.ok(&["process", "dev"]);
        world.aws.set_clock_offset(offset);
        world.ok(&["--no-input", "process", "prod"]);
        assert_eq!(world.tabs().len(), 1, "{offset}");
    }
}

#[test]
fn keys_that_are_due_are_served_with_one_note_while_they_cannot_be_renewed() {
    let faults = [
        ("network", Fault::on("*").reset()),
        ("throttled", Fault::on("*").status(429).retry_after(TOO_LONG)),
        ("not AWS", Fault::on("*").body(BodyKind::Html)),
        // The last one: it ends the session.
        ("sign-in", Fault::on("*").error("UnauthorizedException")),
    ];
    let world = World::with(Config::default().lifetimes(|life| life.role_keys = 24));
    world.sign_in();
    world.ok(&["process", "dev"]);
    let expiring = || world.ok(&["list", "--json"]).stdout.contains("\"expiring\"");
    let deadline = Instant::now() + Duration::from_secs(30);
    while !expiring() {
        assert!(Instant::now() < deadline, "keys of 24 s never became due");
    }
    world.aws.fault(Fault::on("*").reset());
    let forced = world.assume(&["--no-input", "dev", "--force", "--shell", "bash"]);
    assert_eq!(forced.code, 6, "--force insists: {forced:?}");
    world.aws.clear_faults();
    for (name, fault) in faults {
        world.aws.fault(fault);
        let ran = world.ok(&["--no-input", "process", "dev"]);
        assert!(ran.stdout.contains("AccessKeyId"), "{name}: {ran:?}");
        assert_eq!(ran.stderr.lines().count(), 1, "{name}: one note: {ran:?}");
        assert!(ran.stderr.contains("expire soon") && printable(&ran.stderr), "{name}: {ran:?}");
        world.aws.clear_faults();
    }
}
