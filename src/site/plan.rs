//! Which files there are.
//!
//! Owns the order: those that take longest come first, so that no core waits at the end.

use std::collections::BTreeSet;

use super::link::{Asset, Target};
use super::setting::Setting;
use super::shelf::{Dimension, Shelf};
use super::{Input, html, listing};
use crate::config::SearchLayer;

/// What a page of the plan is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Plan {
    Home,
    NotFound,
    Postmortem(usize),
    Broken(usize),
    All {
        page: usize,
    },
    Browse(Dimension),
    Value {
        dimension: Dimension,
        value: usize,
        page: usize,
    },
    Feed {
        service: Option<usize>,
    },
    Sitemap,
    Json,
    SearchIndex,
    Static(usize),
}

/// Every file of the site.
pub(super) fn plan(
    shelf: &Shelf<'_>,
    input: &Input<'_>,
    published: bool,
    copied: usize,
) -> Vec<Plan> {
    let mut plan = vec![Plan::Home, Plan::Json];
    if input.search != SearchLayer::None {
        plan.push(Plan::SearchIndex);
    }
    if published {
        plan.push(Plan::Sitemap);
    }
    plan.push(Plan::Feed { service: None });
    plan.extend((1..=listing::pages(shelf.entries.len())).map(|page| Plan::All { page }));
    for dimension in Dimension::ALL {
        let values = shelf.values(dimension);
        if values.is_empty() {
            continue;
        }
        plan.push(Plan::Browse(dimension));
        for (value, found) in values.iter().enumerate() {
            plan.extend(
                (1..=listing::pages(found.entries.len())).map(|page| Plan::Value {
                    dimension,
                    value,
                    page,
                }),
            );
            if dimension == Dimension::Service {
                plan.push(Plan::Feed {
                    service: Some(value),
                });
            }
        }
    }
    plan.extend((0..shelf.entries.len()).map(Plan::Postmortem));
    plan.extend((0..shelf.broken.len()).map(Plan::Broken));
    plan.push(Plan::NotFound);
    plan.extend((0..copied).map(Plan::Static));
    plan
}

/// What has to be copied. Only documents with raw HTML have to be rendered to know.
pub(super) fn assets(shelf: &Shelf<'_>, input: &Input<'_>) -> Vec<Asset> {
    let mut assets = BTreeSet::new();
    for entry in &shelf.entries {
        let document = &entry.postmortem.document;
        if document.links.is_empty() && !document.has_html {
            continue;
        }
        let resolver = shelf.resolver(entry);
        if document.has_html {
            let setting = Setting {
                postmortem: entry.postmortem,
                conventions: &input.corpus.conventions,
                resolver: &resolver,
                page: &entry.path,
                tracking: None,
            };
            assets.extend(html::render(setting).assets);
            continue;
        }
        for link in &document.links {
            if let Target::File(asset) = resolver.target(&link.target, link.image) {
                assets.insert(asset);
            }
        }
    }
    assets.into_iter().collect()
}
