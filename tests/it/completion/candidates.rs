//! All there is to switch to, as picker and completion have it: what it is called, and in which order.

use std::sync::Arc;

use aws_assume::clock::Timestamp;
use aws_assume::command::candidates::{Candidate, Candidates};
use aws_assume::config::Config;
use aws_assume::environment::Environment;
use aws_assume::person::Person;
use aws_assume::secret::Secret;
use aws_assume::store::{Options, Store};
use identity_center::Config as Aws;

use crate::world::World;

struct Nobody;

impl Person for Nobody {
    fn show(&self, lines: &[&str]) {
        panic!("told: {lines:?}");
    }
    fn note(&self, line: &str) {
        panic!("told: {line}");
    }
    fn detail(&self, _: &str) {}
    fn is_there(&self) -> bool {
        false
    }
    fn passphrase(&self, question: &str) -> aws_assume::error::Result<Secret> {
        panic!("asked: {question}");
    }
}

fn all(world: &World) -> Vec<Candidate> {
    let config = Config::load(&Environment::from_pairs(world.variables())).unwrap();
    let store = Store::open(&world.state(), Options::default(), Arc::new(Nobody)).unwrap();
    Candidates::read(&config, Some(&store), Timestamp::now()).all()
}

fn names(world: &World) -> Vec<String> {
    all(world).into_iter().map(|one| one.name).collect()
}

fn switch(world: &World, name: &str) {
    world.ok(&["switch", "--shell", "bash", "--", name]);
}

#[test]
fn what_was_used_comes_first_and_a_role_is_named_as_a_person_names_it() {
    let world = World::new();
    world.sign_in();
    assert_eq!(names(&world), ["dev", "prod", "staging"]);
    switch(&world, "Staging/AdministratorAccess");
    let found = all(&world);
    let first = Candidate {
        name: "Staging/AdministratorAccess".into(),
        is_profile: false,
        session: Some("main".into()),
        account_id: Some("444455556666".into()),
        account_name: Some("Staging".into()),
        role: Some("AdministratorAccess".into()),
        score: found[0].score,
    };
    assert_eq!(found[0], first);
    assert!(first.score > 0.0 && found[1].score == 0.0);
    // By id and by name is one and the same.
    switch(&world, "444455556666/AdministratorAccess");
    switch(&world, "main:Staging/AdministratorAccess");
    assert!((all(&world)[0].score - 3.0 * first.score).abs() < 1e-9);
    assert_eq!(names(&world).len(), 4);
}

/// A role that a profile reaches is the profile's, unless it was asked for by itself.
#[test]
fn what_a_profile_reaches_is_there_once() {
    let world = World::new();
    world.sign_in();
    switch(&world, "staging");
    assert_eq!(names(&world), ["staging", "dev", "prod"]);
    switch(&world, "Staging/ReadOnlyAccess");
    assert_eq!(names(&world), ["staging", "Staging/ReadOnlyAccess", "dev", "prod"]);
}

/// Every word that is offered leads to the account it stands for.
#[test]
fn a_name_that_several_have_is_told_apart() {
    let twins = Aws::empty()
        .account("111122223333", "Twin", &["Admin"])
        .account("444455556666", "Twin", &["Admin"])
        .account("777788889999", "Single", &["Admin"])
        .account("888899990000", "other:odd", &["Admin"]);
    let world = World::with(twins);
    let start_url = world.aws.start_url();
    let session = |name: &str| format!("[sso-session {name}]\nsso_start_url = {start_url}\nsso_region = us-east-1\n");
    world.write(".aws/config", &session("main"));
    world.ok(&["login", "main"]);
    for account in ["111122223333", "444455556666", "Single"] {
        switch(&world, &format!("{account}/Admin"));
    }
    let mut one_session = names(&world);
    one_session.sort();
    assert_eq!(one_session, ["111122223333/Admin", "444455556666/Admin", "Single/Admin"]);

    world.write(".aws/config", &format!("{}{}[profile Single/Admin]\n", session("main"), session("other")));
    world.ok(&["login", "other"]);
    switch(&world, "main:other:odd/Admin");
    let mut two_sessions = names(&world);
    two_sessions.sort();
    let wanted = [
        "Single/Admin",
        "main:111122223333/Admin",
        "main:444455556666/Admin",
        "main:777788889999/Admin",
        "main:other:odd/Admin",
    ];
    assert_eq!(two_sessions, wanted);
    for name in &wanted[1..] {
        switch(&world, name);
    }
}

/// AWS was asked for them: they need not be used to be known.
#[test]
fn roles_that_were_listed_are_known_until_the_sign_out() {
    let world = World::new();
    let start_url = world.aws.start_url();
    let session = |name: &str| format!("[sso-session {name}]\nsso_start_url = {start_url}\nsso_region = us-east-1\n");
    world.write(".aws/config", &format!("{}{}", session("main"), session("other")));
    world.ok(&["login", "main"]);
    world.ok(&["login", "other"]);
    // Both know the account: the roles decide, and decide nothing.
    assert_eq!(world.assume(&["Staging/AdministratorAccess", "--shell", "bash"]).code, 2);
    let listed = ["main:Staging/AdministratorAccess", "main:Staging/ReadOnlyAccess"];
    let others = ["other:Staging/AdministratorAccess", "other:Staging/ReadOnlyAccess"];
    assert_eq!(names(&world), [listed, others].concat());
    world.ok(&["logout", "other"]);
    assert_eq!(names(&world), listed.map(|name| name.replace("main:", "")), "nobody else has it any more");
}
