//! Every action item of the site as a small card, in the order that matters: what is overdue first.
//!
//! Owns the order, the lists and the figures. How an item stands is decided once, in [`crate::tracker::item`]; where nobody keeps
//! track of items, nothing is said of it here either. What the pages show is for [`show`].

mod facet;
pub(super) mod pages;
pub(super) mod show;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use jiff::civil::Date;
use rayon::prelude::*;
use serde::Serialize;

use super::item::anchor;
use super::link::encode;
use super::shelf::Shelf;
use super::{Input, Tracking, when};
use crate::postmortem::action::ActionItem;
use crate::postmortem::conventions::Conventions;
use crate::tracker::item::{Item, State};
pub(super) use facet::Facet;

/// The most rows of one list; the files for machines hold all of them.
pub(super) const LONGEST: usize = 1_000;

/// One action item.
#[derive(Clone, Copy, Debug)]
pub(super) struct Card<'a> {
    /// Its postmortem among the entries of the shelf; none where that cannot be read, or is gone.
    pub(super) entry: Option<usize>,
    /// The postmortem's id, or its file's name.
    pub(super) postmortem: &'a str,
    /// Its own id, `A1`; empty where it has none.
    pub(super) own: &'a str,
    /// The row that promises it; none where the ledger alone knows it.
    pub(super) row: Option<&'a ActionItem>,
    /// How it stands; none where that is not known.
    pub(super) item: Option<&'a Item>,
}

impl Card<'_> {
    /// `INC-2026-014/A1`
    pub(super) fn id(&self) -> String {
        match self.own {
            "" => self.postmortem.into(),
            own => format!("{}/{own}", self.postmortem),
        }
    }

    /// How it stands, where that is known. What the file says of a row needs no ledger.
    pub(super) fn state(&self) -> Option<State> {
        let dropped = self.row.is_some_and(ActionItem::is_dropped);
        let state = self.item.map(|item| item.state);
        state.or(dropped.then_some(State::Dropped))
    }

    /// Whether somebody may still have to do something about it.
    pub(super) fn is_pending(&self) -> bool {
        !matches!(
            self.state(),
            Some(State::Done | State::Dropped | State::Past)
        )
    }

    /// Whether somebody has to do or decide something, as far as that is known.
    pub(super) fn is_owed(&self) -> bool {
        self.item.is_some_and(|item| item.state.is_owed())
    }

    /// Whole days since it was due, where it is owed.
    pub(super) fn overdue_days(&self) -> i32 {
        self.item.map_or(0, |item| item.overdue_days)
    }

    /// The day it is due.
    pub(super) fn due(&self) -> Option<Date> {
        let written = self.row.and_then(|row| row.due.get().copied());
        written.or(self.item.and_then(|item| item.due))
    }

    /// Its priority, as written.
    pub(super) fn priority(&self) -> Option<&str> {
        self.row?.priority.get().map(String::as_str)
    }

    /// Who is accountable; everybody named, where there are several.
    pub(super) fn owners(&self) -> Vec<String> {
        let Some(row) = self.row else {
            return Vec::new();
        };
        match row.owner() {
            Some(party) => vec![party.name()],
            None => row.owners.iter().map(|name| name.value.clone()).collect(),
        }
    }

    /// The sentence, visible text; empty where the ledger alone knows the item.
    pub(super) fn action(&self) -> &str {
        let written = self.row.and_then(|row| row.action.get());
        let known = self.item.map(|item| &item.action);
        written.or(known).map(String::as_str).unwrap_or_default()
    }

    /// The first service of its postmortem.
    pub(super) fn service<'s>(&self, shelf: &'s Shelf<'_>) -> Option<&'s str> {
        let front = &shelf.entries.get(self.entry?)?.postmortem.front;
        front
            .services
            .items()
            .first()
            .map(|name| name.value.as_str())
    }

    /// The address of its row, or of the page nearest to it, below the root.
    pub(super) fn url(&self, shelf: &Shelf<'_>) -> Option<String> {
        if let Some(entry) = self.entry {
            let page = &shelf.entries[entry].row.url;
            return Some(match anchor(self.own) {
                Some(place) => format!("{page}#{}", encode(&place)),
                None => page.clone(),
            });
        }
        let page = |path: &String| shelf.places.pages.get(path).cloned();
        let broken = self.item.and_then(|item| item.path.as_ref());
        let lost = || {
            let entry = &shelf.entries[shelf.by_id(self.postmortem)?];
            Some(format!("{}#lost-title", entry.row.url))
        };
        broken.and_then(page).or_else(lost)
    }
}

