//! The one retry loop. The SDK's own is off: it knows no `Retry-After`, and no deadline that a prompt could shorten.

use std::time::{Duration, Instant};

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};

use super::answer::Failure;
use super::unreachable::Unreachable;

/// One request, connecting included.
const ONE_REQUEST: Duration = Duration::from_secs(10);
/// One request with all its retries.
pub(crate) const ALTOGETHER: Duration = Duration::from_secs(30);

/// Throttling passes; the portal has been seen to need ten tries on large organisations.
const THROTTLED_TRIES: usize = 10;
const FAULTY_TRIES: usize = 5;
/// No network is told soon rather than after half a minute.
const UNREACHABLE_TRIES: usize = 3;

/// Calls `attempt` with the time it may take, until it succeeds, fails for good, or `deadline` comes.
pub(crate) async fn until<T>(
    deadline: Instant,
    mut attempt: impl AsyncFnMut() -> Result<T, Failure>,
) -> Result<T, Failure> {
    let mut plan = Plan::new();
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let answer = tokio::time::timeout(left.min(ONE_REQUEST), attempt()).await;
        let failure = match answer {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(failure)) => failure,
            Err(_) => Failure::Unreachable(Unreachable::TimedOut),
        };
        let left = deadline.saturating_duration_since(Instant::now());
        match plan.wait_after(&failure) {
            Some(wait) if wait < left => tokio::time::sleep(wait).await,
            _ => return Err(failure),
        }
    }
}

/// How long to wait before which try, jittered so that thirty shells do not come back at once.
struct Plan {
    tries: usize,
    delays: ExponentialBackoff,
}

impl Plan {
    fn new() -> Self {
        let delays = ExponentialBuilder::new()
            .with_min_delay(Duration::from_millis(200))
            .with_max_delay(Duration::from_secs(4))
            .with_jitter()
            .without_max_times()
            .build();
        Self { tries: 0, delays }
    }

    /// `None`: another try would not help.
    fn wait_after(&mut self, failure: &Failure) -> Option<Duration> {
        self.tries += 1;
        let tries = match failure {
            Failure::Unreachable(why) if why.is_final() => 1,
            Failure::Unreachable(_) => UNREACHABLE_TRIES,
            Failure::Refused(refusal) if refusal.is_throttling() => THROTTLED_TRIES,
            Failure::Refused(refusal) if refusal.status >= 500 => FAULTY_TRIES,
            Failure::Refused(_) | Failure::Foreign(_) | Failure::Own(_) => 1,
        };
        if self.tries >= tries {
            return None;
        }
        let delay = self.delays.next()?;
        let asked = if let Failure::Refused(refusal) = failure { refusal.retry_after } else { None };
        Some(asked.map_or(delay, |asked| asked.max(delay)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::answer::Refusal;
    use super::super::unreachable::{Certificate, ProxyTrouble};
    use super::*;

    fn refusal(status: u16, retry_after: Option<u64>) -> Failure {
        Failure::Refused(Refusal { status, retry_after: retry_after.map(Duration::from_secs), ..Refusal::default() })
    }

    fn tries(failure: &Failure) -> usize {
        let mut plan = Plan::new();
        1 + std::iter::from_fn(|| plan.wait_after(failure)).count()
    }

    #[test]
    fn what_cannot_pass_is_not_tried_again() {
        assert_eq!(tries(&refusal(400, None)), 1);
        assert_eq!(tries(&refusal(401, None)), 1);
        assert_eq!(tries(&Failure::Unreachable(Unreachable::Certificate(Certificate::Expired))), 1);
        assert_eq!(tries(&Failure::Unreachable(Unreachable::Proxy(ProxyTrouble::WantsPassword))), 1);
        assert_eq!(tries(&Failure::Unreachable(Unreachable::TimedOut)), UNREACHABLE_TRIES);
        assert_eq!(tries(&refusal(503, None)), FAULTY_TRIES);
        assert_eq!(tries(&refusal(429, None)), THROTTLED_TRIES);
    }

    #[test]
    fn retry_after_is_obeyed() {
        assert!(Plan::new().wait_after(&refusal(429, Some(7))).unwrap() >= Duration::from_secs(7));
        assert!(Plan::new().wait_after(&refusal(429, None)).unwrap() < Duration::from_secs(1));
    }

    #[test]
    fn waits_differ_between_processes() {
        let waits = || {
            let mut plan = Plan::new();
            std::iter::from_fn(|| plan.wait_after(&refusal(429, None))).collect::<Vec<_>>()
        };
        assert_ne!(waits(), waits());
    }

    #[test]
    fn a_deadline_that_would_be_missed_ends_it_at_once() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let began = Instant::now();
        let mut tries = 0;
        let answer: Result<(), _> = runtime.block_on(until(began + Duration::from_secs(2), async || {
            tries += 1;
            Err(refusal(503, Some(60)))
        }));
        assert!(matches!(answer, Err(Failure::Refused(Refusal { status: 503, .. }))));
        assert_eq!(tries, 1);
        assert!(began.elapsed() < Duration::from_secs(1));
    }
}
