//! Acronyms in a text: what looks like one, and where one is explained.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

/// Capitals that are no acronyms, or that nobody spells out: emphasis, levels, methods, zones, currencies, places.
const PLAIN: &[&str] = &[
    "ALL", "AM", "AND", "ANY", "ARE", "AT", "BE", "BST", "BUT", "BY", "CAD", "CEST", "CET", "CHF",
    "COPY", "DEBUG", "DELETE", "DKK", "DO", "DONE", "DOWN", "EDT", "ERROR", "EST", "ET", "EU",
    "EUR", "FAIL", "FAILED", "FALSE", "FATAL", "FIXME", "FOR", "FROM", "GBP", "GET", "GHZ", "GMT",
    "HEAD", "IF", "IN", "INFO", "INR", "INSERT", "IS", "ISO", "IST", "IT", "JPY", "JST", "MDT",
    "MHZ", "MST", "MUST", "NAN", "NEVER", "NEW", "NO", "NOK", "NOT", "NOW", "NULL", "NUL", "OF",
    "OFF", "OK", "OLD", "ON", "ONLY", "OPEN", "OR", "OUT", "PATCH", "PC", "PDT", "PM", "POST",
    "PS", "PST", "PT", "PUT", "README", "SEK", "KB", "MB", "GB", "TB", "PB", "KIB", "MIB", "GIB",
    "SELECT", "SET", "SEV", "SIGHUP", "SO", "STOP", "TBA", "TBC", "TBD", "DD", "HH", "MM", "SS",
    "YY", "YYYY", "XX", "XXX", "XXXX", "DATE", "HOST", "ISSUE", "KEY", "LINK", "NAME", "NODE",
    "POD", "PROD", "TEST", "USER", "THE", "TO", "TODO", "TRACE", "TRUE", "TV", "UK", "UP",
    "UPDATE", "US", "USA", "USD", "UTC", "VERY", "WARN", "WAS", "WE", "WIP", "WITH", "YES", "CRIT",
    "INC", "NA", "RFC", "CVE", "PR", "LICENSE", "IBM", "NASA", "YAML", "FIFO",
];

static CAPITALS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new("[A-Z]{2,6}s?").ok());
static EXPLAINED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let pattern = r"(?x)
        (?P<word>[\p{L}\d'’/-]+)\ \((?P<short>[A-Z]{2,6})s?\)
        | \b(?P<first>[A-Z]{2,6})s?\ \((?P<long>[^()]{4,100})\)
        | \b(?P<said>[A-Z]{2,6})s?,?\ (?:stands\ for|is\ short\ for|short\ for|means)\b";
    Regex::new(pattern).ok()
});

/// Every stretch of a text that reads as an acronym, without a plural `s`.
pub(super) fn acronyms(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let found = CAPITALS
        .as_ref()
        .filter(|_| has_capitals(text))
        .map(|pattern| pattern.find_iter(text));
    found.into_iter().flatten().filter_map(|found| {
        let (before, after) = (&text[..found.start()], &text[found.end()..]);
        let plural = found.as_str().ends_with('s');
        let word = &found.as_str()[..found.len() - usize::from(plural)];
        let fits = word.len() >= 2
            && stands_apart(before, after)
            && !PLAIN.contains(&word)
            && !is_roman(word)
            && !is_region(before, word)
            && !is_shouted(before, after);
        fits.then(|| found.start()..found.start() + word.len())
    })
}

/// Whether it is the region of a locale, as in `pt-BR`.
fn is_region(before: &str, word: &str) -> bool {
    let language = before.strip_suffix(['-', '_']).map(|before| {
        let language = before.trim_end_matches(|c: char| c.is_ascii_lowercase());
        (before.len() - language.len(), language)
    });
    language.is_some_and(|(length, before)| {
        word.len() == 2 && length == 2 && !before.ends_with(char::is_alphanumeric)
    })
}

/// Whether two capitals stand side by side: most texts are settled by this alone. Without an early end the compiler looks
/// at many bytes at once.
pub(super) fn has_capitals(text: &str) -> bool {
    let bytes = text.as_bytes();
    let pairs = bytes.iter().zip(bytes.iter().skip(1));
    pairs.fold(false, |found, (a, b)| {
        found | (a.is_ascii_uppercase() & b.is_ascii_uppercase())
    })
}

