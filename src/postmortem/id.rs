//! Ids of postmortems: what one may look like, and the next one.
//!
//! Whether two documents share one is for the rules.

/// The pattern that `new` follows where none is configured.
pub const DEFAULT_PATTERN: &str = "INC-{year}-{number:3}";

/// A part of a pattern.
enum Part<'a> {
    Text(&'a str),
    Year,
    Number(usize),
}

fn parts(pattern: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = pattern;
    while let Some(open) = rest.find('{') {
        let Some(close) = rest[open..].find('}').map(|at| open + at) else {
            break;
        };
        let part = match &rest[open + 1..close] {
            "year" => Part::Year,
            "number" => Part::Number(1),
            other => match other.strip_prefix("number:").and_then(|n| n.parse().ok()) {
                Some(digits) => Part::Number(digits),
                None => Part::Text(&rest[open..=close]),
            },
        };
        parts.extend([Part::Text(&rest[..open]), part]);
        rest = &rest[close + 1..];
    }
    parts.push(Part::Text(rest));
    parts
}

/// The year and number of an id that follows the pattern; `None` where it does not. A pattern without
/// `{year}` gives year 0.
pub fn read(pattern: &str, id: &str) -> Option<(u16, u64)> {
    let (mut year, mut number) = (0, 0);
    let mut rest = id;
    for part in parts(pattern) {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        rest = match part {
            Part::Text(text) => rest.strip_prefix(text)?,
            Part::Year => {
                year = rest.get(..4).filter(|_| digits >= 4)?.parse().ok()?;
                &rest[4..]
            }
            Part::Number(least) => {
                number = rest
                    .get(..digits)
                    .filter(|_| digits >= least)?
                    .parse()
                    .ok()?;
                &rest[digits..]
            }
        };
    }
    rest.is_empty().then_some((year, number))
}

/// The id with this year and number.
pub fn write(pattern: &str, year: u16, number: u64) -> String {
    let written = parts(pattern).into_iter().map(|part| match part {
        Part::Text(text) => text.to_string(),
        Part::Year => format!("{year:04}"),
        Part::Number(least) => format!("{number:0least$}"),
    });
    written.collect()
}

/// A regular expression for the ids that follow the pattern, in the dialect of JSON Schema.
pub fn regex(pattern: &str) -> String {
    let written = parts(pattern).into_iter().map(|part| match part {
        // Not `regex::escape`: JavaScript refuses to see `-` escaped.
        Part::Text(text) => text
            .chars()
            .map(|c| match c {
                '\\' | '^' | '$' | '.' | '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}'
                | '|' | '/' => format!("\\{c}"),
                c => c.into(),
            })
            .collect(),
        Part::Year => "[0-9]{4}".into(),
        Part::Number(least) => format!("[0-9]{{{},}}", least.max(1)),
    });
    format!("^{}$", written.collect::<String>())
}

/// The next free id of a year: one more than the highest number in use.
pub fn next<'a>(pattern: &str, year: u16, used: impl Iterator<Item = &'a str>) -> String {
    let has_year = pattern.contains("{year}");
    let numbers = used
        .filter_map(|id| read(pattern, id))
        .filter(|(of, _)| !has_year || *of == year);
    let highest = numbers.map(|(_, number)| number).max().unwrap_or(0);
    write(pattern, year, highest.saturating_add(1))
}

/// Whether an id may be used where no pattern is configured: letters, digits, `-`, `_` and `.`, beginning with a letter
/// or a digit, at most 64 bytes.
pub fn is_plain(id: &str) -> bool {
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    id.len() <= 64 && id.starts_with(|c: char| c.is_ascii_alphanumeric()) && id.chars().all(inner)
}

/// Names that some systems keep for themselves, and the folder of page numbers.
pub const RESERVED: [&str; 7] = ["", "index", "page", "con", "prn", "aux", "nul"];

/// The folder of a postmortem's page on the site, which issues lead to: the id itself. A reserved one gets a sign before it that
/// no id begins with.
pub fn folder(id: &str) -> String {
    match RESERVED.contains(&id.to_lowercase().as_str()) {
        true => format!("-{id}"),
        false => id.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_read_what_they_write() {
        assert_eq!(read(DEFAULT_PATTERN, "INC-2026-014"), Some((2026, 14)));
        assert_eq!(read(DEFAULT_PATTERN, "INC-2026-14"), None);
        assert_eq!(read(DEFAULT_PATTERN, "inc-2026-014"), None);
        assert_eq!(write(DEFAULT_PATTERN, 2026, 1234), "INC-2026-1234");
        assert_eq!(read("PM{number}", "PM7"), Some((0, 7)));
        assert_eq!(
            read(DEFAULT_PATTERN, "INC-2026-99999999999999999999999"),
            None
        );
    }

    #[test]
    fn the_regular_expression_is_the_pattern() {
        for pattern in [DEFAULT_PATTERN, "PM{number}", "a.b+{year}/{number:2}"] {
            let regex = regex::Regex::new(&regex(pattern)).expect("a regular expression");
            let good = write(pattern, 2026, 7);
            for id in [good.clone(), format!("{good}x"), good.replace('.', "x")] {
                assert_eq!(regex.is_match(&id), read(pattern, &id).is_some(), "{id}");
            }
        }
    }

    #[test]
    fn the_next_id_is_free_in_its_year() {
        let used = ["INC-2026-014", "INC-2025-099", "other", "INC-2026-003"];
        assert_eq!(
            next(DEFAULT_PATTERN, 2026, used.into_iter()),
            "INC-2026-015"
        );
        assert_eq!(
            next(DEFAULT_PATTERN, 2027, used.into_iter()),
            "INC-2027-001"
        );
    }
}
