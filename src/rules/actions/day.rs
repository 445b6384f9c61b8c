//! Days written otherwise than `2026-11-01`, where they can mean only one day.

use jiff::civil::Date;

use crate::postmortem::clock;

/// The day that `1 Nov 2026`, `Nov 1st, 2026` or `2026/11/1` names. `None` for everything that two readers could read
/// differently, such as `01/11/2026`, and for text with anything else in it.
pub(super) fn read(text: &str) -> Option<Date> {
    let separator = |c: char| matches!(c, ' ' | ',' | '/' | '-' | '.');
    if !text
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || separator(c))
    {
        return None;
    }
    let parts: Vec<&str> = text
        .split(separator)
        .filter(|part| !part.is_empty())
        .collect();
    let [first, second, third] = parts.as_slice() else {
        return None;
    };
    if is_year(first) {
        let number = |part: &str| (part.len() <= 2).then(|| part.parse().ok()).flatten();
        return Date::new(first.parse().ok()?, number(second)?, number(third)?).ok();
    }
    let is_name = |part: &str| part.len() >= 3 && part.chars().all(|c| c.is_ascii_alphabetic());
    let named = is_name(first) && is_day(second) || is_day(first) && is_name(second);
    (named && is_year(third))
        .then(|| clock::date_in(&parts.join(" ")))
        .flatten()
}

fn is_year(part: &str) -> bool {
    part.len() == 4 && part.chars().all(|c| c.is_ascii_digit())
}

/// `1`, `01`, `1st`.
fn is_day(part: &str) -> bool {
    let digits = part.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let ending = part[digits.len()..].to_ascii_lowercase();
    matches!(digits.len(), 1 | 2)
        && digits.chars().all(|c| c.is_ascii_digit())
        && matches!(ending.as_str(), "" | "st" | "nd" | "rd" | "th")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_means_one_day_is_read() {
        for text in [
            "1 Nov 2026",
            "01 November 2026",
            "Nov 1, 2026",
            "November 1st, 2026",
            "1-Nov-2026",
            "2026/11/01",
            "2026.11.1",
            "2026-11-1",
        ] {
            assert_eq!(read(text), Date::new(2026, 11, 1).ok(), "{text}");
        }
        for text in [
            "01/11/2026",
            "1.11.2026",
            "11-01-2026",
            "1 Nov",
            "1 Nov 26",
            "31 Nov 2026",
            "2026/13/01",
            "Sat 1 Nov 2026",
            "1 Nov 2026 or later",
            "before 1 Nov 2026?",
            "Q4 2026",
            "1 Novel 2026",
            "20261101",
            "１ Nov 2026",
            "",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
