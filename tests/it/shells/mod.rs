//! What the program prints, in the real shells that evaluate it.

mod cut;
mod off;
pub(crate) mod run;
mod switch;
mod values;
mod wrapper;