/// How many there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Figures {
    /// All of them.
    pub(super) all: usize,
    /// Those that are not done, dropped or of before, as far as that is known.
    pub(super) pending: usize,
    /// Those that somebody has to do or decide.
    pub(super) owed: usize,
    /// Those of them whose day has passed.
    pub(super) overdue: usize,
    /// Those that somebody has to decide about, or that nobody promises any more.
    pub(super) undecided: usize,
    /// Those that were done.
    pub(super) done: usize,
    /// Those that will not be done.
    pub(super) dropped: usize,
}

impl Figures {
    fn count(&mut self, card: &Card<'_>) {
        let state = card.state();
        self.all += 1;
        self.pending += usize::from(card.is_pending());
        self.owed += usize::from(card.is_owed());
        self.overdue += usize::from(card.overdue_days() > 0);
        self.undecided += usize::from(is_undecided(state));
        self.done += usize::from(state == Some(State::Done));
        self.dropped += usize::from(state == Some(State::Dropped));
    }
}

fn is_undecided(state: Option<State>) -> bool {
    matches!(state, Some(State::NeedsDecision | State::Orphaned))
}

/// Cards that belong together, with pages of their own.
#[derive(Debug)]
pub(super) struct List {
    /// What they have in common.
    pub(super) name: String,
    /// The same for programs; part of class names where it is a state.
    pub(super) key: &'static str,
    /// The folder of its pages.
    pub(super) folder: String,
    /// By what it is one of several; none for those by state.
    pub(super) facet: Option<Facet>,
    /// Which; of a value only those that are pending.
    pub(super) cards: Vec<u32>,
    /// Of everything that has it in common, what is done included.
    pub(super) figures: Figures,
}

impl List {
    /// The address of its first page.
    pub(super) fn url(&self) -> String {
        encode(&format!("{}/index.html", self.folder))
    }

    /// How many of its cards are on its pages.
    pub(super) fn shown(&self) -> usize {
        self.cards.len().min(LONGEST)
    }
}

/// Everything that was promised.
#[derive(Debug)]
pub(super) struct Board<'a> {
    /// What is overdue first.
    pub(super) cards: Vec<Card<'a>>,
    /// By state, then by the values of each facet.
    pub(super) lists: Vec<List>,
    /// The facets that have values, with their lists.
    pub(super) facets: Vec<(Facet, Range<usize>)>,
    /// Of all cards.
    pub(super) figures: Figures,
    /// Whether somebody keeps track of them.
    pub(super) is_tracked: bool,
}

/// The lists by state: a key, a name, and what it says above the list.
pub(super) const STATES: [(&str, &str, &str); 10] = [
    (
        "overdue",
        "Overdue",
        "Their day has passed, the longest ago first.",
    ),
    (
        "needs-decision",
        "Needs a decision",
        "Closed without being done, or overdue for long: somebody has to say whether they will be done or dropped.",
    ),
    (
        "orphaned",
        "Not settled",
        "Promised once and in no postmortem any more, and nobody has said what became of them.",
    ),
    (
        "open",
        "To be done",
        "Promised and open, those that are due first at the top.",
    ),
    (
        "promised",
        "Promised",
        "Those whose day is ahead, then those whose day has passed. Whether they were done, nobody tells this site.",
    ),
    (
        "waiting",
        "Waiting",
        "Their postmortem is neither final nor approved yet.",
    ),
    (
        "elsewhere",
        "Tracked elsewhere",
        "Another tracker has them, and knows how they stand.",
    ),
    ("done", "Done", "Their issues were closed as done."),
    (
        "dropped",
        "Dropped",
        "Decided against, with the reason in the postmortem.",
    ),
    (
        "past",
        "Of before",
        "Promised before anybody kept track here.",
    ),
];

impl<'a> Board<'a> {
    /// Sorts every action item of the shelf.
    pub(super) fn new(shelf: &Shelf<'a>, input: &Input<'a>) -> Self {
        let mut cards = cards(shelf, input);
        let today = when::date(input.now);
        let conventions = &input.corpus.conventions;
        cards.par_sort_by_cached_key(|card| order(card, today, conventions));
        let mut figures = Figures::default();
        for card in &cards {
            figures.count(card);
        }
        let mut board = Self {
            cards,
            lists: Vec::new(),
            facets: Vec::new(),
            figures,
            is_tracked: input.tracking.is_some(),
        };
        board.lists_by_state();
        let facets = Facet::ALL.into_par_iter();
        let facets = facets.filter(|facet| *facet != Facet::Age || board.is_tracked);
        let facets = facets.map(|facet| (facet, facet.lists(&board.cards, shelf, input)));
        for (facet, lists) in facets.collect::<Vec<_>>() {
            let start = board.lists.len();
            board.lists.extend(lists);
            if board.lists.len() > start {
                board.facets.push((facet, start..board.lists.len()));
            }
        }
        board
    }

