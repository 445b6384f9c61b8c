//! The facet index that `search.js` reads, and `index.json` for everybody else.
//!
//! Owns both formats. The index is a classic script, so that it works from a folder too; it holds small rows and
//! numbers instead of repeated names.

use serde::Serialize;

use super::Input;
use super::entry::{self, Entry, Word, severity};
use super::shelf::{Dimension, Shelf};
use crate::ledger::standing::Standing;
use crate::postmortem::choice::Status;

/// Filters in the order they are offered; severity stays first, the script relies on it.
const FACETS: [Dimension; 6] = [
    Dimension::Severity,
    Dimension::Service,
    Dimension::Year,
    Dimension::Cause,
    Dimension::Tag,
    Dimension::Owner,
];

#[derive(Serialize)]
struct Facet<'a> {
    key: &'static str,
    label: &'static str,
    values: Vec<&'a str>,
    /// What class names are made from, where a row shows the value as a badge.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    keys: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    levels: Vec<usize>,
}

/// Id, title, slug, summary, day, notes, and for each facet the numbers of its values.
type Line<'a> = (
    &'a str,
    &'a str,
    &'a str,
    &'a str,
    &'a str,
    Vec<String>,
    Vec<Vec<usize>>,
);

#[derive(Serialize)]
struct Index<'a> {
    version: u8,
    facets: Vec<Facet<'a>>,
    rows: Vec<Line<'a>>,
}

/// `search-index.js`
pub(super) fn index(shelf: &Shelf<'_>, input: &Input<'_>) -> Vec<u8> {
    let statuses = Status::ALL.iter();
    let statuses: Vec<Word> = statuses.map(|(_, status)| entry::status(*status)).collect();
    let approvals = Standing::STATES.map(|(key, label)| Word { key, label });
    let mut badges = vec![badge("status", "Status", &statuses)];
    badges.extend(
        input
            .approvals
            .map(|_| badge("approval", "Approval", &approvals)),
    );
    let mut facets: Vec<Facet<'_>> = FACETS
        .iter()
        .map(|dimension| {
            let values: Vec<&str> = shelf
                .values(*dimension)
                .iter()
                .map(|value| value.name.as_str())
                .collect();
            let level = |name: &&str| severity(name, &input.corpus.conventions).level;
            Facet {
                key: dimension.key(),
                label: dimension.label(),
                keys: Vec::new(),
                levels: if *dimension == Dimension::Severity {
                    values.iter().map(level).collect()
                } else {
                    Vec::new()
                },
                values,
            }
        })
        .collect();
    facets.extend(badges);
    let line = |entry| line(shelf, entry, input.approvals.is_some());
    let index = Index {
        version: 1,
        facets,
        rows: shelf.entries.iter().map(line).collect(),
    };
    let mut script = b"window.AFTERSIGHT=".to_vec();
    script.extend(serde_json::to_vec(&index).unwrap_or_default());
    script.extend(b";\n");
    script
}

/// A facet whose values are the same in every site.
fn badge<'a>(key: &'static str, label: &'static str, words: &[Word]) -> Facet<'a> {
    Facet {
        key,
        label,
        values: words.iter().map(|word| word.label).collect(),
        keys: words.iter().map(|word| word.key).collect(),
        levels: Vec::new(),
    }
}

fn line<'a>(shelf: &'a Shelf<'_>, entry: &'a Entry<'_>, has_ledger: bool) -> Line<'a> {
    let row = &entry.row;
    let mut notes = Vec::new();
    if row.kind.key != "incident" {
        notes.push(row.kind.label.to_string());
    }
    if !row.services.is_empty() {
        notes.push(row.services.join(", "));
    }
    notes.extend(row.duration.clone());
    let numbers = |dimension: &Dimension| {
        let names = dimension.of(entry).into_iter();
        names
            .filter_map(|name| shelf.number(*dimension, &name))
            .collect()
    };
    let mut facets: Vec<Vec<usize>> = FACETS.iter().map(numbers).collect();
    let status = Status::ALL
        .iter()
        .position(|(name, _)| *name == row.status.key);
    facets.push(status.into_iter().collect());
    if has_ledger {
        let approval = row.approval.and_then(|word| {
            let mut states = Standing::STATES.iter();
            states.position(|(name, _)| *name == word.key)
        });
        facets.push(approval.into_iter().collect());
    }
    let day = row.date_iso.as_deref().unwrap_or_default();
    (
        &row.id,
        &row.title,
        &entry.slug,
        &row.summary,
        day,
        notes,
        facets,
    )
}

#[derive(Serialize)]
struct Record<'a> {
    id: &'a str,
    title: &'a str,
    url: &'a str,
    path: &'a str,
    summary: &'a str,
    status: &'static str,
    /// Only in a site with a ledger.
    #[serde(skip_serializing_if = "Option::is_none")]
    approval: Option<&'static str>,
    kind: &'static str,
    severity: Option<&'a String>,
    services: Vec<String>,
    causes: Vec<String>,
    tags: Vec<String>,
    owner: Option<String>,
    started: Option<String>,
    detected: Option<String>,
    acknowledged: Option<String>,
    identified: Option<String>,
    mitigated: Option<String>,
    resolved: Option<String>,
    related: Vec<&'a str>,
    recurrence_of: Option<&'a String>,
}

#[derive(Serialize)]
struct Records<'a> {
    version: u8,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    generated: Option<String>,
    postmortems: Vec<Record<'a>>,
}

/// `index.json`: every readable postmortem, the newest first; addresses are relative to the site's root.
pub(super) fn json(shelf: &Shelf<'_>, input: &Input<'_>) -> Vec<u8> {
    let record = |entry| record(entry);
    let records = Records {
        version: 1,
        title: &input.config.site.title,
        generated: (!input.live).then(|| input.now.to_string()),
        postmortems: shelf.entries.iter().map(record).collect(),
    };
    let mut text = serde_json::to_vec_pretty(&records).unwrap_or_default();
    text.push(b'\n');
    text
}

fn record<'a>(entry: &'a Entry<'_>) -> Record<'a> {
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
        related: front
            .related
            .items()
            .iter()
            .map(|id| id.value.as_str())
            .collect(),
        recurrence_of: front.recurrence_of.get(),
    }
}
