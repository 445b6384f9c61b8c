//! How every action item stands: what the file promises joined with what the ledger knows.
//!
//! One value that the list, the plan's summary and the digest show, so that they cannot disagree.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use rayon::prelude::*;
use serde::Serialize;

use super::promise::{Promise, Wanted, own_number};
use super::{ItemState, Key, Known};

/// How an item stands, in the words of people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// To be done.
    Open,
    /// It was closed as not planned, or is overdue for long: somebody has to decide.
    NeedsDecision,
    /// No file promises it any more.
    Orphaned,
    /// Its postmortem is neither final nor approved.
    Waiting,
    /// Its postmortem was written before this tool came: nobody can tell what was done since.
    Past,
    /// Another issue or tracker has it.
    Elsewhere,
    /// Done.
    Done,
    /// The file says that it will not be done.
    Dropped,
}

impl State {
    /// Every state with its name.
    pub const ALL: [(&'static str, Self); 8] = [
        ("open", Self::Open),
        ("needs-decision", Self::NeedsDecision),
        ("orphaned", Self::Orphaned),
        ("waiting", Self::Waiting),
        ("past", Self::Past),
        ("elsewhere", Self::Elsewhere),
        ("done", Self::Done),
        ("dropped", Self::Dropped),
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        let own = Self::ALL.iter().find(|(_, state)| *state == self);
        own.map_or("", |(name, _)| name)
    }

    /// Whether somebody still has to do or decide something.
    pub fn is_owed(self) -> bool {
        matches!(self, Self::Open | Self::NeedsDecision | Self::Orphaned)
    }
}

/// An action item and how it stands.
#[derive(Clone, Debug, Serialize)]
pub struct Item {
    /// Its name, `INC-2026-014/A1`.
    pub id: String,
    /// How it stands.
    pub state: State,
    /// Since when it stands so, as far as the ledger knows: for an open one when it was opened or opened again, for a done one
    /// when that was seen.
    pub since: Option<Timestamp>,
    /// Whole days since it was due; 0 where it is not overdue, not owed, or without a day.
    pub overdue_days: i32,
    /// The day it is due.
    pub due: Option<Date>,
    /// Its priority, as written.
    pub priority: Option<String>,
    /// Its category.
    pub kind: Option<&'static str>,
    /// Who is accountable, as written.
    pub owner: Option<String>,
    /// The team that answers for it.
    pub team: Option<String>,
    /// The first service of the postmortem.
    pub service: Option<String>,
    /// Its issue's number in this repository.
    pub issue: Option<u64>,
    /// Where it is tracked, if not here.
    pub elsewhere: Option<String>,
    /// The sentence.
    pub action: String,
    /// Why it was dropped.
    pub reason: Option<String>,
    /// The postmortem's path; none where no file promises it any more.
    pub path: Option<String>,
}

/// What decides how an item stands, besides the file and the ledger.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The day.
    pub today: Date,
    /// This repository, `owner/name`; the empty text where it is not known.
    pub repository: &'a str,
}

/// Every item: the promises, which come in the order of their names, and what the ledger knows without a promise.
pub fn all(promises: &[Promise], known: &BTreeMap<Key, Known>, view: &View<'_>) -> Vec<Item> {
    let of = |promise: &Promise| promised(promise, known.get(&promise.key), view);
    let kept: Vec<Item> = promises.par_iter().map(of).collect();
    let before = |key: &Key| promises.binary_search_by(|promise| promise.key.cmp(key));
    let lost = known
        .iter()
        .filter_map(|(key, known)| Some((before(key).err()?, forgotten(key, known))));
    let lost: Vec<(usize, Item)> = lost.collect();
    if lost.is_empty() {
        return kept;
    }
    let mut items = Vec::with_capacity(kept.len() + lost.len());
    let mut kept = kept.into_iter();
    for (before, item) in lost {
        let more = kept.len() + before - promises.len();
        items.extend(kept.by_ref().take(more));
        items.push(item);
    }
    items.extend(kept);
    items
}

