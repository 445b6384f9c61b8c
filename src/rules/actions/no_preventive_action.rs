//! A severe incident after which nothing keeps the next one away.

use crate::diagnostic::{Finding, Level};
use crate::postmortem::Postmortem;
use crate::postmortem::choice::ActionType;
use crate::postmortem::section::SectionKey;
use crate::rules::{Check, Context, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "no-preventive-action",
    group: Group::Actions,
    level: Level::Warning,
    version: "0.1.0",
    sources: &[Seed::S1, Seed::S2, Seed::Workbook],
    page: include_str!("no_preventive_action.md"),
    check: Check::Postmortem(check),
};

fn check(postmortem: &Postmortem, context: &Context<'_>, out: &mut Vec<Finding>) {
    let Some(severity) = postmortem.front.severity.get() else {
        return;
    };
    let cures = |kind| matches!(kind, Some(ActionType::Mitigate | ActionType::Repair));
    let count = postmortem.actions.committed().count();
    let only_cures = postmortem
        .actions
        .committed()
        .all(|item| cures(item.action_type.get().copied()));
    let Some(section) = postmortem.section(SectionKey::Actions) else {
        return;
    };
    if count == 0 || !only_cures || !context.conventions.is_customer_facing(severity) {
        return;
    }
    let all = match count {
        1 => "the only item mitigates or repairs this one".to_string(),
        2 => "both items mitigate or repair this one".to_string(),
        count => format!("all {count} items mitigate or repair this one"),
    };
    let message = format!("nothing keeps the next `{severity}` away: {all}");
    let help = "add an item of type `prevent`, `detect` or `mitigate-future` against one of the contributing factors";
    out.push(Finding::new(section.heading, message, help));
}
