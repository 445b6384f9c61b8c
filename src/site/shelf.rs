//! What the site holds, in order, and the values by which it can be browsed.
//!
//! Owns the addresses of values; two that look alike in an address stay apart. What the pages show is for
//! [`super::listing`].

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use rayon::prelude::*;

use super::Input;
use super::entry::{self, Entry};
use super::link::{Places, Resolver, Slugs, encode};
use crate::corpus::Corpus;
use crate::postmortem::Postmortem;

/// What postmortems can be browsed by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dimension {
    /// What was affected.
    Service,
    /// How severe.
    Severity,
    /// Words of the taxonomy.
    Cause,
    /// Free words.
    Tag,
    /// Who is accountable.
    Owner,
    /// When.
    Year,
}

impl Dimension {
    /// In the order of the navigation.
    pub(super) const ALL: [Self; 6] = [
        Self::Service,
        Self::Severity,
        Self::Cause,
        Self::Tag,
        Self::Owner,
        Self::Year,
    ];

    /// The name of one: in facets, and in front of its page's title.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Service => "Service",
            Self::Severity => "Severity",
            Self::Cause => "Cause",
            Self::Tag => "Tag",
            Self::Owner => "Owner",
            Self::Year => "Year",
        }
    }

    /// The name of all.
    pub(super) fn plural(self) -> &'static str {
        match self {
            Self::Service => "Services",
            Self::Severity => "Severities",
            Self::Cause => "Causes",
            Self::Tag => "Tags",
            Self::Owner => "Owners",
            Self::Year => "Years",
        }
    }

    /// The name in filters.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Severity => "severity",
            Self::Cause => "cause",
            Self::Tag => "tag",
            Self::Owner => "owner",
            Self::Year => "year",
        }
    }

    /// The folder of its pages.
    pub(super) fn folder(self) -> String {
        self.plural().to_lowercase()
    }

    /// The address of its page.
    pub(super) fn url(self) -> String {
        format!("{}/index.html", self.folder())
    }

    /// What one postmortem has of it.
    pub(super) fn of<'a>(self, entry: &Entry<'a>) -> Vec<Cow<'a, str>> {
        let front = &entry.postmortem.front;
        let all: Vec<Cow<'_, str>> = match self {
            Self::Severity => front.severity.get().map(Cow::from).into_iter().collect(),
            Self::Year => {
                let year = entry.year.map(|year| year.to_string().into());
                year.into_iter().collect()
            }
            Self::Service | Self::Cause | Self::Tag | Self::Owner => {
                let field = match self {
                    Self::Service => &front.services,
                    Self::Cause => &front.causes,
                    Self::Tag => &front.tags,
                    _ => &front.owners,
                };
                field
                    .items()
                    .iter()
                    .map(|name| Cow::from(&name.value))
                    .filter(|name| !name.is_empty())
                    .collect()
            }
        };
        let mut names: Vec<Cow<'_, str>> = Vec::with_capacity(all.len());
        for name in all {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }
}

/// A value that at least one postmortem has.
#[derive(Debug)]
pub(super) struct Value {
    /// As written.
    pub(super) name: String,
    /// The folder of its pages.
    pub(super) folder: String,
    /// The postmortems that have it, in the order of the shelf.
    pub(super) entries: Vec<usize>,
}

impl Value {
    /// The address of its first page.
    pub(super) fn url(&self) -> String {
        encode(&format!("{}/index.html", self.folder))
    }
}

/// Everything the site is about.
#[derive(Debug)]
pub(super) struct Shelf<'a> {
    /// What can be read, the newest first.
    pub(super) entries: Vec<Entry<'a>>,
    /// What cannot be read, in the order of paths.
    pub(super) broken: Vec<Entry<'a>>,
    /// The values of each dimension, in the order of [`Dimension::ALL`].
    pub(super) values: Vec<Vec<Value>>,
    /// What links may lead to.
    pub(super) places: Arc<Places>,
    /// Entries by id.
    by_id: HashMap<&'a str, usize>,
    /// For each dimension, values by name.
    by_name: Vec<HashMap<String, usize>>,
}

