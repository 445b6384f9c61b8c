//! An appeal to people to be better.

use super::Levels;
use super::reading::tell;
use crate::diagnostic::{Finding, Level};
use crate::postmortem::Postmortem;
use crate::rules::{Check, Context, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "exhortation",
    group: Group::Language,
    level: Level::Warning,
    version: "0.1.0",
    sources: &[Seed::S4],
    page: include_str!("exhortation.md"),
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
        let message = format!(
            "`{}` asks people to be better, and the next tired night undoes it",
            remark.words
        );
        let help = "change the system so that no care is needed";
        (message, help.into())
    });
}
