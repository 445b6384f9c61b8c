//! The axis of a drawn timeline: which moments get a tick, and what stands below each.
//!
//! Owns round moments in UTC, from seconds to decades. Where on the page a moment lies is for [`super::plot`].

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;
use jiff::{Timestamp, ToSpan};

/// Spaces between ticks, in seconds, up to two weeks; beyond, ticks stand at the first of a month.
const STEPS: [i64; 22] = [
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 14_400, 21_600,
    43_200, DAY, 172_800, WEEK, 1_209_600,
];
/// The same, in months.
const MONTHS: [i64; 10] = [1, 2, 3, 6, 12, 24, 60, 120, 600, 12_000];
const DAY: i64 = 86_400;
const WEEK: i64 = 604_800;
/// So many spaces at most: a label below each can be read on a phone.
const MOST: i64 = 7;

/// A moment with what stands below it.
#[derive(Debug, PartialEq)]
pub(super) struct Tick {
    /// When.
    pub(super) at: Timestamp,
    /// `14:30`, `14:30:15`, `12 Nov`, `Nov 2024` or `2024`, in UTC.
    pub(super) label: String,
}

/// The ticks between two moments, both included; at most eight.
pub(super) fn ticks(from: Timestamp, to: Timestamp) -> Vec<Tick> {
    let span = to.as_second().saturating_sub(from.as_second());
    if span <= 0 {
        return Vec::new();
    }
    match STEPS.iter().find(|step| span / **step < MOST) {
        Some(step) => seconds(from, to, *step),
        None => months(from, to, span / (30 * DAY)),
    }
}

fn seconds(from: Timestamp, to: Timestamp, step: i64) -> Vec<Tick> {
    // The first day of 1970 was a Thursday; weeks begin on Mondays.
    let shift = if step >= WEEK { 4 * DAY } else { 0 };
    let first = from.as_second() - shift;
    let first = first + (-first).rem_euclid(step) + shift;
    let mut ticks = Vec::new();
    let mut at = first;
    while at <= to.as_second() {
        if let Ok(moment) = Timestamp::from_second(at) {
            // Where a day begins, the day says more than `00:00`.
            let form = match (step, at.rem_euclid(DAY)) {
                (DAY.., _) | (_, 0) => "%-d %b",
                (60.., _) => "%H:%M",
                _ => "%H:%M:%S",
            };
            let label = Offset::UTC.to_datetime(moment).strftime(form).to_string();
            ticks.push(Tick { at: moment, label });
        }
        at += step;
    }
    ticks
}

fn months(from: Timestamp, to: Timestamp, span: i64) -> Vec<Tick> {
    let step = MONTHS.iter().find(|step| span / **step < MOST);
    let step = *step.unwrap_or(&MONTHS[MONTHS.len() - 1]);
    let start = Offset::UTC.to_datetime(from).date();
    let month = i64::from(start.year()) * 12 + i64::from(start.month()) - 1;
    let mut month = month.div_euclid(step) * step;
    let mut ticks = Vec::new();
    while let Some(at) = first_of(month).filter(|at| *at <= to) {
        if at >= from {
            let form = if step < 12 { "%b %Y" } else { "%Y" };
            let label = Offset::UTC.to_datetime(at).strftime(form).to_string();
            ticks.push(Tick { at, label });
        }
        month += step;
    }
    ticks
}

/// The first moment of a month, counted from the year 0.
fn first_of(month: i64) -> Option<Timestamp> {
    let year = i16::try_from(month.div_euclid(12)).ok()?;
    let first = Date::new(year, 1, 1).ok()?;
    let day = first.checked_add(month.rem_euclid(12).months()).ok()?;
    let at = DateTime::from_parts(day, Time::midnight());
    Offset::UTC.to_timestamp(at).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(from: &str, to: &str) -> Vec<String> {
        let at = |text: &str| text.parse().expect("a time");
        let ticks = ticks(at(from), at(to));
        ticks.into_iter().map(|tick| tick.label).collect()
    }

    #[test]
    fn ticks_stand_at_round_moments() {
        assert_eq!(
            labels("2026-10-10T14:23:00Z", "2026-10-10T15:18:00Z"),
            ["14:30", "14:40", "14:50", "15:00", "15:10"]
        );
        assert_eq!(
            labels("2026-10-10T14:23:00Z", "2026-10-10T14:23:30Z"),
            [
                "14:23:00", "14:23:05", "14:23:10", "14:23:15", "14:23:20", "14:23:25", "14:23:30"
            ]
        );
        assert_eq!(
            labels("2026-10-10T22:10:00Z", "2026-10-11T02:00:00Z"),
            ["23:00", "11 Oct", "01:00", "02:00"]
        );
        assert_eq!(
            labels("2026-10-01T09:00:00Z", "2026-10-22T09:00:00Z"),
            ["5 Oct", "12 Oct", "19 Oct"]
        );
        assert_eq!(
            labels("2025-11-20T09:00:00Z", "2026-04-22T09:00:00Z"),
            ["Dec 2025", "Jan 2026", "Feb 2026", "Mar 2026", "Apr 2026"]
        );
        assert_eq!(
            labels("2001-06-01T00:00:00Z", "2021-01-01T00:00:00Z").len(),
            4
        );
    }

    #[test]
    fn there_are_never_too_many_and_none_without_a_span() {
        let from = "2026-10-10T14:23:11Z";
        let start: Timestamp = from.parse().expect("a time");
        let mut span = 1;
        while let Ok(to) = Timestamp::from_second(start.as_second() + span) {
            let count = ticks(start, to).len();
            assert!(
                (1..=8).contains(&count) || span < 40 || count == 0,
                "{span}: {count}"
            );
            assert!(count <= 8, "{span}: {count}");
            span = span * 3 / 2 + 1;
        }
        assert!(ticks(start, start).is_empty());
        assert!(ticks(Timestamp::MIN, Timestamp::MAX).len() <= 8);
    }
}
