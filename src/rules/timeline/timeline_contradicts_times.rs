//! An entry that puts a turning point at another time than the front matter.

use jiff::{SignedDuration, Timestamp};

use super::moments::{certain, shown};
use super::phase::{self, Phase};
use crate::diagnostic::{Finding, Level};
use crate::postmortem::Postmortem;
use crate::postmortem::timeline::Entry;
use crate::rules::identity::is_ahead;
use crate::rules::{Check, Context, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "timeline-contradicts-times",
    group: Group::Timeline,
    level: Level::Warning,
    version: "0.1.0",
    sources: &[Seed::S4],
    page: include_str!("timeline_contradicts_times.md"),
    check: Check::Postmortem(check),
};

/// How far two tellings of one moment may differ; further where the entry says `about`.
const NEAR: SignedDuration = SignedDuration::from_mins(2);
const ABOUT: SignedDuration = SignedDuration::from_mins(15);

/// One entry that agrees is enough: a thing may be resolved in several steps.
fn check(postmortem: &Postmortem, context: &Context<'_>, out: &mut Vec<Finding>) {
    for phase in Phase::ALL {
        let moment = phase.moment(postmortem);
        let Some(told) = moment.known().copied().filter(|at| !is_ahead(*at, context)) else {
            continue;
        };
        let stated = certain(postmortem).filter(|(entry, _)| phase.is_stated(&entry.event));
        let nearest = stated.min_by_key(|(entry, at)| distance(entry, *at, told));
        let Some((entry, at)) = nearest else { continue };
        let about = entry.clock.is_some_and(|clock| clock.about);
        if distance(entry, at, told) <= if about { ABOUT } else { NEAR } {
            continue;
        }
        let name = phase.name();
        let (here, there) = (shown(at, told), shown(told, at));
        let message = format!("the timeline says {name} at {here}, the front matter at {there}");
        let help =
            format!("correct the one that is wrong; every figure is taken from `incident.{name}`");
        out.push(Finding::new(entry.time_span, message, help).with_related(
            postmortem.source(),
            phase::span(moment),
            &format!("{name} at {there}"),
        ));
    }
}

fn distance(entry: &Entry, at: Timestamp, told: Timestamp) -> SignedDuration {
    let until = entry.until.unwrap_or(at);
    if at <= told && told <= until {
        return SignedDuration::ZERO;
    }
    at.duration_since(told)
        .abs()
        .min(until.duration_since(told).abs())
}
