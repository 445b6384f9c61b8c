//! An allowance for a rule that does not exist.

use crate::diagnostic::{Finding, Level};
use crate::document::mapping::nearest;
use crate::postmortem::Postmortem;
use crate::rules::{Check, Context, Group, Rule, Seed, rule, rules};

pub(super) static RULE: Rule = Rule {
    name: "unknown-allow",
    group: Group::Allow,
    level: Level::Error,
    version: "0.1.0",
    sources: &[Seed::Format],
    page: include_str!("unknown_allow.md"),
    check: Check::Postmortem(check),
};

fn check(postmortem: &Postmortem, _: &Context<'_>, out: &mut Vec<Finding>) {
    for allow in &postmortem.allows {
        let name = allow.rule.value.as_str();
        if rule(name).is_some() {
            continue;
        }
        let message = match name {
            "" => "the allowance names no rule".to_string(),
            _ => format!("there is no rule `{name}`"),
        };
        let help = match nearest(name, rules().map(|rule| rule.name)) {
            Some(near) => format!("write `{near}`, or remove the allowance"),
            None => "remove the allowance; `aftersight rules` lists every rule".into(),
        };
        out.push(Finding::new(allow.rule.span, message, help));
    }
}
