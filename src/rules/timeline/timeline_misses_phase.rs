//! A turning point of which the timeline says nothing.

use jiff::SignedDuration;

use super::moments::{certain, is_whole, shown};
use super::phase::{self, Phase};
use crate::diagnostic::{Finding, Level};
use crate::postmortem::Postmortem;
use crate::postmortem::section::SectionKey;
use crate::rules::identity::is_ahead;
use crate::rules::{Check, Context, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "timeline-misses-phase",
    group: Group::Timeline,
    level: Level::Warning,
    version: "0.1.0",
    sources: &[Seed::S1],
    page: include_str!("timeline_misses_phase.md"),
    check: Check::Postmortem(check),
};

/// How far an entry may be from the front matter's time to stand for it.
const NEAR: SignedDuration = SignedDuration::from_mins(5);

/// Silent where an entry's moment is not certain: it may be the one.
fn check(postmortem: &Postmortem, context: &Context<'_>, out: &mut Vec<Finding>) {
    let Some(section) = postmortem.section(SectionKey::Timeline) else {
        return;
    };
    let entries = &postmortem.timeline.entries;
    let clocks = entries.iter().filter(|entry| entry.clock.is_some()).count();
    if !is_whole(postmortem) || certain(postmortem).count() < clocks {
        return;
    }
    for phase in Phase::ALL {
        let moment = phase.moment(postmortem);
        let Some(at) = moment.known().copied().filter(|at| !is_ahead(*at, context)) else {
            continue;
        };
        let near = certain(postmortem).any(|(entry, from)| {
            let until = entry.until.unwrap_or(from);
            from <= at.saturating_add(NEAR).unwrap_or(at)
                && until >= at.saturating_sub(NEAR).unwrap_or(at)
        });
        if near || entries.iter().any(|entry| phase.is_mentioned(&entry.event)) {
            continue;
        }
        let name = phase.name();
        let beside = postmortem.started().unwrap_or(at);
        let time = shown(at, beside);
        let message =
            format!("no entry says that the incident was {name}, at {time} by the front matter");
        let capital = name[..1].to_uppercase() + &name[1..];
        let help = match phase {
            Phase::Detected => {
                format!("add the entry: `{time}`, `{capital}:` and who or what noticed")
            }
            Phase::Mitigated => {
                format!("add the entry: `{time}`, `{capital}:` and what ended the effect")
            }
            Phase::Resolved => format!(
                "add the entry: `{time}`, `{capital}:` and how one could tell that it was over"
            ),
        };
        out.push(Finding::new(section.heading, message, help).with_related(
            postmortem.source(),
            phase::span(moment),
            &format!("{name} here"),
        ));
    }
}
