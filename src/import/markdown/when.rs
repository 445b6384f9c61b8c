//! Times as people wrote them in documents of the past.
//!
//! Owns more notations than our format takes ([`crate::postmortem::clock`]): days with slashes and names, `4 PM`, a time behind its
//! label. Which day a bare time belongs to is for [`super::timeline`].

use jiff::civil::{Date, Time};

use super::zone::Zone;
use crate::postmortem::clock::{self, Cursor};

/// A day; documents leave the year to the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Day {
    /// The year, where it is written.
    pub(super) year: Option<i16>,
    /// 1 to 12.
    pub(super) month: i8,
    /// 1 to 31.
    pub(super) day: i8,
    /// Day and month may be the other way round.
    pub(super) either: bool,
}

impl Day {
    /// The date, with the year of the document where none is written.
    pub(super) fn date(self, year: Option<i16>) -> Option<Date> {
        Date::new(self.year.or(year)?, self.month, self.day).ok()
    }
}

/// What a text begins or ends with: a day, a time of day, or both.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct When {
    /// The day, where it is written.
    pub(super) day: Option<Day>,
    /// The time of day, where it is written.
    pub(super) time: Option<Time>,
    /// The end of a range, with its day where that is written.
    pub(super) end: Option<(Option<Day>, Time)>,
    /// The zone, where it is written.
    pub(super) zone: Option<Zone>,
    /// Whether it is only about right.
    pub(super) about: bool,
}

/// Reads the time with which a text begins, and how many bytes it takes.
pub(super) fn at_start(text: &str) -> Option<(When, usize)> {
    let mut scan = Cursor { text, at: 0 };
    scan.spaces();
    let bracket = scan.eat_any("[(");
    let mut about = scan.about();
    let mut day = scan.day();
    if day.is_some() {
        let before = scan.at;
        if scan.rest().starts_with('T')
            && scan.rest()[1..].starts_with(|c: char| c.is_ascii_digit())
        {
            scan.at += 1;
        } else {
            scan.skip(" ,@\t-–—|:");
            let _ = scan.eat_word("at ") || scan.eat_word("around ") || scan.eat_word("on ");
        }
        about |= scan.about();
        if scan.clock_ahead().is_none() {
            scan.at = before;
        }
    }
    let mut time = scan.clock();
    if day.is_none() && time.is_some() {
        // `14:23 on 2024-05-01`, `9:29, 5 May 2021`
        let before = scan.at;
        let zone = scan.written_zone();
        scan.skip(" ,");
        let _ = scan.eat_word("on ");
        let mut ahead = Cursor { text, at: scan.at };
        match ahead.day() {
            Some(found) if found.year.is_some() && zone.is_none() => {
                day = Some(found);
                scan.at = ahead.at;
            }
            _ => scan.at = before,
        }
    }
    let mut zone = scan.written_zone();
    let mut end = None;
    if let Some((_, start_half)) = time {
        let before = scan.at;
        scan.spaces();
        if scan.eat_any("-–—") || scan.eat_word("to ") || scan.eat_word("until ") {
            scan.spaces();
            let _ = scan.eat_any("~≈");
            let end_day = scan.day();
            scan.skip(" ,");
            match scan.clock() {
                Some((last, half)) => {
                    end = Some((end_day, last));
                    // `1:12 - 1:15 PM`: both are of the afternoon.
                    if let (None, Some(true), Some((first, _))) = (start_half, half, time)
                        && first.hour() < 12
                        && first < last
                        && last.hour() >= 12
                        && let Ok(later) = first.with().hour(first.hour() + 12).build()
                        && later <= last
                    {
                        time = Some((later, Some(true)));
                    }
                    zone = zone.or_else(|| scan.written_zone());
                }
                None => scan.at = before,
            }
        } else {
            scan.at = before;
        }
    }
    if bracket {
        let before = scan.at;
        scan.spaces();
        if !scan.eat_any("])") {
            scan.at = before;
        }
    }
    let when = When {
        day,
        time: time.map(|(time, _)| time),
        end,
        zone,
        about,
    };
    let next = scan.rest().chars().next();
    let ends = match (&when.time, &when.day) {
        (Some(_), _) => !next.is_some_and(|c| c.is_alphanumeric() || c == '%'),
        // A day alone may be the beginning of any sentence, unless it says its year or something parts it from the rest.
        (None, Some(day)) => {
            let rest = scan.rest().trim_start_matches(' ');
            let glued = next.is_some_and(|c| c.is_alphanumeric() || "-_/.".contains(c));
            let parted = rest.is_empty()
                || rest.starts_with([':', '-', '–', '—', '|', ',', ']', ')', '*', '=']);
            (bracket || !glued) && (parted || day.year.is_some())
        }
        (None, None) => false,
    };
    ends.then_some((when, scan.at))
}

/// Reads the time with which a text ends, behind its label: `First detected: 2022-01-22 11:57`; and where it begins.
pub(super) fn at_end(text: &str) -> Option<(When, usize)> {
    let text = text.trim_end().trim_end_matches(['.', ')']);
    let starts = text.char_indices().filter(|(at, c)| {
        *at > 0
            && c.is_ascii_alphanumeric()
            && text[..*at].ends_with([' ', ':', '(', '\t', '\u{a0}'])
    });
    // A label is short; so is what is worth trying.
    starts.take(24).find_map(|(at, _)| {
        let (when, length) = at_start(&text[at..])?;
        (when.time.is_some() && at + length == text.len()).then_some((when, at))
    })
}

