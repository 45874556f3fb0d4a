//! zsh.

use super::bourne::Grammar;
use super::encode;

pub(super) const GRAMMAR: Grammar = Grammar {
    value: encode::ansi_c,
    arrival: "",
    before_keeping: "",
    // `-g`: the text may be evaluated in a function, under WARN_CREATE_GLOBAL.
    assign: "typeset -g ",
    after_keeping: "typeset -g +x __assume_off __assume_region; ",
    hooked: true,
    layered: false,
};
