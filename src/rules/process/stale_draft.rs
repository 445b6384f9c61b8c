//! A draft on the default branch that nobody has touched for long.

use std::sync::Arc;

use super::lateness::{self, Late};
use crate::corpus::Corpus;
use crate::diagnostic::{Finding, Level};
use crate::postmortem::deadline::MEMORY;
use crate::rules::{Check, Context, CorpusFindings, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "stale-draft",
    group: Group::Process,
    level: Level::Warning,
    version: "0.1.0",
    sources: &[Seed::S4],
    page: include_str!("stale_draft.md"),
    check: Check::Corpus(check),
};

fn check(corpus: &Corpus, context: &Context<'_>, out: &mut CorpusFindings) {
    for (postmortem, course) in lateness::committed(corpus, context) {
        let Some(Late::Stale(missed)) = lateness::of(postmortem, course, context) else {
            continue;
        };
        let limit = missed.limit(postmortem, context);
        // So far back the history is not read to the day.
        let message = if missed.at.duration_since(missed.from) > MEMORY {
            format!("this draft has not been touched for more than a year; the limit is {limit}")
        } else {
            format!(
                "this draft has not been touched since {}, for {}; the limit is {limit}",
                lateness::day(missed.from),
                missed.length(),
            )
        };
        let help = "finish it, hand it to somebody who has the time, or cut it down to `template: quick`; if it has to wait, allow this with a reason and a day, `until`";
        let place = postmortem.front.status.span();
        let place = place.unwrap_or(postmortem.fence());
        out.push((
            Arc::clone(postmortem.source()),
            Finding::new(place, message, help),
        ));
    }
}
