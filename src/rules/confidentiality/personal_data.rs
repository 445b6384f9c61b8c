//! Personal data: what tells of a single person or customer, outside the fields where people may be named.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::person::{Kind, data};
use super::scan::secrets;
use crate::diagnostic::{Finding, Level};
use crate::document::block::BlockKind;
use crate::postmortem::action::{Column, column};
use crate::postmortem::choice::Audience;
use crate::postmortem::section::SectionKey;
use crate::postmortem::{Postmortem, edition};
use crate::rules::{Check, Context, Group, Rule, Seed};
use crate::source::Span;

pub(super) static RULE: Rule = Rule {
    name: "personal-data",
    group: Group::Confidentiality,
    // A warning inside; what the public edition would show is worse.
    level: Level::Error,
    version: "0.1.0",
    sources: &[Seed::S4],
    page: include_str!("personal_data.md"),
    check: Check::Postmortem(check),
};

fn check(postmortem: &Postmortem, context: &Context<'_>, out: &mut Vec<Finding>) {
    let text = postmortem.source().text();
    let mut found: Vec<(Range<usize>, Kind<'_>)> = data(text);
    for one in &context.conventions.confidential {
        found.extend(
            one.find(text)
                .map(|range| (range, Kind::Configured(&one.name))),
        );
    }
    if found.is_empty() {
        return;
    }
    let mut silent = people(postmortem);
    // A secret is told by its own rule: the end of `postgres://user:password@host.name` reads as a mailbox.
    silent.extend(secrets(text).into_iter().map(|one| one.range));
    let meets = |range: &Range<usize>, other: &Range<usize>| {
        range.start < other.end && other.start < range.end
    };
    found.retain(|(range, _)| !silent.iter().any(|other| meets(range, other)));
    found.sort_by_key(|(range, kind)| (range.start, *kind));
    let public = public(postmortem);
    let is_public = |range: &Range<usize>| public.iter().any(|other| meets(range, other));
    let (open, inside): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|(range, _)| is_public(range));
    tell(text, open, Level::Error, out);
    tell(text, inside, Level::Warning, out);
}

/// What the public edition shows of the text: all of it or the external sections, less what never gets out.
fn public(postmortem: &Postmortem) -> Vec<Range<usize>> {
    let document = &postmortem.document;
    let mut shown: Vec<Range<usize>> = match postmortem.front.audience.get() {
        Some(Audience::Full) => vec![document.body.range()],
        Some(Audience::Summary) => postmortem
            .sections_of(SectionKey::External)
            .map(|section| section.body.range())
            .collect(),
        Some(Audience::Internal) | None => return Vec::new(),
    };
    shown.extend(postmortem.front.title.span().map(|span| span.range()));
    let (blocks, _) = edition::blocks(&document.comments);
    let comments = document.comments.iter().map(|comment| comment.span);
    for hidden in blocks.into_iter().chain(comments).map(|span| span.range()) {
        let left = |range: Range<usize>| {
            let before = range.start..range.end.min(hidden.start);
            let after = range.start.max(hidden.end)..range.end;
            [before, after]
        };
        shown = shown
            .into_iter()
            .flat_map(left)
            .filter(|range| range.start < range.end)
            .collect();
    }
    shown
}

/// One finding for each kind and paragraph: a log of an hour is one thing to mend.
fn tell(text: &str, found: Vec<(Range<usize>, Kind<'_>)>, level: Level, out: &mut Vec<Finding>) {
    let mut paragraph = 0;
    let mut seen = 0;
    let mut groups: BTreeMap<(usize, Kind<'_>), Vec<Range<usize>>> = BTreeMap::new();
    for (range, kind) in found {
        let between = &text[seen..range.start.max(seen)];
        let blank = between
            .split_inclusive('\n')
            .skip(1)
            .any(|line| line.trim().is_empty() && line.ends_with('\n'));
        paragraph += usize::from(blank);
        seen = range.start.max(seen);
        groups.entry((paragraph, kind)).or_default().push(range);
    }
    out.extend(
        groups
            .into_iter()
            .map(|((_, kind), ranges)| finding(text, kind, &ranges).at_most(level)),
    );
}

fn finding(text: &str, kind: Kind<'_>, ranges: &[Range<usize>]) -> Finding {
    let (what, help) = match kind {
        Kind::Mailbox => (
            "this reads as somebody's e-mail address".to_string(),
            "name the team or the role; people are named in `owner`, `authors` and `participants`",
        ),
        Kind::Internet => (
            "this is an address of the open internet, which may be somebody's".into(),
            "say whose it is (`a customer in Spain`, `our load balancer`), or mask its end, as in `203.0.113.x`",
        ),
        Kind::Telephone => (
            "this reads as a telephone number".into(),
            "name the role or the rota that answers it",
        ),
        Kind::Account => (
            "this is a valid number of a bank account".into(),
            "remove it, tell whoever answers for data protection, and say how many were concerned",
        ),
        Kind::Card => (
            "this is a valid number of a payment card".into(),
            "remove it, tell whoever answers for data protection, and say how many were concerned",
        ),
        Kind::Configured(name) => (
            format!("this reads as `{name}`, which the configuration keeps confidential"),
            "remove it, or say how many were concerned",
        ),
    };
    // A link repeats its address as its text.
    let distinct: BTreeSet<&str> = ranges.iter().map(|range| &text[range.clone()]).collect();
    let more = match distinct.len() {
        1 => String::new(),
        count => format!("; {} more in this block", count - 1),
    };
    let span = |range: &Range<usize>| Span::new(range.start, range.end);
    let finding = Finding::new(span(&ranges[0]), what + &more, help);
    match kind {
        Kind::Account | Kind::Card => ranges
            .iter()
            .fold(finding, |finding, range| finding.hiding(span(range))),
        _ => finding,
    }
}

/// Where people may be named: three fields, and the owners of action items.
fn people(postmortem: &Postmortem) -> Vec<Range<usize>> {
    let front = &postmortem.front;
    let fields = [&front.owners, &front.authors, &front.participants];
    let named = fields.into_iter().flat_map(|field| field.items());
    let mut ranges: Vec<Range<usize>> = named.map(|name| name.span.range()).collect();
    let source = postmortem.source();
    for block in &postmortem.document.blocks {
        let BlockKind::Table(table) = &block.kind else {
            continue;
        };
        let owner = |text: &str| column(text) == Some(Column::Owner);
        let at = table
            .header
            .cells
            .iter()
            .position(|cell| owner(&cell.text(source)));
        let Some(at) = at else { continue };
        ranges.extend(
            table
                .rows
                .iter()
                .filter_map(|row| Some(row.cells.get(at)?.span.range())),
        );
    }
    ranges
}
