//! `assume` alone: what to switch to is picked in a list that is drawn on the terminal itself.

mod drawing;
mod many;
mod restored;
mod shells;
mod without;

use std::num::NonZero;
use std::path::Path;

use crate::shells::run::Variables;
use crate::terminal::Terminal;
use crate::world::World;

/// The program alone on a terminal, its stdout taken, as in `eval $(assume)`.
const TAKEN: &str = r#"assume --shell bash "$@" >answer; echo "$?" >code; echo it has en''ded"#;

fn variables(world: &World) -> Variables {
    world.variables().into_iter().map(|(name, value)| (name.into(), value.into())).collect()
}

fn size(columns: u16, rows: u16) -> (NonZero<u16>, NonZero<u16>) {
    (NonZero::new(columns).unwrap(), NonZero::new(rows).unwrap())
}

/// Runs a script of `sh` in this world's home, on a terminal of this size.
fn start(world: &World, variables: &Variables, (columns, rows): (u16, u16), script: &str) -> Terminal {
    let arguments = ["-c", script, "sh"];
    Terminal::sized(size(columns, rows), Path::new("/bin/sh"), &arguments, variables, world.home.path())
}

/// The line of the list that the pointer is at; none while there is no picker.
fn pointed(screen: &str) -> Option<&str> {
    screen.lines().skip(1).find(|line| line.starts_with(['▌', '>']))
}

impl Terminal {
    /// Types, and waits until the answer is drawn: the query in the first line, and `name` at the pointer.
    fn searches(&mut self, text: &str, name: &str) {
        self.keys(text);
        self.wait_for_pointed(name);
    }

    fn wait_for_pointed(&self, name: &str) {
        self.wait_until(&format!("the pointer is at {name:?}"), |screen| {
            pointed(screen).is_some_and(|line| line.contains(name))
        });
    }

    /// The program has ended, after [`TAKEN`]: its exit code and its stdout.
    fn taken(&self, world: &World) -> (String, String) {
        self.wait_for("it has ended");
        let read = |name: &str| std::fs::read_to_string(world.path(name)).unwrap();
        (read("code").trim().to_owned(), read("answer"))
    }
}
