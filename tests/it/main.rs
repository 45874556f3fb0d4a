//! What a user can see, in real shells on a real terminal.

mod config_resolve;
mod skip;
mod sso_device;
mod sso_support;
mod stand_in;
#[cfg(unix)]
mod store_child;
#[cfg(target_os = "linux")]
mod store_kernel;
#[cfg(target_os = "linux")]
mod store_keyring;
#[cfg(unix)]
mod store_processes;
