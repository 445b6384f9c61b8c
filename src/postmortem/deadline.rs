//! Deadlines of the writing: how long after the incident a draft, the meeting and the final version may take, and how
//! long a draft may lie.
//!
//! Owns how a limit is written and when it is over. Who is late, and what is said then, is for the rules.

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::{Date, Weekday};
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp, ToSpan};

/// How long something may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// So many hours, to the second.
    Hours(u16),
    /// So many times 24 hours.
    Days(u16),
    /// So many whole days in UTC from Monday to Friday, the day it counts from left out.
    BusinessDays(u16),
}

/// More than this is no deadline.
const MOST: u16 = 9_999;

impl Limit {
    /// Reads `48h`, `3d` or `5bd`; `None` for anything else.
    pub fn read(text: &str) -> Option<Self> {
        let end = text.find(|c: char| !c.is_ascii_digit())?;
        let number = text[..end].parse().ok();
        let number = number.filter(|number| (1..=MOST).contains(number))?;
        match &text[end..] {
            "h" => Some(Self::Hours(number)),
            "d" => Some(Self::Days(number)),
            "bd" => Some(Self::BusinessDays(number)),
            _ => None,
        }
    }

    /// The last moment in time when it counts from `from`; `None` at the end of all calendars.
    pub fn after(self, from: Timestamp) -> Option<Timestamp> {
        let hours = |hours: i64| from.checked_add(SignedDuration::from_hours(hours)).ok();
        match self {
            Self::Hours(number) => hours(i64::from(number)),
            Self::Days(number) => hours(i64::from(number) * 24),
            Self::BusinessDays(number) => {
                let last = business_day(Offset::UTC.to_datetime(from).date(), number)?;
                let next = last.checked_add(1.day()).ok()?;
                Offset::UTC.to_timestamp(next.at(0, 0, 0, 0)).ok()
            }
        }
    }
}

impl Limit {
    /// The same in words: `48 hours`, `1 day`, `5 business days`.
    pub fn words(self) -> String {
        let (number, noun) = match self {
            Self::Hours(number) => (number, "hour"),
            Self::Days(number) => (number, "day"),
            Self::BusinessDays(number) => (number, "business day"),
        };
        format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hours(number) => write!(f, "{number}h"),
            Self::Days(number) => write!(f, "{number}d"),
            Self::BusinessDays(number) => write!(f, "{number}bd"),
        }
    }
}

/// The day that is `number` business days after `day`.
fn business_day(day: Date, number: u16) -> Option<Date> {
    // From a weekend it counts as from the Friday before.
    let back = match day.weekday() {
        Weekday::Saturday => 1,
        Weekday::Sunday => 2,
        _ => 0,
    };
    let weeks = i64::from(number / 5);
    let mut day = day.checked_sub(back.days()).ok()?;
    day = day.checked_add((weeks * 7).days()).ok()?;
    for _ in 0..number % 5 {
        let over = if day.weekday() == Weekday::Friday {
            3
        } else {
            1
        };
        day = day.checked_add(over.days()).ok()?;
    }
    Some(day)
}

/// What has a deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// The first version, from the end of the incident.
    Draft,
    /// The meeting, from the end of the incident.
    Meeting,
    /// The final version, from the end of the incident.
    Final,
    /// The next change of a draft, from the last one.
    Stale,
}

impl Stage {
    /// Every stage with its name in the configuration.
    pub const ALL: [(&'static str, Self); 4] = [
        ("draft", Self::Draft),
        ("meeting", Self::Meeting),
        ("final", Self::Final),
        ("stale", Self::Stale),
    ];
}

/// So long something that was late is told: afterwards it is a figure. It also bounds how much of the history is read.
pub const MEMORY: SignedDuration = SignedDuration::from_hours(366 * 24);

/// The limits in force: for every severity, and the exceptions of some.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadlines {
    /// The limit of each stage; none where it has no deadline.
    pub general: [Option<Limit>; Stage::ALL.len()],
    /// What is otherwise for one severity, by its name; none inside where it has no deadline there.
    pub by_severity: BTreeMap<String, BTreeMap<Stage, Option<Limit>>>,
}

impl Default for Deadlines {
    /// S1, S2 and S4: a draft and the meeting within 48 hours, the report within five business days.
    fn default() -> Self {
        Self {
            general: [
                Some(Limit::Hours(48)),
                Some(Limit::Hours(48)),
                Some(Limit::BusinessDays(5)),
                Some(Limit::Days(14)),
            ],
            by_severity: BTreeMap::new(),
        }
    }
}

impl Deadlines {
    /// The limit of a stage for a severity; none where it has no deadline.
    pub fn limit(&self, stage: Stage, severity: Option<&str>) -> Option<Limit> {
        let own = severity.and_then(|name| self.by_severity.get(name)?.get(&stage));
        own.copied().unwrap_or(self.general[stage as usize])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    #[test]
    fn limits_are_read_and_written_alike() {
        for text in ["48h", "3d", "5bd"] {
            let limit = Limit::read(text).map(|limit| limit.to_string());
            assert_eq!(limit.as_deref(), Some(text));
        }
        let words = ["48h", "1d", "5bd"].map(|text| Limit::read(text).map(Limit::words));
        let expected = ["48 hours", "1 day", "5 business days"];
        assert_eq!(words, expected.map(|text| Some(text.to_string())));
        for text in [
            "", "48", "h", "0h", "-1d", "2w", "5 bd", "99999h", "１h", "5BD",
        ] {
            assert_eq!(Limit::read(text), None, "{text}");
        }
    }

    #[test]
    fn business_days_are_whole_days_from_monday_to_friday() {
        let last = |from: &str, number| Limit::BusinessDays(number).after(at(from));
        // A Saturday: Monday to Friday, until the day after begins.
        let end = at("2026-10-17T00:00:00Z");
        assert_eq!(last("2026-10-10T15:18:00Z", 5), Some(end));
        assert_eq!(last("2026-10-09T23:59:00Z", 5), Some(end));
        assert_eq!(last("2026-10-11T00:00:00Z", 5), Some(end));
        assert_eq!(last("2026-10-12T00:00:00Z", 4), Some(end));
        assert_eq!(
            last("2026-10-14T09:00:00Z", 13),
            Some(at("2026-11-03T00:00:00Z"))
        );
        // An offset is no way around: it is the day in UTC that counts.
        assert_eq!(last("2026-10-12T01:00:00+02:00", 5), Some(end));
        assert_eq!(last("9999-12-30T00:00:00Z", MOST), None);
    }

    #[test]
    fn a_severity_may_have_less_time_or_none() {
        let mut deadlines = Deadlines::default();
        let own = [(Stage::Draft, Some(Limit::Hours(24))), (Stage::Stale, None)];
        deadlines.by_severity.insert("sev1".into(), own.into());
        let limit = |stage, severity| deadlines.limit(stage, severity);
        assert_eq!(limit(Stage::Draft, Some("sev1")), Some(Limit::Hours(24)));
        assert_eq!(limit(Stage::Stale, Some("sev1")), None);
        assert_eq!(limit(Stage::Meeting, Some("sev1")), Some(Limit::Hours(48)));
        assert_eq!(limit(Stage::Draft, None), Some(Limit::Hours(48)));
    }
}
