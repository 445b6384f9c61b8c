//! A timeline that tells no story.

use super::moments::{LEAST, timed};
use crate::diagnostic::{Finding, Level};
use crate::postmortem::Postmortem;
use crate::postmortem::section::SectionKey;
use crate::rules::{Check, Context, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "empty-timeline",
    group: Group::Timeline,
    level: Level::Error,
    version: "0.1.0",
    sources: &[Seed::S1, Seed::S5],
    page: include_str!("empty_timeline.md"),
    check: Check::Postmortem(check),
};

fn check(postmortem: &Postmortem, _: &Context<'_>, out: &mut Vec<Finding>) {
    let Some(section) = postmortem.section(SectionKey::Timeline) else {
        return;
    };
    let message = match timed(postmortem) {
        0 => "the timeline has no entry with a time".to_string(),
        1 => format!("the timeline has one entry with a time, fewer than {LEAST}"),
        count if count < LEAST => {
            format!("the timeline has {count} entries with a time, fewer than {LEAST}")
        }
        _ => return,
    };
    out.push(Finding::new(
        section.heading,
        message,
        "add a row for each thing that was seen, tried or decided, as in `| 14:31 | Detected: the alert fires |`",
    ));
}
