//! How completion went over time, from the history of the ledger.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use serde::Serialize;

use super::lives::{Lives, Step};
use super::period::months;
use crate::ledger::items::ItemState;

/// So many ends of months are told.
pub const MONTHS: usize = 12;

/// How items stood at the end of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Point {
    /// The day: the last of a month, and the last day of all.
    pub day: Date,
    /// To be done or decided.
    pub owed: usize,
    /// Done.
    pub done: usize,
    /// Dropped, with a reason.
    pub dropped: usize,
    /// Tracked elsewhere.
    pub elsewhere: usize,
}

/// How many items were in each state at the ends of months: one walk over all changes, sorted by time.
pub(super) fn completion(lives: &Lives, today: Date) -> Vec<Point> {
    let mut changes: Vec<(Timestamp, Option<ItemState>, Option<ItemState>)> = Vec::new();
    for (_, steps) in lives.all() {
        let mut before = None;
        for Step { at, state } in steps {
            changes.push((*at, before, *state));
            before = *state;
        }
    }
    changes.sort_by_key(|(at, ..)| *at);
    let Some((first, ..)) = changes.first() else {
        return Vec::new();
    };
    let first = Offset::UTC.to_datetime(*first).date();
    let mut changes = changes.into_iter().peekable();
    let mut numbers: BTreeMap<Sort, usize> = BTreeMap::new();
    let mut points = Vec::new();
    for day in months(first, today, MONTHS) {
        while let Some((_, before, after)) =
            changes.next_if(|(at, ..)| Offset::UTC.to_datetime(*at).date() <= day)
        {
            if let Some(number) = before.and_then(|state| numbers.get_mut(&sort(state))) {
                *number = number.saturating_sub(1);
            }
            if let Some(state) = after {
                *numbers.entry(sort(state)).or_default() += 1;
            }
        }
        let number = |sort| numbers.get(&sort).copied().unwrap_or(0);
        points.push(Point {
            day,
            owed: number(Sort::Owed),
            done: number(Sort::Done),
            dropped: number(Sort::Dropped),
            elsewhere: number(Sort::Elsewhere),
        });
    }
    points
}

/// What states come to in the end.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sort {
    Owed,
    Done,
    Dropped,
    Elsewhere,
}

fn sort(state: ItemState) -> Sort {
    match state {
        ItemState::Open | ItemState::NeedsDecision | ItemState::Orphaned => Sort::Owed,
        ItemState::Done => Sort::Done,
        ItemState::Dropped => Sort::Dropped,
        ItemState::Elsewhere => Sort::Elsewhere,
    }
}
