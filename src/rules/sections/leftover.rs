//! Marks that stand where a fact belongs: `TODO`, `????`, `[placeholder]`, example values.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::element::ELEMENTS;

/// What kind of mark it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `TODO`, `TBD`, `FIXME`.
    Open,
    /// `????`.
    Question,
    /// `[number of users]`, `<name>`.
    Placeholder,
    /// Lorem ipsum.
    Filler,
    /// `YYYY-MM-DD`, `X minutes`.
    Example,
}

/// Words before or after `TODO` that make it a thing one talks about.
const TALKED_ABOUT: &[&str] = &[
    "a", "an", "the", "this", "that", "every", "each", "old", "open", "any", "no", "its", "list",
    "lists", "item", "items", "comment", "comments", "marker", "markers", "in", "app",
];

/// How the text in a bracketed placeholder begins.
const ASKS: &[&str] = &[
    "insert",
    "describe",
    "add",
    "enter",
    "fill",
    "write",
    "list",
    "explain",
    "specify",
    "summarise",
    "summarize",
    "include",
    "placeholder",
    "your",
    "estimated",
    "total",
    "number",
    "brief",
    "short",
    "describe",
    "date and",
    "time and",
    "name of",
    "link to",
    "2-3",
    "1-2",
    "who",
    "what",
    "when",
    "where",
    "how",
    "why",
    "e.g.",
    "example",
];

/// What a bracketed placeholder may be as a whole.
const WHOLE: &[&str] = &[
    "link",
    "name",
    "title",
    "date",
    "time",
    "team",
    "owner",
    "service",
    "severity",
    "summary",
    "duration",
    "number",
    "placeholder",
    "incident title",
    "incident id",
    "incident name",
    "incident date",
    "ticket",
    "url",
    "id",
    "author",
    "value",
    "text",
    "description",
    "service name",
    "team name",
    "service-name",
    "team-name",
];

/// How one ends: `[version number]`.
const ENDS: &[&str] = &[
    " number",
    " name",
    " here",
    " date",
    " title",
    " placeholder",
];

/// Editorial words that stand in brackets for good.
const EDITORIAL: &[&str] = &[
    "redacted",
    "removed",
    "omitted",
    "withheld",
    "sic",
    "unknown",
    "none",
    "null",
    "nil",
    "internal",
    "anonymous",
    "anonymised",
    "anonymized",
    "citation",
    "deleted",
];

static MARK: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let pattern = r"(?x)
        (?P<open>\b(?:TODO|FIXME|TBD|TBC|TBA|[Tt]bd)\b)
        | (?P<question>\?{3,})
        | \[(?P<bracket>[^\[\]\x01]{1,80})\]
        | <(?P<angle>[A-Za-z][^<>\x01]{0,60})>
        | (?P<braces>\{\{\s*[A-Za-z][^{}\x01]{0,60}\}\})
        | (?P<filler>(?i:\blorem\ ipsum\b))
        | (?P<example>\bYYYY-MM-DD\b | \bHH:MM(?::SS)?\b | \bXX:XX\b | \bX{1,4}\ ?(?:%|(?:minutes|hours|users|customers|requests)\b))";
    Regex::new(pattern).ok()
});

/// The marks in a text in which code and quotations are blanked out.
pub(super) fn marks(text: &str) -> Vec<(Range<usize>, Kind)> {
    let Some(pattern) = MARK.as_ref().filter(|_| may_hold_mark(text)) else {
        return Vec::new();
    };
    let found = pattern.captures_iter(text).filter_map(|captures| {
        let range = captures.get(0)?.range();
        let (before, after) = (&text[..range.start], &text[range.end..]);
        let kind = if captures.name("open").is_some() {
            (!is_talked_about(before, after) && !is_key(after)).then_some(Kind::Open)
        } else if captures.name("question").is_some() {
            Some(Kind::Question)
        } else if let Some(inner) = captures.name("bracket") {
            is_bracket(inner.as_str(), before, after).then_some(Kind::Placeholder)
        } else if let Some(inner) = captures.name("angle") {
            let inside = before.ends_with(char::is_alphanumeric);
            let element = is_element(inner.as_str());
            (!inside && !element && asks(inner.as_str(), true)).then_some(Kind::Placeholder)
        } else if captures.name("braces").is_some() {
            Some(Kind::Placeholder)
        } else if captures.name("filler").is_some() {
            Some(Kind::Filler)
        } else {
            stands_alone(before, after).then_some(Kind::Example)
        };
        Some((range, kind?))
    });
    found.collect()
}

/// Whether any bytes of a text could begin a mark: most texts are settled by this alone. Without an early end the
/// compiler looks at many bytes at once.
fn may_hold_mark(text: &str) -> bool {
    let bytes = text.as_bytes();
    let pairs = bytes.iter().zip(bytes.iter().skip(1));
    let (telling, filling) = pairs.fold((false, false), |(telling, filling), (a, b)| {
        let single = (*a == b'[') | (*a == b'<') | (*a == b'{');
        let pair = (*a == b'?') & (*b == b'?') | (*a == b'X') & ((*b == b' ') | (*b == b'%'));
        let capitals = a.is_ascii_uppercase() & b.is_ascii_uppercase();
        let undecided = (*a == b'b') & (*b == b'd');
        (
            telling | single | pair | capitals | undecided,
            filling | (*a == b'p') & (*b == b's'),
        )
    });
    telling || filling && text.contains("psum")
}

