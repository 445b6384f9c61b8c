//! How many incidents there were, how severe, in which services and why: altogether and by quarter.

use std::collections::BTreeMap;

use jiff::tz::Offset;
use serde::Serialize;

use super::count::{Count, Tally, frequent, ordered};
use super::period::Quarter;
use super::population::{Case, Population};
use super::spread::Spread;
use super::{Input, LEAST, durations};
use crate::document::mapping::{Field, Known};
use crate::postmortem::choice::{DetectedBy, Kind};

/// So many quarters are told one by one: three years.
pub const QUARTERS: usize = 12;

/// Incidents, and what nearly became one.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Incidents {
    /// Incidents, security incidents and those of third parties.
    pub total: usize,
    /// Those of which nobody wrote when they began or were noticed; they are in no quarter.
    pub undated: usize,
    /// Those of before the first quarter that is told.
    pub earlier: usize,
    /// What nearly happened; counted here and nowhere else.
    pub near_misses: usize,
    /// By kind.
    pub by_kind: Vec<Count>,
    /// By severity, the most severe first.
    pub by_severity: Vec<Count>,
    /// By who noticed first; `unknown` where somebody wrote that.
    pub by_detection: Vec<Count>,
    /// By cause, the most frequent first; one incident may have several.
    pub by_cause: Vec<Count>,
    /// By service, the most frequent first; one incident may be of several.
    pub by_service: Vec<Service>,
    /// The last quarters, oldest first, those without an incident too.
    pub quarters: Vec<InQuarter>,
}

/// What happened to one service.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Service {
    /// Its name; none for incidents without one.
    pub name: Option<String>,
    /// Its incidents.
    pub incidents: usize,
    /// Those of the last year.
    pub last_year: usize,
    /// By severity, the most severe first.
    pub by_severity: Vec<Count>,
    /// Seconds from the first effect to the end.
    pub resolve_seconds: Spread,
    /// Incidents that name another as what happened before.
    pub recurrences: usize,
    /// Action items that somebody still has to do or decide; they count for the first service of their postmortem.
    pub owed: usize,
    /// Those of them that are overdue.
    pub overdue: usize,
}

/// What happened in one quarter.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct InQuarter {
    /// The quarter, `2026-Q4`.
    pub quarter: Quarter,
    /// Whether it is over.
    pub complete: bool,
    /// Incidents that began in it.
    pub incidents: usize,
    /// What nearly happened in it.
    pub near_misses: usize,
    /// By severity, the most severe first.
    pub by_severity: Vec<Count>,
    /// By cause, in the order of the causes of all incidents.
    pub by_cause: Vec<Count>,
    /// Incidents that name another as what happened before.
    pub recurrences: usize,
    /// Seconds from the first effect to detection; of fewer than five incidents only their number.
    pub detect_seconds: Spread,
    /// Seconds from the first effect to the end; of fewer than five incidents only their number.
    pub resolve_seconds: Spread,
}

/// What is gathered for one name.
#[derive(Default)]
struct Heap {
    incidents: usize,
    last_year: usize,
    near_misses: usize,
    severities: Tally,
    causes: Tally,
    recurrences: usize,
    detect: Vec<i64>,
    resolve: Vec<i64>,
}

impl Incidents {
    pub(super) fn new(population: &Population<'_>, input: &Input<'_>) -> Self {
        let mut all = Heap::default();
        let (mut kinds, mut detection) = (Tally::new(), Tally::new());
        let mut services: BTreeMap<Option<String>, Heap> = BTreeMap::new();
        let mut quarters: BTreeMap<Quarter, Heap> = BTreeMap::new();
        for case in &population.incidents {
            all.take(case, input);
            let front = &case.postmortem.front;
            *kinds
                .entry(Some(case.postmortem.kind().name().into()))
                .or_default() += 1;
            let by = match &front.detected_by {
                Field::Value(value) => Some(match value.value {
                    Known::Known(by) => by.name(),
                    Known::Unknown => "unknown",
                }),
                Field::Missing | Field::Invalid(_) => None,
            };
            *detection.entry(by.map(str::to_string)).or_default() += 1;
            for name in names(front.services.items()) {
                services.entry(name).or_default().take(case, input);
            }
            if let Some(quarter) = case.quarter() {
                quarters.entry(quarter).or_default().take(case, input);
            }
        }
        for quarter in population.near_misses.iter().filter_map(Case::quarter) {
            quarters.entry(quarter).or_default().near_misses += 1;
        }
        let by_cause = frequent(&all.causes);
        let quarters = told(quarters, &by_cause, input);
        let dated: usize = quarters.iter().map(|quarter| quarter.incidents).sum();
        let is_undated = |case: &&Case<'_>| case.began.is_none();
        let undated = population.incidents.iter().filter(is_undated).count();
        let severities = &input.config.conventions.severities;
        let of_kinds = [Kind::Incident, Kind::Security, Kind::ThirdParty];
        let by = DetectedBy::ALL.iter().map(|(name, _)| *name);
        Self {
            total: all.incidents,
            undated,
            earlier: all.incidents - undated - dated,
            near_misses: population.near_misses.len(),
            by_kind: ordered(&kinds, of_kinds.into_iter().map(Kind::name)),
            by_severity: ordered(&all.severities, severities.iter().map(String::as_str)),
            by_detection: ordered(&detection, by),
            by_cause,
            by_service: by_service(services, input),
            quarters,
        }
    }
}

