//! An hour or more of which the timeline says nothing.

use jiff::{SignedDuration, Timestamp};

use super::moments::{certain, shown, timed};
use crate::diagnostic::{Finding, Level};
use crate::postmortem::Postmortem;
use crate::postmortem::timeline::Entry;
use crate::rules::{Check, Context, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "timeline-gap",
    group: Group::Timeline,
    level: Level::Note,
    version: "0.1.0",
    sources: &[Seed::S5],
    page: include_str!("timeline_gap.md"),
    check: Check::Postmortem(check),
};

const MOST: SignedDuration = SignedDuration::from_mins(60);

/// Of many gaps only the longest are told.
const SHOWN: usize = 5;

struct Gap<'a> {
    length: SignedDuration,
    from: Timestamp,
    to: Timestamp,
    before: &'a Entry,
    after: &'a Entry,
}

fn check(postmortem: &Postmortem, _: &Context<'_>, out: &mut Vec<Finding>) {
    let resolved = postmortem.front.incident.resolved.known().copied();
    let (Some(started), Some(resolved)) = (postmortem.started(), resolved) else {
        return;
    };
    if timed(postmortem) < super::moments::LEAST {
        return;
    }
    let entries: Vec<(&Entry, Timestamp)> = certain(postmortem).collect();
    let mut gaps = Vec::new();
    for pair in entries.windows(2) {
        let [(before, at), (after, until)] = [pair[0], pair[1]];
        let from = before.until.unwrap_or(at).max(started);
        let to = until.min(resolved);
        let length = to.duration_since(from);
        if length > MOST && !holds_other(postmortem, before, after) {
            gaps.push(Gap {
                length,
                from,
                to,
                before,
                after,
            });
        }
    }
    gaps.sort_by_key(|gap| std::cmp::Reverse(gap.length));
    let more = gaps.len().saturating_sub(SHOWN);
    for (index, gap) in gaps.iter().take(SHOWN).enumerate() {
        let mut message = format!(
            "{} without an entry between {} and {}",
            length(gap.length),
            shown(gap.from, gap.from),
            shown(gap.to, gap.from)
        );
        if index + 1 == SHOWN && more > 0 {
            message.push_str(&format!("; {more} shorter gaps besides"));
        }
        out.push(
            Finding::new(
                gap.after.time_span,
                message,
                "add what was seen, tried or waited for in between, dead ends too",
            )
            .with_related(
                postmortem.source(),
                gap.before.time_span,
                "the entry before the gap",
            ),
        );
    }
}

/// Whether a time that is unknown, cannot be read or has no zone stands between the two.
fn holds_other(postmortem: &Postmortem, before: &Entry, after: &Entry) -> bool {
    let between = |start: u32| before.time_span.start < start && start < after.time_span.start;
    let timeline = &postmortem.timeline;
    timeline
        .entries
        .iter()
        .any(|entry| between(entry.time_span.start))
        || timeline
            .unreadable
            .iter()
            .any(|time| between(time.span.start))
}

fn length(length: SignedDuration) -> String {
    let minutes = length.as_mins();
    match (minutes / 60, minutes % 60) {
        _ if minutes < 120 => format!("{minutes} minutes"),
        (hours, 0) => format!("{hours} hours"),
        (hours, minutes) => format!("{hours} hours {minutes} minutes"),
    }
}
