//! bash 3.2 and later.

use super::bourne::Grammar;
use super::encode;

pub(super) const GRAMMAR: Grammar = Grammar {
    value: encode::ansi_c,
    // bash 5.0 under nullglob drops words that hold a backslash.
    arrival: " && test a = $'\\141' 2>/dev/null",
    before_keeping: "",
    // A command with the assignment as its argument: where the argument is dropped, what is left is no syntax error,
    // with which bash would show the whole text.
    assign: "export >/dev/null -n ",
    after_keeping: "export >/dev/null -n __assume_off __assume_region; ",
    hooked: true,
    layered: true,
};
