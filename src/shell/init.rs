use super::Dialect;
use std::ffi::OsStr;
pub fn init(_dialect: Dialect, _binary: &OsStr, _verbs: &[&str], _valued: &[&str]) -> Option<String> {
    None
}
