//! How AWS is asked: one HTTP client, one retry loop, one reading of what comes back. Knows no service.

pub(crate) mod answer;
mod cause;
mod errors;
pub(crate) mod explain;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
pub(crate) mod http;
mod network;
mod proxy;
pub(crate) mod redact;
pub(crate) mod retry;
mod roots;
mod unreachable;

pub use network::{Network, Proxy, SystemRoots};
