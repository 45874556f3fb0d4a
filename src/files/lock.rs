//! Locks of the kernel. They die with their holder, so nobody has to guess whether a lock is stale. A lock file is never
//! removed: two processes could then hold "the" lock on two files of one name.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use super::errors;
use crate::error::Result;

/// A lock of the kernel: let go when dropped, and when its holder is killed.
pub struct Lock {
    _file: File,
}

/// Shortest and longest pause between two looks; the kernel's locks cannot be waited for with a deadline.
const PAUSE: (Duration, Duration) = (Duration::from_millis(2), Duration::from_millis(60));

pub(super) fn attempt(file: File, path: &Path) -> Result<Result<Lock, File>> {
    loop {
        return match file.try_lock() {
            Ok(()) => Ok(Ok(Lock { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(Err(file)),
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(TryLockError::Error(error)) => Err(errors::cannot("lock", path, &error)),
        };
    }
}

pub(super) fn wait(
    file: File,
    path: &Path,
    deadline: Option<Instant>,
    waiting: &mut dyn FnMut(),
) -> Result<Option<Lock>> {
    let mut file = match attempt(file, path)? {
        Ok(lock) => return Ok(Some(lock)),
        Err(file) => file,
    };
    waiting();
    let mut pause = PAUSE.0;
    loop {
        let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        if left.is_some_and(|left| left.is_zero()) {
            return Ok(None);
        }
        std::thread::sleep(left.map_or(jittered(pause), |left| jittered(pause).min(left)));
        pause = (pause * 2).min(PAUSE.1);
        file = match attempt(file, path)? {
            Ok(lock) => return Ok(Some(lock)),
            Err(file) => file,
        };
    }
}

/// Between half of `pause` and all of it, so that waiters do not look in step.
fn jittered(pause: Duration) -> Duration {
    let mut byte = [0_u8];
    // Without randomness the waiters merely look at the same time.
    let _ = getrandom::fill(&mut byte);
    pause / 2 + pause.mul_f64(f64::from(byte[0]) / 512.0)
}
