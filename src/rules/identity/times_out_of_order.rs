//! Moments of the front matter that cannot follow each other.

use jiff::{SignedDuration, Timestamp};

use crate::diagnostic::{Finding, Level};
use crate::document::mapping::{Field, Known};
use crate::postmortem::Postmortem;
use crate::postmortem::choice::Status;
use crate::postmortem::incident::Moment;
use crate::rules::length::length;
use crate::rules::{Check, Context, Group, Rule, Seed};
use crate::source::Span;

pub(super) static RULE: Rule = Rule {
    name: "times-out-of-order",
    group: Group::Identity,
    level: Level::Error,
    version: "0.1.0",
    sources: &[Seed::S4],
    page: include_str!("times_out_of_order.md"),
    check: Check::Postmortem(check),
};

/// How far clocks may differ before a time lies in the future.
const TOLERANCE: SignedDuration = SignedDuration::from_mins(10);

fn check(postmortem: &Postmortem, context: &Context<'_>, out: &mut Vec<Finding>) {
    let front = &postmortem.front;
    let phases = front.incident.phases();
    let named = phases.into_iter().chain([("meeting", &front.meeting)]);
    let mut before: Option<(&str, Timestamp, Span)> = None;
    for (name, at, span) in named.filter_map(known) {
        let ahead = at.duration_since(context.now);
        let planned = name == "meeting" && postmortem.status() != Status::Final;
        if is_ahead(at, context) && !planned {
            let message = format!("`{name}` lies {} in the future", length(ahead));
            let help = match name {
                "meeting" => "write when it was held; a postmortem is final only after its meeting",
                _ => "correct the date, or remove the line until it has happened",
            };
            out.push(Finding::new(span, message, help));
            continue;
        }
        if let Some((earlier, then, place)) = before
            && at < then
        {
            let message = format!(
                "`{name}` is {} before `{earlier}`",
                length(then.duration_since(at))
            );
            let help = match name {
                "meeting" => {
                    "correct the date, or the time that is wrong: the meeting follows the incident"
                }
                _ => "correct the one that is wrong; look at the date and the offset first",
            };
            let label = format!("`{earlier}` is here");
            out.push(Finding::new(span, message, help).with_related(
                postmortem.source(),
                place,
                &label,
            ));
        }
        before = Some((name, at, span));
    }
}

/// Whether a moment lies in the future, further than clocks may differ. It is told here; what follows from it (a length, an
/// order, a contradiction) is not told again by other rules.
pub(in crate::rules) fn is_ahead(at: Timestamp, context: &Context<'_>) -> bool {
    at.duration_since(context.now) > TOLERANCE
}

fn known<'a>((name, moment): (&'a str, &Moment)) -> Option<(&'a str, Timestamp, Span)> {
    match moment {
        Field::Value(value) => match value.value {
            Known::Known(at) => Some((name, at, value.span)),
            Known::Unknown => None,
        },
        _ => None,
    }
}
