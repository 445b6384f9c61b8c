//! The contributing factors that a postmortem tells, as far as they can be counted.
//!
//! Owns what counts as one: an item, a row, a paragraph. The chain of whys is no list of factors.

use crate::document::block::{Block, BlockKind, Item};
use crate::postmortem::Postmortem;
use crate::postmortem::section::{SectionKey, plain};
use crate::source::Span;

/// Counts the factors and keeps the place of the first.
pub(super) fn factors(postmortem: &Postmortem) -> Vec<Span> {
    let document = &postmortem.document;
    let within = |key: SectionKey, block: usize| {
        let mut sections = postmortem.sections_of(key);
        sections.any(|section| section.all.contains(&block))
    };
    let mut found = Vec::new();
    for (index, block) in document.blocks.iter().enumerate() {
        let chain = &postmortem.whys.levels;
        let asked = chain.iter().any(|level| block.span.contains(level.span));
        if within(SectionKey::Causes, index) && !within(SectionKey::Whys, index) && !asked {
            count(postmortem, block, &mut found);
        }
    }
    // A section of its own, such as `Trigger`, is one factor more.
    let known = |at: usize| postmortem.sections.iter().any(|(_, index)| *index == at);
    for (index, section) in document.sections.iter().enumerate() {
        let title = plain(&section.title);
        let named = ["trigger", "factor", "cause", "safeguard", "gap"];
        let other =
            !known(index) && !within(SectionKey::Causes, section.own.start.saturating_sub(1));
        if other && !section.own.is_empty() && named.iter().any(|word| title.contains(word)) {
            found.push(section.heading);
        }
    }
    found
}

fn count(postmortem: &Postmortem, block: &Block, found: &mut Vec<Span>) {
    match &block.kind {
        BlockKind::Paragraph(run) => {
            let text = run.text(postmortem.source());
            let text = text.trim();
            // `These came together:` is no factor, a label with its text is.
            if text.contains(char::is_alphabetic) && !text.ends_with(':') {
                found.push(run.span);
            }
        }
        BlockKind::List(list) => {
            for item in &list.items {
                let inner = item.blocks.iter().skip(1);
                let inner: Vec<&Item> = inner
                    .filter_map(|block| match &block.kind {
                        BlockKind::List(list) => Some(&list.items),
                        _ => None,
                    })
                    .flatten()
                    .collect();
                found.push(item.span);
                found.extend(inner.iter().skip(1).map(|item| item.span));
            }
        }
        BlockKind::Table(table) => found.extend(table.rows.iter().map(|row| row.span)),
        BlockKind::Quote(blocks) => {
            for block in blocks {
                count(postmortem, block, found);
            }
        }
        _ => {}
    }
}
