//! What was promised and what became of it.
//!
//! How an item stands is decided once, in [`crate::tracker::item`]; here it is counted. Nothing is said to be done or late where no
//! ledger tells what is done.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use serde::Serialize;

use super::completion::{Point, completion};
use super::count::Count;
use super::lives::Lives;
use super::period::Quarter;
use super::population::Population;
use super::spread::{Share, Spread};
use super::{Input, LEAST};
use crate::ledger::items::{ItemState, Key};
use crate::tracker::item::{Item, State};

/// So many of the most urgent priorities are high: P0 and P1 (SRE Workbook, chapter 10).
pub const HIGH: usize = 2;
/// The bands of age, by the days at which each ends.
const BANDS: [(&str, i64); 4] = [
    ("0-30", 30),
    ("31-90", 90),
    ("91-180", 180),
    ("181+", i64::MAX),
];

/// What was promised and what became of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Actions {
    /// Whether a ledger tells how items stand; where not, nobody knows what is done, and `open` means no more than promised.
    pub tracked: bool,
    /// Every item.
    pub total: usize,
    /// Items in each state, in the order of the list; those that do not occur too.
    pub by_state: Vec<Count>,
    /// Items that somebody still has to do or decide.
    pub owed: usize,
    /// Those of them whose day has passed.
    pub overdue: usize,
    /// Days since then.
    pub overdue_days: Spread,
    /// Items of each postmortem of an incident that has some.
    pub per_postmortem: Spread,
    /// Items without a due date, of those that are owed or done.
    pub without_due: usize,
    /// Of the items that are owed or done, those that are done.
    pub done: Share,
    /// The same of high priority.
    pub done_high: Share,
    /// Of the items that were done in time, done late, or are overdue: those that were done in time.
    pub on_time: Share,
    /// The same of high priority.
    pub on_time_high: Share,
    /// Items that are done, and nobody knows when or by when.
    pub on_time_unknown: usize,
    /// The names of the priorities that count as high.
    pub high: Vec<String>,
    /// Whole days since what is owed was opened.
    pub age_days: Spread,
    /// Items that are owed, by their age in days.
    pub by_age: Vec<Count>,
    /// Items that are owed, and nobody knows since when.
    pub age_unknown: usize,
    /// Whole days from the first opening to completion, of those that are done.
    pub completion_days: Spread,
    /// The same of high priority.
    pub completion_days_high: Spread,
    /// Items that are done, and the ledger never saw them open.
    pub completion_unknown: usize,
    /// By priority, the most urgent first.
    pub by_priority: Vec<Group>,
    /// By type.
    pub by_type: Vec<Group>,
    /// By the team that answers for it.
    pub by_team: Vec<Group>,
    /// By who is accountable.
    pub by_owner: Vec<Group>,
    /// By the first service of the postmortem.
    pub by_service: Vec<Group>,
    /// By the quarter in which they were due: the part that was done in time.
    pub on_time_by_quarter: Vec<Due>,
    /// How many were owed and done at the ends of the last months; none without the ledger's history.
    pub completion: Option<Vec<Point>>,
}

/// The items of one name.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Group {
    /// The name; none for items without one.
    pub name: Option<String>,
    /// All of them.
    pub total: usize,
    /// Those that somebody still has to do or decide.
    pub owed: usize,
    /// Those of them whose day has passed.
    pub overdue: usize,
    /// Those that are done.
    pub done: usize,
    /// Those that will not be done.
    pub dropped: usize,
    /// Those that were done in time, of those that were or were not.
    pub on_time: Share,
}

/// The items that were due in one quarter.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Due {
    /// The quarter.
    pub quarter: Quarter,
    /// Of those done in time, done late or overdue: those done in time; of fewer than five only the numbers.
    pub on_time: Share,
}

/// How an item stands against its day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    /// Done by its day.
    Kept,
    /// Done later, or still owed.
    Broken,
    /// It is done, and nobody knows when or by when.
    Unknown,
    /// It is not due yet, or nobody asks any more.
    Open,
}

