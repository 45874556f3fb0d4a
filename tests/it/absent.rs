//! An account that no session is known to offer: what is said of it, and what a script may do about it.

use identity_center::Config;

use crate::world::World;

const WORD: &str = "100000000200/ReadOnlyAccess";

/// `corp` and `other`, which lead to the same Identity Center.
fn two_sessions() -> World {
    let world = World::new();
    let start_url = world.aws.start_url();
    let session = |name: &str| format!("[sso-session {name}]\nsso_start_url = {start_url}\nsso_region = us-east-1\n");
    world.write(".aws/config", &(session("corp") + &session("other")));
    world
}

fn refused(world: &World, named: &str) -> (i32, String) {
    let ran = world.assume(&[named, "--shell", "bash"]);
    assert_eq!(ran.stdout, "false;\n", "{ran:?}");
    (ran.code, ran.error())
}

#[test]
fn of_sessions_that_nobody_is_signed_in_to_nothing_is_claimed() {
    let world = two_sessions();
    let sign_in = "assume: nobody is signed in to corp, other, and no account '100000000200' was listed there before\n\
         hint: sign in where it is offered: assume login corp (or other)";
    assert_eq!(refused(&world, WORD), (3, sign_in.into()));

    world.ok(&["login", "corp"]);
    let half = "assume: no account '100000000200' in corp, and nobody is signed in to other\n\
         hint: sign in where it is offered: assume login other";
    assert_eq!(refused(&world, WORD), (4, half.into()));
    let near = "assume: no account 'Developement' in corp, and nobody is signed in to other\n\
         hint: did you mean Development? if not, sign in where it is offered: assume login other";
    assert_eq!(refused(&world, "Developement/ReadOnlyAccess"), (4, near.into()));

    world.ok(&["login", "other"]);
    let (code, said) = refused(&world, WORD);
    assert_eq!(code, 4);
    assert!(
        said.starts_with("assume: no account '100000000200' in corp, other\nhint: what is offered there: "),
        "{said}"
    );

    // What was listed before AWS ended the sessions is known, and is not all there is.
    world.aws.end_sessions();
    let (code, said) = refused(&world, "Developement/ReadOnlyAccess");
    assert_eq!(code, 3, "{said}");
    assert!(said.contains("nobody is signed in to corp, other, and no account 'Developement' was listed"), "{said}");
    assert!(
        said.ends_with(
            "hint: did you mean Development? if not, sign in where it is offered: assume login corp (or other)"
        ),
        "{said}"
    );
}

#[test]
fn an_account_whose_name_nobody_can_type_is_suggested_by_its_id() {
    let world = World::with(
        Config::empty()
            .account("111122223333", "zero\u{200b}width", &["Admin"])
            .account("444455556666", "zerowidths", &["Admin"])
            .account("777788889999", "\u{200b}", &["Admin"]),
    );
    world.sign_in();
    let said = "assume: no account 'zerowidth' in main\n\
        hint: did you mean 111122223333 (shown as zerowidth) or zerowidths?";
    assert_eq!(refused(&world, "zerowidth/Admin"), (4, said.into()));
    let said = "assume: no account 'nothing' in main\n\
        hint: what is offered there: 777788889999, 111122223333 (shown as zerowidth), zerowidths";
    assert_eq!(refused(&world, "nothing/Admin"), (4, said.into()));
}
