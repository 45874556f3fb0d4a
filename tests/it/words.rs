//! What the program says, held to what is so: the message names what is wrong, and the hint is a command that helps.

use crate::world::World;

/// The error of a command that fails with `code`, and what it leaves a shell to evaluate.
fn fails(world: &World, words: &[&str], code: i32) -> (String, String) {
    let ran = world.assume(&[&["--shell", "bash"], words].concat());
    assert_eq!(ran.code, code, "{words:?}: {ran:?}");
    (ran.error(), ran.stdout)
}

#[test]
fn a_mistyped_verb_is_told_from_a_profile() {
    let world = World::new();
    for (words, code, word, hint) in [
        (&["statsu"][..], 4, "statsu", "assume status"),
        (&["-q", "statsu", "--json"], 2, "statsu", "assume status --json"),
        (&["lgoin", "corp"], 2, "lgoin", "assume login corp"),
        (&["swtich", "dev"], 2, "swtich", "assume switch dev"),
        (&["exce", "dev", "--", "true"], 2, "exce", "assume exec dev -- true"),
        (&["exce", "dev", "--", "$(id)"], 2, "exce", "assume exec"),
        (&["lsit", "--json"], 2, "lsit", "assume list --json"),
        (
            &["frobnicate", "corp"],
            2,
            "frobnicate",
            "assume list shows the profiles there are; assume --help shows the commands",
        ),
        (&["deb", "--json"], 2, "deb", "did you mean 'dev'?; assume --help shows the commands"),
    ] {
        let (error, stdout) = fails(&world, words, code);
        assert_eq!(error, format!("assume: there is no command or profile '{word}'\nhint: {hint}"), "{words:?}");
        assert_eq!(stdout, "false;\n", "{words:?}");
    }
    let (error, _) = fails(&world, &["pord"], 4);
    assert_eq!(error, "assume: there is no profile 'pord'\nhint: did you mean 'prod'?");
    world.write(".aws/config", &world.config().replace("[profile staging]", "[profile statsu-x]"));
    let (error, _) = fails(&world, &["statsu-y"], 4);
    assert!(error.ends_with("did you mean 'statsu-x'?"), "no verb is as near: {error}");
    world.write(".aws/config", &world.config().replace("[profile staging]", "[profile statsu-x]"));
    let (error, _) = fails(&world, &["statsu"], 4);
    assert!(error.contains("'statsu'") && error.contains("assume status"), "the verb is nearer: {error}");
    world.write(".aws/config", &world.config().replace("[profile staging]", "[profile statu]"));
    let (error, _) = fails(&world, &["statux"], 4);
    assert!(error.ends_with("did you mean 'statu'?"), "as near as the verb: {error}");
    world.write(".aws/config", &world.config().replace("[profile staging]", "[profile statsu]"));
    let (error, _) = fails(&world, &["statsu", "corp"], 2);
    assert!(error.contains("unexpected argument 'corp'"), "it is a profile: {error}");
}
