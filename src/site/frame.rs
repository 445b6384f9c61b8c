//! What all pages have in common: the site's name, its navigation, when it was built.

use serde::Serialize;

use super::shelf::{Dimension, Shelf};
use super::{Input, search, theme, when};
use crate::config::SearchLayer;

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
    live: bool,
    search: &'static str,
    total: usize,
    count: String,
    navigation: Vec<Destination>,
}

/// The frame of a site.
pub(super) fn frame<'s>(input: &'s Input<'_>, shelf: &Shelf<'_>) -> Frame<'s> {
    let mut navigation = vec![Destination {
        label: "Postmortems",
        url: "postmortems/index.html".into(),
    }];
    for dimension in Dimension::ALL {
        if !shelf.values(dimension).is_empty() {
            navigation.push(Destination {
                label: dimension.plural(),
                url: dimension.url(),
            });
        }
    }
    let names = SearchLayer::ALL.iter();
    Frame {
        title: &input.config.site.title,
        description: &input.config.site.description,
        language: "en",
        version: input.theme.version(),
        index_version: match input.search {
            SearchLayer::None => String::new(),
            _ => theme::fingerprint(&search::index(shelf, input)),
        },
        live: input.live,
        search: names
            .clone()
            .find(|(_, layer)| *layer == input.search)
            .map_or("none", |(name, _)| name),
        total: shelf.entries.len(),
        count: when::count(shelf.entries.len(), "postmortem"),
        navigation,
    }
}
