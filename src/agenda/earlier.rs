//! Earlier postmortems that belong to this one, and what of theirs is still to be done.
//!
//! What the author linked, what links here, and what the check takes for the same again.

use std::collections::BTreeSet;

use super::Input;
use crate::postmortem::Postmortem;
use crate::sheet::{Line, Sheet};
use crate::tracker::item::{Item, State};
use crate::when;

/// Open items of one postmortem that are shown.
const ITEMS: usize = 3;

/// Whether this is, or looks like, something that happened before.
pub(super) fn is_again(input: &Input<'_>) -> bool {
    input.postmortem.front.recurrence_of.get().is_some() || alike(input).next().is_some()
}

/// Writes the list; nothing where there is none.
pub(super) fn write(input: &Input<'_>, sheet: &mut Sheet) {
    let linked = linked(input);
    if linked.is_empty() {
        return;
    }
    sheet.subheading("Seen before");
    let mut lines = Vec::new();
    for (word, other) in linked {
        let id = other.id().unwrap_or(other.path());
        let mut title = other.title().to_string();
        other.source().redact(&mut title);
        let mut line = Line::new()
            .text(format!("{word} "))
            .link(id, input.places.page(id))
            .text(format!(", {title}"));
        if let Some(started) = other.started() {
            line = line.text(format!(" ({})", when::day(started)));
        }
        lines.push(line.text(". ").then(left(input, other)));
    }
    sheet.list(lines);
}

/// Each postmortem once, under the strongest word.
fn linked<'a>(input: &Input<'a>) -> Vec<(&'static str, &'a Postmortem)> {
    let own = input.postmortem;
    let front = &own.front;
    let repeats = front
        .recurrence_of
        .get()
        .and_then(|id| input.corpus.get(id));
    let related = front.related.items().iter();
    let related = related.filter_map(|id| input.corpus.get(&id.value));
    let names_us = |other: &&Postmortem| {
        let ids = other.front.related.items().iter().map(|id| &id.value);
        let mut ids = ids.chain(other.front.recurrence_of.get());
        own.id().is_some_and(|own| ids.any(|id| id == own))
    };
    let back = input.corpus.postmortems.iter().filter(names_us);
    let all = repeats
        .into_iter()
        .map(|one| ("Happened again, after", one))
        .chain(alike(input).map(|one| ("Reads alike:", one)))
        .chain(related.map(|one| ("Related:", one)))
        .chain(back.map(|one| ("Refers to this one:", one)));
    let mut seen = BTreeSet::from([own.path()]);
    all.filter(|(_, one)| seen.insert(one.path())).collect()
}

/// What the check takes for the same.
fn alike<'a>(input: &Input<'a>) -> impl Iterator<Item = &'a Postmortem> {
    let findings = input.diagnostics.iter();
    let findings = findings.filter(|one| one.rule == "likely-recurrence" && one.allowed.is_none());
    let corpus = input.corpus;
    let labels = findings.flat_map(|one| &one.finding.related);
    labels.filter_map(|label| {
        let at = corpus.index(label.source.path()).ok()?;
        corpus.postmortems.get(at)
    })
}

/// What is still to be done of an earlier one.
fn left(input: &Input<'_>, other: &Postmortem) -> Line {
    let owed = |item: &&Item| {
        item.path.as_deref() == Some(other.path())
            && matches!(
                item.state,
                State::Open | State::NeedsDecision | State::Waiting | State::Past
            )
    };
    let owed: Vec<&Item> = input.items.iter().filter(owed).collect();
    let mut names = owed.iter().take(ITEMS).map(|item| {
        let mut action = item.action.clone();
        other.source().redact(&mut action);
        let due = item.due.map(|due| format!(" (due {due})"));
        format!("{action}{}", due.unwrap_or_default())
    });
    let listed = names.by_ref().collect::<Vec<_>>().join("; ");
    let more = match owed.len().saturating_sub(ITEMS) {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    match (owed.is_empty(), input.is_tracked) {
        (true, true) => "Nothing of it is open.".into(),
        (true, false) => Line::new(),
        (false, true) => format!("Still open: {listed}{more}").into(),
        (false, false) => {
            format!("Promised, and no ledger tells what was done: {listed}{more}").into()
        }
    }
}
