//! The sections of a body: a heading with everything up to the next heading of its level or above.
//!
//! Which section a heading names is for `postmortem::section`.

use std::collections::HashMap;
use std::ops::Range;

use super::block::{Block, BlockKind};
use crate::source::{Source, Span};

/// A heading and what stands below it. The text before the first heading is a section of level 0.
#[derive(Clone, Debug)]
pub struct Section {
    /// 1 to 6; 0 for the text before the first heading.
    pub level: u8,
    /// The heading's visible text.
    pub title: String,
    /// The heading's line; an empty span at the start of the body for level 0.
    pub heading: Span,
    /// Everything below the heading, sub-sections included.
    pub body: Span,
    /// The blocks before the next heading of any level.
    pub own: Range<usize>,
    /// The blocks below the heading, sub-sections and their headings included.
    pub all: Range<usize>,
    /// The section this one stands in.
    pub parent: Option<usize>,
}

/// Splits the blocks of a body at its headings.
pub(super) fn split(source: &Source, body: Span, blocks: &[Block]) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let start = Span::new(body.start as usize, body.start as usize);
    sections.push(Section {
        level: 0,
        title: String::new(),
        heading: start,
        body,
        own: 0..blocks.len(),
        all: 0..blocks.len(),
        parent: None,
    });
    for (index, block) in blocks.iter().enumerate() {
        let BlockKind::Heading { level, run } = &block.kind else {
            continue;
        };
        if let Some(last) = sections.last_mut() {
            last.own.end = index;
        }
        while let Some(&top) = open.last()
            && sections[top].level >= *level
        {
            close(&mut sections[top], index, block.span.start);
            open.pop();
        }
        if sections.len() == 1 {
            close(&mut sections[0], index, block.span.start);
        }
        sections.push(Section {
            level: *level,
            title: run.text(source).trim().to_string(),
            heading: block.span,
            body: Span {
                start: block.span.end,
                end: body.end,
            },
            own: index + 1..blocks.len(),
            all: index + 1..blocks.len(),
            parent: open.last().copied(),
        });
        open.push(sections.len() - 1);
    }
    sections
}

/// The anchor of a heading as GitHub makes it: lower case, spaces as `-`, punctuation left out. Repeated headings are
/// numbered by whoever lists them.
pub fn anchor(title: &str) -> String {
    let kept = title
        .trim()
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    let joined = kept.map(|c| if c == ' ' { '-' } else { c });
    joined.flat_map(char::to_lowercase).collect()
}

/// The anchors of headings, repeated ones numbered as GitHub does: `notes`, `notes-1`, `notes-2`.
pub(super) fn anchors<'a>(titles: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let number = |title: &str| {
        let plain = anchor(title);
        let count = seen.entry(plain.clone()).or_default();
        *count += 1;
        match *count {
            1 => plain,
            many => format!("{plain}-{}", many - 1),
        }
    };
    titles.map(number).collect()
}

fn close(section: &mut Section, block: usize, byte: u32) {
    section.all.end = block;
    section.body.end = byte.max(section.body.start);
}
