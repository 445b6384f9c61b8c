//! A person named in prose.

use super::Levels;
use super::reading::tell;
use crate::diagnostic::{Finding, Level};
use crate::postmortem::Postmortem;
use crate::rules::{Check, Context, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "named-person",
    group: Group::Language,
    level: Level::Warning,
    version: "0.1.0",
    sources: &[Seed::S1, Seed::S3],
    page: include_str!("named_person.md"),
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
        let message = format!("`{}` names a person", remark.words);
        let help = "write the role, as in `the on-call engineer`; people are named in the front matter and as owners of action items";
        (message, help.into())
    });
}
