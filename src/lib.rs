//! The parts of `assume`, for its own binary, benches and property tests. Not a library for others.
#![doc(hidden)]

pub mod aws;
pub mod cli;
pub mod clock;
pub mod command;
pub mod config;
pub mod credentials;
pub mod endpoint;
pub mod environment;
pub mod error;
pub mod files;
pub mod folder;
/// Not part of the program: only tests and fuzzers build it. A cfg and no feature of cargo, so that nothing of a crate or a
/// release can turn it on.
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
pub mod identity;
pub mod person;
pub mod process;
pub mod sanitize;
pub mod secret;
pub mod settings;
pub mod shell;
pub mod sso;
pub mod store;
pub mod terminal;
pub mod uses;
