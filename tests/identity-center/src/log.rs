//! Every request, in the order it came.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::http::Ask;

/// One request and what it was answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Logged {
    /// By the real clock of this machine, milliseconds since the epoch.
    pub time_ms: i64,
    pub operation: String,
    pub method: String,
    pub path: String,
    /// As it was sent, not decoded.
    pub query: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
    /// `None` until answered; stays so where the connection was reset.
    pub status: Option<u16>,
    /// The error type of the answer.
    pub error: Option<String>,
}

impl Logged {
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

#[derive(Debug, Default)]
pub(crate) struct Log {
    pub(crate) entries: Vec<Logged>,
}

impl Log {
    /// Returns the entry's number.
    pub(crate) fn arrived(&mut self, operation: &str, ask: &Ask) -> usize {
        self.entries.push(Logged {
            time_ms: jiff::Timestamp::now().as_millisecond(),
            operation: operation.into(),
            method: ask.method.clone(),
            path: ask.path.clone(),
            query: ask.query.clone(),
            headers: ask.headers.clone(),
            body: String::from_utf8_lossy(&ask.body).into_owned(),
            status: None,
            error: None,
        });
        self.entries.len() - 1
    }

    /// The log may have been cleared meanwhile.
    pub(crate) fn answered(&mut self, entry: usize, status: u16, error: Option<String>) {
        if let Some(entry) = self.entries.get_mut(entry) {
            entry.status = Some(status);
            entry.error = error;
        }
    }

    pub(crate) fn counts(&self) -> BTreeMap<String, u64> {
        let mut counts = BTreeMap::new();
        for entry in &self.entries {
            *counts.entry(entry.operation.clone()).or_default() += 1;
        }
        counts
    }

    pub(crate) fn count(&self, operation: &str) -> usize {
        self.entries.iter().filter(|entry| entry.operation == operation).count()
    }
}