    /// The list by state with this key; none where it is empty.
    pub(super) fn by_state(&self, key: &str) -> Option<&List> {
        let mut lists = self.lists.iter().filter(|list| list.facet.is_none());
        lists.find(|list| list.key == key)
    }

    fn lists_by_state(&mut self) {
        let mut found: BTreeMap<&str, (Vec<u32>, Figures)> = BTreeMap::new();
        for (number, card) in (0u32..).zip(&self.cards) {
            let own = card.state().map_or("promised", State::name);
            let late = (card.overdue_days() > 0).then_some("overdue");
            for key in [Some(own), late].into_iter().flatten() {
                let (cards, figures) = found.entry(key).or_default();
                cards.push(number);
                figures.count(card);
            }
        }
        for (key, name, _) in STATES {
            if let Some((cards, figures)) = found.remove(key) {
                self.lists.push(List {
                    name: name.into(),
                    key,
                    folder: format!("actions/{key}"),
                    facet: None,
                    cards,
                    figures,
                });
            }
        }
    }
}

fn cards<'a>(shelf: &Shelf<'a>, input: &Input<'a>) -> Vec<Card<'a>> {
    let mut cards = Vec::new();
    let mut placed = BTreeSet::new();
    for (index, entry) in shelf.entries.iter().enumerate() {
        let postmortem = entry.postmortem;
        placed.insert(postmortem.path());
        let mut named = BTreeSet::new();
        for row in &postmortem.actions.items {
            let own = row.id.get().map(String::as_str).unwrap_or_default();
            // Of two rows with one id, the ledger means the first.
            let first = input.tracking.filter(|_| named.insert(own));
            cards.push(Card {
                entry: Some(index),
                postmortem: postmortem.id().unwrap_or_else(|| postmortem.path()),
                own,
                row: Some(row),
                item: first.and_then(|tracking| tracking.item(postmortem.path(), row)),
            });
        }
    }
    // What no page of the lists shows, and somebody still waits for: rows of files that cannot be read, and rows that are gone.
    let others = input.tracking.into_iter().flat_map(Tracking::items);
    for item in others {
        let here = item
            .path
            .as_deref()
            .is_some_and(|path| placed.contains(path));
        if let (false, Some((postmortem, own))) = (here, item.id.split_once('/')) {
            cards.push(Card {
                entry: None,
                postmortem,
                own,
                row: None,
                item: Some(item),
            });
        }
    }
    cards
}

/// Overdue ones by days; then what waits for a decision, what is open, what may be; what is over last. With a ledger the next day comes
/// first;
/// without one, days that are still ahead come before those that have passed, of which nobody knows what became.
fn order(card: &Card<'_>, today: Date, conventions: &Conventions) -> (i32, u8, i32, usize) {
    let group = match card.state() {
        Some(State::NeedsDecision) => 0,
        Some(State::Orphaned) => 1,
        Some(State::Open) => 2,
        None => 3,
        Some(State::Waiting) => 4,
        Some(State::Elsewhere) => 5,
        Some(State::Done) => 6,
        Some(State::Dropped) => 7,
        Some(State::Past) => 8,
    };
    let days = match card.state() {
        // What was done last comes first.
        Some(State::Done) => card
            .item
            .and_then(|item| Some(-days(today, when::date(item.since?))?)),
        _ => card.due().and_then(|due| days(today, due)),
    };
    let days = days.map(|days| match card.state() {
        None if days < 0 => PASSED - days,
        _ => days,
    });
    let urgency = card.priority().and_then(|name| conventions.urgency(name));
    (
        // The longest ago first.
        -card.overdue_days(),
        group,
        days.unwrap_or(i32::MAX),
        urgency.unwrap_or(usize::MAX),
    )
}

/// More days than are between any two that can be written.
const PASSED: i32 = 10_000_000;

fn days(from: Date, to: Date) -> Option<i32> {
    let span = from.until((jiff::Unit::Day, to)).ok()?;
    Some(span.get_days())
}
