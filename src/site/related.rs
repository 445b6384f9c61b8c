//! What belongs together: what authors have linked, in both directions, and what merely looks alike.
//!
//! Owns the reasons. Repeated causes across the corpus are for the rules and the figures.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Serialize;

use super::link::Target;
use super::listing::Show;
use super::shelf::{Dimension, Shelf};
use crate::error::Error;

/// A value that more postmortems share says nothing about likeness.
const COMMON: usize = 250;
/// So many are shown.
const SIMILAR: usize = 4;

/// Entries that are linked in one way.
pub(super) type Linked = (&'static str, Vec<usize>);

/// Postmortems that are linked in one way.
#[derive(Debug, Serialize)]
pub(super) struct Group {
    label: &'static str,
    /// Safe HTML.
    rows: Vec<String>,
}

/// The groups as a page shows them; `show` makes the row of an entry.
pub(super) fn groups(linked: &[Linked], show: Show<'_>) -> Result<Vec<Group>, Error> {
    let group = |(label, entries): &Linked| {
        let rows: Result<_, Error> = entries.iter().map(|entry| show(*entry)).collect();
        Ok(Group { label, rows: rows? })
    };
    linked.iter().map(group).collect()
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
        let by_url: HashMap<&str, usize> = shelf
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
    pub(super) fn of(&self, shelf: &Shelf<'_>, index: usize) -> Vec<Linked> {
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
                shown.push((label, new));
            }
        }
        shown
    }

    /// What shares at least two uncommon values with an entry and is not `linked` with it, the most alike first.
    pub(super) fn similar<'a>(
        shelf: &'a Shelf<'_>,
        index: usize,
        linked: &[Linked],
    ) -> Vec<Similar<'a>> {
        let mut values: Vec<(f64, &'a str, &[usize])> = Vec::new();
        // How many of these values each of the others has.
        let mut having = vec![0_u8; shelf.entries.len()];
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
                for other in &value.entries {
                    having[*other] = having[*other].saturating_add(1);
                }
                values.push((weight, value.name.as_str(), &value.entries));
            }
        }
        // The others with at least two, once for each, in their order.
        let mut shared: Vec<(usize, usize)> = Vec::new();
        for (at, (.., entries)) in values.iter().enumerate() {
            let others = entries.iter().filter(|other| **other != index);
            let others = others.filter(|other| having[**other] > 1);
            shared.extend(others.map(|other| (*other, at)));
        }
        let unlinked = |other: &usize| linked.iter().all(|(_, entries)| !entries.contains(other));
        shared.sort_unstable();
        let mut alike: Vec<(usize, f64, Vec<&str>)> = Vec::new();
        for of_one in shared.chunk_by(|(a, _), (b, _)| a == b) {
            let Some((other, _)) = of_one.first() else {
                continue;
            };
            let found = of_one.iter().map(|(_, value)| values[*value]);
            let mut names: Vec<&str> = Vec::new();
            for (_, name, _) in found.clone() {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
            if names.len() > 1 && unlinked(other) {
                alike.push((*other, found.map(|(weight, ..)| weight).sum(), names));
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
