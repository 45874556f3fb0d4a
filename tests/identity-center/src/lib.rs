//! A stand-in for IAM Identity Center (OIDC, access portal, sign-in page) and STS, over HTTP on loopback.
//!
//! It sends what AWS sends and checks what AWS checks, so that a client which works here has a fair chance there.
//! In a test: [`StandIn::start`]. As a program: `cargo run -p identity-center -- --help`.

mod acts;
mod browse;
mod config;
mod control;
mod errors;
mod faults;
mod handle;
mod http;
mod log;
mod mint;
mod oidc;
mod portal;
mod server;
mod signin_page;
mod sigv4;
mod sts;
mod token;
mod wire;
mod world;

pub use acts::What;
pub use browse::{Button, Page, browse};
pub use config::{Account, Approval, Assumable, Config, Instance, Lifetimes, LongTermKey};
pub use faults::{BodyKind, Fault};
pub use handle::StandIn;
pub use log::Logged;
pub use world::{Issued, Opened};
