//! A duty that was not done, by nobody in particular.

use super::Levels;
use super::reading::tell;
use crate::diagnostic::{Finding, Level};
use crate::postmortem::Postmortem;
use crate::rules::{Check, Context, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "counterfactual-passive",
    group: Group::Language,
    level: Level::Warning,
    version: "0.1.0",
    sources: &[Seed::S3],
    page: include_str!("counterfactual_passive.md"),
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
            "`{}` names a duty and hides why it was not done",
            remark.words
        );
        let help = "say what took place instead, and which step would have made sure";
        (message, help.into())
    });
}
