//! A heading with nothing below it.

use super::content::{Says, says};
use super::required::{asked_for, purpose};
use crate::diagnostic::{Finding, Level};
use crate::postmortem::Postmortem;
use crate::postmortem::section::SectionKey as Key;
use crate::rules::{Check, Context, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "empty-section",
    group: Group::Sections,
    level: Level::Error,
    version: "0.1.0",
    sources: &[Seed::S1, Seed::S2, Seed::S4],
    page: include_str!("empty_section.md"),
    check: Check::Postmortem(check),
};

/// Sections of which a rule of their own says more: empty-timeline, shallow-whys, no-action-items.
const OWN_RULE: &[Key] = &[Key::Timeline, Key::Whys, Key::Actions];

fn check(postmortem: &Postmortem, context: &Context<'_>, out: &mut Vec<Finding>) {
    let asked = asked_for(postmortem);
    let praise = asked.contains(&Key::WentWell);
    for (key, index) in &postmortem.sections {
        let section = &postmortem.document.sections[*index];
        let external = *key == Key::External
            && super::external_message_missing::wanted(postmortem, context).is_some();
        if OWN_RULE.contains(key) || external || *key == Key::WentWell && praise {
            continue;
        }
        let required = asked.contains(key);
        let known_below = || {
            postmortem
                .sections
                .iter()
                .any(|(_, below)| postmortem.document.sections[*below].parent == Some(*index))
        };
        if !required && known_below() {
            continue;
        }
        let title = &section.title;
        let purpose = purpose(*key);
        let finding = match says(&postmortem.document, section) {
            Says::Nothing if required => Finding::new(
                section.heading,
                format!("the section `{title}` is empty"),
                format!("write {purpose}"),
            ),
            Says::Nothing => Finding::new(
                section.heading,
                format!("the section `{title}` is empty"),
                "write it, or remove the heading: this section may be left out",
            )
            .at_most(Level::Warning),
            Says::Evasion(text) if required => Finding::new(
                text.span,
                format!("the section `{title}` says only `{}`", text.value),
                format!("write {purpose}; where there is nothing to tell, say why"),
            )
            .at_most(Level::Warning),
            Says::Evasion(_) | Says::Something => continue,
        };
        out.push(finding);
    }
}
