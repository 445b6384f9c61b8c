//! A run: the visible text of one block, joined across soft breaks and emphasis, each character mapped
//! back to its bytes.
//!
//! Owns the mapping and what counts as prose. Which words are a problem is for the rules.

use std::borrow::Cow;

use crate::source::{Source, Span};

/// What a piece of a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PieceKind {
    /// Ordinary text.
    Text,
    /// A code span: visible, but not prose.
    Code,
    /// A link whose visible text is its own address: visible, but not prose.
    Address,
    /// A line break inside the block, seen as one space.
    Break,
}

/// A stretch of a run that maps to one stretch of the source.
#[derive(Clone, Copy, Debug)]
struct Piece {
    span: Span,
    kind: PieceKind,
    /// 0 where the text is the source's own; otherwise one more than its place in `replaced`.
    replaced: u32,
}

/// The visible text of one block.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// From the first visible byte to the last.
    pub span: Span,
    pieces: Vec<Piece>,
    replaced: Vec<Box<str>>,
}

impl Run {
    /// Adds text that stands in the source just as it is seen.
    pub fn push(&mut self, span: Span, kind: PieceKind) {
        if let Some(last) = self.pieces.last_mut()
            && last.kind == kind
            && last.replaced == 0
            && last.span.end == span.start
            && kind != PieceKind::Break
        {
            last.span.end = span.end;
        } else {
            self.pieces.push(Piece {
                span,
                kind,
                replaced: 0,
            });
        }
        self.grow(span, kind);
    }

    /// Adds text that is written otherwise in the source: an entity, an escape.
    pub fn push_replaced(&mut self, span: Span, kind: PieceKind, text: &str) {
        self.replaced.push(text.into());
        self.pieces.push(Piece {
            span,
            kind,
            replaced: Span::new(self.replaced.len(), 0).start,
        });
        self.grow(span, kind);
    }

    fn grow(&mut self, span: Span, kind: PieceKind) {
        if kind == PieceKind::Break {
            return;
        }
        self.span = if self.span == Span::default() {
            span
        } else {
            self.span.to(span)
        };
    }

    /// Whether nothing is visible.
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// The visible text, code included, line breaks as spaces; no copy where it stands in the source in one piece, as most
    /// do.
    pub fn text<'a>(&'a self, source: &'a Source) -> Cow<'a, str> {
        match self.pieces.as_slice() {
            [] => Cow::Borrowed(""),
            [piece] => Cow::Borrowed(self.seen(piece, source)),
            pieces => pieces
                .iter()
                .map(|piece| self.seen(piece, source))
                .collect(),
        }
    }

    fn seen<'a>(&'a self, piece: &Piece, source: &'a Source) -> &'a str {
        match (piece.replaced, piece.kind) {
            (_, PieceKind::Break) => " ",
            (0, _) => source.slice(piece.span),
            (index, _) => &self.replaced[index as usize - 1],
        }
    }

    /// The visible text with its mapping.
    pub fn visible(&self, source: &Source) -> Visible {
        let bytes = self.pieces.iter().map(|piece| piece.span.range().len());
        let mut visible = Visible {
            text: String::with_capacity(bytes.sum()),
            pieces: Vec::with_capacity(self.pieces.len()),
        };
        for piece in &self.pieces {
            let at = visible.text.len();
            visible.text.push_str(self.seen(piece, source));
            let exact = piece.replaced == 0 && piece.kind != PieceKind::Break;
            visible.pieces.push((at, piece.span, exact));
        }
        visible
    }

    /// The prose of the run: the visible text in which code, bare addresses and quotations are blanked out,
    /// byte for byte, so that offsets agree with [`Run::visible`].
    pub fn prose(&self, source: &Source) -> Visible {
        let mut visible = self.visible(source);
        if let Some(text) = self.prose_of(&visible) {
            visible.text = text;
        }
        visible
    }

