//! What reports show of a source: the lines around a place, and the text of a place.
//!
//! The one file through which text of a postmortem gets into a report: what must not be shown is hidden here. Messages
//! and fixes are the rules' own words.

use std::borrow::Cow;

use annotate_snippets::{Annotation, Origin, Snippet};

use crate::source::{Source, Span};

/// Most lines of one place that are shown.
const MOST_LINES: u32 = 4;
/// Most bytes of them.
const MOST_BYTES: usize = 800;

/// The lines around a span, and of a very long line only what is near, so that a long document costs no more than a
/// short one.
pub(super) struct Excerpt<'a> {
    path: &'a str,
    text: Cow<'a, str>,
    line: u32,
    /// Where the span begins, where the text is only a part of its line.
    column: Option<u32>,
    /// The span inside the text.
    pub(super) span: Span,
}

impl<'a> Excerpt<'a> {
    pub(super) fn new(source: &'a Source, span: Span) -> Self {
        let at = source.position(span.start);
        let last = source.position(span.end.max(span.start + 1) - 1).line;
        let last = last.min(at.line + MOST_LINES - 1);
        let mut start = source.line(at.line as usize).start as usize;
        let mut end = source.line(last as usize).end as usize;
        if start == 0 && source.text().starts_with('\u{feff}') {
            start = '\u{feff}'.len_utf8();
        }
        let long = end.saturating_sub(start) > MOST_BYTES;
        if long {
            start = near(source.text(), start, span.start as usize, 0);
            end = near(source.text(), end, span.start as usize, MOST_BYTES / 2);
        }
        let text = source.shown(Span::new(start, end));
        let local = |at: u32| (at as usize).clamp(start, end.max(start)) - start;
        Self {
            path: source.path(),
            text,
            line: at.line,
            column: long.then_some(at.column),
            span: Span::new(local(span.start), local(span.end)),
        }
    }

    /// Whether both show the same lines of the same file.
    pub(super) fn shows_the_same(&self, other: &Self) -> bool {
        self.path == other.path && self.line == other.line && self.text == other.text
    }

    /// The exact place of a part of a line.
    pub(super) fn origin(&self) -> Option<Origin<'a>> {
        let column = self.column?;
        Some(
            Origin::path(self.path)
                .line(self.line as usize)
                .char_column(column as usize),
        )
    }

    pub(super) fn snippet(&self) -> Snippet<'_, Annotation<'_>> {
        let snippet = Snippet::source(&*self.text).line_start(self.line as usize);
        match self.column {
            Some(_) => snippet,
            None => snippet.path(self.path),
        }
    }
}

/// The text of a span; nothing where it is empty or too long to be shown whole.
pub(super) fn quote(source: &Source, span: Span) -> Option<Cow<'_, str>> {
    let text = source.shown(span);
    (!text.is_empty() && text.len() <= MOST_BYTES).then_some(text)
}

/// The edge, or a character boundary near `at` where the edge is farther: `ahead` bytes after it, or some before it.
fn near(text: &str, edge: usize, at: usize, ahead: usize) -> usize {
    let mut place = match ahead {
        0 => edge.max(at.saturating_sub(MOST_BYTES / 4)),
        _ => edge.min(at + ahead),
    };
    while !text.is_char_boundary(place) {
        place += 1;
    }
    place
}