impl Actions {
    pub(super) fn new(population: &Population<'_>, input: &Input<'_>) -> Self {
        let conventions = &input.config.conventions;
        let today = Offset::UTC.to_datetime(input.now).date();
        let high: Vec<String> = conventions
            .priorities
            .iter()
            .take(HIGH)
            .map(|priority| priority.name.clone())
            .collect();
        let per_postmortem = population.incidents.iter();
        let per_postmortem = per_postmortem
            .map(|case| case.postmortem.actions.committed().count())
            .filter(|count| *count > 0)
            .filter_map(|count| i64::try_from(count).ok());
        let mut heap = Heap::new(&high);
        for item in input.items {
            heap.take(item, input, today);
        }
        let known = |count: fn(&Heap<'_>) -> usize| if input.tracked { count(&heap) } else { 0 };
        let days = |values: &[i64]| Spread::of(values.to_vec(), input.mean);
        let sorted = |groups: &Groups| {
            let mut all: Vec<Group> = groups.values().cloned().collect();
            all.sort_by(|a, b| {
                let key = |one: &Group| (one.name.is_none(), std::cmp::Reverse(one.total));
                key(a).cmp(&key(b)).then_with(|| a.name.cmp(&b.name))
            });
            all
        };
        let mut by_priority = sorted(&heap.by_priority);
        by_priority.sort_by_key(|group| {
            let name = group.name.as_deref();
            let rank = name.and_then(|name| conventions.urgency(name));
            (name.is_none(), rank.unwrap_or(usize::MAX))
        });
        Self {
            tracked: input.tracked,
            total: input.items.len(),
            by_state: State::ALL
                .iter()
                .map(|(name, state)| {
                    Count::new(Some(name), heap.states.get(state).copied().unwrap_or(0))
                })
                .collect(),
            owed: heap.owed,
            overdue: known(|heap| heap.overdue.len()),
            overdue_days: days(if input.tracked { &heap.overdue } else { &[] }),
            per_postmortem: Spread::of(per_postmortem.collect(), input.mean),
            without_due: heap.without_due,
            done: share(input, heap.done, heap.owed),
            done_high: share(input, heap.done_high, heap.owed_high),
            on_time: share(input, heap.kept, heap.broken),
            on_time_high: share(input, heap.kept_high, heap.broken_high),
            on_time_unknown: heap.unknown,
            age_days: days(if input.tracked { &heap.ages } else { &[] }),
            by_age: bands(&heap.ages, input.tracked),
            age_unknown: known(|heap| heap.ageless),
            completion_days: days(&heap.completion),
            completion_days_high: days(&heap.completion_high),
            completion_unknown: heap.unseen,
            by_priority,
            by_type: sorted(&heap.by_type),
            by_team: sorted(&heap.by_team),
            by_owner: sorted(&heap.by_owner),
            by_service: sorted(&heap.by_service),
            on_time_by_quarter: on_time_by_quarter(&heap.due, today, input.tracked),
            completion: input.lives.map(|lives| completion(lives, today)),
            high,
        }
    }
}

fn share(input: &Input<'_>, part: usize, rest: usize) -> Share {
    if input.tracked {
        Share::of(part, part + rest)
    } else {
        Share::default()
    }
}

type Groups = BTreeMap<Option<String>, Group>;

/// What is gathered from the items one by one.
struct Heap<'a> {
    high: &'a [String],
    states: BTreeMap<State, usize>,
    owed: usize,
    owed_high: usize,
    done: usize,
    done_high: usize,
    kept: usize,
    kept_high: usize,
    broken: usize,
    broken_high: usize,
    unknown: usize,
    without_due: usize,
    overdue: Vec<i64>,
    ages: Vec<i64>,
    ageless: usize,
    completion: Vec<i64>,
    completion_high: Vec<i64>,
    unseen: usize,
    by_priority: Groups,
    by_type: Groups,
    by_team: Groups,
    by_owner: Groups,
    by_service: Groups,
    /// Kept and broken words by the quarter of their day.
    due: BTreeMap<Quarter, (usize, usize)>,
}

impl<'a> Heap<'a> {
    fn new(high: &'a [String]) -> Self {
        Self {
            high,
            states: BTreeMap::new(),
            owed: 0,
            owed_high: 0,
            done: 0,
            done_high: 0,
            kept: 0,
            kept_high: 0,
            broken: 0,
            broken_high: 0,
            unknown: 0,
            without_due: 0,
            overdue: Vec::new(),
            ages: Vec::new(),
            ageless: 0,
            completion: Vec::new(),
            completion_high: Vec::new(),
            unseen: 0,
            by_priority: Groups::new(),
            by_type: Groups::new(),
            by_team: Groups::new(),
            by_owner: Groups::new(),
            by_service: Groups::new(),
            due: BTreeMap::new(),
        }
    }

