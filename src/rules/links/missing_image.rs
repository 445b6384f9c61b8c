//! An image that is not there.

use std::sync::Arc;

use super::target::flaw;
use crate::corpus::Corpus;
use crate::diagnostic::Level;
use crate::rules::{Check, Context, CorpusFindings, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "missing-image",
    group: Group::Links,
    level: Level::Error,
    version: "0.1.0",
    sources: &[Seed::Format],
    page: include_str!("missing_image.md"),
    check: Check::Corpus(check),
};

fn check(corpus: &Corpus, context: &Context<'_>, out: &mut CorpusFindings) {
    let Some(around) = context.surroundings else {
        return;
    };
    for postmortem in &corpus.postmortems {
        let images = postmortem.document.links.iter().filter(|link| link.image);
        let found = images.filter_map(|link| flaw(postmortem, link, corpus, around));
        out.extend(found.map(|finding| (Arc::clone(postmortem.source()), finding)));
    }
}
