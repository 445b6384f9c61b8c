//! An action item that nobody answers for.

use super::gap;
use crate::diagnostic::{Finding, Level};
use crate::postmortem::Postmortem;
use crate::postmortem::action::{ActionItem, Column};
use crate::postmortem::people::Party;
use crate::rules::{Check, Context, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "action-without-owner",
    group: Group::Actions,
    level: Level::Error,
    version: "0.1.0",
    sources: &[Seed::S1, Seed::S2, Seed::S4],
    page: include_str!("action_without_owner.md"),
    check: Check::Postmortem(check),
};

const ACCEPTED: &str = "a user `@name`, a team `@org/team` or an e-mail address";

fn check(postmortem: &Postmortem, _: &Context<'_>, out: &mut Vec<Finding>) {
    let lacks = |item: &ActionItem| match item.owners.as_slice() {
        [] => true,
        [one] => Party::read(&one.value).is_none() && !gap::is_leftover(&one.value),
        _ => false,
    };
    let help = format!("add a column `Owner` that names one owner for each: {ACCEPTED}");
    gap::tell(postmortem, Column::Owner, lacks, finding, &help, out);
}

fn finding(item: &ActionItem) -> Finding {
    let name = gap::name(item);
    let Some(owner) = item.owners.first() else {
        let message = format!("{name} has no owner");
        let help = format!("name the one who sees it through: {ACCEPTED}");
        return Finding::new(item.cell(Column::Owner), message, help);
    };
    let written = &owner.value;
    let guess = format!("@{written}");
    let help = match Party::read(&guess) {
        Some(_) => format!("write `{guess}` if that is the account; possible are {ACCEPTED}"),
        None => format!("write {ACCEPTED}"),
    };
    let message = format!("{name} has no owner who can be reached: `{written}` is no account");
    Finding::new(owner.span, message, help)
}
