//! The first page: the newest postmortems, what waits for somebody, and where to browse.

use jiff::Timestamp;
use serde::Serialize;

use super::board::Board;
use super::entry::{Entry, Row, Word};
use super::finding;
use super::shelf::{Dimension, Shelf, Value};
use super::{Input, approval, link, when};
use crate::diagnostic::Level;
use crate::ledger::standing::Standing;
use crate::postmortem::choice::Status;

/// The newest that are shown.
const LATEST: usize = 10;
/// Of each group that waits.
const WAITING: usize = 6;
/// Of the action items that are overdue.
const OWED: usize = 3;
/// The longest sentence of an action item, in characters.
const SENTENCE: usize = 110;
/// Of each group to browse by.
const VALUES: usize = 8;

#[derive(Debug, Serialize)]
struct Waiting<'a> {
    title: &'a str,
    url: &'a str,
    note: String,
}

#[derive(Debug, Serialize)]
struct Group<'a> {
    status: Word,
    /// The same as a filter of the search, `approval=Not%20reviewed`.
    filter: Option<String>,
    total: usize,
    more: usize,
    entries: Vec<Waiting<'a>>,
}

#[derive(Debug, Serialize)]
struct Count<'a> {
    name: &'a str,
    url: String,
    count: usize,
}

#[derive(Debug, Serialize)]
struct Browse<'a> {
    label: &'static str,
    url: String,
    more: usize,
    entries: Vec<Count<'a>>,
}

/// Action items that wait for somebody.
#[derive(Debug, Serialize)]
struct Owed {
    state: Word,
    total: usize,
    more: usize,
    url: String,
    entries: Vec<OwedItem>,
}

#[derive(Debug, Serialize)]
struct OwedItem {
    title: String,
    url: Option<String>,
    note: String,
}

/// Everything the template shows.
#[derive(Debug, Serialize)]
pub(super) struct Home<'a> {
    since: Option<String>,
    built: Option<String>,
    built_iso: Option<String>,
    latest: Vec<&'a Row>,
    attention: Vec<Group<'a>>,
    /// What is overdue and what needs a decision.
    owed: Vec<Owed>,
    /// Whether a ledger tells what was approved.
    approvals: bool,
    browse: Vec<Browse<'a>>,
}

/// The first page.
pub(super) fn home<'a>(shelf: &'a Shelf<'_>, board: &Board<'_>, input: &Input<'_>) -> Home<'a> {
    let oldest = shelf
        .entries
        .iter()
        .filter_map(|entry| entry.postmortem.started())
        .min();
    let with = |status: Status| {
        shelf
            .entries
            .iter()
            .filter(move |entry| entry.postmortem.status() == status)
    };
    let flawed = with(Status::Final).filter(|entry| flaws(input, entry) > 0);
    let stands = |state: &'static str| {
        let entries = shelf.entries.iter();
        entries.filter(move |entry| entry.row.approval.is_some_and(|word| word.key == state))
    };
    let [_, changed, unreviewed, ..] = Standing::STATES;
    let groups = [
        group("broken", "Broken", shelf.broken.iter(), |entry| {
            when::count(flaws(input, entry), "finding")
        }),
        filtered(group(
            unreviewed.0,
            unreviewed.1,
            stands(unreviewed.0),
            |entry| waits(entry, input.now),
        )),
        filtered(group(changed.0, changed.1, stands(changed.0), |entry| {
            outdated(input, entry)
        })),
        group("in-review", "In review", with(Status::InReview), |entry| {
            waits(entry, input.now)
        }),
        group("draft", "Drafts", with(Status::Draft), |entry| {
            waits(entry, input.now)
        }),
        group("flawed", "Final, with findings", flawed, |entry| {
            when::count(flaws(input, entry), "finding")
        }),
    ];
    let browse = [Dimension::Service, Dimension::Cause].map(|dimension| {
        let mut values: Vec<&Value> = shelf.values(dimension).iter().collect();
        values.sort_by_key(|value| std::cmp::Reverse(value.entries.len()));
        let shown = values.iter().take(VALUES).map(|value| Count {
            name: &value.name,
            url: value.url(),
            count: value.entries.len(),
        });
        Browse {
            label: dimension.plural(),
            url: dimension.url(),
            more: values.len().saturating_sub(VALUES),
            entries: shown.collect(),
        }
    });
    Home {
        since: oldest.map(when::month),
        // A preview is built again and again; then only what changed should change.
        built: (!input.live).then(|| when::moment(input.now)),
        built_iso: (!input.live).then(|| input.now.to_string()),
        latest: shelf
            .entries
            .iter()
            .take(LATEST)
            .map(|entry| &entry.row)
            .collect(),
        attention: groups.into_iter().filter(|group| group.total > 0).collect(),
        owed: owed(shelf, board),
        approvals: input.approvals.is_some(),
        browse: browse
            .into_iter()
            .filter(|browse| !browse.entries.is_empty())
            .collect(),
    }
}

