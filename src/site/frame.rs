//! What all pages have in common: the site's name, its navigation, when it was built.

use serde::Serialize;

use super::shelf::{Dimension, Shelf};
use super::{Input, search, theme, when};
use crate::config::{Edition, SearchLayer};

/// An entry of the navigation.
#[derive(Debug, Serialize)]
pub(super) struct Destination {
    label: &'static str,
    url: String,
}

/// What every template can ask for as `site`.
#[derive(Debug, Serialize)]
pub(super) struct Frame<'a> {
    title: &'a str,
    description: &'a str,
    language: &'static str,
    version: String,
    index_version: String,
    /// Whether the rows of the search come with the first page.
    rows_ahead: bool,
    live: bool,
    edition: &'static str,
    /// Whether search engines may list the pages.
    index: bool,
    search: &'static str,
    total: usize,
    count: String,
    /// The entries that stand in the header.
    navigation: Vec<Destination>,
    /// What postmortems can be browsed by, below one entry of the header.
    browse: Vec<Destination>,
}

/// The frame of a site with this facet index.
pub(super) fn frame<'s>(
    input: &'s Input<'_>,
    shelf: &Shelf<'_>,
    index: &search::Index,
) -> Frame<'s> {
    let mut navigation = vec![Destination {
        label: "Postmortems",
        url: "postmortems/index.html".into(),
    }];
    if input.edition == Edition::Internal {
        navigation.push(Destination {
            label: "Action items",
            url: "actions/index.html".into(),
        });
    }
    navigation.extend(input.figures.map(|_| Destination {
        label: "Metrics",
        url: "metrics/index.html".into(),
    }));
    let filled = |dimension: &Dimension| !shelf.values(*dimension).is_empty();
    let browse = Dimension::ALL.into_iter().filter(filled);
    let browse = browse.map(|dimension| Destination {
        label: dimension.plural(),
        url: dimension.url(),
    });
    let names = SearchLayer::ALL.iter();
    Frame {
        title: &input.config.site.title,
        description: &input.config.site.description,
        language: "en",
        version: input.theme.version(),
        index_version: theme::fingerprint(&index.rows),
        rows_ahead: index.is_ahead() || input.search != SearchLayer::Full,
        live: input.live,
        edition: input.edition.name(),
        index: input.config.site.index,
        search: names
            .clone()
            .find(|(_, layer)| *layer == input.search)
            .map_or("none", |(name, _)| name),
        total: shelf.entries.len(),
        count: when::count(shelf.entries.len(), "postmortem"),
        navigation,
        browse: browse.collect(),
    }
}