impl Heap {
    fn take(&mut self, case: &Case<'_>, input: &Input<'_>) {
        let front = &case.postmortem.front;
        self.incidents += 1;
        self.last_year += usize::from(case.is_recent(input.now));
        let severity = case.severity().map(str::to_string);
        *self.severities.entry(severity).or_default() += 1;
        for cause in names(front.causes.items()) {
            *self.causes.entry(cause).or_default() += 1;
        }
        self.recurrences += usize::from(front.recurrence_of.get().is_some());
        let (detect, resolve) = durations::of(&front.incident, input.now);
        self.detect.extend(detect);
        self.resolve.extend(resolve);
    }
}

/// The names of a list, each once; none alone where there is no name.
pub(super) fn names(items: &[crate::source::Spanned<String>]) -> Vec<Option<String>> {
    let mut names: Vec<Option<String>> = items
        .iter()
        .filter(|name| !name.value.is_empty())
        .map(|name| Some(name.value.clone()))
        .collect();
    names.sort();
    names.dedup();
    if names.is_empty() {
        names.push(None);
    }
    names
}

fn by_service(services: BTreeMap<Option<String>, Heap>, input: &Input<'_>) -> Vec<Service> {
    let mut items: BTreeMap<Option<&str>, (usize, usize)> = BTreeMap::new();
    for item in input.items.iter().filter(|item| item.state.is_owed()) {
        let (owed, overdue) = items.entry(item.service.as_deref()).or_default();
        *owed += 1;
        *overdue += usize::from(item.overdue_days > 0);
    }
    let severities = &input.config.conventions.severities;
    let mut found: Vec<Service> = services
        .into_iter()
        .map(|(name, heap)| {
            let items = items.get(&name.as_deref()).filter(|_| input.tracked);
            let (owed, overdue) = items.copied().unwrap_or_default();
            Service {
                incidents: heap.incidents,
                last_year: heap.last_year,
                by_severity: ordered(&heap.severities, severities.iter().map(String::as_str)),
                resolve_seconds: Spread::of(heap.resolve, input.mean),
                recurrences: heap.recurrences,
                owed,
                overdue,
                name,
            }
        })
        .collect();
    found.sort_by(|a, b| {
        let key = |one: &Service| (one.name.is_none(), std::cmp::Reverse(one.incidents));
        key(a).cmp(&key(b)).then_with(|| a.name.cmp(&b.name))
    });
    found
}

/// The last quarters up to now, the empty ones too.
fn told(mut found: BTreeMap<Quarter, Heap>, causes: &[Count], input: &Input<'_>) -> Vec<InQuarter> {
    let now = Quarter::of_day(Offset::UTC.to_datetime(input.now).date());
    let Some(first) = found.keys().next().copied() else {
        return Vec::new();
    };
    let severities = &input.config.conventions.severities;
    let quarters = now.up_to(first, QUARTERS).into_iter();
    quarters
        .map(|quarter| {
            let heap = found.remove(&quarter).unwrap_or_default();
            let of_cause = |cause: &Count| Count {
                name: cause.name.clone(),
                count: heap.causes.get(&cause.name).copied().unwrap_or(0),
            };
            InQuarter {
                quarter,
                complete: quarter < now,
                incidents: heap.incidents,
                near_misses: heap.near_misses,
                by_severity: ordered(&heap.severities, severities.iter().map(String::as_str)),
                by_cause: causes.iter().map(of_cause).collect(),
                recurrences: heap.recurrences,
                detect_seconds: Spread::trend(heap.detect, LEAST),
                resolve_seconds: Spread::trend(heap.resolve, LEAST),
            }
        })
        .collect()
}
