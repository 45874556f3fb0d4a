//! A folder's `.assume` file, and what is kept about it.

use std::path::Path;

use super::{Named, Trust, Verdict, named, trust};
use crate::error::Kind;
use crate::fuzzing::{assert_clean, assert_fit, parts};
use crate::identity::{RoleId, SessionId};

/// The file names and does nothing else; what is said of it holds for that very content and meaning.
pub fn folder_file(data: &[u8]) {
    let [file, kept] = parts(data);
    let path = Path::new("/project/.assume");
    match named(path, file, None) {
        Ok(named) => {
            assert!(!named.name.is_empty() && !named.name.starts_with('-') && named.name.trim() == named.name);
            assert_clean(&named.name);
            trusted(&named, kept);
        }
        Err(error) => {
            assert_eq!(error.kind(), Kind::Config);
            assert_fit(&error);
        }
    }
}

fn trusted(file: &Named, kept: &[u8]) {
    let session = SessionId { name: "corp".into(), start_url: "https://x.test".into(), region: "us-east-1".into() };
    let role = RoleId { session, account_id: "111122223333".into(), role: "Admin".into() };
    let now = Trust::new(Verdict::Allowed, file, Some(&role));
    let text = serde_json::to_vec(&now).expect("it is plain text");
    assert_eq!(trust::said(&text, file, &role), Some(Verdict::Allowed));
    let other = RoleId { role: "Reader".into(), ..role.clone() };
    assert_eq!(trust::said(&text, file, &other), None, "trust went over to another role");
    // Whatever lies there instead allows nothing, unless it says just that.
    if trust::said(kept, file, &role) == Some(Verdict::Allowed) {
        assert_eq!(serde_json::from_slice::<Trust>(kept).ok(), Some(now));
    }
}
