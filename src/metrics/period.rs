//! Quarters and months of the calendar, in UTC.

use std::fmt;

use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{Timestamp, ToSpan};
use serde::{Serialize, Serializer};

/// A quarter of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quarter {
    /// The year.
    pub year: i16,
    /// 1 to 4.
    pub number: i8,
}

impl Quarter {
    /// The quarter that a moment is in.
    pub fn of(at: Timestamp) -> Self {
        Self::of_day(Offset::UTC.to_datetime(at).date())
    }

    /// The quarter that a day is in.
    pub fn of_day(day: Date) -> Self {
        Self {
            year: day.year(),
            number: (day.month() - 1) / 3 + 1,
        }
    }

    /// The one before.
    #[must_use]
    pub fn before(self) -> Self {
        match self.number {
            1 => Self {
                year: self.year - 1,
                number: 4,
            },
            number => Self {
                number: number - 1,
                ..self
            },
        }
    }

    /// The last `most` quarters up to this one, oldest first; none before `first`.
    pub fn up_to(self, first: Self, most: usize) -> Vec<Self> {
        let all = std::iter::successors(Some(self), |quarter| Some(quarter.before()));
        let mut all: Vec<Self> = all
            .take(most)
            .take_while(|quarter| *quarter >= first)
            .collect();
        all.reverse();
        all
    }
}

impl fmt::Display for Quarter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-Q{}", self.year, self.number)
    }
}

impl Serialize for Quarter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The last day of a month.
pub fn month_end(day: Date) -> Date {
    day.last_of_month()
}

/// The last `most` ends of months up to `last`, which itself ends the list, oldest first; none before the month of `first`.
pub fn months(first: Date, last: Date, most: usize) -> Vec<Date> {
    let mut ends = vec![last];
    let mut day = last.first_of_month();
    while ends.len() < most && day > first {
        let Ok(end) = day.checked_sub(1.day()) else {
            break;
        };
        ends.push(end);
        day = end.first_of_month();
    }
    ends.reverse();
    ends
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn quarters_follow_each_other() {
        let quarter = |text: &str| Quarter::of(text.parse().expect("a time"));
        let last = quarter("2026-03-31T23:59:59Z");
        assert_eq!(last.to_string(), "2026-Q1");
        assert_eq!(quarter("2026-04-01T00:00:00Z").to_string(), "2026-Q2");
        // The offset is no way around: it is the day in UTC that counts.
        assert_eq!(quarter("2026-04-01T01:00:00+02:00"), last);
        let shown = |first: Quarter, most| {
            let all = last.up_to(first, most);
            all.iter().map(Quarter::to_string).collect::<Vec<_>>()
        };
        let first = quarter("2025-08-01T00:00:00Z");
        assert_eq!(shown(first, 12), ["2025-Q3", "2025-Q4", "2026-Q1"]);
        assert_eq!(shown(first, 2), ["2025-Q4", "2026-Q1"]);
    }

    #[test]
    fn months_end_with_the_day_that_is_asked_for() {
        let ends = months(date(2026, 1, 31), date(2026, 3, 10), 12);
        assert_eq!(
            ends,
            [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 10)]
        );
        assert_eq!(
            months(date(2026, 3, 5), date(2026, 3, 10), 12),
            [date(2026, 3, 10)]
        );
        assert_eq!(months(date(2020, 1, 1), date(2026, 3, 10), 2).len(), 2);
    }
}
