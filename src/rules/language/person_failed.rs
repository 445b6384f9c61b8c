//! A person described by what they failed to do.

use super::Levels;
use super::reading::tell;
use crate::diagnostic::{Finding, Level};
use crate::postmortem::Postmortem;
use crate::rules::{Check, Context, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "person-failed",
    group: Group::Language,
    level: Level::Error,
    version: "0.1.0",
    sources: &[Seed::S4, Seed::S1],
    page: include_str!("person_failed.md"),
    check: Check::Postmortem(check),
};

pub(super) const LEVELS: Levels = Levels {
    narrative: Some(Level::Error),
    lessons: Some(Level::Warning),
    actions: None,
    lighter_for_many: true,
};

fn check(postmortem: &Postmortem, _: &Context<'_>, out: &mut Vec<Finding>) {
    tell(postmortem, &RULE, out, |remark| {
        let message = format!("`{}` makes people the reason", remark.words);
        let help = "put the system in the subject";
        (message, help.into())
    });
}
