//! Two action items with one id.

use std::collections::HashMap;

use crate::diagnostic::{Finding, Level};
use crate::document::mapping::Field;
use crate::postmortem::Postmortem;
use crate::rules::{Check, Context, Group, Rule, Seed};
use crate::source::Span;

pub(super) static RULE: Rule = Rule {
    name: "duplicate-action-id",
    group: Group::Actions,
    level: Level::Error,
    version: "0.1.0",
    sources: &[Seed::Format],
    page: include_str!("duplicate_action_id.md"),
    check: Check::Postmortem(check),
};

fn check(postmortem: &Postmortem, _: &Context<'_>, out: &mut Vec<Finding>) {
    let mut first: HashMap<String, Span> = HashMap::new();
    for item in &postmortem.actions.items {
        let Field::Value(id) = &item.id else { continue };
        let Some(earlier) = first.get(&id.value.to_lowercase()) else {
            first.insert(id.value.to_lowercase(), id.span);
            continue;
        };
        let message = format!("`{}` names two items", id.value);
        let help = "give the newer one the next free number";
        let finding = Finding::new(id.span, message, help);
        out.push(finding.with_related(postmortem.source(), *earlier, "the id is taken here"));
    }
}
