//! A meeting that was held, or is planned, later than agreed; none at all after a severe incident.

use std::sync::Arc;

use jiff::Timestamp;

use super::lateness::{self, Late};
use crate::corpus::Corpus;
use crate::diagnostic::{Finding, Level};
use crate::document::mapping::{Field, Known};
use crate::postmortem::Postmortem;
use crate::postmortem::deadline::{MEMORY, Stage};
use crate::rules::context::Course;
use crate::rules::{Check, Context, CorpusFindings, Group, Rule, Seed};
use crate::source::Span;

pub(super) static RULE: Rule = Rule {
    name: "late-meeting",
    group: Group::Process,
    level: Level::Warning,
    version: "0.1.0",
    sources: &[Seed::S1, Seed::S4],
    page: include_str!("late_meeting.md"),
    check: Check::Corpus(check),
};

fn check(corpus: &Corpus, context: &Context<'_>, out: &mut CorpusFindings) {
    for (postmortem, course) in lateness::committed(corpus, context) {
        let Some(resolved) = lateness::resolved(postmortem) else {
            continue;
        };
        let finding = match &postmortem.front.meeting {
            Field::Value(meeting) => match meeting.value {
                Known::Known(at) => late(postmortem, resolved, at, meeting.span, context),
                Known::Unknown => None,
            },
            Field::Invalid(_) => None,
            Field::Missing => missing(postmortem, resolved, course, context),
        };
        out.extend(finding.map(|finding| (Arc::clone(postmortem.source()), finding)));
    }
}

fn late(
    postmortem: &Postmortem,
    resolved: Timestamp,
    at: Timestamp,
    place: Span,
    context: &Context<'_>,
) -> Option<Finding> {
    let missed = lateness::missed(postmortem, Stage::Meeting, resolved, Some(at), context)?;
    let (verb, help) = if at > context.now {
        (
            "is planned",
            "move it forward if people can come, or allow this with a reason, such as days off",
        )
    } else {
        (
            "was",
            "allow this with a reason, such as days off; if it happens often, agree on another `deadlines.meeting` in the configuration",
        )
    };
    let message = format!(
        "the meeting {verb} {} after the resolution; the deadline is {}",
        missed.length(),
        missed.limit(postmortem, context)
    );
    Some(Finding::new(place, message, help))
}

/// One thing is said of a draft that nobody works on.
fn missing(
    postmortem: &Postmortem,
    resolved: Timestamp,
    course: &Course,
    context: &Context<'_>,
) -> Option<Finding> {
    let recent = context.now.duration_since(resolved) <= MEMORY;
    let asked = postmortem.asks_for_meeting(context.conventions) && recent;
    let stale = || {
        matches!(
            lateness::of(postmortem, course, context),
            Some(Late::Stale(_))
        )
    };
    if !asked || stale() {
        return None;
    }
    let missed = lateness::missed(postmortem, Stage::Meeting, resolved, None, context)?;
    let message = format!(
        "no meeting is named, and the deadline, {} after the resolution, was over on {}",
        missed.limit(postmortem, context),
        lateness::moment(missed.due)
    );
    let help = "write when it was or will be, `meeting: 2026-10-12T10:00:00Z`, or `meeting: unknown`; if none is wanted, allow this with a reason";
    let place = postmortem.front.severity.span()?;
    Some(Finding::new(place, message, help))
}