    fn take(&mut self, item: &Item, input: &Input<'_>, today: Date) {
        *self.states.entry(item.state).or_default() += 1;
        let word = if input.tracked {
            word(item, today)
        } else {
            Word::Open
        };
        let is_high = item
            .priority
            .as_ref()
            .is_some_and(|name| self.high.contains(name));
        let high = usize::from(is_high);
        let (owed, done) = (item.state.is_owed(), item.state == State::Done);
        self.owed += usize::from(owed);
        self.done += usize::from(done);
        self.owed_high += usize::from(owed) * high;
        self.done_high += usize::from(done) * high;
        self.without_due += usize::from((owed || done) && item.due.is_none());
        match word {
            Word::Kept => {
                self.kept += 1;
                self.kept_high += high;
            }
            Word::Broken => {
                self.broken += 1;
                self.broken_high += high;
            }
            Word::Unknown => self.unknown += 1,
            Word::Open => {}
        }
        if let Some(due) = item.due
            && matches!(word, Word::Kept | Word::Broken)
        {
            let (kept, broken) = self.due.entry(Quarter::of_day(due)).or_default();
            *(if word == Word::Kept { kept } else { broken }) += 1;
        }
        if item.overdue_days > 0 {
            self.overdue.push(i64::from(item.overdue_days));
        }
        if owed {
            match item.since.filter(|_| item.state == State::Open) {
                Some(since) => self.ages.push(days(since, input.now)),
                None => match opened(item, input.lives) {
                    Some(since) => self.ages.push(days(since, input.now)),
                    None => self.ageless += 1,
                },
            }
        }
        if done {
            match opened(item, input.lives).zip(item.since) {
                Some((opened, done)) => {
                    let took = days(opened, done);
                    self.completion.push(took);
                    if is_high {
                        self.completion_high.push(took);
                    }
                }
                None => self.unseen += 1,
            }
        }
        let late = item.overdue_days > 0 && input.tracked;
        for (groups, name) in [
            (&mut self.by_priority, item.priority.as_deref()),
            (&mut self.by_type, item.kind),
            (&mut self.by_team, item.team.as_deref()),
            (&mut self.by_owner, item.owner.as_deref()),
            (&mut self.by_service, item.service.as_deref()),
        ] {
            let name = name.filter(|name| !name.trim().is_empty());
            let group = groups.entry(name.map(str::to_string)).or_default();
            group.name = name.map(str::to_string);
            group.total += 1;
            group.owed += usize::from(owed);
            group.overdue += usize::from(late);
            group.done += usize::from(done);
            group.dropped += usize::from(item.state == State::Dropped);
            let Share { part, whole, .. } = group.on_time;
            group.on_time = match word {
                Word::Kept => Share::of(part + 1, whole + 1),
                Word::Broken => Share::of(part, whole + 1),
                Word::Unknown | Word::Open => group.on_time,
            };
        }
    }
}

/// How an item stands against its day. The day ends with it, in UTC.
fn word(item: &Item, today: Date) -> Word {
    match (item.state, item.due, item.since) {
        (State::Done, Some(due), Some(since)) => {
            match Offset::UTC.to_datetime(since).date() <= due {
                true => Word::Kept,
                false => Word::Broken,
            }
        }
        (State::Done, ..) => Word::Unknown,
        (State::Open | State::NeedsDecision, Some(due), _) if due < today => Word::Broken,
        _ => Word::Open,
    }
}

/// When the ledger first knew it as to be done.
fn opened(item: &Item, lives: Option<&Lives>) -> Option<Timestamp> {
    let (postmortem, own) = item.id.split_once('/')?;
    let steps = lives?.of(&Key::new(postmortem, own)).iter();
    let mut open = steps.filter(|step| step.state == Some(ItemState::Open));
    open.next().map(|step| step.at)
}

/// Whole days from one moment to a later one; 0 where it is not later.
fn days(from: Timestamp, to: Timestamp) -> i64 {
    to.duration_since(from).as_secs().max(0) / 86_400
}

fn bands(ages: &[i64], tracked: bool) -> Vec<Count> {
    let mut from = i64::MIN;
    let mut bands = Vec::new();
    for (name, to) in BANDS {
        let inside = ages.iter().filter(|age| (from..=to).contains(*age));
        bands.push(Count::new(
            Some(name),
            if tracked { inside.count() } else { 0 },
        ));
        from = to.saturating_add(1);
    }
    bands
}

fn on_time_by_quarter(
    due: &BTreeMap<Quarter, (usize, usize)>,
    today: Date,
    tracked: bool,
) -> Vec<Due> {
    let Some(first) = due.keys().next().filter(|_| tracked) else {
        return Vec::new();
    };
    // What is done long before its day counts in the quarter of the day, which may be to come.
    let quarters = Quarter::of_day(today).up_to(*first, super::incidents::QUARTERS);
    let told = quarters.into_iter().map(|quarter| {
        let (kept, broken) = due.get(&quarter).copied().unwrap_or_default();
        Due {
            quarter,
            on_time: Share::trend(kept, kept + broken, LEAST),
        }
    });
    told.collect()
}
