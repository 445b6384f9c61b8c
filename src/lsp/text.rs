//! The text of an open file, and its places in lines and characters as an editor counts them.
//!
//! Lines end with `\n`, `\r\n` or a lone `\r`, and characters are counted in the units that were agreed on, as the
//! protocol has it; both differ from the lines and columns of reports.

use lsp_types::{Position, PositionEncodingKind, Range};

use crate::source::Span;

/// The unit in which characters of a line are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    /// Bytes.
    Utf8,
    /// Half words; what every editor knows.
    Utf16,
    /// Characters.
    Utf32,
}

impl Encoding {
    /// The best of what a client offers; a client that offers nothing counts in UTF-16.
    pub(super) fn agree(offered: &[&str]) -> Self {
        match offered {
            offered if offered.contains(&"utf-8") => Self::Utf8,
            offered if offered.contains(&"utf-16") || offered.is_empty() => Self::Utf16,
            offered if offered.contains(&"utf-32") => Self::Utf32,
            _ => Self::Utf16,
        }
    }

    pub(super) fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
            Self::Utf32 => PositionEncodingKind::UTF32,
        }
    }

    fn width(self, c: char) -> usize {
        match self {
            Self::Utf8 => c.len_utf8(),
            Self::Utf16 => c.len_utf16(),
            Self::Utf32 => 1,
        }
    }
}

/// A text with the places of its lines.
#[derive(Clone, Debug)]
pub(super) struct Text {
    text: String,
    starts: Vec<usize>,
    encoding: Encoding,
}

impl Text {
    pub(super) fn new(text: String, encoding: Encoding) -> Self {
        Self {
            starts: starts(&text),
            text,
            encoding,
        }
    }

    /// Another text, counted in the same way.
    pub(super) fn alike(&self, text: &str) -> Self {
        Self::new(text.into(), self.encoding)
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// The byte of a position; a character past the end of its line counts as its end, a line past the last as the end
    /// of the text, and the middle of a character as its beginning.
    pub(super) fn offset(&self, position: Position) -> usize {
        let line = usize::try_from(position.line).unwrap_or(usize::MAX);
        let Some(start) = self.starts.get(line) else {
            return self.text.len();
        };
        let mut left = usize::try_from(position.character).unwrap_or(usize::MAX);
        let mut at = *start;
        for c in self.text[*start..].chars() {
            let width = self.encoding.width(c);
            if matches!(c, '\n' | '\r') || left < width {
                break;
            }
            left -= width;
            at += c.len_utf8();
        }
        at
    }

    /// The position of a byte.
    pub(super) fn position(&self, offset: usize) -> Position {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.starts.partition_point(|start| *start <= offset).max(1) - 1;
        let before = &self.text[self.starts[line]..offset];
        let character: usize = before.chars().map(|c| self.encoding.width(c)).sum();
        Position {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            character: u32::try_from(character).unwrap_or(u32::MAX),
        }
    }

    pub(super) fn range(&self, span: Span) -> Range {
        Range {
            start: self.position(span.start as usize),
            end: self.position(span.end as usize),
        }
    }

    pub(super) fn span(&self, range: Range) -> Span {
        Span::new(self.offset(range.start), self.offset(range.end))
    }

    /// Puts a text in the place of a range, or of everything.
    pub(super) fn change(&mut self, range: Option<Range>, text: &str) {
        match range.map(|range| self.span(range)) {
            Some(span) => self.text.replace_range(span.range(), text),
            None => self.text = text.into(),
        }
        self.starts = starts(&self.text);
    }
}

fn starts(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let ends = bytes.iter().enumerate().filter(|(at, byte)| match byte {
        b'\n' => true,
        b'\r' => bytes.get(at + 1) != Some(&b'\n'),
        _ => false,
    });
    std::iter::once(0)
        .chain(ends.map(|(at, _)| at + 1))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(line: u32, character: u32) -> Position {
        Position { line, character }
    }

    #[test]
    fn characters_are_counted_as_agreed() {
        for (encoding, x) in [
            (Encoding::Utf8, 9),
            (Encoding::Utf16, 4),
            (Encoding::Utf32, 3),
        ] {
            let text = Text::new("\r\né日🙂x\rlast".into(), encoding);
            assert_eq!(
                text.position(text.as_str().find('x').unwrap_or_default()),
                at(1, x)
            );
            assert_eq!(&text.as_str()[text.offset(at(1, x))..][..1], "x");
            assert_eq!(text.position(usize::MAX), at(2, 4));
            assert_eq!(
                text.offset(at(1, 99)),
                text.as_str().find("\rlast").unwrap_or_default()
            );
            assert_eq!(text.offset(at(9, 0)), text.as_str().len());
        }
        // The middle of an emoji.
        let text = Text::new("🙂".into(), Encoding::Utf16);
        assert_eq!((text.offset(at(0, 1)), text.offset(at(0, 2))), (0, 4));
    }

    #[test]
    fn the_best_unit_is_agreed_on() {
        assert_eq!(Encoding::agree(&[]), Encoding::Utf16);
        assert_eq!(
            Encoding::agree(&["utf-32", "utf-16", "utf-8"]),
            Encoding::Utf8
        );
        assert_eq!(Encoding::agree(&["utf-32"]), Encoding::Utf32);
        assert_eq!(Encoding::agree(&["utf-7"]), Encoding::Utf16);
    }

    proptest! {
        #[test]
        fn every_place_is_found_again(text in "[a\\né日🙂\\r\u{feff}]{0,40}", line in 0u32..9, character in 0u32..20, new in "[é🙂\\n]{0,3}") {
            for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
                let mut text = Text::new(text.clone(), encoding);
                for (offset, _) in text.as_str().char_indices() {
                    // The `\\n` of `\\r\\n` is no place of its own.
                    if !text.as_str()[..offset].ends_with('\r') || !text.as_str()[offset..].starts_with('\n') {
                        prop_assert_eq!(text.offset(text.position(offset)), offset);
                    }
                }
                let range = Range { start: at(line, character), end: at(line + 1, character) };
                text.change(Some(range), &new);
                prop_assert_eq!(&text.starts, &starts(text.as_str()));
            }
        }
    }
}
