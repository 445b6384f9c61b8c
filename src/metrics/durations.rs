//! How long the response took: to detect, acknowledge, identify, mitigate and resolve.

use serde::Serialize;

use super::population::{Fact, Population, fact};
use super::spread::Spread;
use crate::postmortem::incident::{Incident, Moment};

/// How long one stretch of the response took, over all incidents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Duration {
    /// What it is the time to: `detect`, `acknowledge`, `identify`, `mitigate` or `resolve`.
    pub to: &'static str,
    /// The moment it counts from, as in the front matter.
    pub from: &'static str,
    /// The moment it counts to, as in the front matter.
    pub until: &'static str,
    /// In seconds, of the incidents of which both moments are known.
    pub seconds: Spread,
    /// Incidents of which one of the two is `unknown`.
    pub unknown: usize,
    /// Incidents of which one of the two is not written.
    pub absent: usize,
    /// Incidents whose moments cannot be read, contradict each other or lie in the future.
    pub unusable: usize,
}

/// What a stretch is called, the names of its two ends, and how to get them.
type Stretch = (
    &'static str,
    &'static str,
    &'static str,
    fn(&Incident) -> (&Moment, &Moment),
);

/// S4 counts detection from the first effect and engagement from the alert. Mitigation and resolution count from the first effect,
/// since that is how long customers were without.
const STRETCHES: [Stretch; 5] = [
    ("detect", "started", "detected", |it| {
        (&it.started, &it.detected)
    }),
    ("acknowledge", "detected", "acknowledged", |it| {
        (&it.detected, &it.acknowledged)
    }),
    ("identify", "detected", "identified", |it| {
        (&it.detected, &it.identified)
    }),
    ("mitigate", "started", "mitigated", |it| {
        (&it.started, &it.mitigated)
    }),
    ("resolve", "started", "resolved", |it| {
        (&it.started, &it.resolved)
    }),
];

/// One incident's part in a figure.
pub(super) enum Took {
    /// So many seconds.
    Seconds(i64),
    /// Nobody knows.
    Unknown,
    /// Nobody wrote it.
    Absent,
    /// It cannot be.
    Unusable,
}

/// How long it took from one moment to another.
pub(super) fn took(from: Fact, until: Fact) -> Took {
    use Fact::{Absent, At, Planned, Unknown, Unusable};
    match (from, until) {
        (Unusable | Planned(_), _) | (_, Unusable | Planned(_)) => Took::Unusable,
        (Unknown, _) | (_, Unknown) => Took::Unknown,
        (Absent, _) | (_, Absent) => Took::Absent,
        (At(from), At(until)) if until < from => Took::Unusable,
        (At(from), At(until)) => Took::Seconds(until.duration_since(from).as_secs()),
    }
}

/// The five stretches, in their order.
pub(super) fn durations(population: &Population<'_>, mean: bool) -> Vec<Duration> {
    let stretches = STRETCHES.iter();
    stretches
        .map(|(to, from, until, ends)| {
            let mut values = Vec::new();
            let mut duration = Duration {
                to,
                from,
                until,
                seconds: Spread::default(),
                unknown: 0,
                absent: 0,
                unusable: 0,
            };
            for case in &population.incidents {
                let (first, last) = ends(&case.postmortem.front.incident);
                match took(fact(first, population.now), fact(last, population.now)) {
                    Took::Seconds(seconds) => values.push(seconds),
                    Took::Unknown => duration.unknown += 1,
                    Took::Absent => duration.absent += 1,
                    Took::Unusable => duration.unusable += 1,
                }
            }
            duration.seconds = Spread::of(values, mean);
            duration
        })
        .collect()
}

/// How long one incident took from its first effect to its detection and to its resolution, in seconds, where both are known.
pub(super) fn of(incident: &Incident, now: jiff::Timestamp) -> (Option<i64>, Option<i64>) {
    let seconds = |until: &Moment| match took(fact(&incident.started, now), fact(until, now)) {
        Took::Seconds(seconds) => Some(seconds),
        _ => None,
    };
    (seconds(&incident.detected), seconds(&incident.resolved))
}
