//! What stands at a place of a text: days, times of day, zones and the words around them, read one after the other.
//!
//! Owns the notations of each; in which order they make a time is for [`super::when`].

use jiff::civil::{Date, Time};

use super::when::Day;
use super::zone::Zone;
use crate::postmortem::clock::{self, Cursor};

impl<'a> Cursor<'a> {
    pub(super) fn spaces(&mut self) {
        self.skip(" \t\u{a0}");
    }

    pub(super) fn about(&mut self) -> bool {
        let found = self.eat_any("~≈")
            || [
                "about ",
                "approximately ",
                "approx. ",
                "around ",
                "circa ",
                "ca. ",
            ]
            .iter()
            .any(|word| self.eat_word(word));
        self.spaces();
        found
    }

    fn letters(&self) -> &'a str {
        let rest = self.rest();
        &rest[..rest.len()
            - rest
                .trim_start_matches(|c: char| c.is_ascii_alphabetic())
                .len()]
    }

    pub(super) fn weekday(&mut self) -> bool {
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
        let word = self.letters();
        let month = clock::month(word)?;
        self.at += word.len();
        self.skip(".");
        Some(month)
    }

    /// `2020-01-31`, `2020/01/31`, `01/31/2020`, `31.01.2020`, `Jan 31, 2020`, `31st of January`.
    pub(super) fn day(&mut self) -> Option<Day> {
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
            let mut at = Cursor {
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
                whole && at.eat_word(end)
            });
            i8::try_from(number).ok()
        };
        let (month, day) = if let Some(month) = self.month() {
            self.skip(" ");
            (month, ordinal(self)?)
        } else {
            self.at = start;
            let day = ordinal(self)?;
            if !self.eat_any(" .-") {
                return None;
            }
            self.skip(" ");
            let _ = self.eat_word("of ");
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

    pub(super) fn clock_ahead(&self) -> Option<Time> {
        let mut ahead = Cursor {
            text: self.text,
            at: self.at,
        };
        ahead.clock().map(|(time, _)| time)
    }

    /// A time of day, and which half of the day was said.
    pub(super) fn clock(&mut self) -> Option<(Time, Option<bool>)> {
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

    pub(super) fn written_zone(&mut self) -> Option<Zone> {
        let start = self.at;
        self.skip(" \u{a0}");
        let bracket = self.eat_any("(");
        let found = Zone::at_start(self.rest()).or_else(|| self.offset_ahead());
        let Some((zone, length)) = found else {
            self.at = start;
            return None;
        };
        self.at += length;
        if bracket {
            let _ = self.eat_any(")");
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
        let mut scan = Cursor { text: after, at: 0 };
        let mut length = name;
        if scan.eat_any("+-−") {
            let digits = scan.number(1, 4).is_some();
            let bare = scan.at;
            let colon = digits && scan.eat_any(":") && scan.number(2, 2).is_some();
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