    /// The prose of what [`Run::visible`] gave; `None` where it is the same.
    pub fn prose_of(&self, visible: &Visible) -> Option<String> {
        let hidden = |piece: &Piece| matches!(piece.kind, PieceKind::Code | PieceKind::Address);
        // The first bytes of `"`, `«` and the curly ones.
        let quoted = memchr::memchr3(b'"', 0xc2, 0xe2, visible.text.as_bytes()).is_some();
        if !quoted && !self.pieces.iter().any(hidden) {
            return None;
        }
        let mut bytes = visible.text.clone().into_bytes();
        let starts = visible.pieces.iter().map(|piece| piece.0);
        let ends = starts.skip(1).chain([bytes.len()]);
        for ((piece, (start, ..)), end) in self.pieces.iter().zip(&visible.pieces).zip(ends) {
            if hidden(piece) {
                bytes[*start..end].fill(BLANK);
            }
        }
        let mut text = String::from_utf8(bytes).unwrap_or_default();
        if quoted {
            for range in quotations(&text) {
                let blank = "\u{1}".repeat(range.len());
                text.replace_range(range, &blank);
            }
        }
        Some(text)
    }
}

/// What blanked bytes become: a character that is no letter, no space and no punctuation.
const BLANK: u8 = 1;

/// Byte ranges between quotation marks, without the marks; an opening mark without its closing one is none.
fn quotations(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut ranges = Vec::new();
    let mut open: Option<(char, usize)> = None;
    for (at, c) in text.char_indices() {
        match open {
            None => {
                let close = match c {
                    '"' => '"',
                    '“' => '”',
                    '„' => '“',
                    '«' => '»',
                    _ => continue,
                };
                open = Some((close, at + c.len_utf8()));
            }
            Some((close, start)) if c == close => {
                ranges.push(start..at);
                open = None;
            }
            Some(_) => {}
        }
    }
    ranges
}

/// Text together with where each byte of it came from.
#[derive(Clone, Debug)]
pub struct Visible {
    /// The text.
    pub text: String,
    /// Where each stretch begins in `text`, its source span, and whether they agree byte for byte.
    pieces: Vec<(usize, Span, bool)>,
}

impl Visible {
    /// The source bytes of a range of the text.
    pub fn span(&self, range: std::ops::Range<usize>) -> Span {
        let last = range.end.max(range.start + 1) - 1;
        let start = self.find(range.start);
        let end = self.find(last);
        match (start, end) {
            (Some((at, span, exact)), Some((end_at, end_span, end_exact))) => {
                let from = if exact {
                    span.start as usize + (range.start - at)
                } else {
                    span.start as usize
                };
                let to = if end_exact {
                    (end_span.start as usize + (last - end_at) + 1).min(end_span.end as usize)
                } else {
                    end_span.end as usize
                };
                if range.is_empty() {
                    Span::new(from, from)
                } else {
                    Span::new(from, to)
                }
            }
            _ => Span::default(),
        }
    }

    fn find(&self, at: usize) -> Option<(usize, Span, bool)> {
        let index = self.pieces.partition_point(|piece| piece.0 <= at);
        index.checked_sub(1).map(|index| self.pieces[index])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_places_agree() {
        let source = Source::new("a.md", "é `x` &amp; \"q é\" end".into());
        let mut run = Run::default();
        run.push(Span::new(0, 3), PieceKind::Text);
        run.push(Span::new(4, 5), PieceKind::Code);
        run.push(Span::new(6, 7), PieceKind::Text);
        run.push_replaced(Span::new(7, 12), PieceKind::Text, "&");
        run.push(Span::new(12, source.text().len()), PieceKind::Text);
        let visible = run.visible(&source);
        assert_eq!(visible.text, "é x & \"q é\" end");
        let end = visible.text.find("end").expect("it is there");
        assert_eq!(source.slice(visible.span(end..end + 3)), "end");
        let amp = visible.text.find('&').expect("it is there");
        assert_eq!(source.slice(visible.span(amp..amp + 1)), "&amp;");
        let prose = run.prose(&source).text;
        assert_eq!(prose, "é \u{1} & \"\u{1}\u{1}\u{1}\u{1}\" end");
    }
}
