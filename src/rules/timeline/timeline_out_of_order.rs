//! An entry before the one above it.

use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{SignedDuration, Span as Days};

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

/// How many are told one by one.
const SHOWN: usize = 20;

fn check(postmortem: &Postmortem, _: &Context<'_>, out: &mut Vec<Finding>) {
    let entries = &postmortem.timeline.entries;
    let mut found = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        let Some(above) = entries[..index].iter().rfind(|above| above.clock.is_some()) else {
            continue;
        };
        if entry.rolled_over {
            found.push(stepped_back(
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
            found.push(Finding::new(entry.time_span, message, help).with_related(
                postmortem.source(),
                above.time_span,
                "the entry above it",
            ));
        }
    }
    let more = found.len().saturating_sub(SHOWN);
    found.truncate(SHOWN);
    if let Some(last) = found.last_mut().filter(|_| more > 0) {
        last.message
            .push_str(&format!("; {more} more entries step back below"));
    }
    out.append(&mut found);
}

/// A step back that was read as the next day; a safe fix only where midnight plainly passed.
fn stepped_back(postmortem: &Postmortem, above: &Entry, entry: &Entry, midnight: bool) -> Finding {
    let time = written(postmortem, entry);
    let before = written(postmortem, above);
    // The day as the timeline counts it in its own zone, from Hawaii to the date line.
    let zones = SignedDuration::from_hours(-10)..SignedDuration::from_hours(14);
    let day = entry.at.zip(entry.clock).and_then(|(at, clock)| {
        let at = Offset::UTC.to_datetime(at);
        let days = [-1, 0, 1].map(|shift| at.date().checked_add(Days::new().days(shift)).ok());
        let fits = |day: &Date| zones.contains(&at.duration_until(day.to_datetime(clock.time)));
        days.into_iter().flatten().find(fits)
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
