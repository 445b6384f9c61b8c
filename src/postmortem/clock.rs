//! Times as people write them in a timeline.
//!
//! Owns the notation: a day, a time of day, a zone, `~` and ranges. Which day a bare time belongs to is for
//! [`super::timeline`].

mod cursor;
mod day;
mod zone;

use jiff::civil::{Date, Time};
use jiff::tz::Offset;

pub(crate) use cursor::Cursor;
pub(crate) use day::month;
pub use day::{date_in, day_only};
use zone::{AMBIGUOUS_ZONE, ambiguous};
pub use zone::{ambiguous_in, zone_in};

/// A time as written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Clock {
    /// The day, where it is written.
    pub date: Option<Date>,
    /// The time of day.
    pub time: Time,
    /// The end of a range.
    pub end: Option<Time>,
    /// The offset from UTC, where a zone is written.
    pub offset: Option<Offset>,
    /// Whether it is approximate (`~14:23`).
    pub about: bool,
}

/// What the start of a text is.
#[derive(Clone, Debug, PartialEq)]
pub enum Reading {
    /// A time and how many bytes it takes.
    Time(Clock, usize),
    /// The honest word `unknown` and how many bytes it takes.
    Unknown(usize),
    /// Something that was meant as a time, why it cannot be read, and how many bytes it takes.
    Unreadable(String, usize),
    /// No time at all.
    Nothing,
}

impl Reading {
    /// Whether a text begins with this as an entry of a timeline does: with a time, or one whose zone nobody can know.
    pub fn begins_entry(&self) -> bool {
        match self {
            Self::Time(..) => true,
            Self::Unreadable(why, _) => why.starts_with(AMBIGUOUS_ZONE),
            Self::Unknown(_) | Self::Nothing => false,
        }
    }
}

/// Reads the time at the start of `text`.
pub fn read(text: &str) -> Reading {
    let mut at = Cursor { text, at: 0 };
    at.skip(" \t");
    let bracket = at.eat_any("[(");
    if at.eat_word("unknown") {
        at.eat_any("])");
        return Reading::Unknown(at.at);
    }
    let start = at.at;
    let mut about =
        at.eat_any("~≈") || at.eat_word("about") || at.eat_word("approx.") || at.eat_word("ca.");
    at.skip(" ");
    let date = match at.date() {
        Some(Ok(date)) => {
            at.skip(" ,");
            if at.rest().starts_with(['T', 't'])
                && at.rest()[1..].starts_with(|c: char| c.is_ascii_digit())
            {
                at.at += 1;
            }
            Some(date)
        }
        Some(Err(())) => return unreadable(text, start, "no such day exists"),
        None => None,
    };
    about |= at.eat_any("~≈");
    let time = match at.time() {
        Some(Ok(time)) => time,
        Some(Err(())) => return unreadable(text, start, "no such time of day exists"),
        None if date.is_some() => {
            return unreadable(text, start, "the time of day is missing");
        }
        None if at.rest().starts_with(|c: char| c.is_ascii_digit())
            && looks_like_time(at.rest()) =>
        {
            return unreadable(text, start, "this is not a time of the form `14:23`");
        }
        None => return Reading::Nothing,
    };
    let mut offset = match at.zone() {
        Ok(offset) => offset,
        Err(zone) => return unreadable(text, start, &ambiguous(&zone)),
    };
    let mut end = None;
    let before = at.at;
    at.skip(" ");
    if at.eat_any("–—-") || at.eat_word("to ") {
        at.skip(" ~");
        match at.time() {
            Some(Ok(time)) => {
                end = Some(time);
                match at.zone() {
                    Ok(zone) => offset = offset.or(zone),
                    Err(zone) => return unreadable(text, start, &ambiguous(&zone)),
                }
            }
            _ => at.at = before,
        }
    } else {
        at.at = before;
    }
    if bracket {
        at.skip(" ");
        at.eat_any("])");
    }
    Reading::Time(
        Clock {
            date,
            time,
            end,
            offset,
            about,
        },
        at.at,
    )
}

fn unreadable(text: &str, start: usize, why: &str) -> Reading {
    let token = text[start..].split([' ', '\t']).next().unwrap_or_default();
    Reading::Unreadable(why.into(), start + token.len())
}