impl<'a> Shelf<'a> {
    /// Sorts a corpus and gives every page its address.
    pub(super) fn new(input: &Input<'a>) -> Self {
        let (corpus, config) = (input.corpus, input.config);
        let mut slugs = Slugs::default();
        // Documents that can be read choose first, so that a broken copy never takes an address away; of them the first with
        // each id, so that no copy's number is the id of another.
        let mut seen = BTreeSet::new();
        let mut rank = |postmortem: &Postmortem| match postmortem.id() {
            Some(id) if postmortem.readable => u8::from(!seen.insert(id.to_lowercase())),
            _ => 2,
        };
        let all = corpus.postmortems.iter();
        let mut ordered: Vec<(u8, &Postmortem)> = all.map(|one| (rank(one), one)).collect();
        ordered.sort_by_key(|(rank, _)| *rank);
        let ordered = ordered.into_iter().map(|(_, postmortem)| postmortem);
        let placed: Vec<(&Postmortem, String)> = ordered
            .map(|postmortem| (postmortem, entry::slug(postmortem, &mut slugs)))
            .collect();
        let made = placed.into_par_iter().map(|(postmortem, slug)| {
            let path = postmortem.path();
            let dates = input.history.get(path).copied();
            let standing = input
                .approvals
                .and_then(|approvals| approvals.standings.get(path));
            Entry::new(postmortem, dates, standing, &corpus.conventions, slug)
        });
        let (mut broken, mut entries): (Vec<_>, Vec<_>) =
            made.partition(|entry: &Entry<'_>| entry.broken);
        entries.sort_by(|a, b| a.order().cmp(&b.order()));
        broken.sort_by_key(|entry| entry.postmortem.path());
        let pages = entries
            .iter()
            .chain(&broken)
            .map(|entry| (entry.postmortem.path().to_string(), entry.row.url.clone()));
        let places = Places {
            pages: pages.collect(),
            folder: format!("{}/", config.postmortems),
        };
        let values: Vec<Vec<Value>> = Dimension::ALL
            .par_iter()
            .map(|dimension| values(*dimension, &entries, corpus))
            .collect();
        let names = |values: &Vec<Value>| {
            values
                .iter()
                .enumerate()
                .map(|(index, value)| (value.name.clone(), index))
                .collect()
        };
        let mut by_id = HashMap::default();
        for (index, entry) in entries.iter().enumerate() {
            if let Some(id) = entry.postmortem.id() {
                by_id.entry(id).or_insert(index);
            }
        }
        Self {
            by_name: values.iter().map(names).collect(),
            by_id,
            values,
            places: Arc::new(places),
            entries,
            broken,
        }
    }

    /// The values of a dimension.
    pub(super) fn values(&self, dimension: Dimension) -> &[Value] {
        &self.values[dimension as usize]
    }

    /// The value with this name.
    pub(super) fn value(&self, dimension: Dimension, name: &str) -> Option<&Value> {
        let index = self.by_name[dimension as usize].get(name)?;
        self.values(dimension).get(*index)
    }

    /// The place of a value among those of its dimension.
    pub(super) fn number(&self, dimension: Dimension, name: &str) -> Option<usize> {
        self.by_name[dimension as usize].get(name).copied()
    }

    /// The entry with this id.
    pub(super) fn by_id(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// Where the links of a postmortem lead.
    pub(super) fn resolver(&self, entry: &Entry<'_>) -> Resolver {
        Resolver {
            places: Arc::clone(&self.places),
            path: entry.postmortem.source().shared_path(),
        }
    }
}

fn values(dimension: Dimension, entries: &[Entry<'_>], corpus: &Corpus) -> Vec<Value> {
    let mut found: BTreeMap<Cow<'_, str>, Vec<usize>> = BTreeMap::new();
    for (index, entry) in entries.iter().enumerate() {
        for name in dimension.of(entry) {
            found.entry(name).or_default().push(index);
        }
    }
    let mut found: Vec<(String, Vec<usize>)> = found
        .into_iter()
        .map(|(name, entries)| (name.into(), entries))
        .collect();
    match dimension {
        Dimension::Severity => found.sort_by_key(|(name, _)| corpus.conventions.rank(name)),
        Dimension::Year => found.reverse(),
        _ => found.sort_by_cached_key(|(name, _)| (name.to_lowercase(), name.clone())),
    }
    let mut slugs = Slugs::default();
    let folder = dimension.folder();
    let value = |(name, entries): (String, Vec<usize>)| Value {
        folder: format!("{folder}/{}", slugs.take(&name)),
        name,
        entries,
    };
    found.into_iter().map(value).collect()
}
