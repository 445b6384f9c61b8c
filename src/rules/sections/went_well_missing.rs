//! A postmortem that knows of nothing that went well.

use super::content::{Says, says};
use super::required::{asked_for, place};
use super::skeleton;
use crate::diagnostic::{Finding, Level};
use crate::postmortem::Postmortem;
use crate::postmortem::section::SectionKey;
use crate::rules::{Check, Context, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "went-well-missing",
    group: Group::Sections,
    level: Level::Error,
    version: "0.1.0",
    sources: &[Seed::S2, Seed::S4],
    page: include_str!("went_well_missing.md"),
    check: Check::Postmortem(check),
};

const HELP: &str =
    "write one thing that helped: an alert in time, a rehearsed roll-back, a quick hand-over";

fn check(postmortem: &Postmortem, context: &Context<'_>, out: &mut Vec<Finding>) {
    let document = &postmortem.document;
    let key = SectionKey::WentWell;
    if document.sections.is_empty() || !asked_for(postmortem).contains(&key) {
        return;
    }
    let Some(section) = postmortem.section(key) else {
        let (span, help) = place(postmortem, key);
        let message = "nothing is said about what went well";
        let edit = skeleton::edit(postmortem, key, context);
        out.push(Finding::new(span, message, help).with_edits(edit));
        return;
    };
    match says(document, section) {
        Says::Nothing => out.push(Finding::new(
            section.heading,
            format!("the section `{}` is empty", section.title),
            HELP,
        )),
        Says::Evasion(text) => out.push(Finding::new(
            text.span,
            format!("`{}` says only `{}`", section.title, text.value),
            HELP,
        )),
        Says::Something => {}
    }
}
