//! What a user can see, in real shells on a real terminal.

#[cfg(unix)]
mod absent;
#[cfg(target_os = "linux")]
mod another_user;
#[cfg(unix)]
mod colors;
#[cfg(unix)]
mod completion;
mod config_oracle;
mod config_properties;
mod config_reading;
mod config_resolve;
mod crate_contents;
mod dependencies;
#[cfg(unix)]
mod faults_aws;
#[cfg(unix)]
mod faults_config;
#[cfg(unix)]
mod faults_files;
#[cfg(target_os = "linux")]
mod faults_keeper;
#[cfg(target_os = "linux")]
mod faults_store;
#[cfg(unix)]
mod faults_table;
#[cfg(unix)]
mod faults_variables;
#[cfg(unix)]
mod guard_hook;
#[cfg(target_os = "linux")]
mod guard_memory;
#[cfg(unix)]
mod guard_moved;
#[cfg(unix)]
mod guard_places;
#[cfg(target_os = "linux")]
mod guard_processes;
#[cfg(unix)]
mod guard_trust;
#[cfg(unix)]
mod hook;
#[cfg(target_os = "linux")]
mod install;
#[cfg(target_os = "linux")]
mod keeper_windows;
#[cfg(unix)]
mod list_width;
#[cfg(unix)]
mod main_job;
#[cfg(target_os = "linux")]
mod matrix;
#[cfg(target_os = "linux")]
mod memory;
#[cfg(unix)]
mod network;
mod no_secret_in_clear;
mod one_sign_in;
#[cfg(unix)]
mod picker;
#[cfg(unix)]
mod places;
#[cfg(unix)]
mod production;
mod prompts_page;
#[cfg(unix)]
mod qr;
#[cfg(unix)]
mod shells;
mod shown_by_debug;
mod skip;
mod sso_device;
mod sso_faults;
mod sso_pkce;
mod sso_support;
#[cfg(unix)]
mod sso_tls;
#[cfg(unix)]
mod sso_together;
mod sso_token;
mod stand_in;
#[cfg(unix)]
mod status;
#[cfg(target_os = "linux")]
mod store_cache;
#[cfg(unix)]
mod store_child;
#[cfg(target_os = "linux")]
mod store_kernel;
#[cfg(target_os = "linux")]
mod store_keyring;
#[cfg(unix)]
mod store_processes;
#[cfg(unix)]
mod terminal;
mod verbs;
#[cfg(target_os = "linux")]
mod warm_path;
#[cfg(unix)]
mod words;
mod world;
