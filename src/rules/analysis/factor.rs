//! The contributing factors that a postmortem tells, as far as they can be counted.
//!
//! Owns what counts as one: an item, a row, a paragraph. The chain of whys is no list of factors.

use std::collections::BTreeSet;

use crate::document::block::{Block, BlockKind, Item};
use crate::postmortem::Postmortem;
use crate::postmortem::section::{SectionKey, plain};
use crate::source::Span;

/// The places of all factors.
pub(super) fn factors(postmortem: &Postmortem) -> Vec<Span> {
    let document = &postmortem.document;
    let causes = blocks_of(postmortem, SectionKey::Causes);
    let mut told = blocks_of(postmortem, SectionKey::Whys);
    for level in &postmortem.whys.levels {
        let before = |block: &Block| block.span.start <= level.span.start;
        let after = document.blocks.partition_point(before);
        told.extend(after.checked_sub(1));
    }
    let mut found = Vec::new();
    for index in causes.difference(&told) {
        count(postmortem, &document.blocks[*index], &mut found);
    }
    // A section of its own, such as `Trigger`, is one factor more.
    for (index, section) in document.sections.iter().enumerate() {
        let known = postmortem
            .sections
            .binary_search_by_key(&index, |(_, known)| *known);
        let below = causes.contains(&section.own.start.saturating_sub(1));
        let title = plain(&section.title);
        let named = ["trigger", "factor", "cause", "safeguard", "gap"];
        let about = named.iter().any(|word| title.contains(word));
        if about && known.is_err() && !below && !section.own.is_empty() {
            found.push(section.heading);
        }
    }
    found
}

/// The blocks below the headings of a key.
fn blocks_of(postmortem: &Postmortem, key: SectionKey) -> BTreeSet<usize> {
    let sections = postmortem.sections_of(key);
    sections.flat_map(|section| section.all.clone()).collect()
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
