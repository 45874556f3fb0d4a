//! What a user of Windows can see: `assume.exe` under Wine, against the stand-in AWS on this machine. Started by
//! `.ci/cross test windows`.

#![cfg(target_os = "linux")]

mod credential_manager;
mod exec;
mod files;
mod shells;
mod sign_in;
mod terminal;
mod world;
mod wsl;
