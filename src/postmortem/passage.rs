//! The passages of a body: the runs of all its blocks, each with its visible text and its prose.
//!
//! Owns making them once for all the rules that read the text. What counts as prose is for `document::run`.

use crate::document::Document;
use crate::document::block::BlockKind;
use crate::document::run::{Run, Visible};
use crate::source::Span;

/// One run with its text.
#[derive(Clone, Debug)]
pub struct Passage {
    /// The top-level block it stands in.
    pub block: usize,
    /// Whether it is a heading's.
    pub heading: bool,
    /// The visible text and where it came from.
    pub visible: Visible,
    /// The prose, where it differs from the visible text.
    prose: Option<Box<str>>,
}

impl Passage {
    /// The visible text.
    pub fn text(&self) -> &str {
        &self.visible.text
    }

    /// The visible text with code, addresses and quotations blanked out, byte for byte.
    pub fn prose(&self) -> &str {
        self.prose.as_deref().unwrap_or(&self.visible.text)
    }

    /// The source bytes of a range of the text, which is the same range of the prose.
    pub fn span(&self, range: std::ops::Range<usize>) -> Span {
        self.visible.span(range)
    }
}

/// Every passage of a document, in order.
pub(super) fn read(document: &Document) -> Vec<Passage> {
    let mut passages = Vec::new();
    for (block, found) in document.blocks.iter().enumerate() {
        let heading = matches!(found.kind, BlockKind::Heading { .. });
        found.runs(&mut |run: &Run| {
            if run.is_empty() {
                return;
            }
            let visible = run.visible(&document.source);
            let prose = run.prose_of(&visible).map(String::into_boxed_str);
            passages.push(Passage {
                block,
                heading,
                visible,
                prose,
            });
        });
    }
    passages
}
