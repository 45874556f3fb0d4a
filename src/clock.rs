//! What time it is for AWS: the local clock, corrected by what AWS's `Date` header said.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

pub use jiff::{SignedDuration, Timestamp};

/// Below this, the local clock is taken as right.
const TOLERATED: SignedDuration = SignedDuration::from_mins(5);

/// No clock is a century off: a `Date` that says so is not AWS's, and could lead beyond the last time there is.
const BELIEVED: SignedDuration = SignedDuration::from_hours(100 * 365 * 24);

/// Shared by everything that judges an expiry; cheap to clone.
#[derive(Clone, Debug)]
pub struct Clock {
    local: fn() -> Timestamp,
    /// Seconds to add to the local clock to get AWS's.
    offset: Arc<AtomicI64>,
}

impl Clock {
    #[must_use]
    pub fn system() -> Self {
        Self { local: Timestamp::now, offset: Arc::default() }
    }

    /// A clock that tests set.
    #[must_use]
    pub fn stopped(local: fn() -> Timestamp) -> Self {
        Self { local, offset: Arc::default() }
    }

    /// The machine's own time, right or wrong.
    #[must_use]
    pub fn local(&self) -> Timestamp {
        (self.local)()
    }

    /// AWS's time, as far as it is known.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.local() + self.offset()
    }

    /// AWS's time, judged for something that was issued at `issued` by AWS's clock and received at `received` by the local
    /// one: by this run's `Date` where there was one, else by what the local clock lacked then.
    #[must_use]
    pub fn now_for(&self, issued: Option<Timestamp>, received: Timestamp) -> Timestamp {
        let then = issued.map_or(SignedDuration::ZERO, |issued| issued.duration_since(received));
        if self.offset().is_zero() && then.abs() > TOLERATED {
            // What a damaged file says of times may lie at the end of all times.
            self.local().saturating_add(then).unwrap_or(Timestamp::MAX)
        } else {
            self.now()
        }
    }

    /// What the local clock lacks; zero while it is within five minutes of AWS's.
    #[must_use]
    pub fn offset(&self) -> SignedDuration {
        SignedDuration::from_secs(self.offset.load(Ordering::Relaxed))
    }

    /// Takes the time of a `Date` header.
    pub fn observe(&self, date: Timestamp) {
        let off = date.duration_since(self.local());
        if off.abs() > BELIEVED {
            return;
        }
        let known = if off.abs() > TOLERATED { off.as_secs() } else { 0 };
        self.offset.store(known, Ordering::Relaxed);
    }
}

/// When keys become *due*: less than 20 minutes, or a third of their life where that is less, is left.
/// botocore asks a `credential_process` again below 15 minutes.
#[must_use]
pub fn keys_due_at(issued: Option<Timestamp>, expires: Timestamp) -> Timestamp {
    due_at(issued, expires, SignedDuration::from_mins(20), 3)
}

/// When a session token becomes due: less than 15 minutes, or a quarter of its life, is left.
#[must_use]
pub fn token_due_at(issued: Option<Timestamp>, expires: Timestamp) -> Timestamp {
    due_at(issued, expires, SignedDuration::from_mins(15), 4)
}

fn due_at(issued: Option<Timestamp>, expires: Timestamp, most: SignedDuration, part: i32) -> Timestamp {
    let life = issued.map(|issued| expires.duration_since(issued)).filter(SignedDuration::is_positive);
    let before = life.map_or(most, |life| most.min(life / part));
    expires.saturating_sub(before).unwrap_or(Timestamp::MIN)
}

/// `12 minutes`, `3 hours`, `40 days`, `9 years`: a time in what it is long in.
#[must_use]
pub fn roughly(time: SignedDuration) -> String {
    const MINUTE: i64 = 60;
    const HOUR: i64 = 60 * MINUTE;
    const DAY: i64 = 24 * HOUR;
    const YEAR: i64 = 365 * DAY;
    let seconds = time.as_secs();
    let units = [(YEAR, "years"), (DAY, "days"), (HOUR, "hours"), (MINUTE, "minutes")];
    let (unit, name) = units.into_iter().find(|(unit, _)| seconds >= 2 * unit).unwrap_or((MINUTE, "minutes"));
    format!("{} {name}", (seconds + unit / 2) / unit)
}

/// `2026-01-01T00:00:00Z`: RFC 3339 in whole seconds, the only form every SDK reads (offsets are refused by some).
#[must_use]
pub fn rfc3339(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn short_lived_keys_are_due_in_their_last_third() {
        let issued = at("2026-01-01T00:00:00Z");
        assert_eq!(keys_due_at(Some(issued), at("2026-01-01T00:00:30Z")), at("2026-01-01T00:00:20Z"));
        assert_eq!(keys_due_at(Some(issued), at("2026-01-01T08:00:00Z")), at("2026-01-01T07:40:00Z"));
        assert_eq!(keys_due_at(None, at("2026-01-01T08:00:00Z")), at("2026-01-01T07:40:00Z"));
        assert_eq!(token_due_at(Some(issued), at("2026-01-01T00:20:00Z")), at("2026-01-01T00:15:00Z"));
    }

    #[test]
    fn a_clock_that_is_an_hour_off_is_corrected_and_a_minute_is_not() {
        let clock = Clock::stopped(|| Timestamp::UNIX_EPOCH);
        clock.observe(at("1970-01-01T00:01:00Z"));
        assert_eq!(clock.now(), clock.local());
        clock.observe(at("1970-01-01T01:00:00Z"));
        assert_eq!(clock.now(), at("1970-01-01T01:00:00Z"));
        clock.observe(Timestamp::MAX);
        assert_eq!(clock.now(), at("1970-01-01T01:00:00Z"));
    }

    #[test]
    fn a_damaged_time_leads_beyond_no_end_of_time() {
        for time in [Timestamp::MIN, Timestamp::MAX] {
            assert!(keys_due_at(None, time) <= time && token_due_at(Some(time), time) <= time);
        }
        let clock = Clock::stopped(|| Timestamp::UNIX_EPOCH);
        assert_eq!(clock.now_for(Some(Timestamp::MAX), Timestamp::MIN), Timestamp::MAX);
        assert_eq!(clock.now_for(Some(Timestamp::MIN), Timestamp::MAX), Timestamp::MIN);
    }

    #[test]
    fn a_long_time_is_said_in_what_it_is_long_in() {
        for (minutes, said) in [
            (6, "6 minutes"),
            (119, "119 minutes"),
            (120, "2 hours"),
            (2820, "47 hours"),
            (2880, "2 days"),
            (1_049_760, "729 days"),
            (5_255_999, "10 years"),
        ] {
            assert_eq!(roughly(SignedDuration::from_mins(minutes)), said);
        }
    }

    #[test]
    fn expiries_are_written_in_whole_seconds_with_z() {
        assert_eq!(rfc3339(Timestamp::from_millisecond(1_767_225_600_999).unwrap()), "2026-01-01T00:00:00Z");
    }
}
