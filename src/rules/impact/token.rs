//! A text in tokens: numbers, words and marks, each with its place.
//!
//! Owns cutting and the ends of sentences. What a number means is for [`super::figure`] and [`super::duration`].

use std::borrow::Cow;
use std::ops::Range;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Digits, with points or commas between digits.
    Number,
    /// Letters and apostrophes.
    Word,
    /// Any other character.
    Mark,
}

/// A token and its bytes.
#[derive(Clone, Debug)]
pub(super) struct Token<'a> {
    /// What it is.
    pub(super) kind: Kind,
    /// The token in lower case, curly apostrophes made straight.
    pub(super) text: Cow<'a, str>,
    /// Its bytes in the text that was cut.
    pub(super) range: Range<usize>,
    /// Whether it follows the one before without a space.
    pub(super) joined: bool,
}

impl Token<'_> {
    /// Whether it is this word or mark.
    pub(super) fn is(&self, text: &str) -> bool {
        self.text == text
    }

    /// Whether it is one of these words or marks.
    pub(super) fn is_any(&self, list: &[&str]) -> bool {
        list.contains(&&*self.text)
    }
}

/// Words whose full stop ends no sentence.
const ABBREVIATIONS: &[&str] = &[
    "approx", "ca", "e", "g", "i", "vs", "no", "incl", "min", "hrs",
];

/// A token as it is compared; no copy for nearly all of them, since there are many.
fn lower(text: &str) -> Cow<'_, str> {
    let plain = |byte: u8| byte.is_ascii() && !byte.is_ascii_uppercase();
    match text.bytes().all(plain) {
        true => text.into(),
        false if text.is_ascii() => text.to_ascii_lowercase().into(),
        false => text.to_lowercase().replace('’', "'").into(),
    }
}

/// Cuts a text.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut found: Vec<Token<'_>> = Vec::with_capacity(text.len() / 6);
    let mut end = 0;
    loop {
        let rest = text[end..].trim_start();
        let start = text.len() - rest.len();
        let Some(c) = rest.chars().next() else {
            return found;
        };
        let (kind, length) = if c.is_ascii_digit() {
            (Kind::Number, number(rest.as_bytes()))
        } else if c.is_alphabetic() {
            let ends = |c: char| !(c.is_alphabetic() || matches!(c, '\'' | '’'));
            (Kind::Word, rest.find(ends).unwrap_or(rest.len()))
        } else {
            (Kind::Mark, c.len_utf8())
        };
        found.push(Token {
            kind,
            text: lower(&rest[..length]),
            range: start..start + length,
            joined: start == end && start > 0,
        });
        end = start + length;
    }
}

/// How many bytes the number has that stands at the start.
fn number(bytes: &[u8]) -> usize {
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let inside = |at: &usize| digit(*at) || matches!(bytes[*at], b'.' | b',') && digit(*at + 1);
    (0..bytes.len()).take_while(inside).count()
}

/// The sentences of a text, as ranges of its tokens.
pub(super) fn sentences(tokens: &[Token<'_>]) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut start = 0;
    for (at, token) in tokens.iter().enumerate() {
        let abbreviated =
            token.is(".") && at > start && tokens[at - 1].is_any(ABBREVIATIONS) && token.joined;
        let inside = tokens.get(at + 1).is_some_and(|next| next.joined);
        if token.is_any(&[".", "!", "?"]) && !abbreviated && !inside {
            ranges.push(start..at + 1);
            start = at + 1;
        }
    }
    if start < tokens.len() {
        ranges.push(start..tokens.len());
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_with_their_places() {
        let text = "For ~1,200 s (2.3.4), 14:23 – l’été.";
        let found: Vec<&str> = tokens(text)
            .iter()
            .map(|token| &text[token.range.clone()])
            .collect();
        let expected = [
            "For",
            "~",
            "1,200",
            "s",
            "(",
            "2.3.4",
            ")",
            ",",
            "14",
            ":",
            "23",
            "–",
            "l’été",
            ".",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn sentences_end_at_full_stops_between_words() {
        let count = |text: &str| sentences(&tokens(text)).len();
        assert_eq!(
            count("It took approx. 5 min. to see v2.3. Then it ended"),
            2
        );
        assert_eq!(count("shop.example was down. Why? Nobody knows!"), 3);
    }
}
