//! Which files there are.
//!
//! Owns the order: those that take longest come first, so that no core waits at the end.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::annex::Annex;
use super::board::Board;
use super::board::pages::BoardPage;
use super::entry::Entry;
use super::link::{Asset, Target};
use super::setting::Setting;
use super::shelf::{Dimension, Shelf};
use super::{Input, html, listing};
use crate::config::{Edition, SearchLayer};

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
    Board(BoardPage),
    Annex(Annex),
    Metrics,
    Definitions,
    Feed {
        service: Option<usize>,
    },
    Sitemap,
    Json,
    SearchIndex,
    SearchRows,
    Static(usize),
}

/// Every file of the site.
pub(super) fn plan(
    shelf: &Shelf<'_>,
    board: &Board<'_>,
    input: &Input<'_>,
    published: bool,
    copied: usize,
) -> Vec<Plan> {
    let mut plan = vec![Plan::Home, Plan::Json];
    if input.search != SearchLayer::None {
        plan.extend([Plan::SearchIndex, Plan::SearchRows]);
    }
    if published {
        plan.push(Plan::Sitemap);
    }
    if input.figures.is_some() {
        plan.extend([Plan::Metrics, Plan::Definitions]);
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
    if input.edition == Edition::Internal {
        plan.extend(BoardPage::all(board).into_iter().map(Plan::Board));
    }
    plan.extend(Annex::all(input.edition).into_iter().map(Plan::Annex));
    plan.extend((0..shelf.entries.len()).map(Plan::Postmortem));
    plan.extend((0..shelf.broken.len()).map(Plan::Broken));
    plan.push(Plan::NotFound);
    plan.extend((0..copied).map(Plan::Static));
    plan
}

/// What has to be copied. Only documents with raw HTML have to be rendered to know.
pub(super) fn assets(shelf: &Shelf<'_>, input: &Input<'_>) -> Vec<Asset> {
    let of = |entry: &Entry<'_>| {
        let document = &entry.postmortem.document;
        if document.links.is_empty() && !document.has_html {
            return Vec::new();
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
            return html::render(setting, Vec::new()).assets;
        }
        let targets = document.links.iter();
        let targets = targets.map(|link| resolver.target(&link.target, link.image));
        let files = targets.filter_map(|target| match target {
            Target::File(asset) => Some(asset),
            _ => None,
        });
        files.collect()
    };
    let assets: BTreeSet<Asset> = shelf.entries.par_iter().flat_map_iter(of).collect();
    assets.into_iter().collect()
}
