//! A file by a name that a person or a variable gave: it may be a pipe, as bash makes for `<(…)`, or a device.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

/// For all of a pipe: whoever writes into it may ask a person first.
const PATIENCE: Duration = Duration::from_mins(1);
/// Whoever is to write into a pipe with a name may have been started a moment ago.
const FOR_A_WRITER: Duration = Duration::from_secs(2);

/// All of it, up to `limit` bytes. Wiped when dropped: it may hold keys.
///
/// # Errors
/// `FileTooLarge`, `TimedOut` where nobody writes into a pipe, and those of the system.
pub(crate) fn read_outside(path: &Path, limit: usize) -> io::Result<Zeroizing<Vec<u8>>> {
    read_within(path, limit, PATIENCE)
}

fn read_within(path: &Path, limit: usize, patience: Duration) -> io::Result<Zeroizing<Vec<u8>>> {
    let deadline = Instant::now() + patience;
    let mut file = open(path)?;
    let data = file.metadata()?;
    let mut may_be_early = is_pipe(&data);
    let expected = usize::try_from(data.len()).unwrap_or(usize::MAX).min(limit);
    // Grows by hand, because a `Vec` that grows leaves its old buffer behind as it was.
    let mut bytes = Zeroizing::new(vec![0; expected.max(4095) + 1]);
    let mut filled = 0;
    loop {
        match file.read(&mut bytes[filled..]) {
            Ok(0) if may_be_early && filled == 0 => {
                wait(&file, patience.min(FOR_A_WRITER), "it is a pipe, and nobody writes into it")?;
                may_be_early = false;
            }
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                let left = deadline.saturating_duration_since(Instant::now());
                wait(&file, left, "it is a pipe, and nothing more comes out of it")?;
            }
            Err(error) => return Err(error),
        }
        if filled > limit {
            let most = limit / (1024 * 1024);
            return Err(io::Error::new(ErrorKind::FileTooLarge, format!("it is larger than {most} MiB")));
        }
        if filled == bytes.len() {
            let mut larger = Zeroizing::new(vec![0; bytes.len() * 2]);
            larger[..filled].copy_from_slice(&bytes);
            bytes = larger;
        }
    }
    bytes.truncate(filled);
    Ok(bytes)
}

/// A pipe that nobody writes into would be waited for while it is opened.
#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use rustix::fs::{Mode, OFlags};
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    Ok(rustix::fs::open(path, flags, Mode::empty())?.into())
}

#[cfg(windows)]
fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// Until there is something to read; else fails with these words.
#[cfg(unix)]
fn wait(file: &File, patience: Duration, else_fails: &'static str) -> io::Result<()> {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let patience = Timespec::try_from(patience).ok();
    match poll(&mut [PollFd::new(file, PollFlags::IN)], patience.as_ref()) {
        Ok(0) => Err(io::Error::new(ErrorKind::TimedOut, else_fails)),
        Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

#[cfg(windows)]
fn wait(_: &File, _: Duration, else_fails: &'static str) -> io::Result<()> {
    Err(io::Error::new(ErrorKind::TimedOut, else_fails))
}

#[cfg(unix)]
fn is_pipe(data: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    data.file_type().is_fifo()
}

#[cfg(windows)]
fn is_pipe(_: &std::fs::Metadata) -> bool {
    false
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_file_of_any_length_within_the_limit_is_read_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        for length in [0, 1, 4095, 4096, 4097, 20_000] {
            fs::write(&path, "x".repeat(length)).unwrap();
            assert_eq!(read_outside(&path, 20_000).unwrap().len(), length);
        }
        for (path, limit) in [(path.as_path(), 19_999), (Path::new("/dev/zero"), 20_000)] {
            assert_eq!(read_outside(path, limit).unwrap_err().kind(), ErrorKind::FileTooLarge, "{}", path.display());
        }
        assert_eq!(read_outside(folder.path(), 1).unwrap_err().kind(), ErrorKind::IsADirectory);
        assert!(read_outside(Path::new("/dev/null"), 1).unwrap().is_empty());
    }

    #[test]
    fn a_pipe_is_waited_for_as_long_as_somebody_writes_and_no_longer() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pipe");
        rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
        let said = || read_within(&path, 99, Duration::from_millis(1)).unwrap_err().to_string();
        assert!(said().ends_with("nobody writes into it"));
        // Both ends, so that opening it waits for nobody.
        let silent = fs::OpenOptions::new().read(true).write(true).open(&path).unwrap();
        assert!(said().ends_with("nothing more comes out of it"));
        drop(silent);
        let writer = std::thread::spawn({
            let path = path.clone();
            move || fs::write(path, "one")
        });
        assert_eq!(**read_outside(&path, 99).unwrap(), *b"one");
        writer.join().unwrap().unwrap();
    }
}
