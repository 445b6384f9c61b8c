//! `postmortems.csv` and `actions.csv`: what `index.json` says, for spreadsheets.
//!
//! Owns the columns. RFC 4180 with its line ends and a header; several values of one cell are parted by `; `.

use super::Input;
use super::board::Board;
use super::record::{self, Action, Record};
use super::shelf::Shelf;
use crate::spreadsheet;

const POSTMORTEMS: [&str; 24] = [
    "id",
    "title",
    "url",
    "path",
    "status",
    "approval",
    "kind",
    "severity",
    "services",
    "causes",
    "tags",
    "owner",
    "started",
    "detected",
    "acknowledged",
    "identified",
    "mitigated",
    "resolved",
    "meeting",
    "related",
    "recurrence_of",
    "created",
    "changed",
    "summary",
];
const ACTIONS: [&str; 18] = [
    "id",
    "postmortem",
    "item",
    "url",
    "state",
    "overdue_days",
    "since",
    "due",
    "priority",
    "kind",
    "owner",
    "service",
    "issue",
    "issue_url",
    "elsewhere",
    "action",
    "done_when",
    "reason",
];

/// Every readable postmortem, the newest first.
pub(super) fn postmortems(shelf: &Shelf<'_>) -> Vec<u8> {
    let rows = shelf
        .entries
        .iter()
        .map(|entry| postmortem(record::record(entry)));
    table(&POSTMORTEMS, rows)
}

/// Every action item, what is overdue first.
pub(super) fn actions(shelf: &Shelf<'_>, board: &Board<'_>, input: &Input<'_>) -> Vec<u8> {
    let rows = board.cards.iter();
    table(
        &ACTIONS,
        rows.map(|card| action(record::action(card, shelf, input))),
    )
}

/// What a row takes as a rule, in bytes: a large table moves a few times less as it grows.
const USUAL: usize = 256;

fn table<const N: usize>(
    header: &[&str; N],
    rows: impl ExactSizeIterator<Item = [String; N]>,
) -> Vec<u8> {
    let mut text = spreadsheet::row(header) + "\r\n";
    text.reserve(USUAL * rows.len());
    for row in rows {
        text += &spreadsheet::row(&row);
        text += "\r\n";
    }
    text.into_bytes()
}

fn postmortem(record: Record<'_>) -> [String; POSTMORTEMS.len()] {
    let text = |text: Option<&String>| text.cloned().unwrap_or_default();
    [
        record.id.into(),
        record.title.into(),
        record.url.into(),
        record.path.into(),
        record.status.into(),
        record.approval.unwrap_or_default().into(),
        record.kind.into(),
        text(record.severity),
        record.services.join("; "),
        record.causes.join("; "),
        record.tags.join("; "),
        record.owner.unwrap_or_default().into(),
        record.started.unwrap_or_default(),
        record.detected.unwrap_or_default(),
        record.acknowledged.unwrap_or_default(),
        record.identified.unwrap_or_default(),
        record.mitigated.unwrap_or_default(),
        record.resolved.unwrap_or_default(),
        record.meeting.unwrap_or_default(),
        record.related.join("; "),
        text(record.recurrence_of),
        record.created.unwrap_or_default(),
        record.changed.unwrap_or_default(),
        record.summary.into(),
    ]
}

fn action(action: Action<'_>) -> [String; ACTIONS.len()] {
    let text = |text: Option<&String>| text.cloned().unwrap_or_default();
    let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
    let days = action.overdue_days.map(|days| days.to_string());
    [
        action.id,
        action.postmortem.into(),
        action.item.into(),
        action.url.unwrap_or_default(),
        action.state.unwrap_or_default().into(),
        days.unwrap_or_default(),
        action.since.unwrap_or_default(),
        action.due.unwrap_or_default(),
        action.priority.unwrap_or_default().into(),
        action.kind.unwrap_or_default().into(),
        action.owner.unwrap_or_default(),
        action.service.unwrap_or_default().into(),
        number(action.issue),
        action.issue_url.unwrap_or_default(),
        text(action.elsewhere),
        action.action.into(),
        text(action.done_when),
        text(action.reason),
    ]
}
