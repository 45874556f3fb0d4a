//! Private folders and files: opened without following links, written atomically, locked by the kernel.
use std::path::Path;
use std::time::Instant;

use crate::error::Result;

/// A folder that only this user may look into, held open; everything in it is reached relative to it, never through a link.
pub struct Folder;

/// A lock of the kernel: let go when dropped, and when its holder is killed.
pub struct Lock;

impl Folder {
    pub fn open_private(_path: &Path) -> Result<Self> {
        todo!()
    }
    /// As above, `None` where there is no such folder; never makes one.
    pub fn open_existing(_path: &Path) -> Result<Option<Self>> {
        todo!()
    }
    pub fn subfolder(&self, _name: &str) -> Result<Self> {
        todo!()
    }
    pub fn path(&self) -> &Path {
        todo!()
    }
    pub fn read(&self, _name: &str, _limit: u64) -> Result<Option<Vec<u8>>> {
        todo!()
    }
    pub fn write(&self, _name: &str, _bytes: &[u8]) -> Result<()> {
        todo!()
    }
    /// False when the name was there first.
    pub fn create_new(&self, _name: &str, _bytes: &[u8]) -> Result<bool> {
        todo!()
    }
    /// One line at the end, one write, no fsync.
    pub fn append_line(&self, _name: &str, _line: &str) -> Result<()> {
        todo!()
    }
    pub fn remove(&self, _name: &str) -> Result<bool> {
        todo!()
    }
    pub fn names(&self) -> Result<Vec<String>> {
        todo!()
    }
    pub fn try_lock(&self, _name: &str) -> Result<Option<Lock>> {
        todo!()
    }
    /// Waits until `deadline` (`None`: for ever); `waiting` is called once, before the first wait.
    pub fn lock(&self, _name: &str, _deadline: Option<Instant>, _waiting: &mut dyn FnMut()) -> Result<Option<Lock>> {
        todo!()
    }
}
