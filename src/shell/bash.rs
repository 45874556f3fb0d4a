//! bash 3.2 and later.

use super::bourne::Grammar;
use super::encode;

pub(super) const GRAMMAR: Grammar = Grammar {
    value: encode::ansi_c,
    // bash 5.0 under nullglob drops words that hold a backslash.
    arrival: " && test a = $'\\141' 2>/dev/null",
    before_keeping: "",
    assign: "",
    after_keeping: "export -n __assume_off __assume_region; ",
};
