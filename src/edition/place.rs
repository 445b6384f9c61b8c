//! Where a text stands in a source, however its white space is set.
//!
//! Owns the search for a quote whose lines were broken differently, which is what an output makes of a source.

/// The byte at which `quote` begins in `text`; runs of white space count as one.
pub(super) fn find(text: &str, quote: &str) -> Option<usize> {
    let words: Vec<&str> = quote.split_whitespace().collect();
    let first = words.first()?;
    let fits = |at: usize| {
        let mut rest = &text[at..];
        for (number, word) in words.iter().enumerate() {
            if number > 0 {
                let trimmed = rest.trim_start();
                if trimmed.len() == rest.len() {
                    return false;
                }
                rest = trimmed;
            }
            match rest.get(..word.len()) {
                Some(start) if start.eq_ignore_ascii_case(word) => rest = &rest[word.len()..],
                _ => return false,
            }
        }
        true
    };
    let initial = first.chars().next()?;
    let starts = text.char_indices();
    let mut starts = starts.filter(|(_, c)| c.eq_ignore_ascii_case(&initial));
    starts.find_map(|(at, _)| fits(at).then_some(at))
}

/// The same by words alone: punctuation and marks between them do not count. `words` are in small letters.
pub(super) fn find_words(text: &str, words: &str) -> Option<usize> {
    let wanted: Vec<&str> = words.split(' ').filter(|word| !word.is_empty()).collect();
    let found: Vec<(usize, String)> = split(text);
    let fits = |window: &&[(usize, String)]| {
        let mut pairs = window.iter().zip(&wanted);
        pairs.all(|((_, word), wanted)| word == wanted)
    };
    let mut windows = found.windows(wanted.len().max(1));
    let window = windows.find(fits)?;
    Some(window.first()?.0)
}

/// The words of a text in small letters, each with its first byte.
fn split(text: &str) -> Vec<(usize, String)> {
    let mut words: Vec<(usize, String)> = Vec::new();
    let mut open = false;
    for (at, c) in text.char_indices() {
        if !c.is_alphanumeric() {
            open = false;
            continue;
        }
        match words.last_mut().filter(|_| open) {
            Some((_, word)) => word.push(c.to_ascii_lowercase()),
            None => words.push((at, c.to_ascii_lowercase().to_string())),
        }
        open = true;
    }
    words
}

/// The words of a text in small letters with one space before each and after the last.
pub(super) fn words(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    let mut open = false;
    for c in text.chars() {
        if c.is_alphanumeric() {
            if !open {
                words.push(' ');
            }
            words.push(c.to_ascii_lowercase());
            open = true;
        } else if !is_invisible(c) {
            open = false;
        }
    }
    words.push(' ');
    words
}

/// Whether nobody sees a character, so that it parts no word.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_is_found_across_lines() {
        let text = "one\n> two  three\nTwo three";
        assert_eq!(find(text, "two three"), Some(6));
        assert_eq!(find(text, "twothree"), None);
        assert_eq!(find_words(text, " one two three "), Some(0));
        assert_eq!(find_words("ä *b*, c", " b c "), Some(4));
        assert_eq!(words("Don\u{ad}'t **stop**!"), " don t stop ");
    }
}
