//! What a server says back may hold what was said to it. Nothing of it is shown before this.

use std::sync::{Mutex, PoisonError};

use crate::sanitize;
use crate::secret::Secret;

/// A piece of a secret this long, or the whole of a shorter one, is taken out.
const PIECE: usize = 12;
const LIMIT: usize = 200;
const CONSIDERED: usize = 4096;

/// The secrets this process has sent or received.
#[derive(Default)]
pub(crate) struct Held(Mutex<Vec<Secret>>);

impl Held {
    pub(crate) fn add(&self, secret: &Secret) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !secret.is_empty() && !held.contains(secret) {
            held.push(secret.clone());
        }
    }

    /// `text` of a server, for a person: one line of at most 200 characters, secrets and pieces of them replaced.
    pub(crate) fn shown(&self, text: &str) -> String {
        let cut = text.char_indices().nth(CONSIDERED).map_or(text, |(end, _)| &text[..end]);
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let clean = held.iter().fold(sanitize::line(cut), |text, secret| without(&text, secret.expose()));
        sanitize::line_within(&clean, LIMIT)
    }
}

fn without(text: &str, secret: &str) -> String {
    let piece = secret.len().min(PIECE);
    let bytes = text.as_bytes();
    let mut kept = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let length = common_length(&bytes[at..], secret.as_bytes(), piece);
        if length == 0 {
            kept.push(bytes[at]);
            at += 1;
        } else {
            kept.extend_from_slice(b"[redacted]");
            at += length;
        }
    }
    String::from_utf8_lossy(&kept).into_owned()
}

/// How much of the beginning of `text` is part of `secret`; 0 when less than `piece`.
fn common_length(text: &[u8], secret: &[u8], piece: usize) -> usize {
    let longest = (0..secret.len())
        .map(|start| text.iter().zip(&secret[start..]).take_while(|(a, b)| a == b).count())
        .max()
        .unwrap_or(0);
    if longest >= piece { longest } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(secrets: &[&str]) -> Held {
        let held = Held::default();
        for secret in secrets {
            held.add(&Secret::from(*secret));
        }
        held
    }

    #[test]
    fn whole_secrets_and_pieces_of_them_are_taken_out() {
        let held = held(&["aoaAccessTokenAccessToken", "short"]);
        assert_eq!(held.shown("bad token aoaAccessTokenAccessToken!"), "bad token [redacted]!");
        assert_eq!(held.shown("cut: TokenAccessTok"), "cut: [redacted]");
        assert_eq!(held.shown("a short one"), "a [redacted] one");
        assert_eq!(held.shown("nothing of it"), "nothing of it");
    }

    #[test]
    fn an_escape_inside_a_secret_does_not_hide_it() {
        assert_eq!(held(&["hunter2hunter2"]).shown("x hunter2\u{1b}hunter2"), "x [redacted]");
    }

    #[test]
    fn it_is_one_line_of_200_characters() {
        assert_eq!(held(&[]).shown(&"é\n".repeat(300)).chars().count(), 200);
    }
}
