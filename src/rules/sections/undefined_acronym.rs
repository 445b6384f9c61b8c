//! An acronym that a reader from elsewhere cannot resolve.

use std::collections::BTreeSet;
use std::ops::Range;

use super::acronym::{acronyms, explained};
use crate::diagnostic::{Finding, Level};
use crate::postmortem::Postmortem;
use crate::postmortem::passage::Passage;
use crate::postmortem::section::SectionKey as Key;
use crate::rules::{Check, Context, Group, Rule, Seed};

pub(super) static RULE: Rule = Rule {
    name: "undefined-acronym",
    group: Group::Sections,
    level: Level::Note,
    version: "0.1.0",
    sources: &[Seed::S3],
    page: include_str!("undefined_acronym.md"),
    check: Check::Postmortem(check),
};

/// Sections that are looked up, not read.
const LOOKED_UP: &[Key] = &[Key::Glossary, Key::References, Key::Appendix];

fn check(postmortem: &Postmortem, context: &Context<'_>, out: &mut Vec<Finding>) {
    let document = &postmortem.document;
    let blocks_of = |key: Key| {
        let named = postmortem
            .sections
            .iter()
            .filter(move |(other, _)| *other == key);
        named.map(|(_, index)| document.sections[*index].all.clone())
    };
    let skipped: Vec<_> = LOOKED_UP.iter().copied().flat_map(blocks_of).collect();
    let read = postmortem.passages().iter().filter(|passage| {
        !passage.heading && skipped.iter().all(|range| !range.contains(&passage.block))
    });
    let found: Vec<(&Passage, Range<usize>)> = read
        .flat_map(|passage| acronyms(passage.prose()).map(move |range| (passage, range)))
        .collect();
    if found.is_empty() {
        return;
    }
    let mut known = BTreeSet::new();
    for passage in postmortem.passages() {
        explained(passage.text(), &mut known);
    }
    let glossary: Vec<_> = blocks_of(Key::Glossary).collect();
    for passage in postmortem.passages() {
        if glossary.iter().any(|range| range.contains(&passage.block)) {
            let text = passage.text();
            known.extend(acronyms(text).map(|range| text[range].to_string()));
        }
    }
    for link in &document.links {
        known.extend(acronyms(&link.text).map(|range| link.text[range].to_string()));
    }
    for (passage, range) in found {
        let short = &passage.prose()[range.clone()];
        let span = passage.span(range);
        let rest = &postmortem.source().text()[span.end as usize..];
        if rest.starts_with("[^") {
            known.insert(short.into());
        }
        if known.insert(short.into()) && !is_name(short, postmortem, context) {
            let help = "write it out at first use, as in `mean time to recover (MTTR)`, link it, or add it to `acronyms` in the configuration";
            out.push(Finding::new(
                span,
                format!("`{short}` is never spelled out"),
                help,
            ));
        }
    }
}

/// Whether it is a name that looks like an acronym: a configured one, a severity, a priority, a service, the first part of
/// the id.
fn is_name(short: &str, postmortem: &Postmortem, context: &Context<'_>) -> bool {
    let conventions = context.conventions;
    let same = |name: &str| match name.is_ascii() {
        true => name.eq_ignore_ascii_case(short),
        false => name.to_uppercase() == short,
    };
    let is = |name: &String| same(name) || name.split(['-', '_', '.']).any(same);
    let named = postmortem.front.services.items().iter();
    let id = postmortem.id();
    conventions.acronyms.iter().any(|known| known == short)
        || conventions.severities.iter().any(is)
        || conventions.priorities.iter().any(|one| is(&one.name))
        || conventions.services.keys().any(is)
        || named.map(|service| &service.value).any(is)
        || id.and_then(|id| id.split(['-', '_']).next()) == Some(short)
}
