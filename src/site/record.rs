//! `index.json`: every readable postmortem and every action item, for tools that others write.
//!
//! Owns the format, version 1: fields are added and never taken away or given another meaning. [`crate::schema::index`] describes it,
//! and the tests hold the two together.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use super::Input;
use super::board::{Board, Card};
use super::entry::Entry;
use super::feed::whole;
use super::shelf::{Dimension, Shelf};
use crate::postmortem::action::ItemStatus;
use crate::tracker::item::State;

/// One postmortem.
#[derive(Debug, Serialize)]
pub(super) struct Record<'a> {
    pub(super) id: &'a str,
    pub(super) title: &'a str,
    pub(super) url: &'a str,
    pub(super) path: &'a str,
    pub(super) summary: &'a str,
    pub(super) status: &'static str,
    /// Only in a site with a ledger.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) approval: Option<&'static str>,
    pub(super) kind: &'static str,
    pub(super) severity: Option<&'a String>,
    pub(super) services: Vec<Cow<'a, str>>,
    pub(super) causes: Vec<Cow<'a, str>>,
    pub(super) tags: Vec<Cow<'a, str>>,
    pub(super) owner: Option<Cow<'a, str>>,
    pub(super) started: Option<String>,
    pub(super) detected: Option<String>,
    pub(super) acknowledged: Option<String>,
    pub(super) identified: Option<String>,
    pub(super) mitigated: Option<String>,
    pub(super) resolved: Option<String>,
    pub(super) meeting: Option<String>,
    pub(super) related: Vec<&'a str>,
    pub(super) recurrence_of: Option<&'a String>,
    /// When the file was first and last committed; only with a history.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) created: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) changed: Option<String>,
}

/// One action item.
#[derive(Debug, Serialize)]
pub(super) struct Action<'a> {
    pub(super) id: String,
    pub(super) postmortem: &'a str,
    pub(super) item: &'a str,
    pub(super) url: Option<String>,
    pub(super) action: &'a str,
    /// Only where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) state: Option<&'static str>,
    /// Only where somebody keeps track.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) overdue_days: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) since: Option<String>,
    pub(super) due: Option<String>,
    pub(super) priority: Option<&'a str>,
    pub(super) kind: Option<&'static str>,
    pub(super) owner: Option<String>,
    pub(super) service: Option<&'a str>,
    pub(super) done_when: Option<&'a String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) issue: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) issue_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) elsewhere: Option<&'a String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<&'a String>,
}

/// The file.
#[derive(Serialize)]
#[serde(bound = "")]
struct Records<'a, P: Iterator<Item = Record<'a>> + Clone, A: Iterator<Item = Action<'a>> + Clone> {
    version: u8,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    generated: Option<String>,
    /// Where the site is, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    home: Option<String>,
    postmortems: Each<P>,
    /// Whether anybody keeps track of action items: only then they have states.
    tracked: bool,
    actions: Each<A>,
}

/// A list that is made while it is written.
struct Each<I>(I);

impl<I: Iterator<Item: Serialize> + Clone> Serialize for Each<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.clone())
    }
}

/// So many bytes most records have at most.
const USUAL: usize = 640;

/// `index.json`: every readable postmortem, the newest first, and every action item, what is overdue first; addresses are relative to
/// the site's root.
pub(super) fn json(
    shelf: &Shelf<'_>,
    board: &Board<'_>,
    input: &Input<'_>,
    base: Option<&str>,
) -> Vec<u8> {
    let action = |card| action(card, shelf, input);
    let records = Records {
        version: 1,
        title: &input.config.site.title,
        generated: (!input.live).then(|| input.now.to_string()),
        home: base.map(|base| whole(base, "index.html")),
        postmortems: Each(shelf.entries.iter().map(record)),
        tracked: board.is_tracked,
        actions: Each(board.cards.iter().map(action)),
    };
    let mut text = Vec::with_capacity(USUAL * (shelf.entries.len() + board.cards.len()));
    if serde_json::to_writer(&mut text, &records).is_err() {
        return Vec::new();
    }
    text.push(b'\n');
    text
}

/// What is said of one postmortem.
pub(super) fn record<'a>(entry: &'a Entry<'_>) -> Record<'a> {
    let front = &entry.postmortem.front;
    let [
        started,
        detected,
        acknowledged,
        identified,
        mitigated,
        resolved,
    ] = front
        .incident
        .phases()
        .map(|(_, moment)| moment.known().map(ToString::to_string));
    Record {
        id: &entry.row.id,
        title: entry.postmortem.title(),
        url: &entry.row.url,
        path: entry.postmortem.path(),
        summary: &entry.row.summary,
        status: entry.row.status.key,
        approval: entry.row.approval.map(|word| word.key),
        kind: entry.row.kind.key,
        severity: front.severity.get(),
        services: Dimension::Service.of(entry),
        causes: Dimension::Cause.of(entry),
        tags: Dimension::Tag.of(entry),
        owner: Dimension::Owner.of(entry).into_iter().next(),
        started,
        detected,
        acknowledged,
        identified,
        mitigated,
        resolved,
        meeting: front.meeting.known().map(ToString::to_string),
        related: front
            .related
            .items()
            .iter()
            .map(|id| id.value.as_str())
            .collect(),
        recurrence_of: front.recurrence_of.get(),
        created: entry.dates.map(|dates| dates.created.to_string()),
        changed: entry.dates.map(|dates| dates.changed.to_string()),
    }
}

/// What is said of one action item.
pub(super) fn action<'a>(
    card: &'a Card<'_>,
    shelf: &'a Shelf<'_>,
    input: &Input<'_>,
) -> Action<'a> {
    let (row, item) = (card.row, card.item);
    let issue = item.and_then(|item| item.issue);
    let owners = card.owners();
    let dropped = row.and_then(|row| match &row.status {
        ItemStatus::Dropped(reason) => reason.as_ref(),
        ItemStatus::Open => None,
    });
    let written = row.and_then(|row| row.issue.get());
    Action {
        id: card.id(),
        postmortem: card.postmortem,
        item: card.own,
        url: card.url(shelf),
        action: card.action(),
        state: card.state().map(State::name),
        overdue_days: item.map(|item| item.overdue_days),
        since: item.and_then(|item| Some(item.since?.to_string())),
        due: card.due().map(|day| day.to_string()),
        priority: card.priority(),
        kind: row
            .and_then(|row| row.action_type.get())
            .map(|kind| kind.name()),
        owner: (!owners.is_empty()).then(|| owners.join(", ")),
        service: card.service(shelf),
        done_when: row.and_then(|row| row.done_when.get()),
        issue,
        issue_url: issue.and_then(|number| input.tracking?.issue_url(number)),
        elsewhere: match item {
            Some(item) => item.elsewhere.as_ref(),
            None => written,
        },
        reason: dropped,
    }
}
