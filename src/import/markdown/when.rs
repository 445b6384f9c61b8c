//! Times as people wrote them in documents of the past.
//!
//! Owns more notations than our format takes ([`crate::postmortem::clock`]): days with slashes and names, `4 PM`, a time behind its
//! label. Which day a bare time belongs to is for [`super::timeline`].

use jiff::civil::{Date, Time};

use super::zone::Zone;
use crate::postmortem::clock;

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
    let mut scan = Scan { text, at: 0 };
    scan.spaces();
    let bracket = scan.any("[(");
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
            let _ = scan.word("at ") || scan.word("around ") || scan.word("on ");
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
        let zone = scan.zone();
        scan.skip(" ,");
        let _ = scan.word("on ");
        let mut ahead = Scan { text, at: scan.at };
        match ahead.day() {
            Some(found) if found.year.is_some() && zone.is_none() => {
                day = Some(found);
                scan.at = ahead.at;
            }
            _ => scan.at = before,
        }
    }
    let mut zone = scan.zone();
    let mut end = None;
    if let Some((_, start_half)) = time {
        let before = scan.at;
        scan.spaces();
        if scan.any("-–—") || scan.word("to ") || scan.word("until ") {
            scan.spaces();
            let _ = scan.any("~≈");
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
                    zone = zone.or_else(|| scan.zone());
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
        if !scan.any("])") {
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
        let mut scan = Scan { text, at };
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
    let mut scan = Scan { text, at: 0 };
    let _ = scan.word("on ");
    let day = scan.day()?;
    scan.skip(" ,");
    let _ = scan.weekday();
    scan.skip(" ,");
    let _ = scan.zone();
    scan.rest().trim().is_empty().then_some(day)
}

/// A place in a text.
struct Scan<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scan<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn skip(&mut self, set: &str) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches(|c| set.contains(c)).len();
    }

    fn spaces(&mut self) {
        self.skip(" \t\u{a0}");
    }

    fn any(&mut self, set: &str) -> bool {
        match self.rest().chars().next() {
            Some(c) if set.contains(c) => {
                self.at += c.len_utf8();
                true
            }
            _ => false,
        }
    }

    fn word(&mut self, word: &str) -> bool {
        let found = self
            .rest()
            .get(..word.len())
            .is_some_and(|rest| rest.eq_ignore_ascii_case(word));
        if found {
            self.at += word.len();
        }
        found
    }

    fn about(&mut self) -> bool {
        let found = self.any("~≈")
            || [
                "about ",
                "approximately ",
                "approx. ",
                "around ",
                "circa ",
                "ca. ",
            ]
            .iter()
            .any(|word| self.word(word));
        self.spaces();
        found
    }

    fn number(&mut self, least: usize, most: usize) -> Option<i16> {
        let rest = self.rest();
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        if !(least..=most).contains(&digits) {
            return None;
        }
        self.at += digits;
        rest[..digits].parse().ok()
    }

    fn letters(&self) -> &'a str {
        let rest = self.rest();
        &rest[..rest.len()
            - rest
                .trim_start_matches(|c: char| c.is_ascii_alphabetic())
                .len()]
    }

    fn weekday(&mut self) -> bool {
        const DAYS: [&str; 7] = [
            "monday",
            "tuesday",
            "wednesday",
            "thursday",
            "friday",
            "saturday",
            "sunday",
        ];
        let word = self.letters().to_lowercase();
        let found = word.len() >= 3
            && DAYS.iter().any(|day| {
                day.starts_with(&word) || (*day).starts_with(word.trim_end_matches('s'))
            });
        if found {
            self.at += word.len();
            self.skip(".");
        }
        found
    }

    fn month(&mut self) -> Option<i8> {
        const MONTHS: [&str; 12] = [
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december",
        ];
        let word = self.letters().to_lowercase();
        let index = MONTHS.iter().position(|month| {
            word.len() >= 3 && (month.starts_with(&word) || word == "sept" && *month == "september")
        })?;
        self.at += word.len();
        self.skip(".");
        i8::try_from(index + 1).ok()
    }

    /// `2020-01-31`, `2020/01/31`, `01/31/2020`, `31.01.2020`, `Jan 31, 2020`, `31st of January`.
    fn day(&mut self) -> Option<Day> {
        let start = self.at;
        if self.weekday() {
            self.skip(" ,");
        }
        let read = self.numeric_day().or_else(|| self.named_day());
        if read.is_none() {
            self.at = start;
        }
        read.filter(|day| Date::new(day.year.unwrap_or(2000), day.month, day.day).is_ok())
            .or_else(|| {
                self.at = start;
                None
            })
    }

    fn numeric_day(&mut self) -> Option<Day> {
        let start = self.at;
        let read = || {
            let mut at = Scan {
                text: self.text,
                at: start,
            };
            let first = at.number(1, 4)?;
            let year_first = at.at - start == 4;
            let mark = at.rest().chars().next().filter(|c| "-/.".contains(*c))?;
            at.at += 1;
            let second = at.number(1, 2)?;
            if !at.rest().starts_with(mark) {
                return None;
            }
            at.at += 1;
            let third_at = at.at;
            let third = at.number(1, 4)?;
            if at.rest().starts_with(|c: char| c.is_ascii_digit()) {
                return None;
            }
            let narrow = |number: i16| i8::try_from(number).ok();
            let day = if year_first {
                Day {
                    year: Some(first),
                    month: narrow(second)?,
                    day: narrow(third)?,
                    either: false,
                }
            } else {
                let year = match at.at - third_at {
                    4 => third,
                    2 if mark == '/' => 2000 + third,
                    _ => return None,
                };
                // With stops the day goes first everywhere; else North America's order, where the numbers allow it.
                let day_first = mark == '.' || first > 12;
                let (month, day) = if day_first {
                    (second, first)
                } else {
                    (first, second)
                };
                let either = mark != '.' && first <= 12 && second <= 12 && first != second;
                Day {
                    year: Some(year),
                    month: narrow(month)?,
                    day: narrow(day)?,
                    either,
                }
            };
            Some((day, at.at))
        };
        let (day, at) = read()?;
        self.at = at;
        (1900..=2200)
            .contains(&day.year.unwrap_or_default())
            .then_some(day)
    }

    fn named_day(&mut self) -> Option<Day> {
        let start = self.at;
        let ordinal = |at: &mut Self| {
            let number = at.number(1, 2)?;
            let _ = ["st", "nd", "rd", "th"].iter().any(|end| {
                let whole = !at
                    .rest()
                    .get(2..)
                    .is_some_and(|rest| rest.starts_with(char::is_alphanumeric));
                whole && at.word(end)
            });
            i8::try_from(number).ok()
        };
        let (month, day) = if let Some(month) = self.month() {
            self.skip(" ");
            (month, ordinal(self)?)
        } else {
            self.at = start;
            let day = ordinal(self)?;
            if !self.any(" .-") {
                return None;
            }
            self.skip(" ");
            let _ = self.word("of ");
            (self.month()?, day)
        };
        if self
            .rest()
            .starts_with(|c: char| c.is_alphanumeric() || c == ':')
            && !self.rest().starts_with(": ")
        {
            return None;
        }
        let before = self.at;
        self.skip(" ,-");
        let year = self
            .number(4, 4)
            .filter(|year| (1900..=2200).contains(year));
        let year = year.filter(|_| !self.rest().starts_with(':'));
        if year.is_none() {
            self.at = before;
        }
        Some(Day {
            year,
            month,
            day,
            either: false,
        })
    }

    fn clock_ahead(&self) -> Option<Time> {
        let mut ahead = Scan {
            text: self.text,
            at: self.at,
        };
        ahead.clock().map(|(time, _)| time)
    }

    /// A time of day, and which half of the day was said.
    fn clock(&mut self) -> Option<(Time, Option<bool>)> {
        let start = self.at;
        let read = self.clock_here();
        if read.is_none() {
            self.at = start;
        }
        read
    }

    fn clock_here(&mut self) -> Option<(Time, Option<bool>)> {
        let hour = self.number(1, 2)?;
        let written_minutes = self.rest().starts_with(':')
            && self.rest()[1..].starts_with(|c: char| c.is_ascii_digit());
        let (mut minute, mut second) = (0, 0);
        if written_minutes {
            self.at += 1;
            minute = self.number(2, 2)?;
            if self.rest().starts_with(':')
                && self.rest()[1..].starts_with(|c: char| c.is_ascii_digit())
            {
                self.at += 1;
                second = self.number(2, 2)?;
            }
            if self.rest().starts_with('.')
                && self.rest()[1..].starts_with(|c: char| c.is_ascii_digit())
            {
                self.at += 1;
                self.skip("0123456789");
            }
        }
        let before = self.at;
        self.skip(" \u{a0}");
        let half = ["p.m.", "pm", "a.m.", "am"].iter().find(|half| {
            let after = self.rest().get(half.len()..);
            after.is_some_and(|after| !after.starts_with(char::is_alphanumeric))
                && self.rest()[..half.len()].eq_ignore_ascii_case(half)
        });
        let afternoon = match half {
            Some(half) => {
                self.at += half.len();
                Some(half.starts_with('p'))
            }
            None => {
                self.at = before;
                None
            }
        };
        if !written_minutes && afternoon.is_none() {
            return None;
        }
        // `13:55 PM` and `00:29 AM` say what they say.
        let hour = match (afternoon, hour) {
            (Some(true), 1..=11) => hour + 12,
            (Some(false), 12) => 0,
            _ => hour,
        };
        let narrow = |number: i16| i8::try_from(number).ok();
        let time = Time::new(narrow(hour)?, narrow(minute)?, narrow(second)?, 0).ok()?;
        Some((time, afternoon))
    }

    fn zone(&mut self) -> Option<Zone> {
        let start = self.at;
        self.skip(" \u{a0}");
        let bracket = self.any("(");
        let found = Zone::at_start(self.rest()).or_else(|| self.offset_ahead());
        let Some((zone, length)) = found else {
            self.at = start;
            return None;
        };
        self.at += length;
        if bracket {
            let _ = self.any(")");
        }
        Some(zone)
    }

    /// `UTC`, `GMT+2`, `Z`, `+02:00`.
    fn offset_ahead(&self) -> Option<(Zone, usize)> {
        let rest = self.rest();
        let named = ["UTC", "GMT", "Z"].iter().find(|name| {
            rest.get(..name.len())
                .is_some_and(|begin| begin.eq_ignore_ascii_case(name))
                && (**name != "Z" || rest.starts_with('Z'))
        });
        let name = named.map_or(0, |name| name.len());
        let after = &rest[name..];
        let mut scan = Scan { text: after, at: 0 };
        let mut length = name;
        if scan.any("+-−") {
            let digits = scan.number(1, 4).is_some();
            let bare = scan.at;
            let colon = digits && scan.any(":") && scan.number(2, 2).is_some();
            if colon {
                length = name + scan.at;
            } else if digits && (name > 0 || bare == 5) {
                length = name + bare;
            }
        }
        if length == 0 || rest[length..].starts_with(|c: char| c.is_alphanumeric()) {
            return None;
        }
        if length == name {
            return Some((Zone::Offset(jiff::tz::Offset::UTC), length));
        }
        let digits: String = rest[name..length]
            .chars()
            .filter(char::is_ascii_digit)
            .collect();
        let (hours, minutes): (i32, i32) = match digits.len() {
            1 | 2 => (digits.parse().ok()?, 0),
            _ => (
                digits[..digits.len() - 2].parse().ok()?,
                digits[digits.len() - 2..].parse().ok()?,
            ),
        };
        let sign = if rest[name..].starts_with('+') { 1 } else { -1 };
        let offset = (hours <= 14 && minutes < 60)
            .then(|| jiff::tz::Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok());
        offset
            .flatten()
            .map(|offset| (Zone::Offset(offset), length))
    }
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
