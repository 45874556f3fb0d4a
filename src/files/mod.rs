//! Private folders and files: opened without following links, written atomically, locked by the kernel.
//!
//! Everything `assume` keeps lies in one folder that only its owner may look into. The folder is opened once, and every
//! file is reached relative to that open folder, so that nothing can be slipped in between a check and its use. A file
//! or folder that others may read or write, that belongs to someone else, or that is a link, is refused with the command
//! that mends it; nothing is ever made safe in silence, since by then it may have been read.

#[cfg(any(windows, test))]
mod access_list;
mod errors;
mod folder;
mod foreign;
mod lock;
mod outside;
#[cfg(windows)]
mod permissions;
#[cfg(unix)]
#[path = "unix.rs"]
mod platform;
#[cfg(windows)]
#[path = "windows.rs"]
mod platform;
#[cfg(all(test, unix))]
mod tests;

pub(crate) use errors::{removal, writing};
pub use folder::Folder;
pub(crate) use folder::no_randomness;
pub use foreign::{Foreign, read_foreign};
pub use lock::Lock;
pub(crate) use outside::read_outside;
