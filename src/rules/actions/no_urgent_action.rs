//! A severe incident that users felt, after which nothing is urgent.

use crate::diagnostic::{Finding, Level};
use crate::postmortem::Postmortem;
use crate::postmortem::choice::Extent;
use crate::postmortem::section::SectionKey;
use crate::rules::{Check, Context, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "no-urgent-action",
    group: Group::Actions,
    level: Level::Warning,
    version: "0.1.0",
    sources: &[Seed::Workbook],
    page: include_str!("no_urgent_action.md"),
    check: Check::Postmortem(check),
};

/// How many of the upper priorities count as urgent.
const URGENT: usize = 2;

fn check(postmortem: &Postmortem, context: &Context<'_>, out: &mut Vec<Finding>) {
    let conventions = context.conventions;
    let (Some(severity), Some(section)) = (
        postmortem.front.severity.get(),
        postmortem.section(SectionKey::Actions),
    ) else {
        return;
    };
    if !conventions.is_customer_facing(severity) || !users_felt_it(postmortem) {
        return;
    }
    // An item whose priority is missing or unknown may be the urgent one; another rule asks for it.
    let urgencies: Option<Vec<usize>> = postmortem
        .actions
        .committed()
        .map(|item| conventions.urgency(item.priority.get()?))
        .collect();
    let Some(urgencies) = urgencies.filter(|urgencies| !urgencies.is_empty()) else {
        return;
    };
    if urgencies.iter().any(|urgency| *urgency < URGENT) {
        return;
    }
    let names: Vec<String> = conventions
        .priorities
        .iter()
        .take(URGENT)
        .map(|priority| format!("`{}`", priority.name))
        .collect();
    let urgent = names.join(" or ");
    let message = format!("`{severity}` that users felt, and no action item of priority {urgent}");
    let help = format!(
        "give the item that matters most the priority {urgent}, or allow this with the reason why it can wait"
    );
    out.push(Finding::new(section.heading, message, help));
}

/// By the extent; where that is not known, by the figures.
fn users_felt_it(postmortem: &Postmortem) -> bool {
    let impact = &postmortem.front.impact;
    match impact.extent.known() {
        Some(extent) => *extent != Extent::None,
        None => impact.has_figure(),
    }
}
