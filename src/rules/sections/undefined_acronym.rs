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
    let mut known = names(postmortem, context);
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
        if known.insert(short.into()) {
            let help = "write it out at first use, as in `mean time to recover (MTTR)`, link it, or add it to `acronyms` in the configuration";
            out.push(Finding::new(
                span,
                format!("`{short}` is never spelled out"),
                help,
            ));
        }
    }
}

/// Names that look like acronyms: the configured ones, severities, priorities, services, the first part of the id.
fn names(postmortem: &Postmortem, context: &Context<'_>) -> BTreeSet<String> {
    let conventions = context.conventions;
    let mut known: BTreeSet<String> = conventions.acronyms.iter().cloned().collect();
    let priorities = conventions.priorities.iter().map(|priority| &priority.name);
    let services = conventions.services.keys();
    let named = postmortem
        .front
        .services
        .items()
        .iter()
        .map(|service| &service.value);
    let names = conventions
        .severities
        .iter()
        .chain(priorities)
        .chain(services)
        .chain(named);
    for name in names {
        known.insert(name.to_uppercase());
        known.extend(name.split(['-', '_', '.']).map(str::to_uppercase));
    }
    known.extend(
        postmortem
            .id()
            .and_then(|id| id.split(['-', '_']).next())
            .map(String::from),
    );
    known
}
