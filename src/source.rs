//! A text with its path, and places in it.
//!
//! Owns byte spans and the one conversion from bytes to lines and columns. What the text means is for
//! [`crate::document`].

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// A byte range in one source; `start..end`, never past 4 GiB.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span over `start..end` in bytes; an end before the start makes it empty.
    pub fn new(start: usize, end: usize) -> Self {
        let start = u32::try_from(start).unwrap_or(u32::MAX);
        let end = u32::try_from(end).unwrap_or(u32::MAX).max(start);
        Self { start, end }
    }

    /// The same as a range of `usize`.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether `other` lies wholly inside.
    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The smallest span that covers both.
    pub fn to(self, other: Span) -> Span {
        Span {
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }
}

/// A value together with where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// Pairs a value with its place.
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}

/// A line and a column, both counted from 1; columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// One text file, whole.
#[derive(Debug)]
pub struct Source {
    path: Arc<str>,
    text: String,
    line_starts: Vec<u32>,
    invalid_at: Option<u32>,
    hidden: OnceLock<Vec<Span>>,
}

impl Source {
    /// A source from text that is known to be UTF-8. `path` is relative to the repository, with `/`.
    pub fn new(path: &str, text: String) -> Self {
        let mut line_starts = vec![0];
        let newlines = memchr::memchr_iter(b'\n', text.as_bytes());
        line_starts.extend(newlines.map(|at| Span::new(at + 1, at + 1).start));
        Self {
            path: path.into(),
            text,
            line_starts,
            invalid_at: None,
            hidden: OnceLock::new(),
        }
    }

    /// A source from bytes as found. Each byte that is not UTF-8 becomes `?`, so that every offset stays
    /// right and the rest can still be read; [`Source::invalid_at`] says where the first one stood.
    pub fn from_bytes(path: &str, mut bytes: Vec<u8>) -> Self {
        let mut invalid_at = None;
        let mut from = 0;
        while let Err(error) = std::str::from_utf8(&bytes[from..]) {
            let bad = from + error.valid_up_to();
            let end = error.error_len().map_or(bytes.len(), |len| bad + len);
            bytes[bad..end].fill(b'?');
            invalid_at = invalid_at.or(Some(Span::new(bad, bad).start));
            from = end;
        }
        let text = String::from_utf8(bytes).unwrap_or_default();
        Self {
            invalid_at,
            ..Self::new(path, text)
        }
    }

    /// The path, relative to the repository, with `/`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The path, shared.
    pub fn shared_path(&self) -> Arc<str> {
        Arc::clone(&self.path)
    }

    /// The whole text, with its byte-order mark if it had one.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The byte offset of the first byte that was not UTF-8.
    pub fn invalid_at(&self) -> Option<u32> {
        self.invalid_at
    }

    /// The text of a span; empty where the span does not fit the text.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// Names the places that no report may show. Said once, before anything is shown; a second time changes nothing.
    pub fn hide(&self, spans: Vec<Span>) {
        // A set of places that is already there was made by the same rules over the same text.
        let _ = self.hidden.set(spans);
    }

    /// The text of a span as a report may show it: what is hidden is masked, letter for letter and byte for byte, so that
    /// places stay right.
    pub fn shown(&self, span: Span) -> Cow<'_, str> {
        let text = self.slice(span);
        let meets = |hidden: &&Span| hidden.start < span.end && span.start < hidden.end;
        let hidden: Vec<&Span> = self.hidden().iter().filter(meets).collect();
        if hidden.is_empty() {
            return Cow::Borrowed(text);
        }
        let masked = text.char_indices().map(|(at, c)| {
            let at = span.start as usize + at;
            match hidden.iter().any(|span| span.range().contains(&at)) {
                true => mask(c),
                false => c,
            }
        });
        Cow::Owned(masked.collect())
    }

    /// A text that may quote this source, with everything masked that is hidden there.
    pub fn redact(&self, text: &mut String) {
        for span in self.hidden() {
            for word in self.slice(*span).split_whitespace() {
                if text.contains(word) {
                    *text = text.replace(word, &word.chars().map(mask).collect::<String>());
                }
            }
        }
    }

    fn hidden(&self) -> &[Span] {
        self.hidden.get().map_or(&[], Vec::as_slice)
    }

    /// Line and column of a byte offset; an offset past the end counts as the end.
    pub fn position(&self, offset: u32) -> Position {
        let mut offset = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self
            .line_starts
            .partition_point(|start| *start as usize <= offset);
        let start = self.line_starts[line - 1] as usize;
        let before = &self.text[start..offset];
        // A byte-order mark is no part of the first line.
        let before = match start {
            0 => before.strip_prefix('\u{feff}').unwrap_or(before),
            _ => before,
        };
        Position {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            column: u32::try_from(before.chars().count()).unwrap_or(u32::MAX - 1) + 1,
        }
    }

    /// Byte offset of the first byte of a line, counted from 1; the end of the text for lines past it.
    pub fn line_start(&self, line: usize) -> usize {
        let index = line.saturating_sub(1);
        self.line_starts
            .get(index)
            .map_or(self.text.len(), |start| *start as usize)
    }

    /// The span of a line's text without its line end, the line counted from 1.
    pub fn line(&self, line: usize) -> Span {
        let (start, end) = (self.line_start(line), self.line_start(line + 1));
        let text = self.text.get(start..end).unwrap_or_default();
        Span::new(start, start + text.trim_end_matches(['\n', '\r']).len())
    }
}

/// A character that says nothing, as long in bytes as the one it stands for; white space stays.
fn mask(c: char) -> char {
    match c.len_utf8() {
        _ if c.is_whitespace() => c,
        1 => '*',
        2 => '×',
        3 => '•',
        _ => '\u{1f512}',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_hidden_is_never_shown() {
        let source = Source::new("a.md", "key: sé日🙂t\nline2 end".into());
        let whole = Span::new(0, source.text().len());
        assert_eq!(source.shown(whole), source.text());
        let (from, to) = (source.text().find('s'), source.text().find(" end"));
        source.hide(vec![Span::new(from.expect("s"), to.expect("end"))]);
        assert_eq!(source.shown(whole), "key: *×•\u{1f512}*\n***** end");
        assert_eq!(source.shown(whole).len(), source.text().len());
        let mut quoted = "cannot be `sé日🙂t line2`".to_string();
        source.redact(&mut quoted);
        assert_eq!(quoted, "cannot be `*×•\u{1f512}* *****`");
    }

    #[test]
    fn positions_count_characters_from_one() {
        let source = Source::new("a.md", "\u{feff}é日🙂x\r\n\u{feff}second".into());
        let at = source.text().find('x').map(|at| at as u32);
        let x = source.position(at.expect("there is an x"));
        assert_eq!((x.line, x.column), (1, 4));
        let end = source.position(u32::MAX);
        assert_eq!((end.line, end.column), (2, 8));
        assert_eq!(source.slice(source.line(1)), "\u{feff}é日🙂x");
    }

    #[test]
    fn bad_bytes_keep_every_offset() {
        let source = Source::from_bytes("a.md", b"ab\xff\xfecd\xe2\x82".to_vec());
        assert_eq!(source.text(), "ab??cd??");
        assert_eq!(source.invalid_at(), Some(2));
    }
}
