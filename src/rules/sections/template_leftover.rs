//! What a template or a first draft left behind: marks, placeholders, instructions, example values.

use std::collections::{BTreeMap, HashSet};

use super::element::placeholders;
use super::instruction::instruction;
use super::leftover::{Kind, marks};
use crate::diagnostic::{Finding, Level};
use crate::document::block::{Block, BlockKind};
use crate::document::section::Section;
use crate::postmortem::Postmortem;
use crate::postmortem::action::Column;
use crate::postmortem::section::SectionKey as Key;
use crate::rules::{Check, Context, Group, Rule, Seed};
use crate::source::Span;

pub(super) static RULE: Rule = Rule {
    name: "template-leftover",
    group: Group::Sections,
    level: Level::Error,
    version: "0.1.0",
    sources: &[Seed::S1],
    page: include_str!("template_leftover.md"),
    check: Check::Postmortem(check),
};

/// How many marks of one block are shown; the last one says how many follow.
const SHOWN: usize = 5;

fn check(postmortem: &Postmortem, _: &Context<'_>, out: &mut Vec<Finding>) {
    front(postmortem, out);
    let document = &postmortem.document;
    let silent = told_elsewhere(postmortem);
    let cells = told_cells(postmortem);
    let mut by_block: BTreeMap<usize, Vec<Finding>> = BTreeMap::new();
    for passage in postmortem.passages() {
        for (range, kind) in marks(passage.prose()) {
            let span = passage.span(range.clone());
            if cells.iter().any(|cell| cell.contains(span)) {
                continue;
            }
            let found = finding(span, &passage.prose()[range], kind);
            by_block.entry(passage.block).or_default().push(found);
        }
    }
    let holds = |section: &Section| by_block.range(section.own.clone()).next().is_some();
    let sections = document.sections.iter().enumerate();
    let marked: HashSet<usize> = sections
        .filter(|(_, section)| holds(section))
        .map(|(index, _)| index)
        .collect();
    for (block, found) in by_block {
        let top = &document.blocks[block];
        let heading = matches!(top.kind, BlockKind::Heading { .. });
        if heading || silent.iter().all(|range| !range.contains(&block)) {
            tell(found, top, out);
        }
    }
    let elements = placeholders(postmortem).into_iter();
    let found = elements
        .filter(|(span, _)| cells.iter().all(|cell| !cell.contains(*span)))
        .map(|(span, tag)| finding(span, tag, Kind::Placeholder))
        .collect();
    tell_first(found, SHOWN * 4, "file", out);
    for comment in &document.comments {
        instruction(postmortem, comment, &marked, out);
    }
}

/// Title and owner as the template has them.
fn front(postmortem: &Postmortem, out: &mut Vec<Finding>) {
    if let Some(title) = postmortem.front.title.get()
        && let Some((range, kind)) = marks(title).into_iter().next()
    {
        let span = postmortem.front.title.span().unwrap_or_default();
        out.push(finding(span, &title[range], kind));
    }
    for owner in postmortem.front.owners.items() {
        let name = owner.value.to_lowercase();
        if ["your-org", "your-team", "your-name"]
            .iter()
            .any(|part| name.contains(part))
        {
            out.push(Finding::new(
                owner.span,
                format!("`{}` is the template's example, not an owner", owner.value),
                "name the user or the team that is accountable",
            ));
        }
    }
}

/// The cells of which another rule says that they name no owner and no day.
fn told_cells(postmortem: &Postmortem) -> Vec<Span> {
    let mut cells = Vec::new();
    for item in &postmortem.actions.items {
        let unowned = item.owner().is_none() && item.owners.len() < 2;
        let told = [
            (Column::Owner, unowned),
            (Column::Due, item.due.get().is_none()),
        ];
        let own = told.into_iter().filter(|(_, told)| *told);
        cells.extend(
            own.map(|(column, _)| item.cell(column))
                .filter(|cell| *cell != item.span),
        );
    }
    cells
}

/// The blocks of sections that another rule calls empty: no entry, no item.
fn told_elsewhere(postmortem: &Postmortem) -> Vec<std::ops::Range<usize>> {
    let timeline = &postmortem.timeline;
    let untimed = timeline.entries.is_empty() && timeline.unreadable.is_empty();
    let idle = postmortem.actions.items.is_empty();
    let told = postmortem
        .sections
        .iter()
        .filter(|(key, _)| *key == Key::Timeline && untimed || *key == Key::Actions && idle);
    told.map(|(_, index)| postmortem.document.sections[*index].all.clone())
        .collect()
}

fn tell(found: Vec<Finding>, block: &Block, out: &mut Vec<Finding>) {
    let place = match block.kind {
        BlockKind::Table(_) => "table",
        BlockKind::List(_) => "list",
        _ => "paragraph",
    };
    tell_first(found, SHOWN, place, out);
}

fn tell_first(mut found: Vec<Finding>, most: usize, place: &str, out: &mut Vec<Finding>) {
    let more = found.len().saturating_sub(most);
    found.truncate(most);
    if let Some(last) = found.last_mut().filter(|_| more > 0) {
        last.message
            .push_str(&format!("; {more} more such marks follow in this {place}"));
    }
    out.extend(found);
}

fn finding(span: Span, text: &str, kind: Kind) -> Finding {
    let (message, help) = match kind {
        Kind::Open => (
            format!("`{text}` is still open"),
            "write what is known, or `unknown`, and remove the mark",
        ),
        Kind::Question => (
            format!("`{text}` stands where a fact belongs"),
            "write the fact, or `unknown` if nobody knows",
        ),
        Kind::Placeholder => (
            format!("`{text}` is a placeholder that nobody has filled in"),
            "replace it by the fact, or by `unknown` if nobody knows",
        ),
        Kind::Filler => (
            format!("`{text}` is filler"),
            "write what happened, or remove it",
        ),
        Kind::Example => (
            format!("`{text}` is an example, not a value"),
            "replace it by the value, or by `unknown` if nobody knows",
        ),
    };
    Finding::new(span, message, help)
}