/// Digits with something between them that somebody may have meant as a time.
fn looks_like_time(text: &str) -> bool {
    let token = text
        .split(|c: char| c.is_whitespace())
        .next()
        .unwrap_or_default();
    let digits = token.len() - token.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let after = token[digits..].chars().next();
    digits <= 4
        && (matches!(after, Some(':' | 'h' | 'H' | '.'))
            && token[digits + 1..].starts_with(|c: char| c.is_ascii_digit())
            || (digits == 4
                && (matches!(after, Some('Z' | 'z' | 'h')) || digits == text.trim().len())))
        || digits <= 2 && after == Some('h') && token.len() == digits + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(text: &str) -> String {
        match read(text) {
            Reading::Time(clock, length) => {
                let date = clock
                    .date
                    .map(|date| format!("{date} "))
                    .unwrap_or_default();
                let end = clock.end.map(|end| format!("-{end}")).unwrap_or_default();
                let offset = clock
                    .offset
                    .map(|offset| offset.to_string())
                    .unwrap_or_default();
                let about = if clock.about { "~" } else { "" };
                format!(
                    "{about}{date}{}{end}{offset}|{}",
                    clock.time,
                    &text[length..]
                )
            }
            Reading::Unknown(length) => format!("unknown|{}", &text[length..]),
            Reading::Unreadable(_, length) => format!("unreadable {}", &text[..length]),
            Reading::Nothing => "nothing".into(),
        }
    }

    #[test]
    fn every_notation_is_read() {
        let cases = [
            ("14:23", "14:23:00|"),
            ("14:23:10 x", "14:23:10| x"),
            ("14:23 UTC - deploy", "14:23:00+00| - deploy"),
            ("14:23+02:00", "14:23:00+02|"),
            ("2026-10-10 14:23Z", "2026-10-10 14:23:00+00|"),
            ("2026-10-10T14:23:00Z", "2026-10-10 14:23:00+00|"),
            ("~14:23", "~14:23:00|"),
            ("14:23–14:40 UTC: x", "14:23:00-14:40:00+00|: x"),
            ("14:23 - 14:40", "14:23:00-14:40:00|"),
            ("[14:23] x", "14:23:00| x"),
            ("2:23 pm", "14:23:00|"),
            ("14:23 - 3 of 4 nodes", "14:23:00| - 3 of 4 nodes"),
            ("unknown", "unknown|"),
            ("25:70", "unreadable 25:70"),
            ("14h23", "unreadable 14h23"),
            ("1423", "unreadable 1423"),
            ("14:23 CET", "unreadable 14:23"),
            ("2026-13-10 14:23", "unreadable 2026-13-10"),
            ("2026-10-10", "unreadable 2026-10-10"),
            ("3 nodes left", "nothing"),
            ("2024 was", "nothing"),
            ("deploy", "nothing"),
            ("", "nothing"),
            ("日本 14:23", "nothing"),
        ];
        for (text, expected) in cases {
            assert_eq!(show(text), expected, "{text}");
        }
    }

    #[test]
    fn zones_and_days_are_found_in_headings() {
        assert_eq!(zone_in("Time (UTC)"), Some(Offset::UTC));
        assert_eq!(zone_in("Time (UTC+2)").map(Offset::seconds), Some(7200));
        assert_eq!(zone_in("All times are in UTC."), Some(Offset::UTC));
        assert_eq!(zone_in("Time (-05:00)").map(Offset::seconds), Some(-18000));
        assert_eq!(zone_in("Timeline"), None);
        assert_eq!(zone_in("Follow-up"), None);
        assert!(ambiguous_in("Time (CET)").is_some_and(|why| why.contains("`CET`")));
        assert!(ambiguous_in("10 May (PST)").is_some());
        assert_eq!(ambiguous_in("Time (UTC), cost"), None);
        assert_eq!(ambiguous_in("Nodes in WEST"), None);
        for text in [
            "On 2026-10-10:",
            "Saturday, 10 October 2026",
            "Oct 10th, 2026",
        ] {
            assert_eq!(date_in(text), Date::new(2026, 10, 10).ok(), "{text}");
        }
        assert_eq!(date_in("2026-10-99 and 4 nodes"), None);
        for (text, day) in [
            ("2026-10-10:", true),
            ("Saturday, 10 October 2026", true),
            ("2026-10-10 14:23", false),
            ("2026-10-10 deployed", false),
            ("2026-10", false),
        ] {
            assert_eq!(day_only(text).is_some(), day, "{text}");
        }
    }
}
