//! A first version that was committed later than agreed.

use std::sync::Arc;

use super::lateness::{self, Late};
use crate::corpus::Corpus;
use crate::diagnostic::{Finding, Level};
use crate::rules::{Check, Context, CorpusFindings, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "late-draft",
    group: Group::Process,
    level: Level::Warning,
    version: "0.1.0",
    sources: &[Seed::S2],
    page: include_str!("late_draft.md"),
    check: Check::Corpus(check),
};

fn check(corpus: &Corpus, context: &Context<'_>, out: &mut CorpusFindings) {
    for (postmortem, course) in lateness::committed(corpus, context) {
        let Some(Late::Draft(missed)) = lateness::of(postmortem, course, context) else {
            continue;
        };
        let message = format!(
            "the first version was committed on {}, {} after the resolution; the deadline is {}",
            lateness::moment(missed.at),
            missed.length(),
            missed.limit(postmortem, context)
        );
        let help = "write `unknown` for what nobody remembers, and allow this with a reason; if it happens often, agree on another `deadlines.draft` in the configuration";
        let place = postmortem.front.incident.resolved.span();
        let place = place.unwrap_or(postmortem.fence());
        out.push((
            Arc::clone(postmortem.source()),
            Finding::new(place, message, help),
        ));
    }
}
