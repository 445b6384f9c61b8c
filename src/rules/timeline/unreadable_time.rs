//! A time that nobody can place.

use std::collections::BTreeMap;

use crate::diagnostic::{Finding, Level};
use crate::postmortem::Postmortem;
use crate::postmortem::timeline::Unreadable;
use crate::rules::sections::is_leftover;
use crate::rules::{Check, Context, Group, Rule, Seed};
use crate::source::Span;

pub(super) static RULE: Rule = Rule {
    name: "unreadable-time",
    group: Group::Timeline,
    level: Level::Error,
    version: "0.1.0",
    sources: &[Seed::S4, Seed::S5],
    page: include_str!("unreadable_time.md"),
    check: Check::Postmortem(check),
};

/// How many times with the same flaw are shown; of an ambiguous zone only the first is, since one column needs it once.
const SHOWN: usize = 5;

/// A mark such as `TBD` in the place of a time is told by `template-leftover`.
fn check(postmortem: &Postmortem, _: &Context<'_>, out: &mut Vec<Finding>) {
    let text = |span| postmortem.source().slice(span).trim();
    let times = postmortem
        .timeline
        .unreadable
        .iter()
        .filter(|time| !is_leftover(text(time.span)));
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for time in times.clone() {
        *counts.entry(&time.why).or_default() += 1;
    }
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for time in times {
        let zone = time.why.starts_with("the zone");
        let most = if zone { 1 } else { SHOWN };
        let number = seen.entry(&time.why).or_default();
        *number += 1;
        if *number > most {
            continue;
        }
        let shown: String = text(time.span)
            .chars()
            .filter(|c| *c != '`')
            .take(40)
            .collect();
        let mut message = match zone {
            true => time.why.clone(),
            false => format!("`{shown}` cannot be read as a time: {}", time.why),
        };
        let more = counts
            .get(time.why.as_str())
            .map_or(0, |count| count.saturating_sub(most));
        if *number == most && more > 0 {
            let plural = if more == 1 { "time has" } else { "times have" };
            message.push_str(&format!("; {more} more {plural} the same flaw"));
        }
        let help = if zone {
            "write UTC, or the offset itself, as in `14:23+02:00`"
        } else if time.why.contains("time of day is missing") {
            "add the time of day, as in `2026-10-10 14:23`"
        } else {
            "write hours and minutes, as in `14:23`, or `unknown` if nobody knows"
        };
        let span = if zone {
            zone_span(postmortem, time)
        } else {
            time.span
        };
        out.push(Finding::new(span, message, help));
    }
}

/// The name of the zone behind the time; the time where it is not found.
fn zone_span(postmortem: &Postmortem, time: &Unreadable) -> Span {
    let name = time.why.split('`').nth(1).unwrap_or_default();
    let start = time.span.start as usize;
    let rest = &postmortem.source().text()[start..];
    let line = rest.lines().next().unwrap_or_default();
    let found = line.find(name).filter(|_| !name.is_empty());
    found.map_or(time.span, |at| {
        Span::new(start + at, start + at + name.len())
    })
}
