//! How action items stand, as their postmortem's page says it: done, open, overdue, and the way to the issue.
//!
//! Owns the words and which links may be made. How an item stands is decided once, in [`crate::tracker::item`], so that the
//! list and the pages cannot disagree.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::approval::is_web;
use super::when;
use crate::postmortem::action::ActionItem;
use crate::postmortem::place::own_number;
use crate::tracker::item::{Item, State};

/// How every action item stands.
#[derive(Debug, Default)]
pub struct Tracking {
    /// By the postmortem's path and the item's own id.
    promised: BTreeMap<(String, String), Item>,
    /// What no file promises any more, by the id of its postmortem, each with its own id.
    lost: BTreeMap<String, Vec<(String, Item)>>,
    /// The repository's page.
    page: Option<String>,
    /// Its name, `owner/name`.
    name: Option<String>,
}

/// A state for programs and the same for people.
#[derive(Debug, Serialize)]
struct Sign {
    /// Stable; also part of class names.
    key: &'static str,
    label: String,
}

/// Where an item is tracked.
#[derive(Debug, Serialize)]
struct Place {
    text: String,
    /// Its page, where the address is one that may be linked to.
    url: Option<String>,
}

/// How an item stands.
#[derive(Debug, Serialize)]
pub(super) struct Standing {
    state: Option<Sign>,
    /// `overdue by 3 days`, where the state does not say it.
    late: Option<String>,
    issue: Option<Place>,
    /// Where it went; none where the row says it.
    elsewhere: Option<Place>,
    /// Whether the cell `Issue` says no more than `issue` does.
    #[serde(skip)]
    pub(super) says_issue: bool,
}

/// An item that no row has any more.
#[derive(Debug, Serialize)]
pub(super) struct Lost {
    id: String,
    due: Option<String>,
    standing: Standing,
}

impl Tracking {
    /// Sorts items by where they are shown. Nothing is said of the postmortems in `unclear`, of whose items too little is known;
    /// issues are linked below the repository's `page`, and `name` tells its own from others.
    pub fn new(
        items: Vec<Item>,
        unclear: &BTreeSet<String>,
        page: Option<String>,
        name: Option<String>,
    ) -> Self {
        let mut tracking = Self {
            page: page.filter(|page| is_web(page)),
            name,
            ..Self::default()
        };
        for item in items {
            let Some((postmortem, own)) = item.id.split_once('/') else {
                continue;
            };
            if unclear.contains(postmortem) {
                continue;
            }
            let (postmortem, own) = (postmortem.to_string(), own.to_string());
            match item.path.clone() {
                Some(path) => {
                    tracking.promised.insert((path, own), item);
                }
                None => tracking
                    .lost
                    .entry(postmortem)
                    .or_default()
                    .push((own, item)),
            }
        }
        tracking
    }

    /// What is known of the item of a row.
    pub(super) fn item(&self, path: &str, row: &ActionItem) -> Option<&Item> {
        self.promised
            .get(&(path.to_string(), row.id.get()?.clone()))
    }

    /// Everything that is known, in no order that means anything.
    pub(super) fn items(&self) -> impl Iterator<Item = &Item> {
        let lost = self.lost.values().flatten().map(|(_, item)| item);
        self.promised.values().chain(lost)
    }

    /// How an item stands that no row of a readable postmortem has.
    pub(super) fn of_lost(&self, item: &Item) -> Standing {
        Standing {
            elsewhere: item.elsewhere.as_deref().map(place_of),
            ..self.standing(item, item.issue)
        }
    }

    /// The page of an issue here, where the repository's page is known.
    pub(super) fn issue_url(&self, number: u64) -> Option<String> {
        let page = self.page.as_ref()?;
        Some(format!("{page}/issues/{number}"))
    }

    /// How the item of a row stands.
    pub(super) fn of(&self, path: &str, row: &ActionItem) -> Option<Standing> {
        let item = self.item(path, row)?;
        let place = row.issue.get().map(|place| place.trim());
        let name = self.name.as_deref().unwrap_or_default();
        let named = place.and_then(|place| own_number(place, name));
        // Somebody's own issue in the same repository is a way to follow too.
        let number = item
            .issue
            .or(named.filter(|_| item.state == State::Elsewhere));
        let went = item.elsewhere.as_deref();
        let mut standing = Standing {
            elsewhere: went.filter(|went| Some(*went) != place).map(place_of),
            says_issue: named.is_some() && named == number,
            ..self.standing(item, number)
        };
        if row.is_dropped() && item.state == State::Waiting {
            // The row's own word.
            standing.state = None;
        }
        Some(standing)
    }

    /// What a postmortem has lost, in the order of the ids.
    pub(super) fn lost(&self, postmortem: &str) -> Vec<Lost> {
        let lost = self.lost.get(postmortem).into_iter().flatten();
        let shown = |(id, item): &(String, Item)| Lost {
            id: id.clone(),
            due: item.due.map(|due| due.to_string()),
            standing: self.of_lost(item),
        };
        lost.map(shown).collect()
    }

    fn standing(&self, item: &Item, number: Option<u64>) -> Standing {
        let days = usize::try_from(item.overdue_days).unwrap_or_default();
        let late = (days > 0).then(|| format!("overdue by {}", when::count(days, "day")));
        let (state, late) = match (item.state, late) {
            (State::Open, Some(label)) => (
                Sign {
                    key: "overdue",
                    label,
                },
                None,
            ),
            (state, late) => (sign(state), late),
        };
        Standing {
            state: Some(state),
            late,
            issue: number.map(|number| Place {
                text: format!("#{number}"),
                url: self.issue_url(number),
            }),
            elsewhere: None,
            says_issue: false,
        }
    }
}

fn sign(state: State) -> Sign {
    let label = match state {
        State::Open => "open",
        State::NeedsDecision => "needs a decision",
        State::Orphaned => "not settled",
        State::Waiting => "waits until this is final",
        State::Past => "of before, not followed",
        State::Elsewhere => "tracked elsewhere",
        State::Done => "done",
        State::Dropped => "dropped",
    };
    Sign {
        key: state.name(),
        label: label.into(),
    }
}

fn place_of(place: &str) -> Place {
    Place {
        text: place.into(),
        url: is_web(place).then(|| place.into()),
    }
}
