//! A program that prints a line.
#![allow(clippy::print_stdout, reason = "that is all it does")]

fn main() {
    println!("assume 0.1.0");
}
