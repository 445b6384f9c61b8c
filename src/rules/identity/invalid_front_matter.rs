//! A file or a front matter that cannot be read.

use super::problems;
use crate::diagnostic::{Finding, Level};
use crate::document::ProblemKind;
use crate::postmortem::Postmortem;
use crate::rules::{Check, Context, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "invalid-front-matter",
    group: Group::Identity,
    level: Level::Error,
    version: "0.1.0",
    sources: &[Seed::Format],
    page: include_str!("invalid_front_matter.md"),
    check: Check::Postmortem(check),
};

fn check(postmortem: &Postmortem, _: &Context<'_>, out: &mut Vec<Finding>) {
    out.extend(problems::told(postmortem, ProblemKind::FrontMatter));
}
