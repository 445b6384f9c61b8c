//! A table of action items that says something else than the ledger, which knows their issues.

use std::sync::Arc;

use super::gap;
use crate::corpus::Corpus;
use crate::diagnostic::{Finding, Level};
use crate::ledger::items::{ItemState, Key, Known};
use crate::postmortem::Postmortem;
use crate::postmortem::action::{ActionItem, Column};
use crate::postmortem::place::{is_place, own_number};
use crate::postmortem::section::SectionKey;
use crate::rules::context::Tracked;
use crate::rules::{Check, Context, CorpusFindings, Group, Rule, Seed};
use crate::source::Source;

pub(super) static RULE: Rule = Rule {
    name: "ledger-disagreement",
    group: Group::Actions,
    level: Level::Warning,
    version: "0.1.0",
    sources: &[Seed::S4],
    page: include_str!("ledger_disagreement.md"),
    check: Check::Corpus(check),
};

fn check(corpus: &Corpus, context: &Context<'_>, out: &mut CorpusFindings) {
    let Some(tracked) = context.tracked else {
        return;
    };
    for id in corpus.ids() {
        let from = Key::new(id, "");
        let known = tracked.items.range(from..);
        for (key, known) in known.take_while(|(key, _)| key.postmortem == id) {
            match row(corpus, key) {
                Some((postmortem, item)) => out.extend(
                    compare(item, known, tracked)
                        .map(|finding| (Arc::clone(postmortem.source()), finding)),
                ),
                // On the base branch it was there: then vanished-action tells.
                None if context.base.is_some_and(|base| row(base, key).is_some()) => {}
                None => out.extend(lost(corpus, key, known)),
            }
        }
    }
}

/// The row of an item, in the first postmortem that has it.
fn row<'a>(corpus: &'a Corpus, key: &Key) -> Option<(&'a Postmortem, &'a ActionItem)> {
    let named = |item: &&ActionItem| item.id.get() == Some(&key.item);
    corpus.all(&key.postmortem).find_map(|postmortem| {
        let item = postmortem.actions.items.iter().find(named)?;
        Some((postmortem, item))
    })
}

/// What a row says against what is known of it.
fn compare(item: &ActionItem, known: &Known, tracked: &Tracked) -> Option<Finding> {
    let name = gap::name(item);
    if item.is_dropped() {
        let done = known.state == ItemState::Done;
        return done.then(|| {
            let message = format!(
                "{name} is dropped here, but {} was closed as done",
                issue(known)
            );
            let help = format!(
                "clear its column `Status` if it was done; if it was not, open {} again",
                number(known)
            );
            Finding::new(item.cell(Column::Status), message, help)
        });
    }
    let place = item.issue.get().map(|place| place.trim());
    let repository = tracked.repository.as_deref().unwrap_or_default();
    let named = place.and_then(|place| own_number(place, repository));
    if let (Some(named), Some(own)) = (named, known.issue)
        && named != own
        && known.state != ItemState::Elsewhere
    {
        let message = format!("{name} names the issue #{named}, but the ledger has #{own} for it");
        let help = format!(
            "write `#{own}` or clear the cell; with another number it counts as tracked there"
        );
        return Some(Finding::new(item.cell(Column::Issue), message, help));
    }
    // Naming another tracker is a decision too.
    let elsewhere = place.is_some_and(is_place) && (named.is_none() || named != known.issue);
    let undecided = known.state == ItemState::NeedsDecision && !elsewhere;
    undecided.then(|| {
        let issue = issue(known);
        let message = format!("{name} is promised here, but {issue} was closed without being done");
        let help = format!(
            "write `dropped: reason` into its column `Status`, or open {} again",
            number(known)
        );
        Finding::new(item.span, message, help)
    })
}

/// An item that is known and that no row of its postmortem has.
fn lost(corpus: &Corpus, key: &Key, known: &Known) -> Option<(Arc<Source>, Finding)> {
    let how = match known.state {
        ItemState::Open | ItemState::Orphaned => "is still open",
        ItemState::NeedsDecision => "was closed without being done",
        ItemState::Done | ItemState::Dropped | ItemState::Elsewhere => return None,
    };
    // Whose number nobody wrote down was perhaps never opened.
    if known.issue.is_none() && known.intent.is_some() {
        return None;
    }
    let postmortem = corpus.get(&key.postmortem)?;
    // What cannot be read whole may have the row.
    if corpus.all(&key.postmortem).any(|one| !one.readable) {
        return None;
    }
    let message = format!(
        "no row has `{}` any more, but {} {how}",
        key.item.escape_debug(),
        issue(known)
    );
    let help =
        "put the row back; if nobody will do it, write `dropped: reason` into its column `Status`";
    let section = postmortem.section(SectionKey::Actions);
    let span = section.map_or(postmortem.fence(), |section| section.heading);
    Some((
        Arc::clone(postmortem.source()),
        Finding::new(span, message, help),
    ))
}

fn issue(known: &Known) -> String {
    let number = known.issue.map(|number| format!(" #{number}"));
    format!("its issue{}", number.unwrap_or_default())
}

fn number(known: &Known) -> String {
    let number = known.issue.map(|number| format!("#{number}"));
    number.unwrap_or_else(|| "its issue".into())
}
