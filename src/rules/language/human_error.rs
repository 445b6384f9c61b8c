//! A slip of a person given as a cause.

use super::Levels;
use super::reading::tell;
use crate::diagnostic::{Finding, Level};
use crate::postmortem::Postmortem;
use crate::rules::{Check, Context, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "human-error",
    group: Group::Language,
    level: Level::Error,
    version: "0.1.0",
    sources: &[Seed::S3, Seed::S4],
    page: include_str!("human_error.md"),
    check: Check::Postmortem(check),
};

pub(super) const LEVELS: Levels = Levels {
    narrative: Some(Level::Error),
    lessons: Some(Level::Warning),
    actions: Some(Level::Warning),
    lighter_for_many: false,
};

fn check(postmortem: &Postmortem, _: &Context<'_>, out: &mut Vec<Finding>) {
    tell(postmortem, &RULE, out, |remark| {
        let message = format!(
            "`{}` is where the questions begin, not a cause",
            remark.words
        );
        let help = "say what the slip met: a missing guard, a confusing tool, a late signal";
        (message, help.into())
    });
}