/// Whether it is a word of its own: no part of an id, a path, a file name, a number or a code.
fn stands_apart(before: &str, after: &str) -> bool {
    let mut back = before.chars().rev();
    let apart_before = match back.next() {
        None => true,
        Some('-' | '/') => {
            !back
                .next()
                .is_some_and(|c| c.is_uppercase() || c.is_ascii_digit() || c == ' ')
                || before.ends_with('/')
                    && before.trim_end_matches('/').ends_with(char::is_uppercase)
        }
        Some(c) => !(c.is_alphanumeric() || "_@#$%\\.=&\u{1}".contains(c)),
    };
    let mut ahead = after.chars();
    let apart_after = match (ahead.next(), ahead.next()) {
        (Some('-'), Some(next)) => next.is_lowercase(),
        (Some('/'), Some(next)) => next.is_uppercase(),
        (Some('.' | ':'), Some(next)) => !next.is_alphanumeric(),
        // `RFC 9110`, `HTTP 503`, `SEV 1`: a number that belongs to it.
        (Some(' '), Some(next)) => !(next.is_ascii_digit() || next == '#'),
        (Some(c), _) => !(c.is_alphanumeric() || "_=(\u{1}".contains(c)),
        (None, _) => true,
    };
    apart_before && apart_after
}

/// I to XXXIX.
fn is_roman(word: &str) -> bool {
    word.chars().all(|c| matches!(c, 'I' | 'V' | 'X'))
}

/// Part of a line in capitals: three words beside each other.
fn is_shouted(before: &str, after: &str) -> bool {
    let capital = |word: &str| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        word.len() > 1 && word.chars().all(|c| c.is_ascii_uppercase())
    };
    let back = before
        .split_whitespace()
        .rev()
        .take_while(|word| capital(word))
        .take(2);
    let ahead = after
        .split_whitespace()
        .take_while(|word| capital(word))
        .take(2);
    back.count() + ahead.count() > 1
}

/// Adds the acronyms that a text explains: `mean time to recover (MTTR)`, `MTTR (mean time to recover)`.
pub(super) fn explained(text: &str, known: &mut BTreeSet<String>) {
    let Some(pattern) = EXPLAINED.as_ref().filter(|_| has_capitals(text)) else {
        return;
    };
    for captures in pattern.captures_iter(text) {
        if let Some(short) = captures.name("short") {
            let start = captures.get(0).map_or(0, |all| all.start());
            let end = captures.name("word").map_or(start, |word| word.end());
            if begins_alike(&text[..end], short.as_str()) {
                known.insert(short.as_str().into());
            }
        } else if let (Some(first), Some(long)) = (captures.name("first"), captures.name("long")) {
            let words = long
                .as_str()
                .split([' ', '-'])
                .filter(|word| word.contains(char::is_lowercase));
            if words.count() > 1 {
                known.insert(first.as_str().into());
            }
        } else if let Some(said) = captures.name("said") {
            known.insert(said.as_str().into());
        }
    }
}

/// Whether one of the words before the bracket begins with the acronym's first letter.
fn begins_alike(before: &str, short: &str) -> bool {
    let mut words = before.rsplit([' ', '-', '/']).take(short.len() * 2 + 2);
    let first = short.chars().next().map(|c| c.to_ascii_lowercase());
    words.any(|word| {
        let initial = word
            .trim_start_matches(|c: char| !c.is_alphanumeric())
            .chars()
            .next();
        initial.map(|c| c.to_ascii_lowercase()) == first && word.contains(char::is_lowercase)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acronyms_are_told_from_other_capitals() {
        let found = |text: &str| {
            acronyms(text)
                .map(|range| text[range].to_string())
                .collect::<Vec<_>>()
                .join(" ")
        };
        let cases = [
            ("The RTO was missed, and two RPOs.", "RTO RPO"),
            ("an RTO-based plan and a non-RTO one", "RTO RTO"),
            ("BGP/MED and CI/CD", "BGP MED CI CD"),
            ("INC-2026-014, CVE-2026-1, US-EAST-1, SEV-2, P1, SEV1", ""),
            ("DB_HOST, README.md, @ABC, #ABC, v2.ABC, FOO()", ""),
            ("RFC 9110 and HTTP 503", ""),
            ("World War II, stage IV", ""),
            ("DO NOT RESTART THE NODES", ""),
            ("The flag was NOT set: ERROR", ""),
            ("45 EUR, 10:00 CET", ""),
            ("iOS and McDONALD", ""),
            ("labels in pt-BR and fr-FR, not an RTO", "RTO"),
        ];
        for (text, expected) in cases {
            assert_eq!(found(text), expected, "{text}");
        }
    }

    #[test]
    fn explanations_are_found_on_both_sides() {
        let mut known = BTreeSet::new();
        explained(
            "The recovery time objective (RTO) and RPO (recovery point objective).",
            &mut known,
        );
        explained(
            "it broke (XYZ) and ABC (see below now), MED means multi-exit discriminator",
            &mut known,
        );
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        assert_eq!(known, ["ABC", "MED", "RPO", "RTO"]);
    }
}
