//! The hook of each shell at a real prompt: keys that live for seconds, and what a person sees and finds.

mod assignments;
mod attackers;
mod broken;
pub(crate) mod driver;
mod ended;
mod folder;
mod folder_names;
mod idle;
mod narrow;
mod nested;
mod network;
mod prompt_command;
mod renewal;
mod start_files;
mod state;
mod times;
