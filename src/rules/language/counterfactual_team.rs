//! What a team could have done and did not.

use super::Levels;
use super::reading::tell;
use crate::diagnostic::{Finding, Level};
use crate::postmortem::Postmortem;
use crate::rules::{Check, Context, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "counterfactual-team",
    group: Group::Language,
    level: Level::Warning,
    version: "0.1.0",
    sources: &[Seed::S3],
    page: include_str!("counterfactual_team.md"),
    check: Check::Postmortem(check),
};

pub(super) const LEVELS: Levels = Levels {
    narrative: Some(Level::Warning),
    lessons: Some(Level::Note),
    actions: None,
    lighter_for_many: false,
};

fn check(postmortem: &Postmortem, _: &Context<'_>, out: &mut Vec<Finding>) {
    tell(postmortem, &RULE, out, |remark| {
        let message = format!(
            "`{}` describes what did not happen, and stops the question why",
            remark.words
        );
        let help = "describe what was done, and what the system lacked";
        (message, help.into())
    });
}
