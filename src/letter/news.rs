//! What was written in a month: new postmortems, and older ones that were changed.

use std::collections::BTreeMap;

use super::period::Period;
use super::{Written, name};
use crate::corpus::Corpus;
use crate::postmortem::Postmortem;
use crate::postmortem::choice::Status;
use crate::sheet::Line;
use crate::tracker::block::Places;
use crate::when;

/// The news of a month.
#[derive(Debug, Default)]
pub(super) struct News<'a> {
    /// What came, the latest incident first.
    pub(super) new: Vec<&'a Postmortem>,
    /// What was changed, the latest incident first.
    pub(super) updated: Vec<&'a Postmortem>,
    /// How many came from an archive.
    pub(super) brought: usize,
}

impl<'a> News<'a> {
    /// Sorts the postmortems of a corpus; without a history new is what happened in the month.
    pub(super) fn of(
        corpus: &'a Corpus,
        written: Option<&BTreeMap<String, Written>>,
        period: &Period,
    ) -> Self {
        let mut news = Self::default();
        for one in &corpus.postmortems {
            let happened = one
                .started()
                .or(ended(one))
                .is_some_and(|at| period.holds(at));
            let course = written.and_then(|written| written.get(one.path()));
            let Some(course) = course else {
                // Never committed, or nobody can tell.
                if happened {
                    news.new.push(one);
                }
                continue;
            };
            let mut changes = course.changes.iter();
            let came = changes.next().is_some_and(|at| period.holds(*at));
            match (came, course.is_archive) {
                (true, false) => news.new.push(one),
                (true, true) if happened => news.new.push(one),
                (true, true) => news.brought += 1,
                (false, _) if changes.any(|at| period.holds(*at)) => news.updated.push(one),
                (false, _) => {}
            }
        }
        for list in [&mut news.new, &mut news.updated] {
            list.sort_by_key(|one| std::cmp::Reverse(one.started().or(ended(one))));
        }
        news
    }
}

fn ended(postmortem: &Postmortem) -> Option<jiff::Timestamp> {
    postmortem.front.incident.resolved.known().copied()
}

/// `sev2 · checkout · 20 Oct 2026, 7 h 10 min · in review`
pub(super) fn facts(postmortem: &Postmortem) -> Line {
    let front = &postmortem.front;
    let severity = front.severity.get().map(|name| Line::from(name.as_str()));
    let services = front.services.items();
    let services: Vec<&str> = services.iter().map(|one| one.value.as_str()).collect();
    let began = postmortem.started();
    let took = began
        .zip(ended(postmortem))
        .and_then(|(from, to)| when::between(from, to));
    let date = match (began, took) {
        (Some(at), Some(took)) => Some(format!("{}, {took}", when::day(at))),
        (Some(at), None) => Some(when::day(at)),
        (None, _) => None,
    };
    let kind = match postmortem.kind().name() {
        "incident" => None,
        kind => Some(Line::from(kind)),
    };
    let status = match postmortem.status() {
        Status::Final => None,
        Status::InReview => Some(Line::from("in review: it may still change")),
        Status::Draft => Some(Line::from("draft: it will still change")),
    };
    let services = (!services.is_empty()).then(|| Line::from(services.join(", ")));
    let parts = [severity, kind, services, date.map(Line::from), status];
    Line::joined(parts.into_iter().flatten(), " · ")
}

/// One line on a postmortem that was changed.
pub(super) fn line(postmortem: &Postmortem, places: &Places) -> Line {
    let facts = facts(postmortem);
    let line = name(postmortem, places);
    if facts.is_empty() {
        line
    } else {
        line.text(" · ").then(facts)
    }
}
