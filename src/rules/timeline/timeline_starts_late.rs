//! A timeline that begins when somebody noticed.

use super::moments::{certain, is_whole, shown};
use super::phase;
use crate::diagnostic::{Finding, Level};
use crate::postmortem::Postmortem;
use crate::rules::{Check, Context, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "timeline-starts-late",
    group: Group::Timeline,
    level: Level::Warning,
    version: "0.1.0",
    sources: &[Seed::S3],
    page: include_str!("timeline_starts_late.md"),
    check: Check::Postmortem(check),
};

/// Silent where an entry's moment is not certain: it may be the early one.
fn check(postmortem: &Postmortem, _: &Context<'_>, out: &mut Vec<Finding>) {
    let moment = &postmortem.front.incident.detected;
    let Some(detected) = moment.known().copied().filter(|_| is_whole(postmortem)) else {
        return;
    };
    let moments: Vec<_> = certain(postmortem).collect();
    let early = |at: &jiff::Timestamp| *at < detected;
    if moments.len() < postmortem.timeline.entries.len() || moments.iter().any(|(_, at)| early(at))
    {
        return;
    }
    let Some((first, at)) = moments.into_iter().min_by_key(|(_, at)| *at) else {
        return;
    };
    let message = format!(
        "the timeline begins at {}, when the incident was already noticed",
        shown(at, detected)
    );
    let started = postmortem.started().filter(early);
    let effect = started.map_or(String::new(), |started| {
        format!(
            ", and with the first effect at {}",
            shown(started, detected)
        )
    });
    let help = format!("begin with what led to it, the change or the load{effect}");
    let label = format!("detected at {}", shown(detected, at));
    out.push(Finding::new(first.time_span, message, help).with_related(
        postmortem.source(),
        phase::span(moment),
        &label,
    ));
}
