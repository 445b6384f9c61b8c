//! An action item that does not say what kind of action it is.

use super::gap;
use crate::diagnostic::{Finding, Level};
use crate::document::mapping::enumerate;
use crate::postmortem::Postmortem;
use crate::postmortem::action::{ActionItem, Column};
use crate::postmortem::choice::ActionType;
use crate::rules::{Check, Context, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "action-without-type",
    group: Group::Actions,
    level: Level::Error,
    version: "0.1.0",
    sources: &[Seed::S1],
    page: include_str!("action_without_type.md"),
    check: Check::Postmortem(check),
};

fn check(postmortem: &Postmortem, _: &Context<'_>, out: &mut Vec<Finding>) {
    let names: Vec<&str> = ActionType::ALL.iter().map(|(name, _)| *name).collect();
    let possible = enumerate(&names);
    let finding = |item: &ActionItem| {
        let message = format!("{} has no type", gap::name(item));
        Finding::new(
            item.cell(Column::Type),
            message,
            format!("write one of {possible}"),
        )
    };
    let lacks = |item: &ActionItem| item.action_type.is_missing();
    let help = format!("add a column `Type` with one of {possible}");
    gap::tell(postmortem, Column::Type, lacks, finding, &help, out);
}
