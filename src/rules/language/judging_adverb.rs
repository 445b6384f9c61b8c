//! An adverb that judges what somebody did.

use super::Levels;
use super::reading::tell;
use crate::diagnostic::{Finding, Level};
use crate::postmortem::Postmortem;
use crate::rules::{Check, Context, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "judging-adverb",
    group: Group::Language,
    level: Level::Note,
    version: "0.1.0",
    sources: &[Seed::S3, Seed::S1],
    page: include_str!("judging_adverb.md"),
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
        let message = format!("`{}` judges the deed by its outcome", remark.words);
        let help = "leave the adverb out and say what was expected to happen";
        (message, help.into())
    });
}
