//! A service that the catalogue does not hold.

use super::catalogue;
use crate::diagnostic::{Finding, Level};
use crate::postmortem::Postmortem;
use crate::rules::{Check, Context, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "unknown-service",
    group: Group::Identity,
    level: Level::Error,
    version: "0.1.0",
    sources: &[Seed::S4],
    page: include_str!("unknown_service.md"),
    check: Check::Postmortem(check),
};

fn check(postmortem: &Postmortem, context: &Context<'_>, out: &mut Vec<Finding>) {
    let known: Vec<&str> = context
        .conventions
        .services
        .keys()
        .map(String::as_str)
        .collect();
    catalogue::strangers(postmortem.front.services.items(), &known, "services", out);
}
