//! AWS and the network between, slow, wrong or gone.

use identity_center::{BodyKind, Config, Fault, What};

use super::relay::Weather;
use super::stage::Stage;
use super::verbs::{ALL, Verb};
use super::{Leaves, Row, row, tabled};

/// Longer than a person waits for one request.
const TOO_LONG: u64 = 60;

const HOUR: i64 = 3600;
const TEN_YEARS: i64 = 87_600 * HOUR;

/// What programs ask of AWS. The page that a browser shows is the person's to see, and to wait for.
const OPERATIONS: [&str; 8] = [
    "RegisterClient",
    "StartDeviceAuthorization",
    "CreateToken",
    "GetRoleCredentials",
    "ListAccounts",
    "ListAccountRoles",
    "Logout",
    "GetCallerIdentity",
];

fn any() -> Fault {
    Fault::on("*")
}

/// On every operation, each for itself.
fn fault(stage: &mut Stage, fault: &Fault) {
    for operation in OPERATIONS {
        if fault.operation == "*" || fault.operation == operation {
            stage.world.aws.fault(Fault { operation: operation.into(), ..fault.clone() });
        }
    }
}

fn answers() -> Vec<Row> {
    vec![
        row("nothing is wrong", |_| {}),
        row("429", |stage| fault(stage, &any().error("TooManyRequestsException"))),
        row("429, Retry-After: 1", |stage| fault(stage, &any().error("TooManyRequestsException").retry_after(1))),
        row("429, Retry-After: 60", |stage| {
            fault(stage, &any().error("TooManyRequestsException").retry_after(TOO_LONG));
        }),
        row("429, then well", |stage| fault(stage, &any().error("TooManyRequestsException").times(2))),
        row("500", |stage| fault(stage, &any().status(500))),
        row("503", |stage| fault(stage, &any().status(503))),
        row("503, then well", |stage| fault(stage, &any().status(503).times(2))),
        row("HTML", |stage| fault(stage, &any().body(BodyKind::Html))),
        row("502 and HTML", |stage| fault(stage, &any().status(502).body(BodyKind::Html))),
        row("garbage", |stage| fault(stage, &any().body(BodyKind::Garbage))),
        row("an empty body", |stage| fault(stage, &any().body(BodyKind::Empty))),
        row("a truncated body", |stage| fault(stage, &any().body(BodyKind::Truncated).applied())),
        row("an endless body", |stage| fault(stage, &any().body(BodyKind::Endless))),
        row("an enormous body", |stage| fault(stage, &any().body(BodyKind::Huge))),
        row("reset before an answer", |stage| fault(stage, &any().reset())),
        row("reset after the deed", |stage| fault(stage, &any().reset().applied().times(1))),
        row("a redirect", |stage| fault(stage, &any().status(302).body(BodyKind::Html))),
    ]
}

fn networks() -> Vec<Row> {
    // A browser that gets no page is the person's to see, and is waited for.
    let spares = &[Verb::Login];
    let network = |name, breaks| Row { stage: || Some(Stage::behind_a_network()), spares, ..row(name, breaks) };
    vec![
        network("nobody listens", |stage| stage.weather(Weather::Refused)),
        network("a black hole", |stage| stage.weather(Weather::Silent)),
        network("no HTTP", |stage| stage.weather(Weather::Garbage)),
        network("cut before an answer", |stage| stage.weather(Weather::Cut(0))),
        network("cut within the headers", |stage| stage.weather(Weather::Cut(60))),
        network("cut within the body", |stage| stage.weather(Weather::Cut(400))),
    ]
}

const ALL_BUT_KEYS: [Verb; 10] = [
    Verb::Code,
    Verb::Login,
    Verb::Whoami,
    Verb::Logout,
    Verb::Lock,
    Verb::Off,
    Verb::List,
    Verb::Show,
    Verb::Status,
    Verb::Prompt,
];

fn sessions() -> Vec<Row> {
    // Clocks that jump under a shell have tests of their own, in `hook::times`.
    let clock = |name, breaks| Row { spares: &[Verb::Prompt], ..row(name, breaks) };
    vec![
        row("401, the token can be refreshed", |stage| stage.world.aws.expire(What::AccessTokens)),
        Row {
            leaves: Leaves::Nothing,
            ..row("401, without a refresh token", |stage| {
                stage.world.aws.revoke(What::RefreshTokens);
                stage.world.aws.expire(What::AccessTokens);
            })
        },
        Row { leaves: Leaves::Nothing, ..row("the session was ended", |stage| stage.world.aws.end_sessions()) },
        Row {
            leaves: Leaves::Nothing,
            ..row("invalid_grant", |stage| {
                stage.world.aws.expire(What::AccessTokens);
                fault(stage, &Fault::on("CreateToken").error("InvalidGrantException"));
            })
        },
        Row {
            leaves: Leaves::Nothing,
            // Where nobody asked OIDC, only the page in the browser knows, and a person who gives up on it: `one_sign_in`.
            spares: &ALL_BUT_KEYS,
            ..row("the registration expired", |stage| {
                stage.world.aws.expire(What::Registrations);
                stage.world.aws.expire(What::AccessTokens);
            })
        },
        row("401 for ever", |stage| fault(stage, &Fault::on("GetRoleCredentials").error("UnauthorizedException"))),
        row("403", |stage| fault(stage, &Fault::on("GetRoleCredentials").error("ForbiddenException"))),
        row("the role is gone", |stage| assert!(stage.world.aws.remove_role("111122223333", "AdministratorAccess"))),
        clock("the clock is an hour ahead", |stage| stage.world.aws.set_clock_offset(-HOUR)),
        clock("the clock is an hour behind", |stage| stage.world.aws.set_clock_offset(HOUR)),
        Row {
            stage: || Some(Stage::with(Config::default().clock_offset(TEN_YEARS))),
            mends: |stage| stage.world.aws.clear_faults(),
            ..clock("the clock is ten years behind", |_| {})
        },
        Row {
            stage: || Some(Stage::with(Config::default().clock_offset(-TEN_YEARS))),
            mends: |stage| stage.world.aws.clear_faults(),
            ..clock("the clock is ten years ahead", |_| {})
        },
    ]
}

#[test]
fn every_verb_survives_every_answer_of_aws() {
    insta::assert_snapshot!(tabled("answers", &answers(), &ALL));
}

#[test]
fn every_verb_survives_every_network() {
    insta::assert_snapshot!(tabled("networks", &networks(), &ALL));
}

#[test]
fn every_verb_survives_what_ends_a_session() {
    insta::assert_snapshot!(tabled("sessions", &sessions(), &ALL));
}
