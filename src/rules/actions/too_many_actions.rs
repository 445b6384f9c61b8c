//! More action items than anyone will finish.

use crate::diagnostic::{Finding, Level};
use crate::postmortem::Postmortem;
use crate::postmortem::section::SectionKey;
use crate::rules::{Check, Context, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "too-many-actions",
    group: Group::Actions,
    level: Level::Note,
    version: "0.1.0",
    sources: &[Seed::S2, Seed::S4],
    page: include_str!("too_many_actions.md"),
    check: Check::Postmortem(check),
};

/// As many as a team finishes.
const MOST: usize = 10;

fn check(postmortem: &Postmortem, _: &Context<'_>, out: &mut Vec<Finding>) {
    let count = postmortem.actions.committed().count();
    if count <= MOST {
        return;
    }
    if let Some(section) = postmortem.section(SectionKey::Actions) {
        let message =
            format!("{count} action items are committed; more than {MOST} are seldom finished");
        let help = "keep those that matter most and move the rest below `Considered, not committed`, with a reason; rows that are merged already stay, as `dropped: reason`";
        out.push(Finding::new(section.heading, message, help));
    }
}
