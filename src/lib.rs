//! The parts of `assume`, for its own binary, benches and property tests. Not a library for others.
#![forbid(unsafe_code)]
#![doc(hidden)]

pub mod clock;
pub mod config;
pub mod endpoint;
pub mod environment;
pub mod error;
pub mod files;
pub mod identity;
pub mod person;
pub mod sanitize;
pub mod secret;
pub mod shell;
pub mod sso;
pub mod store;
