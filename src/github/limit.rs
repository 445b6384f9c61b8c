//! What an answer says about limits: that one is reached, and how long to wait.
//!
//! Source: docs.github.com, "Rate limits for the REST API" and "Best practices for using the REST API": `retry-after`, else
//! `x-ratelimit-reset` where nothing remains, else a minute at least, longer each time.

use std::time::Duration;

use jiff::Timestamp;

use super::Failure;
use super::answer::Answer;

/// The wait for a limit that does not say when it ends.
const SILENT: Duration = Duration::from_secs(60);

/// A limit is reached; nothing was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Limit {
    /// How long to wait before the next try.
    pub(super) wait: Duration,
    /// When that is.
    pub(super) until: Option<Timestamp>,
}

impl Limit {
    /// The limit that an answer speaks of, after so many earlier tries.
    pub(super) fn of(answer: &Answer, tries: u32, now: Timestamp) -> Option<Self> {
        let limited = match answer.status {
            429 => true,
            403 => {
                answer.number("retry-after").is_some()
                    || answer.number("x-ratelimit-remaining") == Some(0)
                    || about_limits(&answer.says())
            }
            _ => false,
        };
        limited.then(|| Self::named(answer, tries, now))
    }

    /// How long to wait for a limit that this answer speaks of.
    pub(super) fn named(answer: &Answer, tries: u32, now: Timestamp) -> Self {
        let wait = asked(answer).or_else(|| {
            let spent = answer.number("x-ratelimit-remaining") == Some(0);
            let reset = moment(answer.number("x-ratelimit-reset").filter(|_| spent)?)?;
            // The second after, for it counts whole seconds.
            let seconds = reset.as_second().saturating_sub(now.as_second());
            Some(Duration::from_secs(
                u64::try_from(seconds).unwrap_or(0).saturating_add(1),
            ))
        });
        let wait = wait.unwrap_or(SILENT.saturating_mul(2u32.saturating_pow(tries)));
        let seconds = i64::try_from(wait.as_secs()).unwrap_or(i64::MAX);
        Self {
            wait,
            until: Timestamp::from_second(now.as_second().saturating_add(seconds)).ok(),
        }
    }

    /// The failure of not waiting for it.
    pub(super) fn failure(&self, request: &str) -> Failure {
        let message = match self.until {
            Some(until) => {
                format!("the rate limit is reached and ends at {until} (`{request}`)")
            }
            None => format!("the rate limit is reached and names no end (`{request}`)"),
        };
        Failure::Exhausted { message }
    }
}

/// The wait that an answer asks for; a second at least.
pub(super) fn asked(answer: &Answer) -> Option<Duration> {
    answer
        .number("retry-after")
        .map(|seconds| Duration::from_secs(seconds.max(1)))
}

/// A moment in seconds since 1970, UTC.
pub(super) fn moment(seconds: u64) -> Option<Timestamp> {
    Timestamp::from_second(i64::try_from(seconds).ok()?).ok()
}

/// Whether a message is about a limit.
pub(super) fn about_limits(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    ["rate limit", "abuse detection", "submitted too quickly"]
        .iter()
        .any(|words| message.contains(words))
}
