//! An action item that was given up without a word.

use super::gap;
use crate::diagnostic::{Finding, Level};
use crate::postmortem::Postmortem;
use crate::postmortem::action::ItemStatus;
use crate::rules::{Check, Context, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "dropped-without-reason",
    group: Group::Actions,
    level: Level::Error,
    version: "0.1.0",
    sources: &[Seed::S4],
    page: include_str!("dropped_without_reason.md"),
    check: Check::Postmortem(check),
};

fn check(postmortem: &Postmortem, _: &Context<'_>, out: &mut Vec<Finding>) {
    let bare = |status: &ItemStatus| *status == ItemStatus::Dropped(None);
    for item in postmortem
        .actions
        .items
        .iter()
        .filter(|item| bare(&item.status))
    {
        let message = format!("{} is dropped without a reason", gap::name(item));
        let help = "write the reason after a colon, as in `dropped: A2 removes the cause`";
        out.push(Finding::new(item.status_span, message, help));
    }
}
