//! A message to customers that is too long, or that speaks of things only insiders know.

use std::collections::BTreeSet;

use super::content::words_in;
use crate::diagnostic::{Finding, Level};
use crate::document::block::BlockKind;
use crate::document::run::Run;
use crate::document::section::Section;
use crate::postmortem::Postmortem;
use crate::postmortem::section::SectionKey;
use crate::rules::{Check, Context, Group, Rule, Seed};
use crate::source::Span;

pub(super) static RULE: Rule = Rule {
    name: "overlong-external",
    group: Group::Sections,
    level: Level::Warning,
    version: "0.1.0",
    sources: &[Seed::S3, Seed::S4],
    page: include_str!("overlong_external.md"),
    check: Check::Postmortem(check),
};

const MOST: usize = 250;
const HELP: &str = "say what customers know it as";

fn check(postmortem: &Postmortem, context: &Context<'_>, out: &mut Vec<Finding>) {
    let Some(section) = postmortem.section(SectionKey::External) else {
        return;
    };
    let document = &postmortem.document;
    let blocks = &document.blocks[section.all.clone()];
    let words: usize = blocks.iter().map(|block| words_in(document, block)).sum();
    if words > MOST {
        out.push(Finding::new(
            section.heading,
            format!("the external message has {words} words, more than {MOST}"),
            "cut it to what customers saw, why, and what is done about it",
        ));
    }
    internal_names(postmortem, context, section, out);
}

/// Each internal name once, where it is met first.
fn internal_names(
    postmortem: &Postmortem,
    context: &Context<'_>,
    section: &Section,
    out: &mut Vec<Finding>,
) {
    let source = postmortem.source();
    let names = names(postmortem, context);
    let mut seen = BTreeSet::new();
    for block in &postmortem.document.blocks[section.all.clone()] {
        if matches!(block.kind, BlockKind::Code) && seen.insert("```".to_string()) {
            let first = source.line(source.position(block.span.start).line as usize);
            let span = Span {
                start: block.span.start,
                end: first.end.max(block.span.start),
            };
            let message = "the external message holds a block of code";
            out.push(Finding::new(
                span,
                message,
                "say in a sentence what it shows",
            ));
        }
        block.runs(&mut |run| {
            for (span, text) in in_run(postmortem, run, &names) {
                if seen.insert(text.clone()) {
                    let message = format!("`{text}` is a name from the inside");
                    out.push(Finding::new(span, message, HELP));
                }
            }
        });
    }
}

/// Names that only insiders use. A service called by an everyday word, such as search, is what customers call it too.
fn names(postmortem: &Postmortem, context: &Context<'_>) -> BTreeSet<String> {
    let services = context.conventions.services.keys();
    let own = postmortem
        .front
        .services
        .items()
        .iter()
        .map(|service| &service.value);
    let technical = |name: &&String| name.contains(|c: char| !c.is_alphabetic() && c != ' ');
    let mut names: BTreeSet<String> = services
        .chain(own)
        .filter(technical)
        .map(|name| name.to_lowercase())
        .collect();
    let owners = context
        .conventions
        .services
        .values()
        .filter_map(|service| service.owner.as_ref());
    let accountable = postmortem
        .front
        .owners
        .items()
        .iter()
        .map(|owner| &owner.value);
    names.extend(owners.chain(accountable).map(|owner| owner.to_lowercase()));
    names
}

/// Code spans, handles, and words that are such a name.
fn in_run(postmortem: &Postmortem, run: &Run, names: &BTreeSet<String>) -> Vec<(Span, String)> {
    let source = postmortem.source();
    let (visible, prose) = (run.visible(source), run.prose(source));
    let mut found = Vec::new();
    let mut at = 0;
    let part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '@');
    while let Some(c) = prose.text[at..].chars().next() {
        let same = |other: char| {
            (other == '\u{1}') == (c == '\u{1}') && (c == '\u{1}' || part(other) == part(c))
        };
        let rest = &prose.text[at..];
        let length = rest.find(|other: char| !same(other)).unwrap_or(rest.len());
        let mut range = at..at + length;
        at = range.end;
        if c == '\u{1}' {
            let before = &source.text()[..visible.span(range.clone()).start as usize];
            let code = before.trim_end_matches(' ').ends_with('`');
            if !code {
                continue;
            }
        } else {
            let word = prose.text[range.clone()].trim_end_matches(['.', '/', '-']);
            range.end = range.start + word.len();
            let handle = word.len() > 1 && word.starts_with('@');
            if !(handle || part(c) && names.contains(&word.to_lowercase())) {
                continue;
            }
        }
        found.push((visible.span(range.clone()), visible.text[range].to_string()));
    }
    found
}
