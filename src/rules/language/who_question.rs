//! A question that asks for somebody to blame.

use super::Levels;
use super::reading::tell;
use crate::diagnostic::{Finding, Level};
use crate::postmortem::Postmortem;
use crate::rules::{Check, Context, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "who-question",
    group: Group::Language,
    level: Level::Warning,
    version: "0.1.0",
    sources: &[Seed::S2, Seed::S3],
    page: include_str!("who_question.md"),
    check: Check::Postmortem(check),
};

pub(super) const LEVELS: Levels = Levels {
    narrative: Some(Level::Warning),
    lessons: Some(Level::Warning),
    actions: Some(Level::Warning),
    lighter_for_many: false,
};

fn check(postmortem: &Postmortem, _: &Context<'_>, out: &mut Vec<Finding>) {
    tell(postmortem, &RULE, out, |remark| {
        let message = format!("`{}` asks for a person", remark.words);
        let help = "ask what and how instead of who and why";
        (message, help.into())
    });
}
