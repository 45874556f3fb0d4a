//! What the program prints, in the real shells that evaluate it.

mod cut;
mod detect;
pub(crate) mod files;
pub(crate) mod hostile;
mod off;
pub(crate) mod run;
mod switch;
mod taken;
mod trace;
mod values;
mod wrapper;
