//! A postmortem that became final later than agreed, or is not final yet.

use std::sync::Arc;

use super::lateness::{self, Late};
use crate::corpus::Corpus;
use crate::diagnostic::{Finding, Level};
use crate::rules::{Check, Context, CorpusFindings, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "late-final",
    group: Group::Process,
    level: Level::Warning,
    version: "0.1.0",
    sources: &[Seed::S1, Seed::S4],
    page: include_str!("late_final.md"),
    check: Check::Corpus(check),
};

fn check(corpus: &Corpus, context: &Context<'_>, out: &mut CorpusFindings) {
    for (postmortem, course) in lateness::committed(corpus, context) {
        let Some(Late::Final(missed)) = lateness::of(postmortem, course, context) else {
            continue;
        };
        let (limit, length) = (missed.limit(postmortem, context), missed.length());
        let (message, help) = if missed.done {
            let day = lateness::day(missed.at);
            (
                format!(
                    "it became final on {day}, {length} after the resolution; the deadline is {limit}"
                ),
                "allow this with a reason; if it happens often, agree on another `deadlines.final` in the configuration",
            )
        } else {
            let status = postmortem.status().name();
            (
                format!(
                    "it is still `{status}`, {length} after the resolution; the deadline is {limit}"
                ),
                "finish it with what is known, and say what is not; if it has to wait, allow this with a reason and a day, `until`",
            )
        };
        let place = postmortem.front.status.span();
        let place = place.unwrap_or(postmortem.fence());
        out.push((
            Arc::clone(postmortem.source()),
            Finding::new(place, message, help),
        ));
    }
}
