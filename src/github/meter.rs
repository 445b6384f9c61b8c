//! What a run has used up, and whether it may go on: requests, the token's quota, and patience.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::answer::Answer;
use super::limit::moment;
use super::{Budget, Failure, Used};

/// So many writes go out at once: with one a second after them, a minute has no more than the 80 that GitHub takes
/// (docs.github.com, "Rate limits for the REST API", secondary limits).
const AT_ONCE: u32 = 20;

/// Which token a request carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Credential {
    /// The one for everything.
    Usual,
    /// The one for the members of teams.
    Team,
}

/// What GitHub counts on its own: each token's requests, REST and GraphQL apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Quota {
    /// Whose.
    pub(super) credential: Credential,
    /// Whether it is GraphQL's.
    pub(super) graphql: bool,
}

#[derive(Clone, Copy)]
struct Left {
    requests: u64,
    until: Option<Timestamp>,
}

/// The counters of a run.
pub(super) struct Meter {
    budget: Budget,
    used: Cell<Used>,
    waited: Cell<Duration>,
    clock: Cell<Option<(Timestamp, Instant)>>,
    left: RefCell<BTreeMap<Quota, Left>>,
    /// When the last write went out, or will.
    written: Cell<Option<Instant>>,
}

impl Meter {
    pub(super) fn new(budget: Budget) -> Self {
        Self {
            budget,
            used: Cell::default(),
            waited: Cell::default(),
            clock: Cell::default(),
            left: RefCell::default(),
            written: Cell::default(),
        }
    }

    pub(super) fn used(&self) -> Used {
        self.used.get()
    }

    /// The server's clock at its last answer.
    pub(super) fn clock(&self) -> Option<Timestamp> {
        self.clock.get().map(|(moment, _)| moment)
    }

    /// The server's clock now, so that a wrong clock here does not matter; ours until the first answer.
    pub(super) fn now(&self) -> Timestamp {
        self.clock
            .get()
            .and_then(|(moment, since)| moment.checked_add(since.elapsed()).ok())
            .unwrap_or_else(Timestamp::now)
    }

    /// Counts a request that is about to be sent, or says why it must not be.
    pub(super) fn admit(&self, quota: Quota, writes: bool) -> Result<(), Failure> {
        let mut used = self.used.get();
        if used.requests >= self.budget.requests {
            return Err(Failure::Exhausted {
                message: format!(
                    "the budget of {} requests for one run is spent",
                    self.budget.requests
                ),
            });
        }
        let left = self.left.borrow().get(&quota).copied();
        if let Some(left) = left
            && left.requests < u64::from(self.budget.remaining)
            && left.until.is_none_or(|until| self.now() <= until)
        {
            let until = left
                .until
                .map(|until| format!(" until {until}"))
                .unwrap_or_default();
            return Err(Failure::Exhausted {
                message: format!(
                    "the token has {} requests left{until}, and {} are kept for other workflows",
                    left.requests, self.budget.remaining
                ),
            });
        }
        used.requests += 1;
        used.writes += u32::from(writes);
        self.used.set(used);
        Ok(())
    }

    /// How long a write that was admitted waits, and counts it as sent after that.
    pub(super) fn pace(&self) -> Option<Duration> {
        let now = Instant::now();
        let next = self.written.get().map(|last| last + self.budget.pace);
        let wait = next.map(|next| next.saturating_duration_since(now));
        let wait = wait.filter(|wait| self.used.get().writes > AT_ONCE && !wait.is_zero());
        self.written.set(Some(now + wait.unwrap_or_default()));
        wait
    }

    /// Reads what an answer says of the clock and the quota.
    pub(super) fn note(&self, answer: &Answer, quota: Quota) {
        if let Some(date) = answer.date() {
            self.clock.set(Some((date, Instant::now())));
        }
        if let Some(requests) = answer.number("x-ratelimit-remaining") {
            let until = answer.number("x-ratelimit-reset").and_then(moment);
            self.left
                .borrow_mut()
                .insert(quota, Left { requests, until });
        }
    }

    /// Forgets what remained: a limit was waited out.
    pub(super) fn forget(&self, quota: Quota) {
        self.left.borrow_mut().remove(&quota);
    }

    /// Takes a wait from what patience is left; `false` where it is too long.
    pub(super) fn patient(&self, wait: Duration) -> bool {
        let total = self.waited.get().saturating_add(wait);
        let fits = total <= self.budget.patience;
        if fits {
            self.waited.set(total);
        }
        fits
    }
}
