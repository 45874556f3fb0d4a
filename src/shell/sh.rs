//! POSIX sh: dash, busybox and whatever else is no shell of its own here. Its text needs a quoted `eval`.

use super::bourne::Grammar;
use super::encode;

pub(super) const GRAMMAR: Grammar = Grammar {
    value: encode::posix,
    arrival: "",
    // POSIX has no way to take an export flag off but `unset`, so `set -a` rests meanwhile.
    before_keeping: "__assume_flags=$-; set +a; ",
    assign: "",
    after_keeping: "case $__assume_flags in *a*) set -a;; esac; unset -v __assume_flags; ",
    hooked: false,
    layered: false,
};
