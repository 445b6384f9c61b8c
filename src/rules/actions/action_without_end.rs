//! An action item of which nobody can tell whether it is finished.

use super::gap;
use super::sentence::Sentence;
use crate::diagnostic::{Finding, Level};
use crate::postmortem::Postmortem;
use crate::postmortem::action::{ActionItem, Column};
use crate::rules::{Check, Context, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "action-without-end",
    group: Group::Actions,
    level: Level::Warning,
    version: "0.1.0",
    sources: &[Seed::S1, Seed::S3, Seed::S5],
    page: include_str!("action_without_end.md"),
    check: Check::Postmortem(check),
};

fn check(postmortem: &Postmortem, _: &Context<'_>, out: &mut Vec<Finding>) {
    let lacks = |item: &ActionItem| {
        let open = |text: &String| !Sentence::read(text).has_end();
        item.done_when.is_missing() && item.action.get().is_some_and(open)
    };
    let finding = |item: &ActionItem| {
        let message = format!(
            "{} does not say how anyone can tell that it is done",
            gap::name(item)
        );
        let help = "write what there is to see then, as in `a game day fires the alert`";
        Finding::new(item.cell(Column::DoneWhen), message, help)
    };
    let help = "add a column `Done when` that says how anyone can tell, as in `a game day fires the alert`";
    gap::tell(postmortem, Column::DoneWhen, lacks, finding, help, out);
}
