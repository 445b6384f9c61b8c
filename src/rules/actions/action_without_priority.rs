//! An action item without a priority.

use super::gap;
use crate::diagnostic::{Finding, Level};
use crate::document::mapping::enumerate;
use crate::postmortem::Postmortem;
use crate::postmortem::action::{ActionItem, Column};
use crate::rules::{Check, Context, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "action-without-priority",
    group: Group::Actions,
    level: Level::Error,
    version: "0.1.0",
    sources: &[Seed::S1, Seed::S2, Seed::S4],
    page: include_str!("action_without_priority.md"),
    check: Check::Postmortem(check),
};

fn check(postmortem: &Postmortem, context: &Context<'_>, out: &mut Vec<Finding>) {
    let known = &context.conventions.priorities;
    let names: Vec<&str> = known
        .iter()
        .map(|priority| priority.name.as_str())
        .collect();
    let possible = match names.as_slice() {
        [] => "a priority of your own scale".to_string(),
        names => format!(
            "one of {}, the first being the most urgent",
            enumerate(names)
        ),
    };
    let finding = |item: &ActionItem| {
        let message = format!("{} has no priority", gap::name(item));
        Finding::new(
            item.cell(Column::Priority),
            message,
            format!("write {possible}"),
        )
    };
    let lacks = |item: &ActionItem| item.priority.is_missing();
    let help = format!("add a column `Priority` with {possible}");
    gap::tell(postmortem, Column::Priority, lacks, finding, &help, out);
}
