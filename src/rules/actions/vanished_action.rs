//! An action item that the base branch has and that is gone here.

use std::collections::HashSet;
use std::sync::Arc;

use super::gap;
use crate::corpus::Corpus;
use crate::diagnostic::{Finding, Level};
use crate::postmortem::Postmortem;
use crate::postmortem::action::ActionItem;
use crate::postmortem::section::SectionKey;
use crate::rules::{Check, Context, CorpusFindings, Group, Rule, Seed};
use crate::source::Span;

pub(super) static RULE: Rule = Rule {
    name: "vanished-action",
    group: Group::Actions,
    level: Level::Error,
    version: "0.1.0",
    sources: &[Seed::S4, Seed::Format],
    page: include_str!("vanished_action.md"),
    check: Check::Corpus(check),
};

fn check(corpus: &Corpus, context: &Context<'_>, out: &mut CorpusFindings) {
    let Some(base) = context.base else { return };
    for old in &base.postmortems {
        let Some(id) = old.id() else { continue };
        match same(old, id, corpus, base) {
            Some(new) if new.id().is_some_and(|now| now != id) => renamed(old, id, new, out),
            Some(new) => compare(old, new, out),
            None => gone(old, id, out),
        }
    }
}

/// What became of a postmortem: the one with its id, else the one at its path that is not another of the base.
fn same<'a>(
    old: &Postmortem,
    id: &str,
    corpus: &'a Corpus,
    base: &Corpus,
) -> Option<&'a Postmortem> {
    let mut named: Vec<&Postmortem> = corpus.all(id).collect();
    named.sort_by_key(|new| new.path() != old.path());
    let at_path = || {
        let index = corpus
            .postmortems
            .binary_search_by(|new| new.path().cmp(old.path()));
        let new = &corpus.postmortems[index.ok()?];
        let other = new.id().is_some_and(|id| base.get(id).is_some());
        (!other).then_some(new)
    };
    named.first().copied().or_else(at_path)
}

fn compare(old: &Postmortem, new: &Postmortem, out: &mut CorpusFindings) {
    let mut kept: HashSet<&str> = ids(new).map(|(id, _)| id).collect();
    for (id, item) in ids(old) {
        // Of two rows with one id, one is enough.
        if !kept.insert(id) {
            continue;
        }
        let message = format!("`{id}` of the base branch is gone");
        let help = "put the row back; if nobody will do it, write `dropped: reason` into its column `Status`";
        let finding = Finding::new(heading(new), message, help).with_related(
            old.source(),
            item.span,
            "this is the row on the base branch",
        );
        out.push((Arc::clone(new.source()), finding));
    }
}

/// The id is part of every item's name: with another one they are other items.
fn renamed(old: &Postmortem, id: &str, new: &Postmortem, out: &mut CorpusFindings) {
    let count = ids(old).count();
    if count == 0 {
        return;
    }
    let message = format!(
        "this was `{id}` on the base branch, and {} went by that name",
        gap::items(count)
    );
    let span = new.front.id.span().unwrap_or_else(|| new.fence());
    let help = "give it its old id back; an id is kept for good";
    out.push((Arc::clone(new.source()), Finding::new(span, message, help)));
}

fn gone(old: &Postmortem, id: &str, out: &mut CorpusFindings) {
    let count = ids(old).count();
    if count == 0 {
        return;
    }
    let message = format!(
        "the postmortem `{id}` of the base branch is gone, and with it {}",
        gap::items(count)
    );
    let help = "put the file back; it may have another name, but not another id";
    out.push((
        Arc::clone(old.source()),
        Finding::new(heading(old), message, help),
    ));
}

fn ids(postmortem: &Postmortem) -> impl Iterator<Item = (&str, &ActionItem)> {
    let items = postmortem.actions.items.iter();
    items.filter_map(|item| Some((item.id.get()?.as_str(), item)))
}

/// Where the items stand, or stood.
fn heading(postmortem: &Postmortem) -> Span {
    let section = postmortem.section(SectionKey::Actions);
    section.map_or(postmortem.fence(), |section| section.heading)
}