/// Whether a text holds such a mark.
pub(in crate::rules) fn is_leftover(text: &str) -> bool {
    !marks(text).is_empty()
}

/// `TODO-1234` is the key of a ticket.
fn is_key(after: &str) -> bool {
    let rest = after.strip_prefix('-');
    rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

fn is_talked_about(before: &str, after: &str) -> bool {
    let letters = |c: char| !c.is_alphanumeric();
    let last = before
        .strip_suffix(' ')
        .and_then(|text| text.rsplit(letters).next());
    let next = after
        .strip_prefix(' ')
        .and_then(|text| text.split(letters).next());
    let near = [last, next].into_iter().flatten().map(str::to_lowercase);
    let mut near = near.filter(|word| !word.is_empty());
    near.any(|word| TALKED_ABOUT.contains(&word.as_str()))
}

/// Whether this is the tag of formatted text, `<b>` or `<br>`, which asks for nothing; `<title>` and `<time>` do.
fn is_element(inner: &str) -> bool {
    let name = inner.split([' ', '/']).next().unwrap_or_default();
    let name = name.to_ascii_lowercase();
    ELEMENTS.contains(&name.as_str()) && !WHOLE.contains(&inner.to_lowercase().as_str())
}

/// Links, footnotes, checkboxes, times, indices and editorial remarks are no placeholders.
fn is_bracket(inner: &str, before: &str, after: &str) -> bool {
    let joined = before.ends_with(|c: char| c.is_alphanumeric() || c == ']')
        || after.starts_with(['(', '[']);
    if joined || inner.starts_with(['^', '#', '@', '"', '\'']) {
        return false;
    }
    asks(
        inner,
        stands_alone(before, after) && inner.starts_with(char::is_lowercase),
    )
}

/// Whether the text between brackets asks for something; `any` where its place alone says so.
fn asks(inner: &str, any: bool) -> bool {
    let inner = inner.trim().to_lowercase();
    let begins = |word: &str| {
        inner
            .strip_prefix(word)
            .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    };
    if EDITORIAL.iter().any(|word| inner.contains(word)) || inner.contains(['=', ':', '@']) {
        return false;
    }
    ASKS.iter().any(|word| begins(word))
        || WHOLE.contains(&inner.as_str())
        || ENDS.iter().any(|word| inner.ends_with(word))
        || inner
            .split(" / ")
            .filter(|part| part.contains(char::is_alphabetic))
            .count()
            > 1
        || any && inner.contains(char::is_alphabetic) && !inner.starts_with("x ") && inner != "x"
}

/// Whether nothing else is said: the whole text, or everything after a label's colon.
fn stands_alone(before: &str, after: &str) -> bool {
    let before = before.trim_end();
    let after = after.trim().trim_end_matches('.');
    (before.is_empty() || before.ends_with([':', '~', '≈'])) && after.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_told_from_words_and_brackets() {
        let bad = [
            ("TODO: one sentence", "TODO"),
            ("at 8:15 (TODO: exact time)", "TODO"),
            ("Users: TBD", "TBD"),
            ("Users: tbd", "tbd"),
            ("owner Tbd.", "Tbd"),
            ("About ???? users", "????"),
            ("[Incident title]", "[Incident title]"),
            ("Severity: [SEV1 / SEV2]", "[SEV1 / SEV2]"),
            (
                "Duration: [total duration of impact]",
                "[total duration of impact]",
            ),
            ("see [link to the ticket]", "[link to the ticket]"),
            ("[rollback not done yet]", "[rollback not done yet]"),
            ("<service>", "<service>"),
            ("<title>", "<title>"),
            ("1. {{ summary }}", "{{ summary }}"),
            ("Lorem ipsum dolor", "Lorem ipsum"),
            ("YYYY-MM-DD", "YYYY-MM-DD"),
            ("Duration: X minutes", "X minutes"),
        ];
        for (text, expected) in bad {
            let found: Vec<&str> = marks(text)
                .into_iter()
                .map(|(range, _)| &text[range])
                .collect();
            assert_eq!(found, [expected], "{text}");
        }
        let good = [
            "the TODO in the runbook",
            "a TODO list",
            "TODOs were found",
            "why??",
            "see TODO-1234 and tbdex",
            "A <b>bold</b> title with <br> in it",
            "[ ] task",
            "[x] done",
            "[1]",
            "[^1]",
            "[14:23] alert",
            "[2026-10-10 14:23]",
            "[INFO] started",
            "the key [name redacted] was used",
            "items[index]",
            "[runbook][1]",
            "a mail from [Ada] and [PyPI]",
            "List<String> and a < b or c > d",
            "the day is written YYYY-MM-DD there",
            "the Windows X users",
            "<none>",
        ];
        for text in good {
            assert_eq!(marks(text), [], "{text}");
        }
    }
}
