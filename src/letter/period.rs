//! The month and the quarter that a letter is about.

use std::fmt;

use jiff::civil::{Date, date};
use jiff::tz::Offset;
use jiff::{Timestamp, ToSpan};

use crate::metrics::period::Quarter;
use crate::when;

/// Why a period cannot be had, and what to do about it.
pub type Refusal = (String, String);

/// Days of the calendar, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The first day.
    pub first: Date,
    /// The last day.
    pub last: Date,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Month,
    Quarter(Quarter),
}

impl Period {
    /// The month that is named as `2026-11`, or the last that is over. The one that is not over yet may be named.
    pub fn month(text: Option<&str>, now: Timestamp) -> Result<Self, Refusal> {
        let today = Offset::UTC.to_datetime(now).date();
        let first = match text {
            None => before(today.first_of_month()).first_of_month(),
            Some(text) => parts(text, 2)
                .and_then(|(year, month)| Date::new(year, month, 1).ok())
                .ok_or_else(|| {
                    let message = format!("`{text}` is no month");
                    (message, "write year and month, as in `2026-11`".to_string())
                })?,
        };
        let period = Self {
            first,
            last: first.last_of_month(),
            kind: Kind::Month,
        };
        period.begun(today)
    }

    /// The quarter that is named as `2026Q4` or `2026-Q4`, or the last that is over. The one that is not over yet may be named.
    pub fn quarter(text: Option<&str>, now: Timestamp) -> Result<Self, Refusal> {
        let today = Offset::UTC.to_datetime(now).date();
        let quarter = match text {
            None => Quarter::of_day(today).before(),
            Some(text) => {
                let plain = text.to_ascii_uppercase();
                let named = plain.split_once('Q').and_then(|(year, number)| {
                    let year = year.strip_suffix('-').unwrap_or(year);
                    parts(&format!("{year}-{number}"), 1)
                });
                let named = named.filter(|(_, number)| (1..=4).contains(number));
                let (year, number) = named.ok_or_else(|| {
                    let message = format!("`{text}` is no quarter");
                    (
                        message,
                        "write year and quarter, as in `2026Q4`".to_string(),
                    )
                })?;
                Quarter { year, number }
            }
        };
        Self::of(quarter).begun(today)
    }

    fn of(quarter: Quarter) -> Self {
        let month = (quarter.number - 1) * 3 + 1;
        Self {
            first: date(quarter.year, month, 1),
            last: date(quarter.year, month + 2, 1).last_of_month(),
            kind: Kind::Quarter(quarter),
        }
    }

    fn begun(self, today: Date) -> Result<Self, Refusal> {
        if self.first > today {
            let message = format!("{self} has not begun; today is {today} in UTC");
            let help = "name one that has begun, or leave it out for the last that is over";
            return Err((message, help.into()));
        }
        Ok(self)
    }

    /// The quarter; that of the first day for a month.
    pub fn of_quarter(&self) -> Quarter {
        match self.kind {
            Kind::Quarter(quarter) => quarter,
            Kind::Month => Quarter::of_day(self.first),
        }
    }

    /// The quarter before.
    #[must_use]
    pub fn quarter_before(&self) -> Self {
        Self::of(self.of_quarter().before())
    }

    /// Whether a moment is in it.
    pub fn holds(&self, at: Timestamp) -> bool {
        let day = super::day(at);
        self.first <= day && day <= self.last
    }

    /// Whether it is over.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.last < super::day(now)
    }
}

impl fmt::Display for Period {
    /// `November 2026`, `2026-Q4`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::Quarter(quarter) => write!(f, "{quarter}"),
            Kind::Month => {
                let begin = Offset::UTC.to_timestamp(self.first.at(0, 0, 0, 0));
                f.write_str(&begin.map_or_else(|_| self.first.to_string(), when::month))
            }
        }
    }
}

fn before(day: Date) -> Date {
    day.checked_sub(1.day()).unwrap_or(day)
}

/// A year of four digits and a number of so many.
fn parts(text: &str, digits: usize) -> Option<(i16, i8)> {
    let (year, number) = text.split_once('-')?;
    let plain =
        |text: &str, length| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    if !plain(year, 4) || !plain(number, digits) {
        return None;
    }
    let year = year.parse().ok().filter(|year| *year >= 1970)?;
    Some((year, number.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-11-30T09:00:00Z";

    #[test]
    fn the_last_that_is_over_is_meant_where_nothing_is_said() {
        let now = |text: &str| text.parse().expect("a time");
        let month = |at| Period::month(None, now(at)).map(|period| period.to_string());
        let quarter = |at| Period::quarter(None, now(at)).map(|period| period.to_string());
        assert_eq!(month(NOW).as_deref(), Ok("October 2026"));
        assert_eq!(
            month("2026-01-01T00:00:00Z").as_deref(),
            Ok("December 2025")
        );
        assert_eq!(quarter(NOW).as_deref(), Ok("2026-Q3"));
        assert_eq!(quarter("2026-02-01T00:00:00Z").as_deref(), Ok("2025-Q4"));
    }

    #[test]
    fn periods_are_named_plainly_and_have_begun() {
        let now = NOW.parse().expect("a time");
        let month = |text| Period::month(Some(text), now);
        let november = month("2026-11").expect("a month");
        assert_eq!(
            (november.first, november.last),
            (date(2026, 11, 1), date(2026, 11, 30))
        );
        assert!(!november.is_over(now) && month("2026-10").expect("a month").is_over(now));
        for text in [
            "",
            "2026",
            "2026-13",
            "2026-1",
            "11-2026",
            "2026-11-30",
            "２０２６-11",
            "0000-01",
            "+026-01",
        ] {
            let (message, help) = month(text).expect_err(text);
            assert_eq!(message, format!("`{text}` is no month"));
            assert_eq!(help, "write year and month, as in `2026-11`");
        }
        let (message, _) = month("2026-12").expect_err("the future");
        assert_eq!(
            message,
            "December 2026 has not begun; today is 2026-11-30 in UTC"
        );
        let quarter = |text| Period::quarter(Some(text), now);
        for text in ["2026Q4", "2026-Q4", "2026q4"] {
            let period = quarter(text).expect(text);
            assert_eq!(
                (period.first, period.last),
                (date(2026, 10, 1), date(2026, 12, 31))
            );
            assert_eq!(period.quarter_before().to_string(), "2026-Q3");
        }
        for text in [
            "", "Q4", "2026", "2026Q5", "2026Q0", "2026Q", "2026Q04", "2026--Q4", "2026Q4Q",
        ] {
            assert!(quarter(text).is_err(), "{text}");
        }
        assert!(quarter("2027Q1").is_err());
    }
}
