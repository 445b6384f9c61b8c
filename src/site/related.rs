//! What belongs together: what authors have linked, in both directions, and what merely looks alike.
//!
//! Owns the reasons. Repeated causes across the corpus are for the rules and the figures.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::entry::Row;
use super::link::Target;
use super::shelf::{Dimension, Shelf};

/// A value that more postmortems share says nothing about likeness.
const COMMON: usize = 250;
/// So many are shown.
const SIMILAR: usize = 4;

/// Postmortems that are linked in one way.
#[derive(Debug, Serialize)]
pub(super) struct Group<'a> {
    label: &'static str,
    rows: Vec<&'a Row>,
}

/// A postmortem that looks alike.
#[derive(Debug, Serialize)]
pub(super) struct Similar<'a> {
    id: &'a str,
    title: &'a str,
    url: &'a str,
    because: String,
}

/// The links that lead to each entry.
#[derive(Debug, Default)]
pub(super) struct Related {
    recurred: BTreeMap<usize, BTreeSet<usize>>,
    related: BTreeMap<usize, BTreeSet<usize>>,
    mentioned: BTreeMap<usize, BTreeSet<usize>>,
}

impl Related {
    /// Follows every link of every postmortem.
    pub(super) fn new(shelf: &Shelf<'_>) -> Self {
        let by_url: BTreeMap<&str, usize> = shelf
            .entries
            .iter()
            .enumerate()
            .map(|(index, entry)| (entry.row.url.as_str(), index))
            .collect();
        let mut links = Self::default();
        for (from, entry) in shelf.entries.iter().enumerate() {
            let front = &entry.postmortem.front;
            if let Some(to) = front.recurrence_of.get().and_then(|id| shelf.by_id(id)) {
                links.recurred.entry(to).or_default().insert(from);
            }
            for to in front
                .related
                .items()
                .iter()
                .filter_map(|id| shelf.by_id(&id.value))
            {
                links.related.entry(to).or_default().insert(from);
            }
            if entry.postmortem.document.links.is_empty() {
                continue;
            }
            let resolver = shelf.resolver(entry);
            for link in &entry.postmortem.document.links {
                let Target::Page(url) = resolver.target(&link.target, false) else {
                    continue;
                };
                let page = url.split('#').next().unwrap_or_default();
                if let Some(to) = by_url.get(page) {
                    links.mentioned.entry(*to).or_default().insert(from);
                }
            }
        }
        links
    }

    /// What is linked with an entry; each postmortem once, under the strongest word.
    pub(super) fn of<'a>(&self, shelf: &'a Shelf<'_>, index: usize) -> Vec<Group<'a>> {
        let front = &shelf.entries[index].postmortem.front;
        let back = |links: &BTreeMap<usize, BTreeSet<usize>>| {
            links.get(&index).cloned().unwrap_or_default()
        };
        let repeats = front.recurrence_of.get().and_then(|id| shelf.by_id(id));
        let mut related: BTreeSet<usize> = front
            .related
            .items()
            .iter()
            .filter_map(|id| shelf.by_id(&id.value))
            .collect();
        related.extend(back(&self.related));
        let groups = [
            ("Recurrence of", repeats.into_iter().collect()),
            ("Happened again as", back(&self.recurred)),
            ("Related", related),
            ("Mentioned in", back(&self.mentioned)),
        ];
        let mut seen = BTreeSet::from([index]);
        let mut shown = Vec::new();
        for (label, entries) in groups {
            let new: Vec<usize> = entries
                .into_iter()
                .filter(|entry| seen.insert(*entry))
                .collect();
            if !new.is_empty() {
                let rows = new
                    .into_iter()
                    .map(|entry| &shelf.entries[entry].row)
                    .collect();
                shown.push(Group { label, rows });
            }
        }
        shown
    }

    /// What shares at least two uncommon values with an entry and is not linked with it, the most alike first.
    pub(super) fn similar<'a>(&self, shelf: &'a Shelf<'_>, index: usize) -> Vec<Similar<'a>> {
        let mut shared: Vec<(usize, f64, &'a str)> = Vec::new();
        for dimension in [Dimension::Service, Dimension::Tag, Dimension::Cause] {
            for name in dimension.of(&shelf.entries[index]) {
                let Some(value) = shelf.value(dimension, &name) else {
                    continue;
                };
                if value.entries.len() > COMMON {
                    continue;
                }
                #[expect(clippy::cast_precision_loss, reason = "a weight, not a count")]
                let weight = (shelf.entries.len() as f64 / value.entries.len() as f64).ln();
                let others = value.entries.iter().filter(|other| **other != index);
                shared.extend(others.map(|other| (*other, weight, value.name.as_str())));
            }
        }
        let linked: BTreeSet<&str> = self
            .of(shelf, index)
            .iter()
            .flat_map(|group| &group.rows)
            .map(|row| row.url.as_str())
            .collect();
        let unlinked = |other: &usize| !linked.contains(shelf.entries[*other].row.url.as_str());
        // Stable, so that the values of each stay in their order.
        shared.sort_by_key(|(other, ..)| *other);
        let mut alike: Vec<(usize, f64, Vec<&str>)> = Vec::new();
        for values in shared.chunk_by(|(a, ..), (b, ..)| a == b) {
            let Some(((other, ..), [_, ..])) = values.split_first() else {
                continue;
            };
            let mut names: Vec<&str> = Vec::new();
            for (_, _, name) in values {
                if !names.contains(name) {
                    names.push(name);
                }
            }
            if names.len() > 1 && unlinked(other) {
                let weight = values.iter().map(|(_, weight, _)| weight).sum();
                alike.push((*other, weight, names));
            }
        }
        alike.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let shown = alike.into_iter().take(SIMILAR).map(|(other, _, names)| {
            let row = &shelf.entries[other].row;
            Similar {
                id: &row.id,
                title: &row.title,
                url: &row.url,
                because: names.join(", "),
            }
        });
        shown.collect()
    }
}
