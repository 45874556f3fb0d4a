//! Shell text while it is being written. It may hold secrets, so what it outgrows is wiped.

use std::io;

use zeroize::Zeroizing;

use crate::secret::Secret;

pub(super) struct Text(Zeroizing<String>);

impl Text {
    pub(super) fn new() -> Self {
        Self(Zeroizing::new(String::with_capacity(8 * 1024)))
    }

    pub(super) fn push(&mut self, part: &str) -> &mut Self {
        self.make_room(part.len());
        self.0.push_str(part);
        self
    }

    pub(super) fn push_text(&mut self, part: &Self) -> &mut Self {
        self.push(&part.0)
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// A plain `String` would leave its old, smaller buffer unwiped when it grows.
    fn make_room(&mut self, more: usize) {
        let needed = self.0.len() + more;
        if needed > self.0.capacity() {
            let mut larger = Zeroizing::new(String::with_capacity(needed.max(2 * self.0.capacity())));
            larger.push_str(&self.0);
            self.0 = larger;
        }
    }

    pub(super) fn into_secret(mut self) -> Secret {
        Secret::new(std::mem::take(&mut self.0))
    }

    /// For text that no secret went into.
    pub(super) fn into_public(mut self) -> String {
        std::mem::take(&mut self.0)
    }
}

/// For writers of ASCII or UTF-8, such as a JSON serializer.
impl io::Write for Text {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let part = std::str::from_utf8(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        self.push(part);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Text;

    #[test]
    fn it_grows_past_its_first_buffer() {
        let mut text = Text::new();
        let part = "x".repeat(5000);
        for _ in 0..5 {
            text.push(&part);
        }
        assert_eq!(text.as_bytes().len(), 25_000);
    }
}