/// The day that a text names anywhere.
pub(super) fn day_in(text: &str) -> Option<Day> {
    if let Some(date) = clock::date_in(text) {
        return Some(Day {
            year: Some(date.year()),
            month: date.month(),
            day: date.day(),
            either: false,
        });
    }
    let starts = text
        .char_indices()
        .filter(|(at, c)| c.is_alphanumeric() && !text[..*at].ends_with(char::is_alphanumeric));
    starts.take(64).find_map(|(at, _)| {
        let mut scan = Cursor { text, at };
        scan.day().filter(|day| day.year.is_some())
    })
}

/// The day, where a text says nothing else.
pub(super) fn only_day(text: &str) -> Option<Day> {
    let text = text.trim();
    let text = text
        .trim_end_matches([':', '.', ']', ')'])
        .trim_start_matches(['[', '('])
        .trim();
    let mut scan = Cursor { text, at: 0 };
    let _ = scan.eat_word("on ");
    let day = scan.day()?;
    scan.skip(" ,");
    let _ = scan.weekday();
    scan.skip(" ,");
    let _ = scan.written_zone();
    scan.rest().trim().is_empty().then_some(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(when: &When) -> String {
        let day = |day: &Day| {
            let year = day.year.map_or("????".into(), |year| year.to_string());
            let either = if day.either { "?" } else { "" };
            format!("{year}-{:02}-{:02}{either}", day.month, day.day)
        };
        let mut parts = Vec::new();
        if when.about {
            parts.push("~".to_string());
        }
        parts.extend(when.day.as_ref().map(day));
        parts.extend(when.time.map(|time| time.to_string()));
        parts.extend(when.end.as_ref().map(|(end_day, time)| match end_day {
            Some(end_day) => format!("to {} {time}", day(end_day)),
            None => format!("to {time}"),
        }));
        parts.extend(when.zone.as_ref().map(|zone| match zone {
            Zone::Offset(offset) => offset.to_string(),
            Zone::Named { written, .. } => written.clone(),
        }));
        parts.join(" ")
    }

    #[test]
    fn beginnings_are_read() {
        let cases = [
            ("14:23 deployed", "14:23:00| deployed"),
            ("2026-10-10 14:23Z: x", "2026-10-10 14:23:00 +00|: x"),
            ("2026-10-10T14:23:05+02:00 x", "2026-10-10 14:23:05 +02| x"),
            (
                "10/20/2022 - 15:38 CST - a user",
                "2022-10-20 15:38:00 CST| - a user",
            ),
            ("04/03/2023 - 9am x", "2023-04-03? 09:00:00| x"),
            ("31.01.2020 10:00 x", "2020-01-31 10:00:00| x"),
            ("Sep 27 2017 13:06", "2017-09-27 13:06:00|"),
            (
                "Monday, 3 May 2021, 9:29 GMT+2: x",
                "2021-05-03 09:29:00 +02|: x",
            ),
            ("May 3rd: x", "????-05-03|: x"),
            ("02-26-2024 - reported", "2024-02-26| - reported"),
            (
                "2017-02-09 00:25 - 00:29 AM",
                "2017-02-09 00:25:00 to 00:29:00|",
            ),
            ("0:25:59 AM", "00:25:59|"),
            ("1:12 - 1:15 PM x", "13:12:00 to 13:15:00| x"),
            ("16:22 PST", "16:22:00 PST|"),
            ("12:45 PM DATE: Thing", "12:45:00| DATE: Thing"),
            ("[08:47] Prow", "08:47:00| Prow"),
            ("~10:15–10:20 (UTC) x", "~ 10:15:00 to 10:20:00 +00| x"),
            ("10:00 -0800 x", "10:00:00 -08| x"),
            ("10:00 - 3 nodes", "10:00:00| - 3 nodes"),
            (
                "2020-10-06 09:00 - 2020-10-07 11:00 x",
                "2020-10-06 09:00:00 to 2020-10-07 11:00:00| x",
            ),
            ("4PM x", "16:00:00| x"),
            ("11:00 Eastern Time - x", "11:00:00 Eastern Time| - x"),
        ];
        for (text, expected) in cases {
            let (when, length) = at_start(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(
                format!("{}|{}", shown(&when), &text[length..]),
                expected,
                "{text}"
            );
        }
        for text in [
            "deploy",
            "",
            "3 of 4",
            "May we",
            "10:1 odds",
            "25:70 x",
            "2017-02-09-file.md",
            "March 5 nodes went",
            "1. step",
            "10.0.0.1 is",
            "100:23",
            "2026-13-10 x",
            "13/13/2020 x",
            "日本 14:23",
            "5 may be enough",
            "12:30x",
        ] {
            assert_eq!(at_start(text), None, "{text}");
        }
    }

    #[test]
    fn ends_are_read() {
        let cases = [
            (
                "First detected: 2022-01-22 11:57",
                "First detected:|2022-01-22 11:57:00",
            ),
            ("Resolved 2020-02-18 14:59 ", "Resolved|2020-02-18 14:59:00"),
            ("Repaired at 14:59 UTC.", "Repaired at|14:59:00 +00"),
        ];
        for (text, expected) in cases {
            let (when, at) = at_end(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(
                format!("{}|{}", text[..at].trim_end(), shown(&when)),
                expected
            );
        }
        assert_eq!(at_end("Resolved after 3 hours"), None);
    }

    #[test]
    fn days_are_found() {
        for text in [
            "Timeline (UTC) Monday May 10th, 2021. Approximate",
            "2021-05-10-wiki.md",
            "on 05/10/2021",
        ] {
            assert_eq!(
                day_in(text).and_then(|day| day.date(None)),
                Date::new(2021, 5, 10).ok(),
                "{text}"
            );
        }
        assert!(only_day("[2026-05-10]").is_some() && only_day("Tuesday, 3 May:").is_some());
        assert!(only_day("3 May was fine").is_none() && only_day("2026-05-10 14:00").is_none());
    }
}
