//! An allowance that lets nothing pass. Found by `check::allow`, which alone knows what was allowed.

use crate::diagnostic::Level;
use crate::rules::{Check, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "unused-allow",
    group: Group::Allow,
    level: Level::Warning,
    version: "0.1.0",
    sources: &[Seed::Format],
    page: include_str!("unused_allow.md"),
    check: Check::Allowances,
};
