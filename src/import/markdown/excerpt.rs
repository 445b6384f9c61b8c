//! A stretch of the source: its text, and which line of the file it begins at.
//!
//! Owns reading a stretch by itself while its places stay those of the file.

use std::sync::Arc;

use crate::document::Document;
use crate::document::block::{Block, BlockKind, Item};
use crate::document::run::Run;
use crate::import::remark::Place;
use crate::source::{Source, Span};

/// A stretch of Markdown without front matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Excerpt {
    /// The text.
    pub(super) text: String,
    /// The line of the file at which it begins, from 1.
    pub(super) line: u32,
}

impl Excerpt {
    /// A stretch that begins at a line.
    pub(super) fn new(text: impl Into<String>, line: u32) -> Self {
        Self {
            text: text.into(),
            line,
        }
    }

    /// Whether nothing is said.
    pub(super) fn is_empty(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Reads it; `definitions` are those of links of the whole document.
    pub(super) fn read(&self, file: &str, definitions: &str) -> Reading {
        // The empty line at the start keeps a rule there from being taken for front matter.
        let text = format!("\n{}\n\n{definitions}", self.text);
        let document = Document::parse(Arc::new(Source::new(file, text)));
        Reading {
            document,
            line: self.line,
            length: self.text.len(),
        }
    }
}

/// An excerpt as it was read.
pub(super) struct Reading {
    /// Its blocks and links; every place is one byte later than in the excerpt.
    pub(super) document: Document,
    line: u32,
    length: usize,
}

impl Reading {
    /// The text of a span.
    pub(super) fn slice(&self, span: Span) -> &str {
        self.document.source.slice(span)
    }

    /// The visible text of a run.
    pub(super) fn visible(&self, run: &Run) -> String {
        run.text(&self.document.source).into_owned()
    }

    /// The line of the file at which a span begins.
    pub(super) fn line(&self, span: Span) -> u32 {
        (self.line + self.document.source.position(span.start).line).saturating_sub(2)
    }

    /// The place of a span in the file.
    pub(super) fn place(&self, span: Span) -> Place {
        Place::line(self.document.source.path(), self.line(span))
    }

    /// The blocks.
    pub(super) fn blocks(&self) -> &[Block] {
        &self.document.blocks
    }

    /// The stretch from one byte of the document to another.
    pub(super) fn excerpt(&self, from: u32, to: u32) -> Excerpt {
        let end = self.length + 1;
        let span = Span::new((from as usize).min(end), (to as usize).min(end));
        Excerpt::new(self.slice(span), self.line(span))
    }

    /// What remains of the text when some spans are cut out, with empty lines in their places.
    pub(super) fn without(&self, cut: &[Span]) -> Excerpt {
        let mut cut = cut.to_vec();
        cut.sort();
        let end = self.length + 1;
        let (mut text, mut at) = (String::new(), 1);
        for span in cut {
            let range = span.range();
            if range.start > at && range.start <= end {
                text.push_str(self.slice(Span::new(at, range.start)));
            }
            if !text.is_empty() && !text.ends_with("\n\n") {
                text.push_str("\n\n");
            }
            at = at.max(range.end).min(end);
        }
        text.push_str(self.slice(Span::new(at, end)));
        Excerpt::new(text.trim_matches('\n'), self.line)
    }

    /// The source of a heading without its marks.
    pub(super) fn heading_source(&self, span: Span) -> &str {
        let written = self.slice(span).trim();
        let first = written.lines().next().unwrap_or_default();
        if written.starts_with('#') {
            let inner = first.trim_start_matches('#').trim();
            let open = inner.trim_end_matches('#');
            if open.is_empty() || open.ends_with([' ', '\t']) {
                open.trim()
            } else {
                inner
            }
        } else {
            let last = written.rfind('\n').unwrap_or(written.len());
            written[..last].trim()
        }
    }

    /// The inside of a list's item, without its marker and its indentation, and whether it is a ticked task.
    pub(super) fn item(&self, item: &Item) -> Excerpt {
        let text = self.slice(item.span);
        let (marker, _) = marker(text);
        let line = self.line(item.span);
        Excerpt::new(dedent(text, marker, self.column(item.span) + marker), line)
    }

