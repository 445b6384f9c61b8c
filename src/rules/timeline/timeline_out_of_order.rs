//! An entry before the one above it.

use jiff::civil::Date;
use jiff::tz::Offset;

use super::moments::{is_midnight, shown, written};
use crate::diagnostic::{Finding, Level};
use crate::postmortem::Postmortem;
use crate::postmortem::timeline::Entry;
use crate::rules::{Check, Context, Group, Rule, Seed};
use crate::source::Span;

pub(super) static RULE: Rule = Rule {
    name: "timeline-out-of-order",
    group: Group::Timeline,
    level: Level::Error,
    version: "0.1.0",
    sources: &[Seed::S1, Seed::Format],
    page: include_str!("timeline_out_of_order.md"),
    check: Check::Postmortem(check),
};

fn check(postmortem: &Postmortem, _: &Context<'_>, out: &mut Vec<Finding>) {
    let entries = &postmortem.timeline.entries;
    for (index, entry) in entries.iter().enumerate() {
        let Some(above) = entries[..index].iter().rfind(|above| above.clock.is_some()) else {
            continue;
        };
        if entry.rolled_over {
            out.push(stepped_back(
                postmortem,
                above,
                entry,
                is_midnight(postmortem, &entries[..=index]),
            ));
        } else if let (Some(at), Some(before)) = (entry.at, above.at)
            && at < before
            && entry.without_zone == above.without_zone
        {
            let message = format!(
                "`{}` lies before the entry above it, {} UTC",
                written(postmortem, entry),
                shown(before, at)
            );
            let help = "move the entry to its place, or correct the time or the day";
            out.push(Finding::new(entry.time_span, message, help).with_related(
                postmortem.source(),
                above.time_span,
                "the entry above it",
            ));
        }
    }
}

/// A step back that was read as the next day; a safe fix only where midnight plainly passed.
fn stepped_back(postmortem: &Postmortem, above: &Entry, entry: &Entry, midnight: bool) -> Finding {
    let time = written(postmortem, entry);
    let before = written(postmortem, above);
    // The day as the timeline counts it, in its own zone: the one nearest to the moment in UTC.
    let day = entry.at.zip(entry.clock).and_then(|(at, clock)| {
        let at = Offset::UTC.to_datetime(at);
        let days =
            [-1, 0, 1].map(|shift| at.date().checked_add(jiff::Span::new().days(shift)).ok());
        let distance = |day: &Date| day.to_datetime(clock.time).duration_until(at).abs();
        days.into_iter().flatten().min_by_key(distance)
    });
    let finding = match day {
        Some(day) if midnight => {
            let message =
                format!("`{time}` steps back from `{before}` and was read as the next day, {day}");
            let text = postmortem.source().slice(entry.time_span);
            let digit = text.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
            let start = entry.time_span.start as usize + digit;
            Finding::new(
                entry.time_span,
                message,
                format!("write the day: `{day} {time}`"),
            )
            .with_edit(Span::new(start, start), format!("{day} "))
            .at_most(Level::Warning)
        }
        Some(day) => Finding::new(
            entry.time_span,
            format!(
                "`{time}` lies before `{before}` above it, so it was read as the next day, {day}"
            ),
            format!(
                "correct the time, move the entry, or write the day in front of both, as in `{day} {time}`"
            ),
        ),
        None => Finding::new(
            entry.time_span,
            format!("`{time}` lies before `{before}` above it, and no entry names a day"),
            "write the day in front of the time, as in `2026-10-11 00:10`, or correct the time",
        ),
    };
    finding.with_related(postmortem.source(), above.time_span, "the entry above it")
}