fn promised(promise: &Promise, known: Option<&Known>, view: &View<'_>) -> Item {
    let today = view.today;
    let own = known.and_then(|known| known.issue);
    let wanted = match &promise.wanted {
        // A row that names our own issue only says where it is.
        Wanted::Elsewhere(place) if own.is_some() && own_number(place, view.repository) == own => {
            &Wanted::Open
        }
        wanted => wanted,
    };
    let state = match (wanted, known.map(|known| known.state)) {
        (Wanted::Dropped(_), _) => State::Dropped,
        (_, Some(ItemState::Done)) => State::Done,
        (Wanted::Elsewhere(_), _) => State::Elsewhere,
        (_, Some(ItemState::NeedsDecision)) => State::NeedsDecision,
        (_, Some(ItemState::Elsewhere)) => State::Elsewhere,
        (Wanted::Waiting, _) => State::Waiting,
        (Wanted::Past, _) if own.is_none() => State::Past,
        (Wanted::Open | Wanted::Past, _) => State::Open,
    };
    let late = promise
        .due
        .filter(|due| state.is_owed() && *due < today)
        .and_then(|due| today.since((jiff::Unit::Day, due)).ok());
    Item {
        id: promise.key.to_string(),
        state,
        since: since(state, known),
        overdue_days: late.map_or(0, |late| late.get_days()),
        due: promise.due,
        priority: promise.priority.clone(),
        kind: promise.kind.map(|kind| kind.name()),
        owner: promise.owner.as_ref().map(|owner| owner.name()),
        team: promise.team.as_ref().map(|team| format!("@{team}")),
        service: promise.service.clone(),
        issue: own,
        elsewhere: match wanted {
            Wanted::Elsewhere(place) => Some(place.clone()),
            _ => known.and_then(|known| known.elsewhere.clone()),
        },
        action: promise.title.clone(),
        reason: match wanted {
            Wanted::Dropped(reason) => reason.clone(),
            _ => None,
        },
        path: Some(promise.path.clone()),
    }
}

/// Since when the ledger knows it to stand so; a state that the file alone gives it has no moment.
fn since(state: State, known: Option<&Known>) -> Option<Timestamp> {
    let known = known?;
    let same = matches!(
        (state, known.state),
        (State::Open, ItemState::Open)
            | (State::NeedsDecision, ItemState::NeedsDecision)
            | (State::Elsewhere, ItemState::Elsewhere)
            | (State::Done, ItemState::Done)
            | (State::Dropped, ItemState::Dropped)
    );
    same.then_some(known.since)
}

/// An item that the ledger knows and no file has any more.
fn forgotten(key: &Key, known: &Known) -> Item {
    let state = match known.state {
        ItemState::Done => State::Done,
        ItemState::Dropped => State::Dropped,
        ItemState::Elsewhere => State::Elsewhere,
        ItemState::Open | ItemState::NeedsDecision | ItemState::Orphaned => State::Orphaned,
    };
    Item {
        id: key.to_string(),
        state,
        since: Some(known.since),
        overdue_days: 0,
        due: known.due,
        priority: None,
        kind: None,
        owner: None,
        team: None,
        service: None,
        issue: known.issue,
        elsewhere: known.elsewhere.clone(),
        action: String::new(),
        reason: None,
        path: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_names_its_own_issue_is_tracked_here() {
        let key = Key::new("INC-1", "A1");
        let mut promise = Promise {
            key: key.clone(),
            title: "Do".into(),
            owner: None,
            team: None,
            service: None,
            priority: None,
            kind: None,
            due: Some("2026-11-01".parse().expect("a day")),
            done_when: None,
            wanted: Wanted::Open,
            path: "a.md".into(),
            commit: String::new(),
        };
        let mut known = Known::new(ItemState::NeedsDecision, Timestamp::UNIX_EPOCH);
        known.issue = Some(7);
        let known: BTreeMap<Key, Known> = [(key, known)].into();
        let view = View {
            today: "2026-11-03".parse().expect("a day"),
            repository: "acme/pm",
        };
        for (place, state, elsewhere) in [
            ("#7", State::NeedsDecision, None),
            ("acme/pm#7", State::NeedsDecision, None),
            ("#8", State::Elsewhere, Some("#8".to_string())),
            ("SHOP-7", State::Elsewhere, Some("SHOP-7".to_string())),
        ] {
            promise.wanted = Wanted::Elsewhere(place.into());
            let item = &all(std::slice::from_ref(&promise), &known, &view)[0];
            assert_eq!(
                (item.state, &item.elsewhere),
                (state, &elsewhere),
                "{place}"
            );
            assert_eq!(item.overdue_days > 0, state.is_owed(), "{place}");
        }
    }
}
