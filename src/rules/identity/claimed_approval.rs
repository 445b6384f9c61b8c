//! Approval that was typed instead of proven.

use crate::diagnostic::{Finding, Level};
use crate::postmortem::Postmortem;
use crate::rules::{Check, Context, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "claimed-approval",
    group: Group::Identity,
    level: Level::Error,
    version: "0.1.0",
    sources: &[Seed::S1],
    page: include_str!("claimed_approval.md"),
    check: Check::Postmortem(check),
};

fn check(postmortem: &Postmortem, _: &Context<'_>, out: &mut Vec<Finding>) {
    for claim in &postmortem.front.claimed_approval {
        let word = &claim.value;
        let (message, help) = if postmortem.front.status.span() == Some(claim.span) {
            (
                format!("`status: {word}` claims an approval that only reviews can give"),
                "write `status: final`; the reviews of the pull request prove the rest",
            )
        } else {
            (
                format!("`{word}` claims an approval that only reviews can give"),
                "remove the key, and have the pull request reviewed; its reviews go on record",
            )
        };
        out.push(Finding::new(claim.span, message, help));
    }
}
