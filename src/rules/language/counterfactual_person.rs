//! What a person could have done and did not.

use super::Levels;
use super::reading::tell;
use crate::diagnostic::{Finding, Level};
use crate::postmortem::Postmortem;
use crate::rules::{Check, Context, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "counterfactual-person",
    group: Group::Language,
    level: Level::Error,
    version: "0.1.0",
    sources: &[Seed::S4, Seed::S3],
    page: include_str!("counterfactual_person.md"),
    check: Check::Postmortem(check),
};

pub(super) const LEVELS: Levels = Levels {
    narrative: Some(Level::Error),
    lessons: Some(Level::Warning),
    actions: None,
    lighter_for_many: false,
};

fn check(postmortem: &Postmortem, _: &Context<'_>, out: &mut Vec<Finding>) {
    tell(postmortem, &RULE, out, |remark| {
        let message = format!(
            "`{}` holds a person to what is known only now",
            remark.words
        );
        let help = "describe what was done and why it made sense";
        (message, help.into())
    });
}
