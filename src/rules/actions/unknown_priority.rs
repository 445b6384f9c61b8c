//! A priority that the organisation does not have.

use super::gap;
use crate::diagnostic::{Finding, Level};
use crate::document::mapping::{Field, enumerate};
use crate::postmortem::Postmortem;
use crate::rules::{Check, Context, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "unknown-priority",
    group: Group::Actions,
    level: Level::Error,
    version: "0.1.0",
    sources: &[Seed::S4, Seed::Format],
    page: include_str!("unknown_priority.md"),
    check: Check::Postmortem(check),
};

fn check(postmortem: &Postmortem, context: &Context<'_>, out: &mut Vec<Finding>) {
    let conventions = context.conventions;
    let known = conventions.priorities.iter();
    let names: Vec<&str> = known.map(|priority| priority.name.as_str()).collect();
    if names.is_empty() {
        return;
    }
    for item in postmortem.actions.committed() {
        let Field::Value(priority) = &item.priority else {
            continue;
        };
        let written = priority.value.as_str();
        if conventions.urgency(written).is_some() || gap::is_leftover(written) {
            continue;
        }
        let message = format!("`{written}` is no priority here");
        let same = names.iter().find(|name| name.eq_ignore_ascii_case(written));
        let help = match same {
            Some(name) => format!("write `{name}`"),
            None => format!(
                "write one of {}, the first being the most urgent",
                enumerate(&names)
            ),
        };
        let finding = Finding::new(priority.span, message, help);
        // Markup around the word stays with the author.
        let plain = postmortem.source().slice(priority.span) == written;
        out.push(match same.filter(|_| plain) {
            Some(name) => finding.with_guess(priority.span, *name),
            None => finding,
        });
    }
}
