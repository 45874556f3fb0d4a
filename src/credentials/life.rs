//! How much life role keys have left, judged by AWS's clock.

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::clock::{self, Clock, SignedDuration, Timestamp};
use crate::store::Header;

/// How many access key ids a record remembers as issued for its role.
pub const REMEMBERED_KEYS: usize = 16;

/// Keys with less than this left are not handed out: what starts with them would fail midway.
const LEAST: SignedDuration = SignedDuration::from_mins(2);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Life {
    Fine,
    /// To be renewed, and still good.
    Due,
    /// Less than two minutes left, by AWS's clock.
    Expired,
}

/// A clock that has gone back behind the moment of receipt proves nothing, so such keys are renewed.
#[must_use]
pub fn life_of(header: &Header, clock: &Clock) -> Life {
    let (now, local) = (clock.now_for(header.issued, header.received), clock.local());
    let short_lived = header.issued.is_some_and(|issued| header.expires.duration_since(issued) < LEAST * 3);
    let least = if short_lived { SignedDuration::ZERO } else { LEAST };
    // What a damaged file says of times may lie at the end of all times.
    let before = |time: Timestamp, by| time.saturating_sub(by).unwrap_or(Timestamp::MIN);
    if now >= before(header.expires, least) {
        Life::Expired
    } else if now >= clock::keys_due_at(header.issued, header.expires)
        || local < before(header.received, SignedDuration::from_secs(1))
    {
        Life::Due
    } else {
        Life::Fine
    }
}

/// How an access key id is remembered in the clear part of a record.
#[must_use]
pub fn key_hash(access_key_id: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(access_key_id.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::identity::SessionId;
    use crate::store::RecordId;

    fn header(issued: &str, received: &str, expires: &str) -> Header {
        let session = SessionId {
            name: "dev".into(),
            start_url: "https://x.awsapps.com/start".into(),
            region: "us-east-1".into(),
        };
        Header {
            kind: "role-keys".into(),
            id: RecordId { session, account: String::new(), role: String::new() },
            issued: Some(issued.parse().unwrap()),
            received: received.parse().unwrap(),
            expires: expires.parse().unwrap(),
            renewable_until: None,
            key_hashes: vec![],
            counter: 0,
        }
    }

    fn noon() -> Timestamp {
        "2026-01-01T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn an_hour_of_keys_is_due_in_its_last_twenty_minutes() {
        let clock = Clock::stopped(noon);
        for (expires, life) in [
            ("2026-01-01T12:20:01Z", Life::Fine),
            ("2026-01-01T12:20:00Z", Life::Due),
            ("2026-01-01T12:02:01Z", Life::Due),
            ("2026-01-01T12:02:00Z", Life::Expired),
        ] {
            let issued = "2026-01-01T11:00:00Z";
            assert_eq!(life_of(&header(issued, issued, expires), &clock), life, "{expires}");
        }
    }

    #[test]
    fn a_clock_that_is_an_hour_wrong_makes_no_difference() {
        let clock = Clock::stopped(noon);
        // The clock is an hour ahead: for AWS it is eleven.
        let ahead = header("2026-01-01T10:30:00Z", "2026-01-01T11:30:00Z", "2026-01-01T11:30:00Z");
        assert_eq!(life_of(&ahead, &clock), Life::Fine);
        // An hour behind: for AWS it is one o'clock.
        let behind = header("2026-01-01T12:30:00Z", "2026-01-01T11:30:00Z", "2026-01-01T13:00:00Z");
        assert_eq!(life_of(&behind, &clock), Life::Expired);
    }

    #[test]
    fn a_clock_set_back_since_makes_keys_due() {
        let received_later = header("2026-01-01T12:30:00Z", "2026-01-01T12:30:00Z", "2026-01-01T20:30:00Z");
        assert_eq!(life_of(&received_later, &Clock::stopped(noon)), Life::Due);
    }

    #[test]
    fn times_at_the_end_of_all_times_are_judged_like_others() {
        let clock = Clock::stopped(noon);
        let (first, last) = ("-009999-01-02T01:59:59Z", "9999-12-30T22:00:00Z");
        assert_eq!(life_of(&header(first, first, first), &clock), Life::Expired);
        assert_eq!(life_of(&header(last, first, last), &clock), Life::Expired);
        assert_eq!(life_of(&header(first, last, last), &clock), Life::Due);
    }

    #[test]
    fn keys_that_live_for_seconds_are_used_to_their_end() {
        let clock = Clock::stopped(noon);
        let issued = "2026-01-01T11:59:55Z";
        assert_eq!(life_of(&header(issued, issued, "2026-01-01T12:00:25Z"), &clock), Life::Fine);
        assert_eq!(life_of(&header(issued, issued, "2026-01-01T12:00:01Z"), &clock), Life::Due);
        assert_eq!(life_of(&header(issued, issued, "2026-01-01T12:00:00Z"), &clock), Life::Expired);
    }
}