    /// How many bytes stand before a span in its line.
    fn column(&self, span: Span) -> usize {
        let before = &self.document.source.text()[..span.start as usize];
        before.len() - before.rfind('\n').map_or(0, |at| at + 1)
    }
}

/// The bytes of an item's marker with the space behind it, and of the box of a task behind that.
pub(super) fn marker(item: &str) -> (usize, usize) {
    let digits = item.len() - item.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let mark = if digits > 0 { digits + 1 } else { 1 };
    let rest = item.get(mark..).unwrap_or_default();
    let space = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    // Five spaces and more begin code.
    let space = if space > 4 { 1 } else { space };
    let body = &rest[space.min(rest.len())..];
    let boxed = ["[ ] ", "[x] ", "[X] "]
        .iter()
        .any(|task| body.starts_with(task));
    (mark + space, if boxed { 4 } else { 0 })
}

/// A text whose first line loses `first` bytes and each other line up to `indent` spaces, or a tab.
pub(super) fn dedent(text: &str, first: usize, indent: usize) -> String {
    let mut dedented = String::with_capacity(text.len());
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let spaces = line.len() - line.trim_start_matches(' ').len();
        let cut = match index {
            0 => first.min(line.len()),
            _ if spaces == 0 && line.starts_with('\t') => 1,
            _ => spaces.min(indent),
        };
        dedented.push_str(line.get(cut..).unwrap_or(line));
    }
    dedented
}

/// A text with every line but the first moved in by some spaces, so that it stays inside an item of a list.
pub(super) fn indent(text: &str, by: usize) -> String {
    let pad = " ".repeat(by);
    let mut lines = text.lines();
    let mut indented = lines.next().unwrap_or_default().to_string();
    for line in lines {
        indented.push('\n');
        if !line.trim().is_empty() {
            indented.push_str(&pad);
            indented.push_str(line);
        }
    }
    indented
}

/// A paragraph in one line, but for the breaks that its writer put there.
pub(super) fn unwrapped(paragraph: &str) -> String {
    let mut text = String::with_capacity(paragraph.len());
    for line in paragraph.lines() {
        let hard = text.ends_with("  ") || text.ends_with('\\');
        let end = text.trim_end().len();
        if !text.is_empty() {
            text.truncate(end);
            if hard {
                let end = text.trim_end_matches('\\').len();
                text.truncate(end);
            }
            text.push(if hard { '\n' } else { ' ' });
        }
        text.push_str(line.trim_start());
    }
    text.trim().to_string()
}

/// Whether a block is a paragraph.
pub(super) fn is_paragraph(block: &Block) -> bool {
    matches!(block.kind, BlockKind::Paragraph(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_of_the_file() {
        let excerpt = Excerpt::new("---\n\ntext\n\n- one\n\n  two\n", 40);
        let reading = excerpt.read("a.md", "[x]: http://x.example");
        let blocks = reading.blocks();
        assert_eq!(reading.line(blocks[1].span), 42);
        assert_eq!(reading.slice(blocks[1].span), "text");
        let BlockKind::List(list) = &blocks[2].kind else {
            panic!("a list")
        };
        assert_eq!(reading.item(&list.items[0]).text.trim_end(), "one\n\ntwo");
        assert_eq!(
            reading.without(&[blocks[1].span]).text,
            "---\n\n\n\n- one\n\n  two"
        );
        assert_eq!(reading.without(&[]).text, excerpt.text.trim_matches('\n'));
    }

    #[test]
    fn lines_are_joined_but_for_breaks() {
        assert_eq!(unwrapped("a\nb  \nc\\\n  d"), "a b\nc\nd");
        assert_eq!(marker("- [x] a"), (2, 4));
        assert_eq!(marker("12.  a"), (5, 0));
        assert_eq!(dedent("- a\n    b\n\tc\n d", 2, 2), "a\n  b\nc\nd");
        assert_eq!(indent("a\n\nb", 2), "a\n\n  b");
    }
}
