//! How AWS is asked: one HTTP client, one retry loop, one reading of what comes back. Knows no service.

pub(crate) mod answer;
mod errors;
pub(crate) mod http;
mod network;
pub(crate) mod redact;
pub(crate) mod retry;

pub use network::{Network, Proxy};