/// What is overdue, the longest first, and how much needs a decision.
fn owed(shelf: &Shelf<'_>, board: &Board<'_>) -> Vec<Owed> {
    let waiting = [
        ("overdue", "Overdue action items", OWED),
        ("needs-decision", "Action items that need a decision", 0),
        ("orphaned", "Action items that are not settled", 0),
    ];
    let shown = |(key, label, most): (&'static str, &'static str, usize)| {
        let list = board.by_state(key)?;
        let first = list.cards.iter().take(most).map(|card| {
            let card = &board.cards[*card as usize];
            let days = usize::try_from(card.overdue_days()).unwrap_or_default();
            let late = format!("{} late", when::count(days, "day"));
            let parts = [
                Some(card.id()),
                card.owners().into_iter().next(),
                Some(late),
            ];
            OwedItem {
                title: when::shortened(card.action(), SENTENCE),
                url: card.url(shelf),
                note: parts.into_iter().flatten().collect::<Vec<_>>().join(", "),
            }
        });
        Some(Owed {
            state: Word { key, label },
            total: list.cards.len(),
            more: list.cards.len().saturating_sub(OWED),
            url: list.url(),
            entries: first.collect(),
        })
    };
    waiting.into_iter().filter_map(shown).collect()
}

fn group<'a, 's: 'a>(
    key: &'static str,
    label: &'static str,
    entries: impl Iterator<Item = &'a Entry<'s>>,
    note: impl Fn(&Entry<'_>) -> String,
) -> Group<'a> {
    let entries: Vec<&Entry<'_>> = entries.collect();
    let shown = entries.iter().take(WAITING).map(|entry| Waiting {
        title: &entry.row.title,
        url: &entry.row.url,
        note: note(entry),
    });
    Group {
        status: Word { key, label },
        filter: None,
        total: entries.len(),
        more: entries.len().saturating_sub(WAITING),
        entries: shown.collect(),
    }
}

/// The group with the way to all of it.
fn filtered(group: Group<'_>) -> Group<'_> {
    Group {
        filter: Some(format!("approval={}", link::encode(group.status.label))),
        ..group
    }
}

/// Who has to act, and when the text before was approved.
fn outdated(input: &Input<'_>, entry: &Entry<'_>) -> String {
    let approval = approval::standing(input, entry).and_then(|standing| standing.approval());
    let day = approval.map(|approval| format!("approved {}", when::day(approval.at)));
    let parts = [Some(entry.row.id.clone()), owner(entry), day];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn owner(entry: &Entry<'_>) -> Option<String> {
    let owners = entry.postmortem.front.owners.items();
    owners.first().map(|owner| owner.value.clone())
}

/// Who has to act, and for how long that has been so.
fn waits(entry: &Entry<'_>, now: Timestamp) -> String {
    let front = &entry.postmortem.front;
    let (started, resolved) = (
        front.incident.started.known(),
        front.incident.resolved.known(),
    );
    let said = |what: &str, at: Option<&Timestamp>| {
        Some(format!("incident {what} {}", when::ago(*at?, now)?))
    };
    let ago = said("ended", resolved).or_else(|| said("began", started));
    let parts = [Some(entry.row.id.clone()), owner(entry), ago];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// Findings that somebody should mend.
fn flaws(input: &Input<'_>, entry: &Entry<'_>) -> usize {
    finding::diagnostics(input, entry.postmortem.path())
        .filter(|diagnostic| diagnostic.level > Level::Note)
        .count()
}
