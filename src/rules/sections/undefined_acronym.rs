//! An acronym that a reader from elsewhere cannot resolve.

use std::collections::BTreeSet;

use super::acronym::{acronyms, explained};
use crate::diagnostic::{Finding, Level};
use crate::document::block::{Block, BlockKind};
use crate::postmortem::Postmortem;
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
    let source = postmortem.source();
    let mut known = names(postmortem, context);
    for block in &document.blocks {
        block.runs(&mut |run| explained(&run.text(source), &mut known));
    }
    let mut skipped = Vec::new();
    for (key, index) in &postmortem.sections {
        let range = document.sections[*index].all.clone();
        if *key == Key::Glossary {
            for block in &document.blocks[range.clone()] {
                block.runs(&mut |run| {
                    let text = run.text(source);
                    known.extend(acronyms(&text).map(|range| text[range].to_string()));
                });
            }
        }
        if LOOKED_UP.contains(key) {
            skipped.push(range);
        }
    }
    for link in &document.links {
        known.extend(acronyms(&link.text).map(|range| link.text[range].to_string()));
    }
    let prose = |(index, block): &(usize, &Block)| {
        !matches!(block.kind, BlockKind::Heading { .. })
            && skipped.iter().all(|range| !range.contains(index))
    };
    for (_, block) in document.blocks.iter().enumerate().filter(prose) {
        block.runs(&mut |run| {
            let prose = run.prose(source);
            for range in acronyms(&prose.text) {
                let short = &prose.text[range.clone()];
                let span = prose.span(range.clone());
                let footnote = source.text()[span.end as usize..].starts_with("[^");
                if footnote {
                    known.insert(short.into());
                }
                if known.insert(short.into()) {
                    let help = "write it out at first use, as in `mean time to recover (MTTR)`, link it, or add it to `acronyms` in the configuration";
                    out.push(Finding::new(span, format!("`{short}` is never spelled out"), help));
                }
            }
        });
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
