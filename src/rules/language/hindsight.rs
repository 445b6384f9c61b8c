//! A judgement that only the outcome made possible.

use super::Levels;
use super::reading::tell;
use crate::diagnostic::{Finding, Level};
use crate::postmortem::Postmortem;
use crate::rules::{Check, Context, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "hindsight",
    group: Group::Language,
    level: Level::Note,
    version: "0.1.0",
    sources: &[Seed::S3],
    page: include_str!("hindsight.md"),
    check: Check::Postmortem(check),
};

pub(super) const LEVELS: Levels = Levels {
    narrative: Some(Level::Note),
    lessons: Some(Level::Note),
    actions: None,
    lighter_for_many: false,
};

fn check(postmortem: &Postmortem, _: &Context<'_>, out: &mut Vec<Finding>) {
    tell(postmortem, &RULE, out, |remark| {
        let message = format!("`{}` judges with what is known only now", remark.words);
        let help = "describe what could be seen at that moment";
        (message, help.into())
    });
}
