//! What happened again: what authors say, and what shows when the same cause hits the same service twice.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use serde::Serialize;

use super::Input;
use super::incidents::names;
use super::population::{Case, Population, YEAR};
use super::spread::{Share, Spread};
use crate::tracker::item::{Item, State};

/// What happened again.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Recurrence {
    /// Of all incidents, those that name another as what happened before (`recurrence_of`).
    pub declared: Share,
    /// Those of them that name one which is not here.
    pub dangling: usize,
    /// Days from the beginning of the one before to the beginning of this one.
    pub gap_days: Spread,
    /// Of the declared ones whose predecessor promised something that a ledger follows, those that began while some of it was not
    /// done.
    pub with_owed_items: Share,
    /// Of the incidents with a service, a cause and a date, those that hit a service with a cause that it had within the year before.
    pub repeated: Share,
    /// Incidents without a cause, a service or a date, of which nobody can tell.
    pub undecided: usize,
    /// What happened more than once within the last year, the most frequent first.
    pub repeats: Vec<Repeat>,
}

/// A cause that hit one service more than once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Repeat {
    /// The service.
    pub service: String,
    /// The cause.
    pub cause: String,
    /// Incidents within the last year.
    pub incidents: usize,
    /// The day on which the last one began, in UTC.
    pub last: Date,
}

impl Recurrence {
    pub(super) fn new(population: &Population<'_>, input: &Input<'_>) -> Self {
        let mut items: BTreeMap<&str, Vec<&Item>> = BTreeMap::new();
        for item in input.items.iter().filter(|_| input.tracked) {
            if let Some((postmortem, _)) = item.id.split_once('/') {
                items.entry(postmortem).or_default().push(item);
            }
        }
        let mut gaps = Vec::new();
        let (mut declared, mut dangling) = (0, 0);
        let (mut followed, mut owing) = (0, 0);
        for case in &population.incidents {
            let Some(id) = case.postmortem.front.recurrence_of.get() else {
                continue;
            };
            declared += 1;
            let Some(before) = input.corpus.get(id) else {
                dangling += 1;
                continue;
            };
            let Some((first, began)) = before.started().zip(case.began) else {
                continue;
            };
            if began > first {
                gaps.push(began.duration_since(first).as_secs() / 86_400);
            }
            let promised = items.get(id.as_str()).into_iter().flatten();
            let kept: Vec<bool> = promised.filter_map(|item| kept_by(item, began)).collect();
            followed += usize::from(!kept.is_empty());
            owing += usize::from(kept.contains(&false));
        }
        let (repeated, undecided, repeats) = repeats(population);
        Self {
            declared: Share::of(declared, population.incidents.len()),
            dangling,
            gap_days: Spread::of(gaps, input.mean),
            with_owed_items: Share::of(owing, followed),
            repeated,
            undecided,
            repeats,
        }
    }
}

/// Whether an item was done at a moment; none where nobody can tell, or nobody asked.
fn kept_by(item: &Item, moment: Timestamp) -> Option<bool> {
    match item.state {
        State::Done => item.since.map(|since| since <= moment),
        State::Open | State::NeedsDecision => Some(false),
        State::Orphaned | State::Waiting | State::Past | State::Elsewhere | State::Dropped => None,
    }
}

/// The share of incidents that repeat a cause on a service, those of which nobody can tell, and what was repeated lately.
fn repeats(population: &Population<'_>) -> (Share, usize, Vec<Repeat>) {
    let mut pairs: BTreeMap<(String, String), Vec<(Timestamp, usize)>> = BTreeMap::new();
    let (mut decided, mut undecided) = (0, 0);
    for (index, case) in population.incidents.iter().enumerate() {
        let Some(began) = case.began else {
            undecided += 1;
            continue;
        };
        let known = known_pairs(case);
        decided += usize::from(!known.is_empty());
        undecided += usize::from(known.is_empty());
        for pair in known {
            pairs.entry(pair).or_default().push((began, index));
        }
    }
    let mut again = BTreeSet::new();
    let mut repeats = Vec::new();
    for ((service, cause), mut times) in pairs {
        times.sort_unstable();
        for two in times.windows(2) {
            let gap = two[1].0.duration_since(two[0].0);
            if gap <= YEAR {
                again.insert(two[1].1);
            }
        }
        let recent = times
            .iter()
            .filter(|(at, _)| population.now.duration_since(*at) <= YEAR);
        let incidents = recent.count();
        if incidents > 1
            && let Some((last, _)) = times.last()
        {
            repeats.push(Repeat {
                service,
                cause,
                incidents,
                last: Offset::UTC.to_datetime(*last).date(),
            });
        }
    }
    repeats.sort_by(|a, b| {
        let key = |one: &Repeat| {
            (
                std::cmp::Reverse(one.incidents),
                std::cmp::Reverse(one.last),
            )
        };
        let name = |one: &Repeat| (one.service.clone(), one.cause.clone());
        key(a).cmp(&key(b)).then_with(|| name(a).cmp(&name(b)))
    });
    (Share::of(again.len(), decided), undecided, repeats)
}

/// Every service of an incident with every cause of it.
fn known_pairs(case: &Case<'_>) -> Vec<(String, String)> {
    let front = &case.postmortem.front;
    let causes: Vec<String> = names(front.causes.items()).into_iter().flatten().collect();
    let services = names(front.services.items()).into_iter().flatten();
    services
        .flat_map(|service| {
            let pair = move |cause: &String| (service.clone(), cause.clone());
            causes.iter().map(pair).collect::<Vec<_>>()
        })
        .collect()
}
