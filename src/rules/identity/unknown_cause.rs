//! A cause outside the taxonomy.

use super::catalogue;
use crate::diagnostic::{Finding, Level};
use crate::postmortem::Postmortem;
use crate::rules::{Check, Context, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "unknown-cause",
    group: Group::Identity,
    level: Level::Error,
    version: "0.1.0",
    sources: &[Seed::S4],
    page: include_str!("unknown_cause.md"),
    check: Check::Postmortem(check),
};

fn check(postmortem: &Postmortem, context: &Context<'_>, out: &mut Vec<Finding>) {
    let known: Vec<&str> = context
        .conventions
        .causes
        .keys()
        .map(String::as_str)
        .collect();
    catalogue::strangers(postmortem.front.causes.items(), &known, "causes", out);
}
