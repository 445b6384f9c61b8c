//! The facet index that `search.js` reads.
//!
//! Owns its format, and what others read is in [`super::record`]. The index is two classic scripts, so that it works from a folder too: the filters, which every search
//! needs, and the rows, which hold numbers instead of repeated names. Where there are too many of them to be sent ahead, the
//! full text answers without them.

use rayon::prelude::*;
use serde::Serialize;

use super::Input;
use super::entry::{self, Entry, Word, severity};
use super::shelf::{Dimension, Shelf};
use crate::config::Edition;
use crate::ledger::standing::Standing;
use crate::postmortem::choice::{Kind, Status};

/// Filters in the order they are offered; severity stays first, the script relies on it.
const FACETS: [Dimension; 6] = [
    Dimension::Severity,
    Dimension::Service,
    Dimension::Year,
    Dimension::Cause,
    Dimension::Tag,
    Dimension::Owner,
];

/// More bytes of rows than this are loaded only when nothing else can answer; about 1,500 postmortems.
const AHEAD: usize = 512 << 10;

/// Both scripts.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// `search-index.js`: the filters.
    pub(super) filters: Vec<u8>,
    /// `search-rows.js`: a row for every postmortem.
    pub(super) rows: Vec<u8>,
}

impl Index {
    /// Whether the rows are small enough to be sent with the page.
    pub(super) fn is_ahead(&self) -> bool {
        self.rows.len() <= AHEAD
    }
}

#[derive(Serialize)]
struct Facet<'a> {
    key: &'static str,
    label: &'static str,
    values: Vec<&'a str>,
    /// How many postmortems have each value.
    counts: Vec<usize>,
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
struct Filters<'a> {
    version: u8,
    total: usize,
    facets: Vec<Facet<'a>>,
}

/// Both scripts of a site.
pub(super) fn index(shelf: &Shelf<'_>, input: &Input<'_>) -> Index {
    let kinds = Kind::ALL.iter();
    let kinds: Vec<Word> = kinds.map(|(_, kind)| entry::kind(*kind)).collect();
    let statuses = Status::ALL.iter();
    let statuses: Vec<Word> = statuses.map(|(_, status)| entry::status(*status)).collect();
    let approvals = Standing::STATES.map(|(key, label)| Word { key, label });
    // What everybody may see is finished.
    let is_public = input.edition == Edition::Public;
    let mut badges = vec![badge("kind", "Kind", &kinds)];
    badges.extend((!is_public).then(|| badge("status", "Status", &statuses)));
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
                counts: Vec::new(),
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
    let line = |entry| line(shelf, entry, input);
    let rows: Vec<Line<'_>> = shelf.entries.par_iter().map(line).collect();
    for (at, facet) in facets.iter_mut().enumerate() {
        facet.counts = vec![0; facet.values.len()];
        for value in rows.iter().flat_map(|row| &row.6[at]) {
            facet.counts[*value] += 1;
        }
    }
    let filters = Filters {
        version: 2,
        total: rows.len(),
        facets,
    };
    Index {
        filters: script("AFTERSIGHT", &filters),
        rows: script("AFTERSIGHT_ROWS", &rows),
    }
}

/// A classic script that sets one name.
fn script(name: &str, value: &impl Serialize) -> Vec<u8> {
    let mut script = format!("window.{name}=").into_bytes();
    script.extend(serde_json::to_vec(value).unwrap_or_default());
    script.extend(b";\n");
    script
}

/// A facet whose values are the same in every site.
fn badge<'a>(key: &'static str, label: &'static str, words: &[Word]) -> Facet<'a> {
    Facet {
        key,
        label,
        values: words.iter().map(|word| word.label).collect(),
        counts: Vec::new(),
        keys: words.iter().map(|word| word.key).collect(),
        levels: Vec::new(),
    }
}

fn line<'a>(shelf: &'a Shelf<'_>, entry: &'a Entry<'_>, input: &Input<'_>) -> Line<'a> {
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
    let kind = Kind::ALL.iter().position(|(name, _)| *name == row.kind.key);
    facets.push(kind.into_iter().collect());
    let status = Status::ALL
        .iter()
        .position(|(name, _)| *name == row.status.key);
    if input.edition == Edition::Internal {
        facets.push(status.into_iter().collect());
    }
    if input.approvals.is_some() {
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
