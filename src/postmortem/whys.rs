//! The chain of whys: how deep it goes and where it ends.
//!
//! Whether the end is a good one is for the rules.

use super::section::SectionKey;
use crate::document::Document;
use crate::document::block::{BlockKind, List};
use crate::document::run::Run;
use crate::document::section::Section;
use crate::source::{Source, Span, Spanned};

/// The levels of the longest chain.
#[derive(Clone, Debug, Default)]
pub struct Whys {
    /// The answers along the deepest branch, first to last, as visible text.
    pub levels: Vec<Spanned<String>>,
    /// Where the chain stands, or where it was looked for.
    pub span: Span,
}

impl Whys {
    /// How many levels deep the deepest branch goes.
    pub fn depth(&self) -> usize {
        self.levels.len()
    }

    /// The end of the chain.
    pub fn last(&self) -> Option<&Spanned<String>> {
        self.levels.last()
    }
}

/// Reads the whys below the given sections; the deepest chain wins.
pub fn read(document: &Document, sections: &[(SectionKey, &Section)]) -> Whys {
    let mut best = Whys::default();
    for (key, section) in sections {
        if !matches!(key, SectionKey::Whys | SectionKey::Causes) {
            continue;
        }
        let levels = chain(document, section, *key == SectionKey::Whys);
        if best.span == Span::default() || levels.len() > best.levels.len() {
            best = Whys {
                levels,
                span: section.heading,
            };
        }
    }
    best
}

fn chain(document: &Document, section: &Section, own: bool) -> Vec<Spanned<String>> {
    let source = &*document.source;
    let mut headings: Vec<Spanned<String>> = Vec::new();
    let mut in_why = false;
    let mut asked = own;
    let mut best: Vec<Spanned<String>> = Vec::new();
    for block in &document.blocks[section.all.clone()] {
        let mut found = Vec::new();
        match &block.kind {
            BlockKind::Heading { run, .. } => {
                let text = run.text(source);
                in_why = is_why(&text);
                asked |= mentions_whys(&text);
                if in_why {
                    headings.push(Spanned::new(text.into_owned(), run.span));
                }
            }
            BlockKind::Paragraph(run) => {
                let text = run.text(source);
                if in_why {
                    if let Some(last) = headings.last_mut() {
                        *last = Spanned::new(text.into_owned(), run.span);
                    }
                } else if is_why(&text) {
                    headings.push(Spanned::new(answer(&text).into(), run.span));
                } else {
                    asked |= mentions_whys(&text);
                }
            }
            BlockKind::List(list) => found = deepest(source, list, own || asked),
            BlockKind::Table(table) if own || asked => {
                for row in &table.rows {
                    if let Some(cell) = row.cells.iter().rfind(|cell| !cell.run.is_empty()) {
                        found.push(Spanned::new(cell.text(source).into_owned(), cell.span));
                    }
                }
            }
            _ => {}
        }
        if found.len() > best.len() {
            best = found;
        }
    }
    if headings.len() >= best.len() {
        headings
    } else {
        best
    }
}

/// The deepest chain through a list: its items one after another, or down into a nested list.
fn deepest(source: &Source, list: &List, whys: bool) -> Vec<Spanned<String>> {
    let runs = list.items.iter().filter_map(|item| item.run());
    let asks = |run: &Run| is_why(&run.text(source));
    let counts = runs.clone().filter(|run| asks(run)).count() * 2 >= list.items.len().max(1);
    if !(counts || (whys && list.ordered)) {
        let inner =
            list.items
                .iter()
                .flat_map(|item| &item.blocks)
                .filter_map(|block| match &block.kind {
                    BlockKind::List(inner) => Some(deepest(source, inner, whys)),
                    _ => None,
                });
        return inner.max_by_key(Vec::len).unwrap_or_default();
    }
    let mut chain: Vec<Spanned<String>> = Vec::new();
    let mut best: Vec<Spanned<String>> = Vec::new();
    for item in &list.items {
        let Some(run) = item.run() else { continue };
        let text = run.text(source);
        chain.push(Spanned::new(answer(&text).into(), run.span));
        for block in &item.blocks {
            if let BlockKind::List(inner) = &block.kind {
                let mut branch = chain.clone();
                branch.extend(deepest(source, inner, whys && inner.ordered));
                if branch.len() > best.len() {
                    best = branch;
                }
            }
        }
    }
    if chain.len() >= best.len() {
        chain
    } else {
        best
    }
}

fn is_why(text: &str) -> bool {
    let text = text
        .trim_start_matches(|c: char| !c.is_alphabetic())
        .to_lowercase();
    text.strip_prefix("why")
        .is_some_and(|rest| !rest.starts_with(char::is_alphabetic))
        || text.starts_with("because ")
}

fn mentions_whys(text: &str) -> bool {
    let text = text.to_lowercase();
    text.contains("whys") || text.contains("five why") || text.contains("5 why")
}

/// What stands after the question, or everything.
fn answer(text: &str) -> &str {
    let rest = match text.rfind(['?', '→']) {
        Some(at) => text[at..].trim_start_matches(['?', '→']),
        None => text.split_once("->").map_or(text, |(_, rest)| rest),
    };
    let rest = rest
        .trim_start_matches(|c: char| c.is_whitespace() || "-–—:→>*".contains(c))
        .trim();
    if rest.is_empty() { text.trim() } else { rest }
}
