//! The page about the site: what it is, how a postmortem comes to be, what approved means, and the files for machines.

use serde::Serialize;

use super::board::Board;
use super::listing::Link;
use super::shelf::{Dimension, Shelf};
use super::{Input, when};
use crate::postmortem::deadline::Stage;

/// So many feeds of services are named; each service's page has its own.
const FEEDS: usize = 40;

#[derive(Debug, Serialize)]
struct Deadline {
    what: &'static str,
    limit: String,
}

/// Everything the template shows.
#[derive(Debug, Serialize)]
pub(super) struct About {
    program: &'static str,
    repository: &'static str,
    count: String,
    has_ledger: bool,
    is_tracked: bool,
    sitemap: bool,
    feeds: Vec<Link>,
    more_feeds: usize,
    deadlines: Vec<Deadline>,
}

/// The page.
pub(super) fn about(
    shelf: &Shelf<'_>,
    board: &Board<'_>,
    input: &Input<'_>,
    published: bool,
) -> About {
    let services = shelf.values(Dimension::Service);
    let feeds = services.iter().take(FEEDS).map(|value| Link {
        name: value.name.clone(),
        url: super::link::encode(&format!("{}/atom.xml", value.folder)),
    });
    let conventions = &input.corpus.conventions;
    let stages = [
        (Stage::Draft, "a first version"),
        (Stage::Meeting, "the review meeting"),
        (Stage::Final, "the final version"),
    ];
    let limit = |(stage, what): (Stage, &'static str)| {
        let limit = conventions.deadlines.limit(stage, None)?;
        Some(Deadline {
            what,
            limit: limit.words(),
        })
    };
    About {
        program: env!("CARGO_PKG_VERSION"),
        repository: env!("CARGO_PKG_REPOSITORY"),
        count: when::count(shelf.entries.len(), "postmortem"),
        has_ledger: input.approvals.is_some(),
        is_tracked: board.is_tracked,
        sitemap: published,
        feeds: feeds.collect(),
        more_feeds: services.len().saturating_sub(FEEDS),
        deadlines: stages.into_iter().filter_map(limit).collect(),
    }
}
