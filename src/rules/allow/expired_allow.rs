//! An allowance whose last day is over.

use crate::diagnostic::{Finding, Level};
use crate::postmortem::Postmortem;
use crate::rules::{Check, Context, Group, Rule, Seed, rule};

pub(super) static RULE: Rule = Rule {
    name: "expired-allow",
    group: Group::Allow,
    level: Level::Warning,
    version: "0.1.0",
    sources: &[Seed::Format],
    page: include_str!("expired_allow.md"),
    check: Check::Postmortem(check),
};

fn check(postmortem: &Postmortem, context: &Context<'_>, out: &mut Vec<Finding>) {
    for allow in &postmortem.allows {
        let name = &allow.rule.value;
        // One that names no rule is told as such.
        if let Some(until) = &allow.until
            && allow.is_expired(context.now)
            && rule(name).is_some()
        {
            let message = format!("`{name}` was allowed until {}", until.value);
            let help = "remove the allowance, or set a later `until` if its reason still holds";
            out.push(Finding::new(until.span, message, help));
        }
    }
}
