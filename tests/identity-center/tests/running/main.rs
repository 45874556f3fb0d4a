//! The stand-in as its users have it: in a test's process, and as a program.

mod client;
mod faults;
mod pages;
mod program;
mod world;
