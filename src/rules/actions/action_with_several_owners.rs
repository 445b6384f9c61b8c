//! An action item with more than one accountable owner.

use super::gap;
use crate::diagnostic::{Finding, Level};
use crate::document::mapping::enumerate;
use crate::postmortem::Postmortem;
use crate::rules::{Check, Context, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "action-with-several-owners",
    group: Group::Actions,
    level: Level::Error,
    version: "0.1.0",
    sources: &[Seed::S4, Seed::Workbook],
    page: include_str!("action_with_several_owners.md"),
    check: Check::Postmortem(check),
};

/// More names than this are counted, not listed.
const LISTED: usize = 4;

fn check(postmortem: &Postmortem, _: &Context<'_>, out: &mut Vec<Finding>) {
    for item in postmortem.actions.committed() {
        let [first, .., last] = item.owners.as_slice() else {
            continue;
        };
        let mut message = format!("{} has {} owners", gap::name(item), item.owners.len());
        if item.owners.len() <= LISTED {
            let names: Vec<&str> = item
                .owners
                .iter()
                .map(|owner| owner.value.as_str())
                .collect();
            message += &format!(": {}", enumerate(&names));
        }
        let help = "keep the one who answers for it, or split the item; whoever helps can stand in the sentence";
        out.push(Finding::new(first.span.to(last.span), message, help));
    }
}
