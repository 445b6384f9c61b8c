//! What an organisation keeps to itself: patterns of its own, such as customers' account numbers.
//!
//! Owns which patterns are accepted. Looking for them is for the rules.

use std::ops::Range;

use regex::{Regex, RegexBuilder};

/// The most memory that a compiled pattern may take, in bytes.
const MOST_BYTES: usize = 1 << 20;
/// The longest pattern that is read, in bytes.
const MOST_LENGTH: usize = 1_000;

/// A pattern with the name that findings call it by.
#[derive(Clone, Debug)]
pub struct Confidential {
    /// What it finds: `customer account number`.
    pub name: String,
    pattern: Regex,
}

impl Confidential {
    /// Compiles a pattern in the syntax of the regex crate, which always runs in linear time; otherwise what is wrong with it
    /// and how to mend it.
    pub fn new(name: &str, pattern: &str) -> Result<Self, (String, String)> {
        if pattern.len() > MOST_LENGTH {
            let message = format!(
                "is {} bytes long, more than the {MOST_LENGTH} that are read",
                pattern.len()
            );
            return Err((message, "write a shorter one, or several".into()));
        }
        let compiled = RegexBuilder::new(pattern)
            .size_limit(MOST_BYTES)
            .dfa_size_limit(MOST_BYTES)
            .nest_limit(50)
            .build();
        let pattern = compiled.map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => (
                format!("`{pattern}` takes more than 1 MiB when compiled"),
                "use smaller counts in `{…}`, and `[0-9]` for `\\d`".to_string(),
            ),
            error => (
                format!("`{pattern}` cannot be read: {}", reason(&error)),
                "write it as `ACC-\\d{8}`, in single quotes".into(),
            ),
        })?;
        // A pattern of assertions alone, such as `\b`, matches nothing in an empty text, but something empty beside a letter.
        let empty = |text| pattern.find(text).is_some_and(|found| found.is_empty());
        if ["", "a", "0", " ", "-"].into_iter().any(empty) {
            return Err((
                format!("`{pattern}` matches the empty text, so it would be found everywhere"),
                "demand at least one character, with `+` in place of `*`".into(),
            ));
        }
        Ok(Self {
            name: name.into(),
            pattern,
        })
    }

    /// The pattern as written.
    pub fn pattern(&self) -> &str {
        self.pattern.as_str()
    }

    /// Where it is found in a text, in bytes.
    pub fn find<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
        let found = self.pattern.find_iter(text).map(|found| found.range());
        found.filter(|range| !range.is_empty())
    }
}

/// The last line of what the regex crate says: the lines before it draw the pattern.
fn reason(error: &regex::Error) -> String {
    let text = error.to_string();
    let last = text.lines().next_back().unwrap_or_default();
    last.trim_start_matches("error:").trim().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_judged_before_they_run() {
        let told = |pattern: &str| {
            Confidential::new("x", pattern)
                .err()
                .map(|(message, _)| message)
        };
        assert_eq!(told(r"ACC-\d{8}"), None);
        assert_eq!(told(r"\bACC\d+\b"), None);
        assert_eq!(
            told("(ACC"),
            Some("`(ACC` cannot be read: unclosed group".into())
        );
        for (pattern, word) in [
            (r"\w{500}{500}", "1 MiB"),
            ("A*", "empty"),
            (r"\b", "empty"),
            ("(?:)|x", "empty"),
            (&"a".repeat(2_000), "2000 bytes"),
            (r"(a)\1", "cannot be read"),
        ] {
            let message = told(pattern).unwrap_or_default();
            assert!(message.contains(word), "{pattern}: {message}");
        }
    }
}
