//! What STS answers, and times that somebody else may have written down.

use std::cell::RefCell;

use super::backoff::Backoff;
use super::life_of;
use super::whoami::{self, Keys};
use crate::aws::Network;
use crate::aws::answer::Failure;
use crate::aws::fuzzing::Canned;
use crate::clock::{Clock, SignedDuration, Timestamp, keys_due_at, rfc3339, token_due_at};
use crate::endpoint::{self, Overrides, Service};
use crate::fuzzing::{SECRET, assert_fit, assert_no_secret, parts};
use crate::store::Header;

fn noon() -> Timestamp {
    Timestamp::from_second(1_767_268_800).expect("it is a time")
}

const STATUS: [u16; 6] = [200, 200, 302, 400, 403, 503];

/// Whatever answers in the place of STS: what is shown is clean and holds no secret.
pub fn aws_identity(data: &[u8]) {
    let endpoint = endpoint::resolve(Service::Sts, "us-east-1", &Overrides::default()).expect("it resolves");
    let keys = Keys { access_key_id: "AKIAEXAMPLE".into(), secret_access_key: SECRET.into(), session_token: None };
    thread_local! {
        static ASKED: RefCell<Option<(Canned, tokio::runtime::Runtime, aws_sdk_sts::Client)>> = const { RefCell::new(None) };
    }
    let [&[status, ..], head, body] = parts(data) else { return };
    ASKED.with_borrow_mut(|asked| {
        let (canned, runtime, client) = asked.get_or_insert_with(|| {
            let canned = Canned::default();
            let clock = Clock::stopped(noon);
            let client = whoami::client_over(canned.client(), &keys, "us-east-1", &endpoint, &clock);
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            (canned, runtime.expect("it can be built"), client)
        });
        canned.say(STATUS[usize::from(status) % STATUS.len()], String::from_utf8_lossy(head).into(), body.to_vec());
        if let Err(error) = runtime.block_on(client.get_caller_identity().send()) {
            let error = whoami::explain(Failure::of(error), &keys, &endpoint, &Network::default());
            assert_fit(&error);
            assert_no_secret(&error.to_string());
        }
    });
}

/// Times in the header of a record, which anyone may read without the key, and of a failed renewal.
pub fn kept_times(data: &[u8]) {
    let [header, backoff] = parts(data);
    let clock = Clock::stopped(noon);
    if let Ok(header) = serde_json::from_slice::<Header>(header) {
        let _ = (life_of(&header, &clock), clock.now_for(header.issued, header.received));
        for due in [keys_due_at(header.issued, header.expires), token_due_at(header.issued, header.expires)] {
            assert!(due <= header.expires);
        }
        assert!(rfc3339(header.expires).ends_with('Z'));
    }
    if let Ok(backoff) = serde_json::from_slice::<Backoff>(backoff) {
        let left = backoff.left(noon()).unwrap_or_default();
        assert!(left.as_secs() <= 600, "a shell waits {left:?}");
        assert!((30..=600).contains(&backoff.next_pause()));
        let _ = backoff.is_since(noon());
    }
    if let Some(date) = std::str::from_utf8(data).ok().and_then(crate::aws::http::http_date) {
        clock.observe(date);
        assert!(clock.now().duration_since(noon()).abs() <= SignedDuration::from_hours(101 * 365 * 24));
    }
}
