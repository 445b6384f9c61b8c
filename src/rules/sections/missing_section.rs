//! A section that the template asks for and that is not there.

use super::required::{asked_for, place, purpose};
use super::skeleton;
use crate::diagnostic::{Finding, Level};
use crate::postmortem::Postmortem;
use crate::postmortem::section::{SECTIONS, SectionKey, plain};
use crate::rules::{Check, Context, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "missing-section",
    group: Group::Sections,
    level: Level::Error,
    version: "0.1.0",
    sources: &[Seed::S1, Seed::S2, Seed::S4],
    page: include_str!("missing_section.md"),
    check: Check::Postmortem(check),
};

fn check(postmortem: &Postmortem, context: &Context<'_>, out: &mut Vec<Finding>) {
    let document = &postmortem.document;
    if document.sections.is_empty() || document.blocks.is_empty() && !postmortem.readable {
        return;
    }
    for key in asked_for(postmortem) {
        // Praise has a rule of its own, and whys may stand below the causes.
        let elsewhere =
            *key == SectionKey::WentWell || *key == SectionKey::Whys && postmortem.whys.depth() > 0;
        if elsewhere || postmortem.section(*key).is_some() {
            continue;
        }
        out.push(misspelt(postmortem, *key, context).unwrap_or_else(|| {
            let (span, help) = place(postmortem, *key);
            Finding::new(
                span,
                format!("there is no section `{}`", key.heading()),
                help,
            )
            .with_edits(skeleton::edit(postmortem, *key, context))
        }));
    }
}

/// A heading that is nearly the one looked for.
fn misspelt(postmortem: &Postmortem, key: SectionKey, context: &Context<'_>) -> Option<Finding> {
    let (.., aliases) = SECTIONS.iter().find(|(other, ..)| *other == key)?;
    let unknown =
        |title: &str| SectionKey::from_heading(title, &context.conventions.headings).is_none();
    let mut sections = postmortem.document.sections.iter();
    let found = sections.find(|section| {
        let title = plain(&section.title);
        let mut names = std::iter::once(key.heading()).chain(aliases.iter().copied());
        names.any(|name| is_slip(&title, &name.to_lowercase())) && unknown(&section.title)
    })?;
    let (heading, title) = (key.heading(), &found.title);
    Some(Finding::new(
        found.heading,
        format!("there is no section `{heading}`, and `{title}` is no heading we know"),
        format!("write `{heading}` if this is it: {}", purpose(key)),
    ))
}

/// Whether two names differ in one place by at most two characters.
fn is_slip(written: &str, name: &str) -> bool {
    let (written, name): (Vec<char>, Vec<char>) =
        (written.chars().collect(), name.chars().collect());
    let longest = written.len().max(name.len());
    if written.len().abs_diff(name.len()) > 2 || name.len() < 5 {
        return false;
    }
    let start = written
        .iter()
        .zip(&name)
        .take_while(|(a, b)| a == b)
        .count();
    let end = written
        .iter()
        .rev()
        .zip(name.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    start > 0 && longest.saturating_sub(start + end) <= 2
}
